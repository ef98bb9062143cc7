/** How an index expression moves with an axis, and its sign. */
import type { Axis, Expression } from "./ir.js";

/**
 * By how much `x` grows when `axis` grows by one: 0 if it does not depend on it, null if the growth
 * is not a known constant.
 */
export function strideOf(x: Expression, axis: Axis): number | null {
  if (x.kind === "axis") return x.axis === axis ? 1 : 0;
  if (!dependsOn(x, axis)) return 0;
  if (x.kind !== "op" || x.type !== "index") return null;
  const [a, b] = x.args.map((arg) => strideOf(arg, axis));
  if (a === null || b === null) return null;
  if (x.op === "add") return a + b;
  if (x.op === "sub") return a - b;
  if (x.op !== "mul") return null;
  const [left, right] = x.args;
  if (b === 0 && right.kind === "literal") return a * Number(right.value);
  if (a === 0 && left.kind === "literal") return b * Number(left.value);
  return null;
}

/** Whether the axis occurs anywhere in `x`. */
function dependsOn(x: Expression, axis: Axis): boolean {
  return axesOf(x).has(axis);
}

const known = new WeakMap<Expression, ReadonlySet<Axis>>();

/** The axes that occur in `x`, also in the indices of its loads. */
export function axesOf(x: Expression): ReadonlySet<Axis> {
  const before = known.get(x);
  if (before !== undefined) return before;
  const axes = new Set<Axis>();
  if (x.kind === "axis") axes.add(x.axis);
  for (const child of childrenOf(x)) for (const axis of axesOf(child)) axes.add(axis);
  known.set(x, axes);
  return axes;
}

/** The direct parts of an expression. */
function childrenOf(x: Expression): readonly Expression[] {
  if (x.kind === "op") return x.args;
  if (x.kind === "load") return x.guard === null ? [x.index] : [x.index, x.guard];
  return [];
}

/** Whether an index expression is certainly ≥ 0. */
export function isNonNegative(x: Expression): boolean {
  switch (x.kind) {
    case "literal":
      return x.value >= 0;
    case "axis":
    case "size":
      return true;
    case "op":
      if (x.op === "max") return x.args.some(isNonNegative);
      if (x.op === "mod") return isNonNegative(x.args[1]);
      return ["add", "mul", "floorDiv", "min"].includes(x.op) && x.args.every(isNonNegative);
    default:
      return false;
  }
}

/** Whether an index expression is certainly > 0, as divisors are. */
export const isPositive = (x: Expression): boolean => x.kind === "literal" && x.value > 0;
