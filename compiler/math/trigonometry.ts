/** sin, cos and atan2. */
import { op } from "../expression.js";
import type { Expression } from "../ir.js";
import { inverseFactorials } from "./exponential.js";
import {
  abs,
  add,
  and,
  div,
  eq,
  type Format,
  fma,
  formatOf,
  gt,
  isNegative,
  max,
  min,
  mul,
  ne,
  neg,
  or,
  polynomial,
  real,
  round,
  select,
  sub,
  toInteger,
  withSignOf,
} from "./format.js";

/**
 * π/2 in parts, the first ones short enough that a small multiple of them is exact, also without a
 * fused multiply-add: up to the limit in angle.ts.
 */
const halfPi = (of: Format): readonly number[] =>
  of.pick(
    [1.5703125, 0.0004837512969970703, 7.549790126404332e-8, -1.715124499442883e-15],
    [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32],
  );

/** x = j · π/2 + r with |r| ≤ π/4. */
function quadrant(x: Expression): { j: Expression; r: Expression } {
  const j = round(mul(x, 2 / Math.PI));
  const r = halfPi(formatOf(x)).reduce((rest, part) => fma(j, -part, rest), x);
  const near = toInteger(j);
  return { j: op(near.type, "farQuadrant", x, near), r: op(r.type, "farRest", x, r) };
}

/** Every second inverse factorial with alternating signs: 1/first! − 1/(first + 2)! + … */
const alternating = (first: number, last: number): number[] =>
  inverseFactorials(first, last)
    .filter((_, i) => i % 2 === 0)
    .map((term, i) => (i % 2 === 0 ? term : -term));

/** The Taylor polynomials, whose remainders on |r| ≤ π/4 are below a tenth of an ulp. */
function smallSin(r: Expression): Expression {
  const z = mul(r, r);
  const series = alternating(3, formatOf(r).pick(9, 17)).map((term) => -term);
  return fma(mul(r, z), polynomial(z, series), r);
}

function smallCos(r: Expression): Expression {
  const z = mul(r, r);
  const series = alternating(4, formatOf(r).pick(10, 18));
  // 1 − z/2 exactly as a sum of two, so that the rounding of z/2 does not count
  const half = mul(z, 0.5);
  const head = sub(real(formatOf(r), 1), half);
  const lost = sub(sub(real(formatOf(r), 1), head), half);
  return add(head, fma(mul(z, z), polynomial(z, series), lost));
}

/** The sine of x + turns · π/2. */
function wave(x: Expression, turns: 0 | 1): Expression {
  const { j, r } = quadrant(x);
  const turned = turns === 0 ? j : add(j, 1);
  const value = select(eq(and(turned, 1), 0), smallSin(r), smallCos(r));
  return select(eq(and(turned, 2), 0), value, neg(value));
}

export const sin = (x: Expression): Expression => select(eq(x, 0), x, wave(x, 0));

export const cos = (x: Expression): Expression => wave(x, 1);

/** The angle of the point (x, y) from the positive x axis, in [−π, π]; signs of zeros count. */
export function atan2(y: Expression, x: Expression): Expression {
  const of = formatOf(x);
  const [ax, ay] = [abs(x), abs(y)];
  const [small, large] = [min(ax, ay), max(ax, ay)];
  const same = and(eq(ax, ay), ne(ax, 0));
  const t = select(same, 1, div(small, select(eq(large, 0), 1, large)));
  const steep = gt(ay, ax);
  const first = select(steep, sub(real(of, Math.PI / 2), atanUnit(t)), atanUnit(t));
  const half = select(isNegative(x), sub(real(of, Math.PI), first), first);
  const nan = or(ne(x, x), ne(y, y));
  return select(nan, add(x, y), withSignOf(half, y));
}

/** atan t on [0, 1]; above √2 − 1 as π/4 + atan((t − 1) / (t + 1)). */
function atanUnit(t: Expression): Expression {
  const of = formatOf(t);
  const upper = gt(t, Math.SQRT2 - 1);
  const u = select(upper, div(sub(t, real(of, 1)), add(t, 1)), t);
  const z = mul(u, u);
  const value = fma(mul(u, z), polynomial(z, of.pick(atan32, atan64)), u);
  return select(upper, add(value, Math.PI / 4), value);
}

/** (atan u / u − 1) / u² as a polynomial in u², from Chebyshev points on |u| ≤ √2 − 1. */
const atan32 = [
  -0.3333333134651184, 0.19999539852142334, -0.14263956248760223, 0.10743731260299683,
  -0.06451927870512009,
];
const atan64 = [
  -0.3333333333333333, 0.19999999999999804, -0.14285714285659828, 0.11111111105155447,
  -0.09090908753500877, 0.07692296375032143, -0.06666424885738255, 0.05878928997834775,
  -0.05230454270650244, 0.04551593220626549, -0.034570561981427744, 0.016285756855221028,
];
