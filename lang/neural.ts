/** Functions of neural networks and statistics over an axis, stable for large numbers. */
import { add, divide, multiply, negative, subtract } from "./arithmetic.js";
import { equal, isInf, where } from "./comparison.js";
import { isFloat } from "./dtype.js";
import { HypatiaError } from "./error.js";
import { exp, log, stopGradient } from "./functions.js";
import { expandDims } from "./movement.js";
import {
  asFloat,
  asTensor,
  axisOf,
  expandTo,
  iota,
  labelsOf,
  type Operand,
  reshapeTo,
} from "./operand.js";
import { type AxisArgument, max, mean, type ReduceOptions, sum } from "./reductions.js";
import { sameDim } from "./size.js";
import type { Tensor } from "./tensor.js";

/** x minus its largest element along the axes, which has no derivative: it cancels. */
function shifted(x: Tensor, axis: AxisArgument | undefined): { rest: Tensor; top: Tensor } {
  const top = stopGradient(max(x, axis, { keepDims: true }));
  return { rest: subtract(x, top), top };
}

/**
 * e ^ xᵢ / Σⱼ e ^ xⱼ along an axis (the last by default): positive numbers with the sum 1. Does not
 * overflow. Integers give f32. Throws where the axis is empty.
 *
 * @example
 * softmax(tensor([0, 0])).toArray(); // [0.5, 0.5]
 */
export function softmax(x: Operand, axis: number | readonly number[] = -1): Tensor {
  const powers = exp(shifted(asFloat("softmax", x), axis).rest);
  return divide(powers, sum(powers, axis, { keepDims: true }));
}

/**
 * log(softmax(x)) along an axis (the last by default), exact also where softmax rounds to 0:
 * xᵢ − log Σⱼ e ^ xⱼ. Integers give f32. Throws where the axis is empty.
 *
 * @example
 * logSoftmax(tensor([0, 1000])).toArray(); // [-1000, 0]
 */
export function logSoftmax(x: Operand, axis: number | readonly number[] = -1): Tensor {
  const { rest } = shifted(asFloat("logSoftmax", x), axis);
  return subtract(rest, log(sum(exp(rest), axis, { keepDims: true })));
}

/**
 * log Σ e ^ x over the axes (all by default), without overflow. Integers give f32. Throws where an
 * axis is empty.
 *
 * @example
 * logSumExp(tensor([1000, 1000])).item(); // 1000.6931762695312
 */
export function logSumExp(x: Operand, axis?: AxisArgument, options: ReduceOptions = {}): Tensor {
  const a = asFloat("logSumExp", x);
  const { top } = shifted(a, axis);
  // An infinite maximum would give ∞ − ∞; the sum is then that infinity itself.
  const finite = where(isInf(top), 0, top);
  const kept = add(log(sum(exp(subtract(a, finite)), axis, { keepDims: true })), finite);
  return options.keepDims ? kept : reshapeTo(kept, sum(a, axis).shape);
}

export interface CrossEntropyOptions {
  /** The axis of the classes; the last by default. */
  readonly axis?: number;
  /** What becomes of the rows' losses: their mean (default), their sum, or all of them. */
  readonly reduction?: "mean" | "sum" | "none";
}

/**
 * The cross-entropy −Σ p log softmax(logits) over the classes, averaged over everything else.
 * `labels` are either integers (the classes; no class axis) or probabilities p in the shape of the
 * logits, such as {@link oneHot}. Labels outside the classes count as no class: loss 0.
 *
 * Throws if the shapes do not fit.
 *
 * @example
 * crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: "i32" })).item(); // 0.6931471824645996
 */
export function crossEntropy(
  logits: Operand,
  labels: Operand,
  { axis = -1, reduction = "mean" }: CrossEntropyOptions = {},
): Tensor {
  const a = asFloat("crossEntropy", logits);
  const b = asTensor("crossEntropy", labels);
  const k = axisOf("crossEntropy", axis, a.ndim, a.shape);
  const logs = logSoftmax(a, k);
  const isClasses = !isFloat(b.dtype) && b.ndim === a.ndim - 1;
  const expected = isClasses ? a.shape.toSpliced(k, 1) : a.shape;
  if (b.ndim !== expected.length || b.shape.some((n, i) => sameDim(n, expected[i]) === false))
    throw new HypatiaError("crossEntropy", "the labels do not fit the logits", {
      got: `logits ${a} and labels ${b}`,
      expected: "integer labels without the class axis, or probabilities in the logits' shape",
    });
  const chosen = isClasses
    ? where(classMask(b, logs, k), logs, 0)
    : multiply(asFloat("crossEntropy", b), logs);
  const losses = negative(sum(chosen, k));
  return reduction === "mean" ? mean(losses) : reduction === "sum" ? sum(losses) : losses;
}

/** Where the position along axis k is the label. */
function classMask(labels: Tensor, logs: Tensor, k: number): Tensor {
  const classes = labelsOf(labels);
  const spread = expandTo(expandDims(classes, k), logs.shape);
  return equal(spread, iota(logs.shape, k, classes.dtype));
}
