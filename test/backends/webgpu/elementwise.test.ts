import { expect } from "chai";
import { literal, load, op } from "../../../compiler/expression.js";
import type { Expression, ScalarOp, ScalarType } from "../../../compiler/ir.js";
import { type DType, hostArray } from "../../../lang/dtype.js";
import { useGpu } from "./gpu.js";
import { elementwise, run, ulps } from "./programs.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const SPECIAL = [0, -0, 1, -1, 0.5, -2.5, 1.5, 2.5, 3e38, -3e38, 1e-20, inf, -inf, nan];
const LOWEST = -(2 ** 31);

/** All pairs of the values, as two columns. */
function pairs(values: readonly number[]): [number[], number[]] {
  const all = values.flatMap((a) => values.map((b) => [a, b] as const));
  return [all.map(([a]) => a), all.map(([, b]) => b)];
}

const floorDiv = (a: number, b: number): number => (b === 0 ? 0 : Math.floor(a / b));
const modulo = (a: number, b: number): number => (b === 0 ? 0 : a - b * Math.floor(a / b));
const clamp32 = (shift: number): number => (shift > 31 || shift < 0 ? 32 : shift);

/** Unary functions on every special value: op, meaning, allowed error in ulp. */
const unary: [ScalarOp, (x: number) => number, number][] = [
  ["neg", (x) => -x, 0],
  ["abs", Math.abs, 0],
  ["floor", Math.floor, 0],
  ["ceil", Math.ceil, 0],
  ["trunc", Math.trunc, 0],
  ["round", (x) => (Math.abs(x) % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)), 0],
  ["sqrt", Math.sqrt, 2],
  ["exp", Math.exp, 2],
  ["expm1", Math.expm1, 2],
  ["log", Math.log, 2],
  ["log1p", Math.log1p, 3],
  ["sin", Math.sin, 2],
  ["cos", Math.cos, 2],
  ["tanh", Math.tanh, 3],
  ["sigmoid", (x) => 1 / (1 + Math.exp(-x)), 3],
  ["softplus", (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 3],
];

const binaryFloat: [ScalarOp, (a: number, b: number) => number, number][] = [
  ["add", (a, b) => a + b, 0],
  ["sub", (a, b) => a - b, 0],
  ["mul", (a, b) => a * b, 0],
  ["div", (a, b) => a / b, 3],
  ["min", Math.min, 0],
  ["max", Math.max, 0],
];

const comparisons: [ScalarOp, (a: number, b: number) => boolean][] = [
  ["eq", (a, b) => a === b],
  ["ne", (a, b) => a !== b],
  ["lt", (a, b) => a < b],
  ["le", (a, b) => a <= b],
  ["gt", (a, b) => a > b],
  ["ge", (a, b) => a >= b],
];

const binaryI32: [ScalarOp, (a: number, b: number) => number][] = [
  ["add", (a, b) => a + b],
  ["sub", (a, b) => a - b],
  ["mul", Math.imul],
  ["floorDiv", floorDiv],
  ["mod", modulo],
  ["min", Math.min],
  ["max", Math.max],
  ["and", (a, b) => a & b],
  ["or", (a, b) => a | b],
  ["xor", (a, b) => a ^ b],
  ["shiftLeft", (a, b) => (clamp32(b) === 32 ? 0 : a << b)],
  ["shiftRight", (a, b) => (clamp32(b) === 32 ? a >> 31 : a >> b)],
];

/** Casts: from, to, values, expected. */
const casts: [DType, DType, number[], number[]][] = [
  ["f32", "i32", [1.9, -1.9, 0, 100], [1, -1, 0, 100]],
  ["f32", "i32", [nan, inf, -inf, -3e9], [0, 2147483647, LOWEST, LOWEST]],
  ["f32", "u32", [nan, inf, -1, 3e9], [0, 4294967295, 0, 3e9]],
  ["f32", "u8", [0, 1.9, 255, 256, -1, nan], [0, 1, 255, 255, 0, 0]],
  ["f32", "i16", [40000, -40000, nan, -7.5], [32767, -32768, 0, -7]],
  ["f32", "bool", [0, -0, 0.1, nan, inf], [0, 0, 1, 1, 1]],
  ["bool", "f32", [0, 1], [0, 1]],
  ["bool", "i32", [0, 1], [0, 1]],
  ["i32", "bool", [0, -3, LOWEST], [0, 1, 1]],
  ["i32", "u8", [-1, 256, 300], [255, 0, 44]],
  ["i32", "i8", [127, 128, -129], [127, -128, 127]],
  ["i32", "f32", [LOWEST, 16777217], [LOWEST, 16777216]],
  ["u8", "i8", [127, 128, 255], [127, -128, -1]],
  ["u32", "f32", [4294967295], [4294967296]],
  ["i16", "u32", [-1], [4294967295]],
];

