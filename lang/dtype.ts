/** Element types: what each one is, and which one two of them meet in. */
import { HypatiaError } from "./error.js";

export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

interface DTypeRow {
  readonly kind: "bool" | "unsigned" | "signed" | "float";
  readonly bytes: number;
  /** Host storage; bool is one byte, 0 or 1. */
  readonly array: new (
    lengthOrBytes: number | ArrayBufferLike,
    offset?: number,
    length?: number,
  ) => TypedArray;
  /** Smallest and largest value of an integer type. */
  readonly range?: readonly [bigint, bigint];
}

const signed = (bits: bigint): readonly [bigint, bigint] => [
  -(1n << (bits - 1n)),
  (1n << (bits - 1n)) - 1n,
];
const unsigned = (bits: bigint): readonly [bigint, bigint] => [0n, (1n << bits) - 1n];

export const dtypes = {
  bool: { kind: "bool", bytes: 1, array: Uint8Array },
  u8: { kind: "unsigned", bytes: 1, array: Uint8Array, range: unsigned(8n) },
  u16: { kind: "unsigned", bytes: 2, array: Uint16Array, range: unsigned(16n) },
  u32: { kind: "unsigned", bytes: 4, array: Uint32Array, range: unsigned(32n) },
  u64: { kind: "unsigned", bytes: 8, array: BigUint64Array, range: unsigned(64n) },
  i8: { kind: "signed", bytes: 1, array: Int8Array, range: signed(8n) },
  i16: { kind: "signed", bytes: 2, array: Int16Array, range: signed(16n) },
  i32: { kind: "signed", bytes: 4, array: Int32Array, range: signed(32n) },
  i64: { kind: "signed", bytes: 8, array: BigInt64Array, range: signed(64n) },
  f32: { kind: "float", bytes: 4, array: Float32Array },
  f64: { kind: "float", bytes: 8, array: Float64Array },
} as const satisfies Record<string, DTypeRow>;

/** The name of an element type: `bool`, `u8` … `u64`, `i8` … `i64`, `f32`, `f64`. */
export type DType = keyof typeof dtypes;

const rows: Record<DType, DTypeRow> = dtypes;

export const isDType = (name: string): name is DType => Object.hasOwn(dtypes, name);
export const kindOf = (dtype: DType): DTypeRow["kind"] => rows[dtype].kind;
export const isFloat = (dtype: DType): boolean => rows[dtype].kind === "float";
export const isInteger = (dtype: DType): boolean =>
  rows[dtype].kind === "signed" || rows[dtype].kind === "unsigned";
export const bytesOf = (dtype: DType): number => rows[dtype].bytes;
export const rangeOf = (dtype: DType): readonly [bigint, bigint] | undefined => rows[dtype].range;

/** Whether a float dtype holds x to full precision: not 0, subnormal, infinite or NaN. */
export function isNormal(x: number, dtype: DType): boolean {
  const [smallest, largest] = dtype === "f32" ? [2 ** -126, 2 ** 128] : [2 ** -1022, Infinity];
  const rounded = dtype === "f32" ? Math.abs(Math.fround(x)) : Math.abs(x);
  return rounded >= smallest && rounded < largest;
}

/** Whether every value of `from` is exactly a value of `to`. */
export function isLossless(from: DType, to: DType): boolean {
  if (from === to || from === "bool") return true;
  const [a, b] = [rows[from], rows[to]];
  if (b.kind === "float") return a.kind === "float" ? a.bytes <= b.bytes : a.bytes < b.bytes;
  if (a.kind === "float" || b.kind === "bool") return false;
  if (a.kind === b.kind) return a.bytes <= b.bytes;
  return a.kind === "unsigned" && a.bytes < b.bytes;
}

/** Whether the elements are `bigint`s on the host. */
export const isBig = (dtype: DType): dtype is "i64" | "u64" => dtype === "i64" || dtype === "u64";

/** A zeroed host array of `length` elements. */
export const hostArray = (dtype: DType, length: number): TypedArray =>
  new rows[dtype].array(length);

/** A host array over existing bytes, which must be aligned to the element size. */
export const hostView = (
  dtype: DType,
  bytes: ArrayBufferLike,
  offset = 0,
  length?: number,
): TypedArray => new rows[dtype].array(bytes, offset, length);

/** The dtype whose host storage `array` is (a `Uint8Array` is `u8`). */
export function dtypeOfArray(array: TypedArray): Exclude<DType, "bool"> {
  if (array instanceof Float32Array) return "f32";
  if (array instanceof Float64Array) return "f64";
  if (array instanceof Int32Array) return "i32";
  if (array instanceof BigInt64Array) return "i64";
  if (array instanceof Uint8Array) return "u8";
  if (array instanceof Int8Array) return "i8";
  if (array instanceof Uint16Array) return "u16";
  if (array instanceof Int16Array) return "i16";
  if (array instanceof Uint32Array) return "u32";
  return "u64";
}

/**
 * The type two tensors meet in: the array API's promotion table, and an integer or a bool with
 * another kind gives that kind. `u64` has no common type with signed integers.
 */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  const [ra, rb] = [rows[a], rows[b]];
  if (ra.kind === "bool") return b;
  if (rb.kind === "bool") return a;
  if (ra.kind === "float" || rb.kind === "float") {
    if (ra.kind !== "float") return b;
    if (rb.kind !== "float") return a;
    return ra.bytes > rb.bytes ? a : b;
  }
  if (ra.kind === rb.kind) return ra.bytes > rb.bytes ? a : b;
  const [u, s] = ra.kind === "unsigned" ? [a, b] : [b, a];
  if (rows[u].bytes < rows[s].bytes) return s;
  const wider = ({ u8: "i16", u16: "i32", u32: "i64" } as Partial<Record<DType, DType>>)[u];
  if (wider) return wider;
  throw new HypatiaError("dtype", `${a} and ${b} have no common dtype`, {
    remedy: `cast one of them first, for example x.cast("f64")`,
  });
}

/** The type in which `dtype` meets a JS number or boolean, which is weak: it never widens. */
export function promoteWeak(dtype: DType, value: number | bigint | boolean): DType {
  if (typeof value === "boolean") return dtype;
  const { kind, range } = rows[dtype];
  if (kind === "float") return dtype;
  if (typeof value === "number" && !Number.isInteger(value)) return "f32";
  if (kind === "bool") return "i32";
  const integer = BigInt(value);
  if (range && (integer < range[0] || integer > range[1]))
    throw new HypatiaError("dtype", `the number ${value} does not fit in ${dtype}`, {
      expected: `a number from ${range[0]} to ${range[1]}`,
      remedy: `cast the tensor to a wider dtype first`,
    });
  return dtype;
}
