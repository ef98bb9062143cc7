/** Tensors from data, from rules, and in another dtype. */
import { add, multiply } from "./arithmetic.js";
import { type DataOptions, type Scalar, type TensorData, valueOf } from "./data.js";
import { type DType, isFloat } from "./dtype.js";
import { HypatiaError } from "./error.js";
import {
  apply,
  asTensor,
  castTo,
  checkDType,
  checkedLiteral,
  checkSizes,
  expandTo,
  iota,
  labelsOf,
  literal,
  type Operand,
  reshapeTo,
} from "./operand.js";
import { type Dim, type Shape, Size } from "./size.js";
import { ofValue, Tensor } from "./tensor.js";

export interface CreationOptions {
  /** f32 unless the function says otherwise. */
  readonly dtype?: DType;
}

/** One size, or one per axis. */
export type ShapeArgument = Dim | readonly Dim[];

const shapeOf = (op: string, shape: ShapeArgument): Shape =>
  checkSizes(op, Array.isArray(shape) ? shape : [shape as Dim]);

/**
 * A constant: from a number, a boolean, a bigint, nested arrays of them, or a typed array.
 *
 * Numbers become f32, booleans bool, bigints i64 and typed arrays keep their type, unless `dtype`
 * says otherwise; `shape` arranges flat data. The data is copied unless `borrow` is true. Throws
 * for ragged arrays, a shape with another number of elements, and numbers that an integer dtype
 * cannot hold.
 *
 * @example
 * tensor([[1, 2], [3, 4]]).shape; // [2, 2]
 * tensor(new Uint8Array(784), { shape: [28, 28] }).dtype; // "u8"
 */
export function tensor(data: TensorData | Tensor, options: DataOptions = {}): Tensor {
  checkDType("tensor", options.dtype);
  if (data instanceof Tensor)
    throw new HypatiaError("tensor", "this is a tensor already", {
      got: data.toString(),
      remedy: "use it as it is, or x.cast(dtype)",
    });
  const isPlain = typeof data === "number" && options.shape === undefined;
  if (isPlain && isFloat(options.dtype ?? "f32")) return literal(data, options.dtype ?? "f32");
  return ofValue(valueOf("tensor", data, options));
}

/**
 * The elements in another dtype. Floats become integers by dropping the fraction; numbers become
 * bool by x ≠ 0; integers wrap.
 *
 * @example
 * cast(tensor([1.7, -1.7]), "i32").toArray(); // [1, -1]
 */
export function cast(x: Operand, dtype: DType): Tensor {
  checkDType("cast", dtype);
  return castTo(asTensor("cast", x), dtype);
}

/**
 * A tensor filled with one value. Its dtype is f32 for numbers, bool for booleans, i64 for bigints,
 * unless given.
 *
 * @example
 * full([2, 2], 7).toArray(); // [[7, 7], [7, 7]]
 */
export function full(shape: ShapeArgument, value: Scalar, options: CreationOptions = {}): Tensor {
  checkDType("full", options.dtype);
  const one = options.dtype
    ? checkedLiteral("full", value, options.dtype)
    : asTensor("full", value);
  return expandTo(one, shapeOf("full", shape));
}

/**
 * A tensor of zeros.
 *
 * @example
 * zeros([2, 3]).dtype; // "f32"
 */
export function zeros(shape: ShapeArgument, { dtype = "f32" }: CreationOptions = {}): Tensor {
  checkDType("zeros", dtype);
  return expandTo(literal(0, dtype), shapeOf("zeros", shape));
}

/**
 * A tensor of ones.
 *
 * @example
 * ones(3).toArray(); // [1, 1, 1]
 */
export function ones(shape: ShapeArgument, { dtype = "f32" }: CreationOptions = {}): Tensor {
  checkDType("ones", dtype);
  return expandTo(literal(1, dtype), shapeOf("ones", shape));
}

/**
 * Zeros in the shape and dtype of x.
 *
 * @example
 * zerosLike(tensor([1, 2])).toArray(); // [0, 0]
 */
export function zerosLike(x: Operand, options: CreationOptions = {}): Tensor {
  const { shape, dtype } = asTensor("zerosLike", x);
  return zeros(shape, { dtype: options.dtype ?? dtype });
}

/**
 * Ones in the shape and dtype of x.
 *
 * @example
 * onesLike(tensor([1, 2])).toArray(); // [1, 1]
 */
export function onesLike(x: Operand, options: CreationOptions = {}): Tensor {
  const { shape, dtype } = asTensor("onesLike", x);
  return ones(shape, { dtype: options.dtype ?? dtype });
}

/**
 * start, start + step, … up to but without stop; with one argument, 0 … stop − 1. The dtype is i32
 * if all of them are integers, else f32, unless given.
 *
 * @example
 * arange(3).toArray(); // [0, 1, 2]
 * arange(0, 1, 0.25).toArray(); // [0, 0.25, 0.5, 0.75]
 */
export function arange(stop: Dim, options?: CreationOptions): Tensor;
export function arange(
  start: number,
  stop: number,
  step?: number,
  options?: CreationOptions,
): Tensor;
export function arange(
  first: Dim,
  second?: number | CreationOptions,
  step = 1,
  last: CreationOptions = {},
): Tensor {
  if (typeof second !== "number") {
    const { dtype } = second ?? {};
    checkDType("arange", dtype);
    if (typeof first === "number") return progression(0, first, 1, dtype);
    return iota(checkSizes("arange", [first]), 0, dtype);
  }
  checkDType("arange", last.dtype);
  return progression(Number(first), second, step, last.dtype);
}

