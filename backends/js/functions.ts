/** What generated JavaScript calls as `m.…`: scalar functions that `Math` lacks, and the sort. */
import type { TypedArray } from "../../lang/dtype.js";
import { ops } from "../../lang/ops.js";

type Function = "sigmoid" | "softplus" | "erf" | "round" | "pow" | "floorDiv" | "mod";

/** What the table says, which has a definition for each of these. */
const scalar = (name: Function) => ops[name].scalar!;

const views = (() => {
  const buffer = new ArrayBuffer(8);
  return {
    f32: new Float32Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer),
    u64: new BigUint64Array(buffer),
  };
})();

export const functions = {
  sigmoid: scalar("sigmoid"),
  softplus: scalar("softplus"),
  erf: scalar("erf"),
  round: scalar("round"),

  pow: scalar("pow"),

  floorDivFloat: scalar("floorDiv"),
  floorDivInteger: (x: number, y: number): number => (y === 0 ? 0 : Math.floor(x / y)),
  floorDivBig(x: bigint, y: bigint): bigint {
    if (y === 0n) return 0n;
    const quotient = x / y;
    return x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient;
  },
  modFloat: scalar("mod"),
  modInteger: (x: number, y: number): number => (y === 0 ? 0 : functions.modFloat(x, y, 0)),
  modBig(x: bigint, y: bigint): bigint {
    if (y === 0n) return 0n;
    const rest = x % y;
    return rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest;
  },

  shiftLeftBig: (x: bigint, by: bigint): bigint => (by >= 0n && by < 64n ? x << by : 0n),
  shiftRightBig: (x: bigint, by: bigint): bigint =>
    by >= 0n && by < 64n ? x >> by : x < 0n ? -1n : 0n,

  /** Float to integer: towards zero, saturating, NaN to 0. */
  toInteger: (x: number, low: number, high: number): number =>
    x >= high ? high : x <= low ? low : Math.trunc(x) || 0,
  toBig: (x: number, low: bigint, high: bigint): bigint =>
    x >= Number(high) ? high : x <= Number(low) ? low : BigInt(Math.trunc(x) || 0),

  /** x to 53 bits, the last of them odd where any were lost: what rounds it again rounds right. */
  withStickyBit: (x: bigint): bigint =>
    x === BigInt(Number(x)) ? x : (x & ~0x7ffn) | ((x & 0x7ffn) === 0n ? 0n : 0x800n),

  /** The same bits as another type. */
  bitcast(from: keyof typeof views, to: keyof typeof views, x: never): number | bigint {
    views[from][0] = x;
    return views[to][0];
  },

  /** Positions that sort the middle one of three axes ascending; stable, NaN last. */
  argSort(x: TypedArray, result: TypedArray, outer: number, length: number, inner: number): void {
    const order = Array.from({ length }, (_, i) => i);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const start = o * length * inner + i;
        const at = (j: number): number | bigint => x[start + j * inner];
        for (let j = 0; j < length; j++) order[j] = j;
        order.sort((a, b) => compare(at(a), at(b)));
        for (let j = 0; j < length; j++) result[start + j * inner] = order[j];
      }
  },
};

/** Ascending, NaN after everything else. */
function compare(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  const [nanA, nanB] = [Number.isNaN(a), Number.isNaN(b)];
  return nanA === nanB ? 0 : nanA ? 1 : -1;
}
