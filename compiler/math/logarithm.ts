/**
 * log and its relatives, after fdlibm: x = 2ᵏ · m with m in [√½, √2), f = m − 1, s = f / (2 + f),
 * log m = 2 atanh s = f − f²/2 + s (f²/2 + R(s²)).
 */
import { literal } from "../expression.js";
import type { Expression } from "../ir.js";
import { exp, smallExp } from "./exponential.js";
import {
  abs,
  add,
  and,
  bits,
  div,
  eq,
  exactProduct,
  exactSum,
  type Format,
  floor,
  fma,
  formatOf,
  fromBits,
  gt,
  integer,
  isNegative,
  lt,
  max,
  min,
  mul,
  ne,
  neg,
  not,
  or,
  type Pair,
  polynomial,
  real,
  round,
  scale,
  select,
  shiftRight,
  sub,
  toInteger,
  toReal,
} from "./format.js";

const ln2 = (of: Format) =>
  of.pick([0.69313812256, 9.0580006145e-6], [0.6931471803691238, 1.9082149292705877e-10]);

/** R(s²) / s², by Remez (fdlibm's e_logf.c and e_log.c). */
const atanhTail = (of: Format) =>
  of.pick(
    [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841],
    [
      0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784,
      0.1818357216161805, 0.15313837699209373, 0.14798198605116586,
    ],
  );

/** √½ as the bits of a number, and the bits of the significand. */
const rootHalf = (of: Format) => pattern(of, of.pick(0x3f3504f3n, 0x3fe6a09e667f3bcdn));
const fraction = (of: Format) => pattern(of, of.pick(0x7fffffn, 0xfffffffffffffn));

/** A positive normal x as 2ᵏ · m with m in [√½, √2). */
function split(x: Expression): { k: Expression; m: Expression } {
  const of = formatOf(x);
  const above = sub(bits(x), rootHalf(of));
  const m = fromBits(of, add(and(above, fraction(of)), rootHalf(of)));
  return { k: shiftRight(above, of.mantissa), m };
}

/** The same for any positive x: a subnormal one is scaled up first. */
function splitAny(x: Expression): { k: Expression; m: Expression } {
  const of = formatOf(x);
  const lift = of.pick(24, 53);
  const small = lt(x, of.pick(2 ** -126, 2 ** -1022));
  const { k, m } = split(select(small, mul(x, 2 ** lift), x));
  return { k: select(small, sub(k, lift), k), m };
}

/** k ln 2 + log(1 + f) + c. */
function assemble(k: Expression, f: Expression, c: Expression | null): Expression {
  const of = formatOf(f);
  const [high, low] = ln2(of);
  const count = toReal(of, k);
  const s = div(f, add(f, 2));
  const z = mul(s, s);
  const halfSquare = mul(mul(f, f), 0.5);
  const tail = mul(z, polynomial(z, atanhTail(of)));
  const correction = c === null ? mul(count, low) : fma(count, low, c);
  const rest = fma(s, add(halfSquare, tail), correction);
  return fma(count, high, sub(f, sub(halfSquare, rest)));
}

/** log x; −inf at 0, NaN below it. */
export function log(x: Expression): Expression {
  const of = formatOf(x);
  const { k, m } = splitAny(x);
  const regular = and(gt(x, 0), lt(x, Number.POSITIVE_INFINITY));
  return select(regular, assemble(k, sub(m, 1), null), logOutside(x, of, 0));
}

/** What log(x − pole) is where it is not a number like others: at inf, NaN, the pole and below. */
function logOutside(x: Expression, of: Format, pole: number): Expression {
  const below = select(lt(x, pole), real(of, Number.NaN), x);
  return select(eq(x, pole), real(of, Number.NEGATIVE_INFINITY), below);
}

/** log(1 + x), precise near 0: u = fl(1 + x) and the term (x − (u − 1)) / u that it lost. */
export function log1p(x: Expression): Expression {
  const of = formatOf(x);
  const u = add(x, 1);
  const { k, m } = split(u);
  const near = eq(k, integer(of, 0));
  const lost = div(select(gt(k, 1), sub(real(of, 1), sub(u, x)), sub(x, sub(u, real(of, 1)))), u);
  const value = assemble(k, select(near, x, sub(m, 1)), select(near, 0, lost));
  const regular = and(and(gt(x, -1), lt(x, Number.POSITIVE_INFINITY)), ne(x, 0));
  return select(regular, value, logOutside(x, of, -1));
}

/** log(1 + eˣ) = max(x, 0) + log1p(exp(−|x|)). */
export const softplus = (x: Expression): Expression => add(max(x, 0), log1p(exp(neg(abs(x)))));

