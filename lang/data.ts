/** Between JavaScript data and values: numbers, nested arrays and typed arrays, in and out. */
import {
  type DType,
  dtypeOfArray,
  hostArray,
  isBig,
  isFloat,
  isInteger,
  rangeOf,
  type TypedArray,
} from "./dtype.js";
import { HypatiaError } from "./error.js";
import { formatShape } from "./size.js";
import { hostValue, type Value } from "./value.js";

/** One element as a program writes it. */
export type Scalar = number | bigint | boolean;

/** Rows of rows of … elements; the innermost rows may be typed arrays. */
export type NestedArray = readonly (Scalar | TypedArray | NestedArray)[];

/** Everything that can become a tensor's data. */
export type TensorData = Scalar | TypedArray | NestedArray;

/** What `toArray` gives: a number (or boolean), or arrays of them, one level per axis. */
export type Nested = number | boolean | Nested[];

export interface DataOptions {
  readonly dtype?: DType;
  /** The shape of flat data; nested arrays bring their own. */
  readonly shape?: readonly number[];
  /** Use a typed array as it is instead of copying it; do not write to it afterwards. */
  readonly borrow?: boolean;
}

export function isTypedArray(data: unknown): data is TypedArray {
  return (
    ArrayBuffer.isView(data) && !(data instanceof DataView) && !(data instanceof Uint8ClampedArray)
  );
}

/** The default dtype of a number is f32, of a boolean bool, of a bigint i64. */
export const dtypeOfScalar = (value: Scalar): DType =>
  typeof value === "number" ? "f32" : typeof value === "boolean" ? "bool" : "i64";

/**
 * The value of JavaScript data. Without a dtype, numbers become f32, booleans bool, bigints i64 and
 * typed arrays keep theirs. Throws for ragged arrays, a shape with another number of elements, and
 * elements that the dtype cannot hold; `op` and `what` name the culprit in messages.
 */
export function valueOf(op: string, data: TensorData, options: DataOptions = {}): Value {
  if (isTypedArray(data)) return ofTypedArray(op, data, options);
  if (!Array.isArray(data)) {
    if (!isScalar(data)) throw notData(op, data);
    const dtype = options.dtype ?? dtypeOfScalar(data);
    const array = hostArray(dtype, 1);
    write(op, array, dtype, 0, data, () => "");
    return hostValue(dtype, checkedShape(op, [], 1, options.shape), array);
  }
  const shape = nestedShape(data);
  const dtype = options.dtype ?? firstDType(data) ?? "f32";
  const length = shape.reduce((product, size) => product * size, 1);
  const array = hostArray(dtype, length);
  fill(op, array, dtype, data, shape);
  return hostValue(dtype, checkedShape(op, shape, length, options.shape), array);
}

export const isScalar = (data: unknown): data is Scalar =>
  typeof data === "number" || typeof data === "bigint" || typeof data === "boolean";

const notData = (op: string, data: unknown): HypatiaError =>
  new HypatiaError(op, "this is not tensor data", {
    got: data === null ? "null" : typeof data === "object" ? data.constructor.name : typeof data,
    expected: "a number, a boolean, a typed array, or nested arrays of them",
  });

function ofTypedArray(op: string, data: TypedArray, options: DataOptions): Value {
  const own = dtypeOfArray(data);
  const dtype = options.dtype ?? own;
  const shape = checkedShape(op, [data.length], data.length, options.shape);
  if (dtype === own) return hostValue(dtype, shape, options.borrow ? plain(data) : copyOf(data));
  if (dtype === "bool" && own === "u8" && data.every((x: number | bigint) => x === 0 || x === 1))
    return hostValue(dtype, shape, copyOf(data));
  const array = hostArray(dtype, data.length);
  for (let i = 0; i < data.length; i++) write(op, array, dtype, i, data[i], () => `[${i}]`);
  return hostValue(dtype, shape, array);
}

/** A copy of its own also for a Node Buffer, whose `slice` shares memory. */
const copyOf = (data: TypedArray): TypedArray =>
  data instanceof Uint8Array ? new Uint8Array(data) : data.slice();

const plain = (data: TypedArray): TypedArray =>
  data instanceof Uint8Array ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data;

