/** Neighbouring axes that every position uses as one become one: fewer and longer loops. */
import { type Dim, multiplyDims } from "../lang/size.js";
import { axis as axisOf, load, op, stageRoots } from "./expression.js";
import { affineOf, position } from "./index-map.js";
import type { Axis, Expression, LoopKernel } from "./ir.js";

/** The kernel with neighbours in its grid and in its stages' loops merged wherever possible. */
export function mergeAxes(kernel: LoopKernel): LoopKernel {
  let merged = kernel;
  for (;;) {
    const next = mergeOnePair(merged);
    if (!next) return merged;
    merged = next;
  }
}

function mergeOnePair(kernel: LoopKernel): LoopKernel | null {
  const lists = [kernel.grid, ...kernel.stages.map((stage) => stage.loops)];
  const positions = positionsOf(kernel);
  for (const list of lists)
    for (let i = 1; i < list.length; i++) {
      const [outer, inner] = [list[i - 1], list[i]];
      const isPair = lists.every((other) => {
        const at = other.indexOf(outer);
        return at < 0 ? !other.includes(inner) : other[at + 1] === inner;
      });
      if (isPair && canMerge(positions, outer, inner)) return replacePair(kernel, outer, inner);
    }
  return null;
}

/**
 * The largest sub-expressions that are positions: each must use two axes as one. What is below an
 * atom of an affine form is visited in its own right.
 */
function positionsOf(kernel: LoopKernel): Expression[] {
  const found = new Set<Expression>();
  const visited = new Set<Expression>();
  const visit = (x: Expression, insidePosition: boolean): void => {
    const isPosition = x.type === "index";
    if (isPosition && !insidePosition) {
      if (found.has(x)) return;
      found.add(x);
      for (const atom of affineOf(x).terms.keys()) if (atom.kind !== "axis") visit(atom, true);
      return;
    }
    if (visited.has(x)) return;
    visited.add(x);
    if (x.kind === "op") for (const arg of x.args) visit(arg, false);
    if (x.kind === "load") {
      visit(x.index, false);
      if (x.guard) visit(x.guard, false);
    }
  };
  for (const stage of kernel.stages) for (const root of stageRoots(stage)) visit(root, false);
  return [...found];
}

/** In every position, coefficient(outer) = coefficient(inner) · extent(inner). */
function canMerge(positions: readonly Expression[], outer: Axis, inner: Axis): boolean {
  const [o, i] = [axisOf(outer), axisOf(inner)];
  return positions.every((x) => {
    const { terms } = affineOf(x);
    const [atOuter, atInner] = [terms.get(o), terms.get(i)];
    if (atOuter === undefined && atInner === undefined) return true;
    if (atOuter === undefined || atInner === undefined) return false;
    return atOuter === multiplyDims(atInner, inner.extent);
  });
}

function replacePair(kernel: LoopKernel, outer: Axis, inner: Axis): LoopKernel {
  const extent: Dim = multiplyDims(outer.extent, inner.extent);
  const whole: Axis = { name: outer.name, extent };
  const [o, i] = [axisOf(outer), axisOf(inner)];
  const known = new Map<Expression, Expression>();
  const rewrite = (x: Expression): Expression => {
    const made = known.get(x) ?? build(x);
    known.set(x, made);
    return made;
  };
  const build = (x: Expression): Expression => {
    if (x.type === "index") {
      const { constant, terms } = affineOf(x);
      const single = terms.size === 1 && constant === 0 && terms.get(x) === 1;
      if (!single) {
        const changed = new Map<Expression, Dim>();
        for (const [atom, coefficient] of terms)
          if (atom === i) changed.set(axisOf(whole), coefficient);
          else if (atom !== o) changed.set(rewrite(atom), coefficient);
        return position({ constant, terms: changed });
      }
    }
    if (x.kind === "op") return op(x.type, x.op, ...x.args.map(rewrite));
    if (x.kind === "load")
      return load(x.type, x.param, rewrite(x.index), x.guard && rewrite(x.guard));
    return x;
  };
  const list = (axes: readonly Axis[]): Axis[] =>
    axes.filter((a) => a !== inner).map((a) => (a === outer ? whole : a));
  return {
    ...kernel,
    grid: list(kernel.grid),
    stages: kernel.stages.map((stage) => ({
      loops: list(stage.loops),
      accumulators: stage.accumulators.map((a) => ({
        ...a,
        value: rewrite(a.value),
        position: a.position && rewrite(a.position),
      })),
      stores: stage.stores.map((s) => ({
        ...s,
        index: rewrite(s.index),
        value: rewrite(s.value),
        guard: s.guard && rewrite(s.guard),
      })),
      checks: stage.checks.map((check) => ({ ...check, holds: rewrite(check.holds) })),
    })),
  };
}
