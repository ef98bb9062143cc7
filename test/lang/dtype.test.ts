import { expect } from "chai";
import {
  type DType,
  dtypes,
  hostArray,
  isBig,
  isLossless,
  promote,
  promoteWeak,
  rangeOf,
} from "../../lang/dtype.js";
import { HypatiaError } from "../../lang/index.js";

const all = Object.keys(dtypes) as DType[];

/** Rows and columns in this order; "-" where there is no common dtype. */
const order: DType[] = ["bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"];
const table = `
  bool u8  u16 u32 u64 i8  i16 i32 i64 f32 f64
  u8   u8  u16 u32 u64 i16 i16 i32 i64 f32 f64
  u16  u16 u16 u32 u64 i32 i32 i32 i64 f32 f64
  u32  u32 u32 u32 u64 i64 i64 i64 i64 f32 f64
  u64  u64 u64 u64 u64 -   -   -   -   f32 f64
  i8   i16 i32 i64 -   i8  i16 i32 i64 f32 f64
  i16  i16 i32 i64 -   i16 i16 i32 i64 f32 f64
  i32  i32 i32 i64 -   i32 i32 i32 i64 f32 f64
  i64  i64 i64 i64 -   i64 i64 i64 i64 f32 f64
  f32  f32 f32 f32 f32 f32 f32 f32 f32 f32 f64
  f64  f64 f64 f64 f64 f64 f64 f64 f64 f64 f64`;

describe("promotion", () => {
  it("knows every dtype", () => expect([...order].sort()).to.deep.equal([...all].sort()));

  table
    .trim()
    .split("\n")
    .forEach((row, i) => {
      row
        .trim()
        .split(/\s+/)
        .forEach((expected, j) => {
          const [a, b] = [order[i], order[j]];
          it(`${a} with ${b}: ${expected}`, () => {
            if (expected === "-") expect(() => promote(a, b)).to.throw(HypatiaError, "no common");
            else expect(promote(a, b)).to.equal(expected);
          });
        });
    });

  const weak: [DType, number | bigint | boolean, DType | RegExp][] = [
    ["f32", 1, "f32"],
    ["f32", 0.1, "f32"],
    ["f64", 1e300, "f64"],
    ["i32", 2, "i32"],
    ["i32", 2.5, "f32"],
    ["u8", 255, "u8"],
    ["u8", 256, /256 does not fit in u8/],
    ["u8", -1, /-1 does not fit in u8/],
    ["i64", 2n ** 40n, "i64"],
    ["i32", 2n ** 40n, /does not fit in i32/],
    ["bool", true, "bool"],
    ["bool", 1, "i32"],
    ["bool", 0.5, "f32"],
    ["f32", true, "f32"],
  ];
  for (const [dtype, value, expected] of weak)
    it(`${dtype} with the ${typeof value} ${value}`, () => {
      if (expected instanceof RegExp)
        expect(() => promoteWeak(dtype, value)).to.throw(HypatiaError, expected);
      else expect(promoteWeak(dtype, value)).to.equal(expected);
    });
});

describe("a dtype that holds all values of another", () => {
  /** Values that another dtype is the first to lose. */
  function specimens(dtype: DType): (number | bigint)[] {
    if (dtype === "bool") return [0, 1];
    const epsilon = dtype === "f32" ? 2 ** -23 : 2 ** -52;
    const [low, high] = rangeOf(dtype) ?? [];
    if (low === undefined || high === undefined) return [0.5, 1 + epsilon, -(2 ** 100)];
    return [low, low + 1n, high - 1n, high];
  }

  function survives(value: number | bigint, dtype: DType): boolean {
    if (isBig(dtype) && !Number.isInteger(Number(value))) return false;
    const [cell] = hostArray(dtype, 1).fill(
      (isBig(dtype) ? BigInt(value) : Number(value)) as never,
    );
    const back = dtype === "bool" ? Number(cell !== 0) : cell;
    return typeof value === "bigint" ? BigInt(back) === value : Number(back) === value;
  }

  for (const from of all)
    it(`of ${from}`, () => {
      const holders = all.filter((to) => specimens(from).every((value) => survives(value, to)));
      expect(all.filter((to) => isLossless(from, to))).to.deep.equal(holders);
    });
});
