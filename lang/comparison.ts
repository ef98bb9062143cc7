/** Comparison, logic, bits and choice, elementwise. */
import { isFloat, isInteger } from "./dtype.js";
import { HypatiaError } from "./error.js";
import {
  aligned,
  apply,
  asTensor,
  asTruth,
  broadcastTogether,
  type Operand,
  promoted,
} from "./operand.js";
import type { Tensor } from "./tensor.js";

function compare(
  op: string,
  primitive: "eq" | "ne" | "lt" | "le" | "gt" | "ge",
  x: Operand,
  y: Operand,
): Tensor {
  const [a, b] = aligned(op, [x, y]);
  return apply(primitive, a, b);
}

/**
 * x = y, elementwise, as bool; also the operator `==` between tensors. NaN equals nothing.
 * Shapes broadcast; dtypes promote.
 *
 * @example
 * equal(tensor([1, 2]), 2).toArray(); // [false, true]
 */
export const equal = (x: Operand, y: Operand): Tensor => compare("equal", "eq", x, y);

/**
 * x ≠ y, elementwise, as bool; also the operator `!=` between tensors.
 *
 * @example
 * notEqual(tensor([1, 2]), 2).toArray(); // [true, false]
 */
export const notEqual = (x: Operand, y: Operand): Tensor => compare("notEqual", "ne", x, y);

/**
 * x < y, elementwise, as bool; also the operator `<`.
 *
 * @example
 * less(tensor([1, 2, 3]), 2).toArray(); // [true, false, false]
 */
export const less = (x: Operand, y: Operand): Tensor => compare("less", "lt", x, y);

/**
 * x ≤ y, elementwise, as bool; also the operator `<=`.
 *
 * @example
 * lessEqual(tensor([1, 2, 3]), 2).toArray(); // [true, true, false]
 */
export const lessEqual = (x: Operand, y: Operand): Tensor => compare("lessEqual", "le", x, y);

/**
 * x > y, elementwise, as bool; also the operator `>`.
 *
 * @example
 * greater(tensor([1, 2, 3]), 2).toArray(); // [false, false, true]
 */
export const greater = (x: Operand, y: Operand): Tensor => compare("greater", "gt", x, y);

/**
 * x ≥ y, elementwise, as bool; also the operator `>=`.
 *
 * @example
 * greaterEqual(tensor([1, 2, 3]), 2).toArray(); // [false, true, true]
 */
export const greaterEqual = (x: Operand, y: Operand): Tensor => compare("greaterEqual", "ge", x, y);

function logical(op: string, primitive: "and" | "or" | "xor", x: Operand, y: Operand): Tensor {
  const [a, b] = broadcastTogether(op, [asTruth(op, x), asTruth(op, y)]);
  return apply(primitive, a, b);
}

/**
 * x ∧ y, elementwise, as bool; a number counts as true unless it is 0. Shapes broadcast.
 *
 * @example
 * logicalAnd(tensor([true, true]), tensor([true, false])).toArray(); // [true, false]
 */
export const logicalAnd = (x: Operand, y: Operand): Tensor => logical("logicalAnd", "and", x, y);

/**
 * x ∨ y, elementwise, as bool; a number counts as true unless it is 0. Shapes broadcast.
 *
 * @example
 * logicalOr(tensor([true, false]), false).toArray(); // [true, false]
 */
export const logicalOr = (x: Operand, y: Operand): Tensor => logical("logicalOr", "or", x, y);

/**
 * Whether exactly one of x and y is true, elementwise, as bool. Shapes broadcast.
 *
 * @example
 * logicalXor(tensor([true, false]), true).toArray(); // [false, true]
 */
export const logicalXor = (x: Operand, y: Operand): Tensor => logical("logicalXor", "xor", x, y);

/**
 * ¬x, elementwise, as bool; a number counts as true unless it is 0.
 *
 * @example
 * logicalNot(tensor([true, false])).toArray(); // [false, true]
 */
export const logicalNot = (x: Operand): Tensor => apply("not", asTruth("logicalNot", x));

