/** Between which numbers a float expression lies, as far as its form tells. */
import type { Expression } from "./ir.js";

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

const anything: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** Bounds of every value but NaN, which may come out of any expression. */
export function boundsOf(x: Expression): Bounds {
  if (x.kind === "literal") return { low: Number(x.value), high: Number(x.value) };
  if (x.kind !== "op") return anything;
  switch (x.op) {
    case "min":
    case "max": {
      const [a, b] = x.args.map(boundsOf);
      const pick = x.op === "min" ? Math.min : Math.max;
      return { low: pick(a.low, b.low), high: pick(a.high, b.high) };
    }
    case "abs":
      return { low: 0, high: Number.POSITIVE_INFINITY };
    case "neg": {
      const { low, high } = boundsOf(x.args[0]);
      return { low: -high, high: -low };
    }
    case "mul": {
      const [value, factor] = x.args;
      if (factor.kind !== "literal" || !Number.isFinite(Number(factor.value))) return anything;
      const { low, high } = boundsOf(value);
      const ends = [low, high].map((end) => (end === 0 ? 0 : end * Number(factor.value)));
      return { low: Math.min(...ends), high: Math.max(...ends) };
    }
    case "round":
    case "floor":
    case "ceil":
    case "trunc": {
      const { low, high } = boundsOf(x.args[0]);
      return { low: Math.floor(low), high: Math.ceil(high) };
    }
    default:
      return anything;
  }
}