describe("webgpu: elementwise", function () {
  this.timeout(60_000);
  const gpu = useGpu();
  const column = (dtype: DType, values: readonly number[]) => {
    const array = hostArray(dtype, values.length);
    values.forEach((value, i) => {
      array[i] = value;
    });
    return array;
  };
  const apply = (
    from: readonly DType[],
    to: DType,
    columns: readonly (readonly number[])[],
    f: (...xs: Expression[]) => Expression,
  ): number[] => {
    const text = elementwise(columns[0]!.length, from, to, f);
    const inputs = columns.map((values, i) => column(from[i]!, values));
    return [...run(gpu(), text, inputs)[0]!].map(Number);
  };
  const close = (got: number[], want: readonly number[], ulp: number, of: (i: number) => string) =>
    got.forEach((value, i) => {
      // WGSL may flush subnormal numbers to zero.
      if (value === 0 && Math.abs(want[i]!) < 2 ** -126) return;
      expect(ulps(value, Math.fround(want[i]!)), `${of(i)} = ${want[i]}, got ${value}`).at.most(
        ulp,
      );
    });

  for (const [name, meaning, ulp] of unary)
    it(`f32 ${name}`, () => {
      const got = apply(["f32"], "f32", [SPECIAL], (x) => op("f32", name, x));
      close(
        got,
        SPECIAL.map((x) => meaning(Math.fround(x))),
        ulp,
        (i) => `${name}(${SPECIAL[i]})`,
      );
    });

  for (const name of ["sin", "cos"] as const)
    it(`f32 ${name} of angles of any size`, () => {
      const angles = Array.from({ length: 5000 }, (_, i) =>
        Math.fround((i % 2 ? -1 : 1) * 2 ** ((i / 5000) * 131 - 4)),
      );
      angles.push(16367173 * 2 ** 72); // the nearest to an odd multiple of π/2
      const got = apply(["f32"], "f32", [angles], (x) => op("f32", name, x));
      close(got, angles.map(Math[name]), 3, (i) => `${name}(${angles[i]})`);
    });

  for (const [name, meaning, ulp] of binaryFloat)
    it(`f32 ${name}`, () => {
      const [a, b] = pairs(SPECIAL);
      const got = apply(["f32", "f32"], "f32", [a, b], (x, y) => op("f32", name, x, y));
      const want = a.map((x, i) => meaning(Math.fround(x), Math.fround(b[i]!)));
      close(got, want, ulp, (i) => `${name}(${a[i]}, ${b[i]})`);
    });

  it("f32 floorDiv and mod round towards −∞", () => {
    const a = [7, -7, 7, -7, 1, 5.5, 0, nan, inf, 6];
    const b = [2, 2, -2, -2, 0.1, 0.25, 3, 1, 2, -3];
    const both = (name: "floorDiv" | "mod") =>
      apply(["f32", "f32"], "f32", [a, b], (x, y) => op("f32", name, x, y));
    close(both("floorDiv"), [3, -4, -4, 3, 9, 22, 0, nan, inf, -2], 0, (i) => `⌊${a[i]}/${b[i]}⌋`);
    const rest = 1 - 9 * Math.fround(0.1);
    close(both("mod"), [1, 1, -1, -1, rest, 0, 0, nan, nan, 0], 1, (i) => `${a[i]} mod ${b[i]}`);
  });

  for (const [name, meaning] of comparisons) {
    it(`f32 ${name}`, () => {
      const [a, b] = pairs(SPECIAL);
      const got = apply(["f32", "f32"], "bool", [a, b], (x, y) => op("bool", name, x, y));
      expect(got).to.deep.equal(a.map((x, i) => Number(meaning(x, b[i]!))));
    });
    it(`bool ${name}`, () => {
      const [a, b] = pairs([0, 1]);
      const got = apply(["bool", "bool"], "bool", [a, b], (x, y) => op("bool", name, x, y));
      expect(got).to.deep.equal(a.map((x, i) => Number(meaning(x, b[i]!))));
    });
  }

  it("a value compared with itself finds NaN", () => {
    const got = apply(["f32"], "bool", [SPECIAL], (x) => op("bool", "ne", x, x));
    expect(got).to.deep.equal(SPECIAL.map((x) => Number(Number.isNaN(x))));
  });

  for (const [name, meaning] of binaryI32)
    it(`i32 ${name}`, () => {
      const [a, b] = pairs([0, 1, -1, 2, 7, -7, 31, 32, 2 ** 31 - 1, LOWEST]);
      const got = apply(["i32", "i32"], "i32", [a, b], (x, y) => op("i32", name, x, y));
      expect(got).to.deep.equal(a.map((x, i) => meaning(x, b[i]!) | 0));
    });

  it("u32 floorDiv, mod and shifts", () => {
    const a = [4294967295, 7, 7, 1];
    const b = [2, 0, 40, 31];
    const all = (name: ScalarOp) =>
      apply(["u32", "u32"], "u32", [a, b], (x, y) => op("u32", name, x, y));
    expect(all("floorDiv")).to.deep.equal([2147483647, 0, 0, 0]);
    expect(all("mod")).to.deep.equal([1, 0, 7, 1]);
    expect(all("shiftLeft")).to.deep.equal([4294967292, 7, 0, 2147483648]);
    expect(all("shiftRight")).to.deep.equal([1073741823, 7, 0, 0]);
  });

  it("narrow integers wrap", () => {
    const sum = (dtype: DType, a: number[], b: number[]) =>
      apply([dtype, dtype], dtype, [a, b], (x, y) => op(dtype, "add", x, y));
    expect(sum("u8", [200, 255], [100, 1])).to.deep.equal([44, 0]);
    expect(sum("i8", [127, -128], [1, -1])).to.deep.equal([-128, 127]);
    expect(sum("i16", [32767], [1])).to.deep.equal([-32768]);
    expect(sum("u16", [65535], [2])).to.deep.equal([1]);
  });

  for (const [from, to, values, expected] of casts)
    it(`cast ${from} → ${to}`, () => {
      const got = apply([from], to, [values], (x) => op(to, "cast", x));
      expect(got).to.deep.equal(expected);
    });

  it("bitcast keeps the bits", () => {
    const got = apply(["f32"], "u32", [[1, -0, inf]], (x) => op("u32", "bitcast", x));
    expect(got).to.deep.equal([0x3f800000, 0x80000000, 0x7f800000]);
  });

  it("literals of every type", () => {
    const given: [ScalarType & DType, number | bigint, number][] = [
      ["f32", nan, nan],
      ["f32", -inf, -inf],
      ["f32", -0, -0],
      ["f32", 1e39, inf],
      ["f32", 0.1, Math.fround(0.1)],
      ["f32", 1e-45, 1.401298464324817e-45],
      ["i32", LOWEST, LOWEST],
      ["u32", 4294967295, 4294967295],
      ["bool", 1, 1],
    ];
    for (const [dtype, value, want] of given) {
      const [got] = apply(["f32"], dtype, [[0]], () => literal(dtype, value));
      if (value === 1e-45) expect(got, "a subnormal, kept or flushed").to.be.oneOf([want, 0]);
      else expect(got, `${dtype} ${value}`).to.deep.equal(want);
    }
  });

  it("a load is 0 where its guard is false", () => {
    const got = apply(["f32"], "f32", [[1, 2, 3]], (x) => {
      if (x.kind !== "load") throw new Error("not a load");
      const shifted = op("index", "sub", x.index, literal("index", 1));
      return load("f32", 0, shifted, op("bool", "ge", shifted, literal("index", 0)));
    });
    expect(got).to.deep.equal([0, 1, 2]);
  });

  it("more workgroups than one dimension holds", () => {
    const n = 65_536 * 64 + 3;
    const i = Float32Array.from({ length: n }, (_, at) => at % 1000);
    const text = elementwise(n, ["f32"], "f32", (x) => op("f32", "add", x, literal("f32", 1)));
    const [got] = run(gpu(), text, [i]);
    expect(got!.every((value, at) => value === (at % 1000) + 1)).to.equal(true);
  });
});