function checkedShape(
  op: string,
  own: readonly number[],
  length: number,
  wanted: readonly number[] | undefined,
): readonly number[] {
  if (wanted === undefined) return own;
  const wrong = wanted.some((size) => !Number.isInteger(size) || size < 0);
  if (wrong || wanted.reduce((product, size) => product * size, 1) !== length)
    throw new HypatiaError(op, "the data does not have this shape", {
      got: `${length} element${length === 1 ? "" : "s"}`,
      expected: `shape ${formatShape(wanted)}`,
    });
  return [...wanted];
}

function nestedShape(data: NestedArray): number[] {
  const shape: number[] = [];
  let level: unknown = data;
  while (Array.isArray(level) || isTypedArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

function firstDType(data: NestedArray): DType | null {
  let level: unknown = data;
  while (Array.isArray(level)) level = level[0];
  return isTypedArray(level) ? dtypeOfArray(level) : isScalar(level) ? dtypeOfScalar(level) : null;
}

function fill(
  op: string,
  array: TypedArray,
  dtype: DType,
  data: NestedArray,
  shape: readonly number[],
): void {
  const path: number[] = [];
  const place = () => path.map((i) => `[${i}]`).join("");
  let at = 0;
  const visit = (level: unknown, depth: number): void => {
    const isRow = Array.isArray(level) || isTypedArray(level);
    if (isRow !== depth < shape.length || (isRow && level.length !== shape[depth]))
      throw ragged(op, place(), level, shape.slice(depth));
    if (!isRow) {
      if (!isScalar(level)) throw notData(op, level);
      write(op, array, dtype, at++, level, place);
      return;
    }
    for (let i = 0; i < level.length; i++) {
      path[depth] = i;
      visit(level[i], depth + 1);
    }
    path.length = depth;
  };
  visit(data, 0);
}

const ragged = (op: string, place: string, got: unknown, expected: readonly number[]) =>
  new HypatiaError(op, "the nested arrays are ragged", {
    got:
      Array.isArray(got) || isTypedArray(got)
        ? `${got.length} at ${place}`
        : `a number at ${place}`,
    expected:
      expected.length === 0
        ? "a number, as in the first row"
        : `${expected[0]}, as in the first row`,
    remedy: "give every row the same length",
  });

/** array[at] = value, if the dtype can hold it. */
function write(
  op: string,
  array: TypedArray,
  dtype: DType,
  at: number,
  value: Scalar,
  place: () => string,
): void {
  if (isFloat(dtype)) {
    array[at] = Number(value);
    return;
  }
  const integer = typeof value === "boolean" ? Number(value) : value;
  const [low, high] = dtype === "bool" ? [0n, 1n] : rangeOf(dtype)!;
  const fits = typeof integer === "bigint" || Number.isInteger(integer);
  if (!fits || integer < low || integer > high) {
    const where = place();
    throw new HypatiaError(op, `${dtype} cannot hold ${value}${where && ` (at ${where})`}`, {
      expected: dtype === "bool" ? "true or false" : `integers from ${low} to ${high}`,
      remedy: isInteger(dtype) ? 'use dtype "f32", or round the data first' : "compare: x != 0",
    });
  }
  if (isBig(dtype)) array[at] = BigInt(integer);
  else array[at] = Number(integer);
}

/** Elements of a value as nested arrays of numbers (booleans for bool), one level per axis. */
export function nestedOf({ dtype, shape, data }: Value, asNumbers = false): Nested {
  let at = 0;
  const isTruth = dtype === "bool" && !asNumbers;
  const level = (axis: number): Nested => {
    if (axis === shape.length) return isTruth ? data[at++] === 1 : numberOf(data[at++], "toArray");
    return Array.from({ length: shape[axis] }, () => level(axis + 1));
  };
  return level(0);
}

/** An element as a number; 64-bit integers only where a number holds them exactly. */
export function numberOf(element: number | bigint, op: string): number {
  const number = Number(element);
  if (typeof element === "bigint" && !Number.isSafeInteger(number))
    throw new HypatiaError(op, `a JavaScript number cannot hold ${element} exactly`, {
      remedy: "read the bigints with data(), or cast to f64 first",
    });
  return number;
}