function progression(start: number, stop: number, step: number, given: DType | undefined): Tensor {
  if (step === 0 || ![start, stop, step].every(Number.isFinite))
    throw new HypatiaError("arange", "these limits do not make a range", {
      got: `start ${start}, stop ${stop}, step ${step}`,
      expected: "finite numbers and a step other than 0",
    });
  const size = Math.max(0, Math.ceil((stop - start) / step));
  const dtype = given ?? ([start, stop, step].every(Number.isInteger) ? "i32" : "f32");
  const exact = isFloat(dtype) || [start, step].every(Number.isInteger) ? dtype : "f32";
  const positions = iota([size], 0, exact);
  const scaled = step === 1 ? positions : multiply(positions, step);
  return castTo(start === 0 ? scaled : add(scaled, start), dtype);
}

export interface LinspaceOptions extends CreationOptions {
  /** Whether `stop` is the last number (true by default). */
  readonly endpoint?: boolean;
}

/**
 * `count` numbers at equal distances from start to stop, both included; f32 unless given.
 *
 * @example
 * linspace(0, 1, 5).toArray(); // [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(
  start: number,
  stop: number,
  count: number,
  { dtype = "f32", endpoint = true }: LinspaceOptions = {},
): Tensor {
  checkDType("linspace", dtype);
  const shape = checkSizes("linspace", [count]);
  const steps = Math.max(endpoint ? count - 1 : count, 1);
  const real = isFloat(dtype) ? dtype : "f32";
  const fraction = apply("div", iota(shape, 0, real), expandTo(literal(steps, real), shape));
  return castTo(add(multiply(fraction, stop - start), start), dtype);
}

export interface EyeOptions extends CreationOptions {
  /** The diagonal with the ones: 0 is the main one, positive ones are above it. */
  readonly k?: number;
}

/**
 * The matrix with ones on diagonal k (0 is the main one, positive ones are above it) and zeros
 * elsewhere: `rows` × `columns`, square by default.
 *
 * @example
 * eye(2).toArray(); // [[1, 0], [0, 1]]
 * eye(2, { dtype: "f64" }).dtype; // "f64"
 */
export function eye(rows: Dim, options?: EyeOptions): Tensor;
export function eye(rows: Dim, columns?: Dim, options?: EyeOptions): Tensor;
export function eye(rows: Dim, second: Dim | EyeOptions = rows, third: EyeOptions = {}): Tensor {
  const isSquare = typeof second === "object" && !(second instanceof Size);
  const columns = isSquare ? rows : second;
  const { dtype = "f32", k = 0 } = isSquare ? second : third;
  checkDType("eye", dtype);
  const shape = checkSizes("eye", [rows, columns]);
  return castTo(apply("eq", diagonalOf(shape, k), iota(shape, shape.length - 1)), dtype);
}

/** Row index + k: equal to the column index on diagonal k. */
function diagonalOf(shape: Shape, k: number): Tensor {
  const row = iota(shape, shape.length - 2);
  return k === 0 ? row : add(row, k);
}

function triangle(op: "tril" | "triu", x: Operand, k: number): Tensor {
  const a = asTensor(op, x);
  if (a.ndim < 2)
    throw new HypatiaError(op, "there are no matrices in this tensor", {
      got: a.toString(),
      expected: "at least two axes",
    });
  const column = iota(a.shape, a.ndim - 1);
  const inside = apply(op === "tril" ? "le" : "ge", column, diagonalOf(a.shape, k));
  return apply("where", inside, a, expandTo(literal(0, a.dtype), a.shape));
}

/**
 * The lower triangles of the matrices in the last two axes: zeros above diagonal k.
 *
 * @example
 * tril(ones([2, 2])).toArray(); // [[1, 0], [1, 1]]
 */
export const tril = (x: Operand, k = 0): Tensor => triangle("tril", x, k);

/**
 * The upper triangles of the matrices in the last two axes: zeros below diagonal k.
 *
 * @example
 * triu(ones([2, 2])).toArray(); // [[1, 1], [0, 1]]
 */
export const triu = (x: Operand, k = 0): Tensor => triangle("triu", x, k);

/**
 * Ones at the positions in `labels` along a new last axis of `classes` elements, zeros elsewhere; a
 * label outside 0 … classes − 1 gives zeros only. f32 unless given.
 *
 * @example
 * oneHot(tensor([1, 0], { dtype: "i32" }), 3).toArray(); // [[0, 1, 0], [1, 0, 0]]
 */
export function oneHot(
  labels: Operand,
  classes: Dim,
  { dtype = "f32" }: CreationOptions = {},
): Tensor {
  checkDType("oneHot", dtype);
  const a = asTensor("oneHot", labels);
  if (isFloat(a.dtype) || a.dtype === "bool")
    throw new HypatiaError("oneHot", "labels must be integers", {
      got: a.toString(),
      remedy: 'labels.cast("i32")',
    });
  const shape = [...a.shape, ...checkSizes("oneHot", [classes])];
  const positions = labelsOf(a);
  const spread = expandTo(reshapeTo(positions, [...a.shape, 1]), shape);
  return castTo(apply("eq", spread, iota(shape, a.ndim, positions.dtype)), dtype);
}
