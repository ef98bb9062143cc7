/** Functions of one real variable, elementwise. Integers and bools are taken as f32. */
import { add, divide, maximum, multiply, subtract } from "./arithmetic.js";
import { aligned, apply, asFloat, asNumeric, type Operand } from "./operand.js";
import type { Tensor } from "./tensor.js";

/**
 * e ^ x, elementwise. Integers give f32.
 *
 * @example
 * exp(tensor([0, 1])).toArray(); // [1, 2.7182817459106445]
 */
export const exp = (x: Operand): Tensor => apply("exp", asFloat("exp", x));

/**
 * e ^ x − 1, elementwise, exact also near 0. Integers give f32.
 *
 * @example
 * expm1(tensor(1e-10)).item(); // 1.000000013351432e-10, which is 1e-10 as f32
 */
export const expm1 = (x: Operand): Tensor => apply("expm1", asFloat("expm1", x));

/**
 * The natural logarithm, elementwise. −∞ at 0, NaN below. Integers give f32.
 *
 * @example
 * log(tensor([1, 0])).toArray(); // [0, -Infinity]
 */
export const log = (x: Operand): Tensor => apply("log", asFloat("log", x));

/**
 * log(1 + x), elementwise, exact also near 0. Integers give f32.
 *
 * @example
 * log1p(tensor(0)).item(); // 0
 */
export const log1p = (x: Operand): Tensor => apply("log1p", asFloat("log1p", x));

/**
 * The logarithm to base 2, elementwise: log(x) / log(2). Integers give f32.
 *
 * @example
 * log2(tensor(8)).item(); // 3
 */
export const log2 = (x: Operand): Tensor => multiply(log(x), Math.LOG2E);

/**
 * The logarithm to base 10, elementwise: log(x) / log(10). Integers give f32.
 *
 * @example
 * log10(tensor(100)).item(); // 2
 */
export const log10 = (x: Operand): Tensor => multiply(log(x), Math.LOG10E);

/**
 * √x, elementwise; NaN for negative numbers. Integers give f32.
 *
 * @example
 * sqrt(tensor([4, 9])).toArray(); // [2, 3]
 */
export const sqrt = (x: Operand): Tensor => apply("sqrt", asFloat("sqrt", x));

/**
 * 1 / √x, elementwise. Integers give f32.
 *
 * @example
 * rsqrt(tensor([4, 16])).toArray(); // [0.5, 0.25]
 */
export const rsqrt = (x: Operand): Tensor => divide(1, sqrt(x));

/**
 * sin x, elementwise, x in radians. Integers give f32.
 *
 * @example
 * sin(tensor(0)).item(); // 0
 */
export const sin = (x: Operand): Tensor => apply("sin", asFloat("sin", x));

/**
 * cos x, elementwise, x in radians. Integers give f32.
 *
 * @example
 * cos(tensor(0)).item(); // 1
 */
export const cos = (x: Operand): Tensor => apply("cos", asFloat("cos", x));

/**
 * sin x / cos x, elementwise, x in radians. Integers give f32.
 *
 * @example
 * tan(tensor(0)).item(); // 0
 */
export const tan = (x: Operand): Tensor => divide(sin(x), cos(x));

/**
 * The angle in −π/2 … π/2 whose sine is x, elementwise; NaN beyond ±1. Integers give f32.
 *
 * @example
 * asin(tensor(0)).item(); // 0
 */
export const asin = (x: Operand): Tensor => atan2(x, cosineOf(x));

/**
 * The angle in 0 … π whose cosine is x, elementwise; NaN beyond ±1. Integers give f32.
 *
 * @example
 * acos(tensor(1)).item(); // 0
 */
export const acos = (x: Operand): Tensor => atan2(cosineOf(x), x);

/** √(1 − x²), without cancellation near ±1. */
function cosineOf(x: Operand): Tensor {
  const a = asFloat("asin", x);
  return sqrt(multiply(subtract(1, a), add(1, a)));
}

/**
 * The angle in −π/2 … π/2 whose tangent is x, elementwise. Integers give f32.
 *
 * @example
 * atan(tensor(0)).item(); // 0
 */
export const atan = (x: Operand): Tensor => atan2(x, 1);

/**
 * The angle in −π … π of the point (x, y) as seen from the origin, elementwise: atan(y / x) in the
 * right quadrant. Mind the order of the arguments. Shapes broadcast; integers give f32.
 *
 * @example
 * atan2(tensor(1), tensor(-1)).item(); // 2.356194496154785, which is 3π/4
 */
export function atan2(y: Operand, x: Operand): Tensor {
  const [a, b] = aligned("atan2", [y, x]).map((operand) => asFloat("atan2", operand));
  return apply("atan2", a, b);
}

/**
 * (e ^ x − e ^ −x) / 2, elementwise. Integers give f32.
 *
 * @example
 * sinh(tensor(0)).item(); // 0
 */
export function sinh(x: Operand): Tensor {
  const a = asFloat("sinh", x);
  return multiply(0.5, subtract(expm1(a), expm1(apply("neg", a))));
}

/**
 * (e ^ x + e ^ −x) / 2, elementwise. Integers give f32.
 *
 * @example
 * cosh(tensor(0)).item(); // 1
 */
export function cosh(x: Operand): Tensor {
  const a = asFloat("cosh", x);
  return multiply(0.5, add(exp(a), exp(apply("neg", a))));
}

/**
 * The hyperbolic tangent, elementwise: between −1 and 1. Integers give f32.
 *
 * @example
 * tanh(tensor([0, 100])).toArray(); // [0, 1]
 */
export const tanh = (x: Operand): Tensor => apply("tanh", asFloat("tanh", x));

/**
 * 1 / (1 + e ^ −x), elementwise: between 0 and 1. Integers give f32.
 *
 * @example
 * sigmoid(tensor([0, 100])).toArray(); // [0.5, 1]
 */
export const sigmoid = (x: Operand): Tensor => apply("sigmoid", asFloat("sigmoid", x));

/**
 * log(1 + e ^ x), elementwise: a smooth max(x, 0) that does not overflow. Integers give f32.
 *
 * @example
 * softplus(tensor([100])).toArray(); // [100]
 */
export const softplus = (x: Operand): Tensor => apply("softplus", asFloat("softplus", x));

/**
 * max(x, 0), elementwise, in the dtype of x.
 *
 * @example
 * relu(tensor([-1, 2])).toArray(); // [0, 2]
 */
export const relu = (x: Operand): Tensor => maximum(asNumeric("relu", x), 0);

/**
 * x · Φ(x) = x / 2 · (1 + erf(x / √2)), elementwise: the Gaussian error linear unit, exact (not the
 * tanh approximation). Integers give f32.
 *
 * @example
 * gelu(tensor([0, 100])).toArray(); // [0, 100]
 */
export function gelu(x: Operand): Tensor {
  const a = asFloat("gelu", x);
  return multiply(multiply(0.5, a), add(1, erf(multiply(a, Math.SQRT1_2))));
}

/**
 * The error function 2/√π ∫₀ˣ e^(−t²) dt, elementwise: between −1 and 1. Integers give f32.
 *
 * @example
 * erf(tensor([0, 10])).toArray(); // [0, 1]
 */
export const erf = (x: Operand): Tensor => apply("erf", asFloat("erf", x));

/**
 * x as it is, but a constant to {@link grad}: no derivative flows through it.
 *
 * @example
 * grad(sum(multiply(x, stopGradient(x))), x); // x, not 2x
 */
export const stopGradient = (x: Operand): Tensor =>
  apply("stopGradient", asNumeric("stopGradient", x));
