/** The two float formats, and short names for the scalar operations that the definitions use. */
import { literal, op } from "../expression.js";
import type { BasicOp, Expression } from "../ir.js";

/** What the definitions need to know about a float format. */
export interface Format {
  readonly type: "f32" | "f64";
  /** The signed integer of the same width. */
  readonly int: "i32" | "i64";
  /** Stored bits of the significand. */
  readonly mantissa: number;
  readonly bias: number;
  /** Picks the entry of this format: coefficients and thresholds come in pairs. */
  pick<T>(f32: T, f64: T): T;
}

const f32: Format = { type: "f32", int: "i32", mantissa: 23, bias: 127, pick: (x) => x };
const f64: Format = { type: "f64", int: "i64", mantissa: 52, bias: 1023, pick: (_, x) => x };

export const formatOf = (x: Expression): Format => (x.type === "f64" ? f64 : f32);

/** A number stands for the literal of the other operand's type. */
type Operand = Expression | number;

const lift = (x: Operand, like: Expression): Expression => {
  if (typeof x !== "number") return x;
  const big = like.type === "i64" || like.type === "u64";
  return literal(like.type, big ? BigInt(x) : x);
};

const binary =
  (name: BasicOp) =>
  (a: Expression, b: Operand): Expression =>
    op(a.type, name, a, lift(b, a));

export const add = binary("add");
export const sub = binary("sub");
export const mul = binary("mul");
export const div = binary("div");
export const min = binary("min");
export const max = binary("max");
export const and = binary("and");
export const or = binary("or");
export const shiftLeft = binary("shiftLeft");
export const shiftRight = binary("shiftRight");

const unary =
  (name: BasicOp) =>
  (a: Expression): Expression =>
    op(a.type, name, a);

export const neg = unary("neg");
export const abs = unary("abs");
export const round = unary("round");
export const floor = unary("floor");
export const not = unary("not");

const comparison =
  (name: BasicOp) =>
  (a: Expression, b: Operand): Expression =>
    op("bool", name, a, lift(b, a));

export const lt = comparison("lt");
export const gt = comparison("gt");
export const ge = comparison("ge");
export const eq = comparison("eq");
export const ne = comparison("ne");

/** a · b + c with one rounding where the device can. */
export const fma = (a: Expression, b: Operand, c: Operand): Expression =>
  op(a.type, "fma", a, lift(b, a), lift(c, a));

/** One of the two operands has to be an expression. */
export function select(condition: Expression, yes: Operand, no: Operand): Expression {
  const like = typeof yes === "number" ? no : yes;
  if (typeof like === "number") throw new Error("internal: select between two bare numbers");
  return op(like.type, "select", condition, lift(yes, like), lift(no, like));
}

export const real = (of: Format, value: number): Expression => literal(of.type, value);

export const integer = (of: Format, value: number): Expression =>
  literal(of.int, of.int === "i64" ? BigInt(value) : value);

export const bits = (x: Expression): Expression => op(formatOf(x).int, "bitcast", x);
export const fromBits = (of: Format, x: Expression): Expression => op(of.type, "bitcast", x);
export const toInteger = (x: Expression): Expression => op(formatOf(x).int, "cast", x);
export const toReal = (of: Format, x: Expression): Expression => op(of.type, "cast", x);

/** c₀ + c₁x + c₂x² + … by Horner's rule. */
export function polynomial(x: Expression, coefficients: readonly number[]): Expression {
  const [highest, ...rest] = [...coefficients].reverse();
  if (highest === undefined) throw new Error("internal: a polynomial without coefficients");
  return rest.reduce<Expression>((sum, c) => fma(sum, x, c), literal(x.type, highest));
}

/** 2ⁿ for an integer n whose power is a normal number. */
export const powerOfTwo = (of: Format, n: Expression): Expression =>
  fromBits(of, shiftLeft(add(n, of.bias), of.mantissa));

/** p · 2ⁿ, right also where 2ⁿ alone would overflow or the result is subnormal. */
export function scale(of: Format, p: Expression, n: Expression): Expression {
  const half = shiftRight(n, 1);
  return mul(mul(p, powerOfTwo(of, half)), powerOfTwo(of, sub(n, half)));
}

/** The sign of `sign` on the magnitude of `x`, which has none. */
export function withSignOf(x: Expression, sign: Expression): Expression {
  const of = formatOf(x);
  const lowest = of.int === "i64" ? -(2n ** 63n) : -(2 ** 31);
  return fromBits(of, or(bits(x), and(bits(sign), literal(of.int, lowest))));
}

/** Whether the sign bit is set, also that of −0. */
export const isNegative = (x: Expression): Expression => lt(bits(x), 0);

/** An unevaluated sum high + low, with |low| ≤ half an ulp of high. */
export interface Pair {
  readonly high: Expression;
  readonly low: Expression;
}

/** a · b exactly (where fma is exact). */
export function exactProduct(a: Expression, b: Operand): Pair {
  const high = mul(a, b);
  return { high, low: fma(a, b, neg(high)) };
}

/** a + b exactly, given |a| ≥ |b| or a = 0. */
export function exactSum(a: Expression, b: Expression): Pair {
  const high = add(a, b);
  return { high, low: sub(b, sub(high, a)) };
}
