/**
 * Transcendental functions as polynomials over basic scalar operations.
 *
 * The definitions are expressions, so every printer that has the basic operations has these
 * functions, and backends agree to the last few ulp. Errors (f32 and f64, in ulp, measured by the
 * tests): exp, expm1, log, log1p ≤ 1; sin, cos ≤ 1.5, however large the angle; sigmoid, erf,
 * pow ≤ 2; tanh, atan2 ≤ 2.5. NaN, infinities, signed zeros and subnormals come out as IEEE 754 has
 * them.
 */
import { load, op } from "./expression.js";
import type { Expression, Kernel, Stage, Store, TranscendentalOp } from "./ir.js";
import { erf, exp, expm1, sigmoid, tanh } from "./math/exponential.js";
import { log, log1p, pow, softplus } from "./math/logarithm.js";
import { atan2, cos, sin } from "./math/trigonometry.js";

const definitions: Record<TranscendentalOp, (x: Expression, y: Expression) => Expression> = {
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tanh,
  sigmoid,
  softplus,
  erf,
  pow,
  atan2,
};

/** The same kernel without transcendental operations. */
export function expandMath<K extends Kernel>(kernel: K): K;
export function expandMath(kernel: Kernel): Kernel {
  const expand = mathExpander();
  const maybe = (x: Expression | null) => (x === null ? null : expand(x));
  const store = (s: Store): Store => ({
    ...s,
    index: expand(s.index),
    value: expand(s.value),
    guard: maybe(s.guard),
  });
  const stage = (s: Stage): Stage => ({
    loops: s.loops,
    accumulators: s.accumulators.map((a) => ({
      ...a,
      value: expand(a.value),
      position: maybe(a.position),
    })),
    stores: s.stores.map(store),
    checks: s.checks.map((c) => ({ ...c, holds: expand(c.holds) })),
  });
  if (kernel.kind === "loop") return { ...kernel, stages: kernel.stages.map(stage) };
  if (kernel.kind === "dot") return { ...kernel, stores: kernel.stores.map(store) };
  return kernel;
}

/** A function that replaces transcendental operations in expressions and remembers what it did. */
function mathExpander(): (x: Expression) => Expression {
  const done = new Map<Expression, Expression>();
  const expand = (x: Expression): Expression => {
    const known = done.get(x);
    if (known !== undefined) return known;
    const result = rebuild(x);
    done.set(x, result);
    return result;
  };
  const rebuild = (x: Expression): Expression => {
    if (x.kind === "load") {
      return load(x.type, x.param, expand(x.index), x.guard === null ? null : expand(x.guard));
    }
    if (x.kind !== "op") return x;
    const args = x.args.map(expand);
    const define = isTranscendental(x.op) ? definitions[x.op] : null;
    return define === null ? op(x.type, x.op, ...args) : define(args[0], args[1]);
  };
  return expand;
}

const isTranscendental = (name: string): name is TranscendentalOp => name in definitions;
