import { expect } from "chai";
import {
  type DType,
  dtypes,
  hostArray,
  isBig,
  isFloat,
  rangeOf,
  type TypedArray,
} from "../../../lang/dtype.js";
import type { Node, OpName } from "../../../lang/graph.js";
import { node } from "../../../lang/node.js";
import { ops, opsOf } from "../../../lang/ops.js";
import { graphOf, run, symbol } from "../../compiler/build.js";

type Scalar = number | bigint;

const all = Object.keys(dtypes) as DType[];
const floats = [-Infinity, -1e30, -2.5, -1, -0.5, -0, 0, 0.5, 1, 1.5, 3, 1e30, Infinity, NaN];

/** Values at which an op of this dtype could go wrong. */
function samples(dtype: DType): Scalar[] {
  if (dtype === "bool") return [0, 1];
  if (isFloat(dtype)) return dtype === "f32" ? floats.map(Math.fround) : floats;
  const [low, high] = rangeOf(dtype)!;
  const whole = [low, low + 1n, -3n, -1n, 0n, 1n, 2n, 3n, 5n, 31n, 64n, high - 1n, high];
  const inside = [...new Set(whole.filter((x) => x >= low && x <= high))];
  return isBig(dtype) ? inside : inside.map(Number);
}

/** Every combination of `arity` samples, one array per operand. */
function operands(types: readonly DType[]): TypedArray[] {
  const rows = types.reduce<Scalar[][]>(
    (made, dtype) => made.flatMap((row) => samples(dtype).map((value) => [...row, value])),
    [[]],
  );
  return types.map((dtype, i) => {
    const array = hostArray(dtype, rows.length);
    rows.forEach((row, j) => {
      array[j] = row[i];
    });
    return array;
  });
}

/** Integer ops, exactly; the result wraps. */
const onIntegers: Partial<Record<OpName, (x: bigint, y: bigint, bits: bigint) => bigint>> = {
  neg: (x) => -x,
  abs: (x) => (x < 0n ? -x : x),
  sign: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  not: (x) => (x === 0n ? 1n : 0n),
  stopGradient: (x) => x,
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  floorDiv: (x, y) => (y === 0n ? 0n : (x - (((x % y) + y) % y)) / y),
  mod: (x, y) => (y === 0n ? 0n : ((x % y) + y) % y),
  pow: (x, y, bits) => power(x, y, bits),
  minimum: (x, y) => (x < y ? x : y),
  maximum: (x, y) => (x > y ? x : y),
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  shiftLeft: (x, y, bits) => (y < 0n || y >= bits ? 0n : x << y),
  eq: (x, y) => BigInt(x === y),
  ne: (x, y) => BigInt(x !== y),
  lt: (x, y) => BigInt(x < y),
  le: (x, y) => BigInt(x <= y),
  gt: (x, y) => BigInt(x > y),
  ge: (x, y) => BigInt(x >= y),
  shiftRight: (x, y, bits) => (y < 0n || y >= bits ? (x < 0n ? -1n : 0n) : x >> y),
};

function power(x: bigint, y: bigint, bits: bigint): bigint {
  if (y < 0n) return x === 1n ? 1n : x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
  let [product, square] = [1n, x];
  for (; y > 0n; y >>= 1n) {
    if (y & 1n) product = BigInt.asIntN(Number(bits) + 1, product * square);
    square = BigInt.asIntN(Number(bits) + 1, square * square);
  }
  return product;
}

const bitsOf = (dtype: DType): bigint => BigInt(dtype === "bool" ? 1 : dtype.slice(1));

const wrap = (dtype: DType, x: bigint): bigint =>
  dtype === "bool" || dtype.startsWith("u")
    ? BigInt.asUintN(Number(bitsOf(dtype)), x)
    : BigInt.asIntN(Number(bitsOf(dtype)), x);

function expectedOf(made: Node, values: readonly Scalar[]): number {
  const [{ dtype }] = made.inputs;
  const exact = isFloat(dtype) ? undefined : onIntegers[made.op];
  if (exact) {
    const [x, y = 0n] = values.map(BigInt);
    return Number(wrap(made.dtype, exact(x, y, bitsOf(dtype))));
  }
  const [x, y, z] = values.map(Number);
  const value = ops[made.op].scalar?.(x, y, z) ?? Number.NaN;
  return made.dtype === "f32" ? Math.fround(value) : value;
}

/** Within two units in the last place, which functions of `Math` may differ by; or both NaN. */
const isClose = (a: number, b: number, dtype: DType): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= Math.abs(b) * (dtype === "f32" ? 2.4e-7 : 5e-16);

const skipped: ReadonlySet<OpName> = new Set(["threefry", "cast", "pow", "mod", "where"]);

