/** Arithmetic with broadcasting: what the operators of cells mean. */
import { isFloat, isInteger } from "./dtype.js";
import { aligned, apply, asNumeric, castTo, type Operand } from "./operand.js";
import { Tensor } from "./tensor.js";

/** Operands aligned, in a dtype that has arithmetic: truth values count as i32. */
function numbers(op: string, x: Operand, y: Operand): Tensor[] {
  return aligned(op, [x, y]).map((operand) => asNumeric(op, operand));
}

/**
 * x + y, elementwise; also the operator `+`.
 *
 * Shapes broadcast; dtypes promote (a JavaScript number never widens a tensor; bools count as i32).
 * Throws if the shapes do not broadcast.
 *
 * @example
 * add(tensor([1, 2]), 10).toArray(); // [11, 12]
 */
export function add(x: Operand, y: Operand): Tensor {
  const [a, b] = numbers("add", x, y);
  return apply("add", a, b);
}

/**
 * x − y, elementwise; also the operator `-`. Shapes broadcast; dtypes promote.
 *
 * @example
 * subtract(10, tensor([1, 2])).toArray(); // [9, 8]
 */
export function subtract(x: Operand, y: Operand): Tensor {
  const [a, b] = numbers("subtract", x, y);
  return apply("sub", a, b);
}

/**
 * x · y, elementwise; also the operator `*`. Shapes broadcast; dtypes promote.
 * For the matrix product see {@link matmul} and {@link dot}.
 *
 * @example
 * multiply(tensor([[1], [2]]), tensor([1, 10])).toArray(); // [[1, 10], [2, 20]]
 */
export function multiply(x: Operand, y: Operand): Tensor {
  const [a, b] = numbers("multiply", x, y);
  return apply("mul", a, b);
}

/**
 * x / y, elementwise; also the operator `/`. Shapes broadcast; dtypes promote, and integers divide
 * as f32. Division by zero gives ±∞ or NaN.
 *
 * @example
 * divide(tensor([1, 2]), 4).toArray(); // [0.25, 0.5]
 */
export function divide(x: Operand, y: Operand): Tensor {
  const [a, b] = aligned("divide", [x, y]).map((operand) =>
    isFloat(operand.dtype) ? operand : castTo(operand, "f32"),
  );
  return apply("div", a, b);
}

/**
 * ⌊x / y⌋, elementwise: rounds towards −∞. Shapes broadcast; dtypes promote and stay.
 * An integer divided by zero gives 0.
 *
 * @example
 * floorDivide(tensor([-7, 7]), 2).toArray(); // [-4, 3]
 */
export function floorDivide(x: Operand, y: Operand): Tensor {
  const [a, b] = numbers("floorDivide", x, y);
  return apply("floorDiv", a, b);
}

/**
 * x − y · ⌊x / y⌋, elementwise; also the operator `%` on tensors. The result has the sign of y, as
 * in NumPy (JavaScript's own `%` on numbers has that of x). An integer modulo zero gives 0.
 *
 * @example
 * mod(tensor([-1, 4]), 3).toArray(); // [2, 1]
 */
export function mod(x: Operand, y: Operand): Tensor {
  const [a, b] = numbers("mod", x, y);
  return apply("mod", a, b);
}

/**
 * x ^ y, elementwise; also the operator `**`. Shapes broadcast; dtypes promote; an integer tensor
 * to a negative number is computed as f32.
 *
 * @example
 * power(tensor([1, 2, 3]), 2).toArray(); // [1, 4, 9]
 */
export function power(x: Operand, y: Operand): Tensor {
  const isInverse = (typeof y === "number" || typeof y === "bigint") && y < 0;
  const base = isInverse && x instanceof Tensor && !isFloat(x.dtype) ? castTo(x, "f32") : x;
  const [a, b] = numbers("power", base, y);
  return apply("pow", a, b);
}

/**
 * −x, elementwise; also the unary operator `-`. Unsigned integers wrap; bools count as i32.
 *
 * @example
 * negative(tensor([1, -2])).toArray(); // [-1, 2]
 */
export const negative = (x: Operand): Tensor => apply("neg", asNumeric("negative", x));

/**
 * |x|, elementwise.
 *
 * @example
 * abs(tensor([-1, 2])).toArray(); // [1, 2]
 */
export const abs = (x: Operand): Tensor => apply("abs", asNumeric("abs", x));

/**
 * −1, 0 or 1 by the sign of x, elementwise; NaN stays NaN.
 *
 * @example
 * sign(tensor([-3, 0, 5])).toArray(); // [-1, 0, 1]
 */
export const sign = (x: Operand): Tensor => apply("sign", asNumeric("sign", x));

/**
 * x · x, elementwise.
 *
 * @example
 * square(tensor([2, 3])).toArray(); // [4, 9]
 */
export function square(x: Operand): Tensor {
  const a = asNumeric("square", x);
  return apply("mul", a, a);
}

/** Rounding leaves integers as they are. */
function rounded(op: "floor" | "ceil" | "round" | "trunc", x: Operand): Tensor {
  const a = asNumeric(op, x);
  return isInteger(a.dtype) ? a : apply(op, a);
}

/**
 * The largest integer ≤ x, elementwise, in the dtype of x.
 *
 * @example
 * floor(tensor([-1.5, 1.5])).toArray(); // [-2, 1]
 */
export const floor = (x: Operand): Tensor => rounded("floor", x);

/**
 * The smallest integer ≥ x, elementwise, in the dtype of x.
 *
 * @example
 * ceil(tensor([-1.5, 1.5])).toArray(); // [-1, 2]
 */
export const ceil = (x: Operand): Tensor => rounded("ceil", x);

/**
 * The nearest integer, elementwise, halves to the even one, in the dtype of x.
 *
 * @example
 * round(tensor([0.5, 1.5, 2.4])).toArray(); // [0, 2, 2]
 */
export const round = (x: Operand): Tensor => rounded("round", x);

/**
 * x without its fraction (rounded towards 0), elementwise, in the dtype of x.
 *
 * @example
 * trunc(tensor([-1.5, 1.5])).toArray(); // [-1, 1]
 */
export const trunc = (x: Operand): Tensor => rounded("trunc", x);

/**
 * The smaller of x and y, elementwise; NaN if either is. Shapes broadcast; dtypes promote.
 *
 * @example
 * minimum(tensor([1, 5]), 3).toArray(); // [1, 3]
 */
export function minimum(x: Operand, y: Operand): Tensor {
  const [a, b] = aligned("minimum", [x, y]);
  return apply("minimum", a, b);
}

/**
 * The larger of x and y, elementwise; NaN if either is. Shapes broadcast; dtypes promote.
 *
 * @example
 * maximum(tensor([1, 5]), 3).toArray(); // [3, 5]
 */
export function maximum(x: Operand, y: Operand): Tensor {
  const [a, b] = aligned("maximum", [x, y]);
  return apply("maximum", a, b);
}

/**
 * x limited to low … high, elementwise: min(max(x, low), high). `null` leaves a side open.
 *
 * @example
 * clip(tensor([-2, 0.5, 2]), -1, 1).toArray(); // [-1, 0.5, 1]
 */
export function clip(x: Operand, low: Operand | null, high: Operand | null): Tensor {
  const raised = low === null ? asNumeric("clip", x) : maximum(asNumeric("clip", x), low);
  return high === null ? raised : minimum(raised, high);
}