function bits(
  op: string,
  primitive: "and" | "or" | "xor" | "shiftLeft" | "shiftRight",
  x: Operand,
  y: Operand,
): Tensor {
  const [a, b] = aligned(op, [x, y]);
  const isShift = primitive === "shiftLeft" || primitive === "shiftRight";
  if (!isInteger(a.dtype) && (isShift || a.dtype !== "bool"))
    throw new HypatiaError(op, `not defined for ${a.dtype}`, {
      expected: isShift ? "integers" : "integers or bool",
      remedy: 'x.cast("i32")',
    });
  return apply(primitive, a, b);
}

/**
 * The bits set in both x and y, elementwise, for integers and bool. Shapes broadcast.
 *
 * @example
 * bitwiseAnd(tensor([6], { dtype: "i32" }), 3).toArray(); // [2]
 */
export const bitwiseAnd = (x: Operand, y: Operand): Tensor => bits("bitwiseAnd", "and", x, y);

/**
 * The bits set in x or y, elementwise, for integers and bool. Shapes broadcast.
 *
 * @example
 * bitwiseOr(tensor([6], { dtype: "i32" }), 3).toArray(); // [7]
 */
export const bitwiseOr = (x: Operand, y: Operand): Tensor => bits("bitwiseOr", "or", x, y);

/**
 * The bits set in one of x and y, elementwise, for integers and bool. Shapes broadcast.
 *
 * @example
 * bitwiseXor(tensor([6], { dtype: "i32" }), 3).toArray(); // [5]
 */
export const bitwiseXor = (x: Operand, y: Operand): Tensor => bits("bitwiseXor", "xor", x, y);

/**
 * All bits of x inverted, elementwise, for integers and bool.
 *
 * @example
 * bitwiseNot(tensor([6], { dtype: "i32" })).toArray(); // [-7]
 */
export function bitwiseNot(x: Operand): Tensor {
  const a = asTensor("bitwiseNot", x);
  if (a.dtype === "bool") return apply("not", a);
  const ones = a.dtype.startsWith("u") ? (1n << BigInt(a.dtype.slice(1))) - 1n : -1n;
  return bits("bitwiseNot", "xor", a, ones);
}

/**
 * x · 2 ^ y for integers: the bits of x moved y places up. Shapes broadcast.
 *
 * @example
 * leftShift(tensor([1, 2], { dtype: "i32" }), 3).toArray(); // [8, 16]
 */
export const leftShift = (x: Operand, y: Operand): Tensor => bits("leftShift", "shiftLeft", x, y);

/**
 * ⌊x / 2 ^ y⌋ for integers: the bits of x moved y places down, the sign kept. Shapes broadcast.
 *
 * @example
 * rightShift(tensor([8, -8], { dtype: "i32" }), 1).toArray(); // [4, -4]
 */
export const rightShift = (x: Operand, y: Operand): Tensor =>
  bits("rightShift", "shiftRight", x, y);

/**
 * x where the condition is true, y elsewhere; elementwise. All three broadcast; x and y promote.
 * (Theano's `switch`.)
 *
 * @example
 * where(tensor([true, false]), tensor([1, 2]), 0).toArray(); // [1, 0]
 */
export function where(condition: Operand, x: Operand, y: Operand): Tensor {
  const [a, b] = promoted("where", [x, y]);
  const [c, d, e] = broadcastTogether("where", [asTruth("where", condition), a, b]);
  return apply("where", c, d, e);
}

/**
 * Whether x is not a number, elementwise, as bool; false for integers.
 *
 * @example
 * isNan(tensor([1, NaN])).toArray(); // [false, true]
 */
export function isNan(x: Operand): Tensor {
  const a = asTensor("isNan", x);
  return isFloat(a.dtype) ? apply("isNan", a) : apply("ne", a, a);
}

/**
 * Whether x is +∞ or −∞, elementwise, as bool; false for integers.
 *
 * @example
 * isInf(tensor([1, -Infinity])).toArray(); // [false, true]
 */
export const isInf = (x: Operand): Tensor => {
  const a = asTensor("isInf", x);
  if (!isFloat(a.dtype)) return apply("ne", a, a);
  return compare("isInf", "eq", apply("abs", a), Number.POSITIVE_INFINITY);
};