/** log₂ of a positive normal x, as a pair good to some 14 bits more than the format. */
function log2Pair(x: Expression): Pair {
  const of = formatOf(x);
  const { k, m } = splitAny(x);
  const f = sub(m, 1);
  const denominator = add(f, 2);
  // s = f / (2 + f) to double precision; 2 + f = m + 1 loses a bit, which `lost` brings back.
  const high = div(f, denominator);
  const lost = sub(f, sub(denominator, real(of, 2)));
  const remainder = fma(neg(high), lost, fma(neg(high), denominator, f));
  const s = { high, low: div(remainder, denominator) };
  // 2 atanh s = 2s + ⅔ s³ + s⁵ (…), the cube as a pair too
  const square = exactProduct(s.high, s.high);
  const z = square.high;
  const zLow = fma(mul(s.high, 2), s.low, square.low);
  const cube = exactProduct(s.high, z);
  const cubeLow = add(fma(s.high, zLow, cube.low), mul(s.low, z));
  // The exact series: coefficients that were fitted to a few ulp would not do here.
  const higher = Array.from({ length: of.pick(6, 13) }, (_, i) => 2 / (2 * i + 5));
  const third = exactProduct(cube.high, TWO_THIRDS(of)[0]);
  const thirdLow = fma(cubeLow, TWO_THIRDS(of)[0], fma(cube.high, TWO_THIRDS(of)[1], third.low));
  const fifth = mul(mul(cube.high, z), polynomial(z, higher));
  const first = exactSum(mul(s.high, 2), third.high);
  const natural = exactSum(first.high, add(first.low, add(mul(s.low, 2), add(thirdLow, fifth))));
  const [logE, logELow] = LOG2_E(of);
  const product = exactProduct(natural.high, logE);
  const productLow = fma(natural.low, logE, fma(natural.high, logELow, product.low));
  const sum = exactSum(toReal(of, k), product.high);
  return exactSum(sum.high, add(sum.low, productLow));
}

/** Constants as pairs: the nearest number of the format, and what it lacks. */
const pair = (of: Format, value: number, low: number): readonly [number, number] =>
  of.pick([Math.fround(value), value - Math.fround(value)], [value, low]);
const TWO_THIRDS = (of: Format) => pair(of, 2 / 3, 3.700743415417188e-17);
const LOG2_E = (of: Format) => pair(of, Math.LOG2E, 2.0355273740931033e-17);

/**
 * xʸ as IEEE 754's pow: 1 for y = 0 and for x = 1, NaN for a negative x with a y that is not an
 * integer, the sign of x for odd y. The exponent y log₂ x is kept as a pair.
 */
export function pow(x: Expression, y: Expression): Expression {
  const of = formatOf(x);
  const infinity = Number.POSITIVE_INFINITY;
  const magnitude = abs(x);
  const one = real(of, 1);
  const log = log2Pair(magnitude);
  const bound = of.pick(200, 1200);
  const high = mul(y, log.high);
  const low = fma(y, log.low, fma(y, log.high, neg(high)));
  const limited = max(min(high, bound), -bound);
  const n = round(limited);
  const rest = add(sub(limited, n), select(eq(limited, high), low, 0));
  const power = scale(of, smallExp(mul(rest, Math.LN2)), toInteger(n));

  // 0 and inf to the power y, by the sign of y
  const toZero = select(lt(y, 0), real(of, infinity), real(of, 0));
  const toInfinity = select(lt(y, 0), real(of, 0), real(of, infinity));
  const edges = select(
    eq(magnitude, 0),
    toZero,
    select(eq(magnitude, infinity), toInfinity, power),
  );

  const whole = eq(floor(y), y);
  const odd = and(whole, ne(mul(floor(mul(y, 0.5)), 2), y));
  const signed = select(and(isNegative(x), odd), neg(edges), edges);
  const finiteBase = and(lt(x, 0), lt(magnitude, infinity));
  const ofReals = select(and(finiteBase, not(whole)), real(of, Number.NaN), signed);

  // y = ±inf: by whether |x| is above or below 1
  const grows = select(eq(gt(magnitude, 1), gt(y, 0)), real(of, infinity), real(of, 0));
  const unbounded = select(eq(magnitude, 1), one, grows);
  const nan = add(x, y);
  const value = select(eq(abs(y), infinity), unbounded, ofReals);
  const checked = select(or(ne(x, x), ne(y, y)), nan, value);
  return select(or(eq(y, 0), eq(x, 1)), one, checked);
}

const pattern = (of: Format, value: bigint): Expression =>
  literal(of.int, of.int === "i64" ? value : Number(value));
