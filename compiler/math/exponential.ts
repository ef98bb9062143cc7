/** exp and its relatives, by exp(x) = 2ⁿ · exp(r) with n = round(x / ln 2), |r| ≤ ln 2 / 2. */
import type { Expression } from "../ir.js";
import {
  abs,
  add,
  div,
  type Format,
  fma,
  formatOf,
  lt,
  max,
  min,
  mul,
  neg,
  polynomial,
  powerOfTwo,
  real,
  round,
  scale,
  select,
  sub,
  toInteger,
  withSignOf,
} from "./format.js";

/** ln 2 as a sum of two numbers; n · high is exact for every n that occurs. */
const ln2 = (of: Format) =>
  of.pick([0.693359375, -0.00021219444005469057], [0.6931471803691238, 1.9082149292705877e-10]);

/** 1/k! for k from first to last. */
export function inverseFactorials(first: number, last: number): number[] {
  let factorial = 1;
  const terms: number[] = [];
  for (let k = 1; k <= last; k++) {
    factorial *= k;
    if (k >= first) terms.push(1 / factorial);
  }
  return terms;
}

/** x = n ln 2 + r, for |x| within the range where exp neither overflows nor vanishes. */
function reduce(x: Expression): { n: Expression; r: Expression } {
  const [high, low] = ln2(formatOf(x));
  const n = round(mul(x, Math.LOG2E));
  return { n: toInteger(n), r: fma(n, -low, fma(n, -high, x)) };
}

/**
 * (exp(r) − 1 − r) / r² for |r| ≤ ln 2 / 2: the Taylor polynomial, whose remainder r⁶/8! (f32) or
 * r¹²/14! (f64), relative to exp(r), is below a tenth of an ulp.
 */
const tail = (r: Expression): Expression =>
  polynomial(r, inverseFactorials(2, formatOf(r).pick(7, 13)));

/** exp(r) − 1 for |r| ≤ ln 2 / 2, to full relative precision. */
const smallExpm1 = (r: Expression): Expression => fma(mul(r, r), tail(r), r);

/** exp(r) for |r| ≤ ln 2 / 2. */
export const smallExp = (r: Expression): Expression => add(smallExpm1(r), 1);

/** eˣ. Overflows to inf, underflows through the subnormals to 0. */
export function exp(x: Expression): Expression {
  const of = formatOf(x);
  const { n, r } = reduce(max(min(x, of.pick(89, 710)), of.pick(-105, -746)));
  return scale(of, smallExp(r), n);
}

/** eˣ for x ≤ 0, one multiplication instead of two: what is below the normal numbers becomes 0. */
function expOfNegative(x: Expression): Expression {
  const of = formatOf(x);
  const smallest = of.pick(-87, -708);
  const { n, r } = reduce(max(x, smallest));
  return select(lt(x, smallest), 0, mul(smallExp(r), powerOfTwo(of, n)));
}

/** eˣ − 1 = 2ⁿ (exp(r) − 1) + (2ⁿ − 1), computed at half its size so that 2ⁿ cannot overflow. */
export function expm1(x: Expression): Expression {
  const of = formatOf(x);
  const { n, r } = reduce(max(min(x, of.pick(89, 710)), of.pick(-20, -40)));
  const half = powerOfTwo(of, sub(n, 1));
  const value = mul(fma(half, smallExpm1(r), sub(half, 0.5)), 2);
  // Half of a subnormal number may be no number.
  return select(lt(abs(x), of.pick(2 ** -25, 2 ** -54)), x, value);
}

/** tanh |x| = −e / (2 + e) with e = exp(−2|x|) − 1, then the sign of x. */
export function tanh(x: Expression): Expression {
  const of = formatOf(x);
  const { n, r } = reduce(max(mul(abs(x), -2), of.pick(-20, -40)));
  const power = powerOfTwo(of, n);
  const e = fma(power, smallExpm1(r), sub(power, 1));
  return withSignOf(abs(div(e, add(e, 2))), x);
}

/** 1 / (1 + exp(−x)) as exp(min(x, 0)) / (1 + exp(−|x|)): no overflow, no cancellation. */
export function sigmoid(x: Expression): Expression {
  const e = exp(neg(abs(x)));
  return div(select(lt(x, 0), e, real(formatOf(x), 1)), add(e, 1));
}

/**
 * erf x: x + x · P(x²) up to 1, beyond it 1 − exp(−x²) · Q(t), t = (|x| − c) / (|x| + c), with
 * polynomials that interpolate at Chebyshev points. From 4 (f32) and 6 (f64) on it rounds to 1.
 */
export function erf(x: Expression): Expression {
  const of = formatOf(x);
  const magnitude = abs(x);
  const inner = fma(x, polynomial(mul(x, x), of.pick(erfInner32, erfInner64)), x);
  const outer = max(min(magnitude, of.pick(4, 6)), 1);
  const centre = of.pick(2, 2.5);
  const t = div(sub(outer, centre), add(outer, centre));
  const rest = mul(
    expOfNegative(neg(mul(outer, outer))),
    polynomial(t, of.pick(erfOuter32, erfOuter64)),
  );
  const far = withSignOf(sub(real(of, 1), rest), x);
  return select(lt(magnitude, 1), inner, far);
}

/** erf(x)/x − 1 as a polynomial in x² on [0, 1]. */
const erfInner32 = [
  0.12837916709551256, -0.37612637877464294, 0.11283782124519348, -0.026865430176258087,
  0.005221031606197357, -0.0008484080317430198, 0.00011265958892181516, -9.667044650996104e-6,
];
const erfInner64 = [
  0.12837916709551256, -0.37612638903183754, 0.11283791670955126, -0.026866170645131252,
  0.005223977625442175, -0.0008548327023449497, 0.00012055332981694495, -1.4925650353787866e-5,
  1.6462114205798046e-6, -1.6365840648222765e-7, 1.4807117719731329e-8, -1.2289529419960295e-9,
  9.412558594992829e-11, -6.639294901316118e-12, 4.117309460970657e-13, -1.746609279318069e-14,
];
/** exp(x²) (1 − erf x) as a polynomial in t on [1, 4] and [1, 6]. */
const erfOuter32 = [
  0.25539568066596985, -0.4271858334541321, 0.24165821075439453, -0.0789785236120224,
  0.003732141340151429, 0.006994855590164661, -0.0008365899557247758, -0.0009441596339456737,
];
const erfOuter64 = [
  0.2108063640611436, -0.37173673394897333, 0.2517131932174492, -0.12503305237882892,
  0.03992253907559317, -0.003993701165892015, -0.0026423659647912615, 0.0008759154514255455,
  0.00022838039345391708, -0.00012887719743195293, -3.4182479158407944e-5, 1.8614755740620222e-5,
  7.554944060575972e-6, -2.300044945205947e-6, -1.8153747236957426e-6, 8.437733695417705e-8,
  3.852788842266889e-7, 6.023739069612537e-8, -5.268754358611536e-8,
];