describe("js: elementwise ops", () => {
  for (const op of opsOf("elementwise").filter((name) => !skipped.has(name)))
    for (const dtype of all) {
      const types = Array.from({ length: Number(ops[op].arity) }, () => dtype);
      const made = tryNode(op, types);
      if (made) it(`${op} of ${dtype}`, () => expectValues(made));
    }

  for (const dtype of all.filter((d) => !isFloat(d) && d !== "bool"))
    for (const op of ["mod", "pow"] as const)
      it(`${op} of ${dtype}`, () => expectValues(tryNode(op, [dtype, dtype])!));

  for (const [x, y, result] of [
    [5, 3, 2],
    [-5, 3, 1],
    [5, -3, -1],
    [5, Infinity, 5],
    [-5, Infinity, Infinity],
    [5, 0, NaN],
    [1e30, 7, Number(BigInt(1e30) % 7n)],
  ])
    it(`${x} mod ${y} = ${result}`, () => expectPair("mod", x, y, result));

  for (const [x, y, result] of [
    [2, 10, 1024],
    [2, -1, 0.5],
    [-8, 1 / 3, NaN],
    [0, 0, 1],
    [1, NaN, 1],
    [-1, Infinity, 1],
    [NaN, 0, 1],
  ])
    it(`${x} ^ ${y} = ${result}`, () => expectPair("pow", x, y, result));

  for (const dtype of all)
    it(`where on ${dtype}`, () => {
      const made = tryNode("where", ["bool", dtype, dtype])!;
      const data = operands(["bool", dtype, dtype]);
      const [got] = run(graphOf(made.inputs, [made]), dataOf(made, data));
      const [condition, x, y] = data;
      expect([...got]).to.deep.equal([...got].map((_, i) => (condition[i] ? x[i] : y[i])));
    });

  it("threefry as its authors' test vectors say", () => {
    // Random123, kat_vectors: threefry2x32, 20 rounds.
    const rows = [
      [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
      [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
    ];
    const leaves = ["k0", "k1", "c0", "c1"].map((name) => symbol(name, [rows.length], "u32"));
    const column = (i: number): Uint32Array => Uint32Array.from(rows, (row) => row[i]);
    const words = ([0, 1] as const).map((lane) => node("threefry", leaves, { lane }) as Node);
    const data = new Map(leaves.map((leaf, i) => [leaf, column(i)]));
    const got = run(graphOf(leaves, words), data);
    expect(got).to.deep.equal([column(4), column(5)]);
  });
});

describe("js: casts", () => {
  for (const from of all)
    for (const to of all)
      it(`${from} to ${to}`, () => {
        const x = symbol("x", [samples(from).length], from);
        const made = node("cast", [x], { dtype: to }) as Node;
        const data = operands([from]);
        const [got] = run(graphOf([x], [made]), new Map([[x, data[0]]]));
        expect([...got].map(String)).to.deep.equal([...data[0]].map((v) => cast(v, from, to)));
      });
});

/** The rules of compiler/ir.ts, in exact arithmetic. */
function cast(value: Scalar, from: DType, to: DType): string {
  if (to === "bool") return Number(value) === 0 ? "0" : "1";
  if (to === "f64") return String(Number(value));
  if (to === "f32") return String(Math.fround(Number(value)));
  if (!isFloat(from)) return String(wrap(to, BigInt(value)));
  const [low, high] = rangeOf(to)!;
  const x = Number(value);
  if (Number.isNaN(x)) return "0";
  if (x >= Number(high)) return String(high);
  return x <= Number(low) ? String(low) : String(BigInt(Math.trunc(x)));
}

/** The op on symbols of these dtypes; null where it is not defined for them. */
function tryNode(op: OpName, types: readonly DType[]): Node | null {
  const [{ length }] = operands(types);
  const leaves = types.map((dtype, i) => symbol(`x${i}`, [length], dtype));
  try {
    return node(op, leaves, {} as never) as unknown as Node;
  } catch {
    return null;
  }
}

const dataOf = (made: Node, data: readonly TypedArray[]) =>
  new Map(made.inputs.map((leaf, i) => [leaf, data[i]]));

function expectValues(made: Node): void {
  const data = operands(made.inputs.map(({ dtype }) => dtype));
  const [got] = run(graphOf(made.inputs, [made]), dataOf(made, data));
  got.forEach((value, i) => {
    const given = data.map((array) => array[i]);
    const expected = expectedOf(made, given);
    const isSame = isClose(Number(value), expected, made.dtype);
    expect(isSame, `${made.op}(${given.join(", ")}) = ${value}, not ${expected}`).to.equal(true);
  });
}

function expectPair(op: "mod" | "pow", x: number, y: number, result: number): void {
  const leaves = [symbol("x", [1]), symbol("y", [1])];
  const made = node(op, leaves, {}) as Node;
  const data = [x, y].map((value) => Float64Array.of(value));
  const [got] = run(graphOf(leaves, [made]), dataOf(made, data));
  expect([...got]).to.deep.equal([result]);
}
