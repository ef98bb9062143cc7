/** Reductions over axes: sums, extremes, moments, positions. */
import { divide, square, subtract } from "./arithmetic.js";
import { sqrt } from "./functions.js";
import { node } from "./node.js";
import {
  asFloat,
  asTensor,
  asTruth,
  axesOf,
  axisOf,
  expandTo,
  type Operand,
  reshapeTo,
  sizeTensor,
} from "./operand.js";
import { multiplyDims, type Shape, subtractDims } from "./size.js";
import { Tensor } from "./tensor.js";

/** One axis, several, or `null` for all; negative ones count from the back. */
export type AxisArgument = number | readonly number[] | null;

export interface ReduceOptions {
  /** Keep the reduced axes, with size 1. */
  readonly keepDims?: boolean;
}

function reduce(
  name: string,
  op: "sum" | "prod" | "max" | "min",
  x: Tensor,
  axis: AxisArgument | undefined,
  { keepDims = false }: ReduceOptions,
): Tensor {
  const axes = axesOf(name, axis, x.shape);
  const result = axes.length === 0 ? x : new Tensor(node(op, [x.node], { axes }));
  return keepDims ? reshapeTo(result, keptShape(x.shape, axes)) : result;
}

const keptShape = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

/**
 * Σ x over the axes (all by default). Bools and small integers are summed as i32 (unsigned ones as
 * u32); other dtypes stay. The sum of nothing is 0.
 *
 * @example
 * sum(tensor([[1, 2], [3, 4]]), 0).toArray(); // [4, 6]
 */
export function sum(x: Operand, axis?: AxisArgument, options: ReduceOptions = {}): Tensor {
  return reduce("sum", "sum", asTensor("sum", x), axis, options);
}

/**
 * Π x over the axes (all by default), in the dtype of {@link sum}. The product of nothing is 1.
 *
 * @example
 * prod(tensor([2, 3, 4])).item(); // 24
 */
export function prod(x: Operand, axis?: AxisArgument, options: ReduceOptions = {}): Tensor {
  return reduce("prod", "prod", asTensor("prod", x), axis, options);
}

/**
 * The largest element along the axes (all by default); NaN if there is one. Throws where an axis is
 * empty.
 *
 * @example
 * max(tensor([[1, 5], [3, 4]]), 1).toArray(); // [5, 4]
 */
export function max(x: Operand, axis?: AxisArgument, options: ReduceOptions = {}): Tensor {
  return reduce("max", "max", asTensor("max", x), axis, options);
}

/**
 * The smallest element along the axes (all by default); NaN if there is one. Throws where an axis
 * is empty.
 *
 * @example
 * min(tensor([[1, 5], [3, 4]]), 1).toArray(); // [1, 3]
 */
export function min(x: Operand, axis?: AxisArgument, options: ReduceOptions = {}): Tensor {
  return reduce("min", "min", asTensor("min", x), axis, options);
}

/**
 * The mean Σ x / n over the axes (all by default). Integers and bools give f32, so the mean of a
 * comparison is the share of true elements. The mean of nothing is NaN.
 *
 * @example
 * mean(tensor([1, 2, 6])).item(); // 3
 */
export function mean(x: Operand, axis?: AxisArgument, options: ReduceOptions = {}): Tensor {
  return average("mean", asFloat("mean", x), axis, options, 0);
}

/** Σ x / (n − correction). */
function average(
  name: string,
  x: Tensor,
  axis: AxisArgument | undefined,
  options: ReduceOptions,
  correction: number,
): Tensor {
  const count = multiplyDims(...axesOf(name, axis, x.shape).map((i) => x.shape[i]));
  const dtype = x.dtype === "f64" ? "f64" : "f32";
  const divisor = sizeTensor(subtractDims(count, correction), dtype);
  return divide(reduce(name, "sum", x, axis, options), divisor);
}

export interface MomentOptions extends ReduceOptions {
  /** What is subtracted from the number of elements: 0 (default), or 1 for a sample's variance. */
  readonly correction?: number;
}

/**
 * The variance Σ (x − mean)² / (n − correction) over the axes (all by default). Integers give f32.
 *
 * @example
 * variance(tensor([1, 3])).item(); // 1
 */
export function variance(x: Operand, axis?: AxisArgument, options: MomentOptions = {}): Tensor {
  const a = asFloat("variance", x);
  const centred = subtract(a, mean(a, axis, { keepDims: true }));
  return average("variance", square(centred), axis, options, options.correction ?? 0);
}

/**
 * The standard deviation, the square root of the {@link variance}.
 *
 * @example
 * std(tensor([1, 3])).item(); // 1
 */
export function std(x: Operand, axis?: AxisArgument, options: MomentOptions = {}): Tensor {
  return sqrt(variance(x, axis, options));
}

function position(
  op: "argMax" | "argMin",
  x: Operand,
  axis: number | null | undefined,
  { keepDims = false }: ReduceOptions,
): Tensor {
  const a = asTensor(op, x);
  if (axis === null || axis === undefined) {
    const flat = reshapeTo(a, [multiplyDims(...a.shape)]);
    const result = new Tensor(node(op, [flat.node], { axis: 0 }));
    return keepDims ? expandTo(result, keptShape(a.shape, [...a.shape.keys()])) : result;
  }
  const at = axisOf(op, axis, a.ndim, a.shape);
  const result = new Tensor(node(op, [a.node], { axis: at }));
  return keepDims ? reshapeTo(result, keptShape(a.shape, [at])) : result;
}

/**
 * The position of the largest element along the axis, as i32; the first one among equals, and the
 * first NaN if there is one. Without an axis, the position in the flattened tensor.
 *
 * @example
 * argMax(tensor([[1, 5], [4, 3]]), 1).toArray(); // [1, 0]
 */
export function argMax(x: Operand, axis?: number | null, options: ReduceOptions = {}): Tensor {
  return position("argMax", x, axis, options);
}

/**
 * The position of the smallest element along the axis, as i32; the first one among equals, and the
 * first NaN if there is one. Without an axis, the position in the flattened tensor.
 *
 * @example
 * argMin(tensor([[1, 5], [4, 3]]), 1).toArray(); // [0, 1]
 */
export function argMin(x: Operand, axis?: number | null, options: ReduceOptions = {}): Tensor {
  return position("argMin", x, axis, options);
}

/** max or min on truth values; for empty axes, what leaves `and` and `or` unchanged. */
function quantify(
  name: "any" | "all",
  x: Operand,
  axis: AxisArgument | undefined,
  options: ReduceOptions,
): Tensor {
  const a = asTruth(name, x);
  const axes = axesOf(name, axis, a.shape);
  return reduce(name, name === "any" ? "max" : "min", a, axes, options);
}

/**
 * Whether any element along the axes (all by default) is true, as bool; numbers count as true
 * unless 0. False where there is none.
 *
 * @example
 * any(tensor([false, true])).item(); // 1
 */
export function any(x: Operand, axis?: AxisArgument, options: ReduceOptions = {}): Tensor {
  return quantify("any", x, axis, options);
}

/**
 * Whether all elements along the axes (all by default) are true, as bool; numbers count as true
 * unless 0. True where there is none.
 *
 * @example
 * all(tensor([false, true])).item(); // 0
 */
export function all(x: Operand, axis?: AxisArgument, options: ReduceOptions = {}): Tensor {
  return quantify("all", x, axis, options);
}
