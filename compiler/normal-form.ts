/**
 * The form in which graphs are scheduled. Equivalent graphs, with
 *
 * - every `dot` a product of matrices of floats, (batch…, m, k) · (batch…, k, n) with m, n and k
 *   other than 1: products with vectors and outer products are limited by memory, so they become
 *   sums of products that fuse with what is around them;
 * - no reduction of many elements to few results at once: it is done in two steps, so that the
 *   first one has enough independent parts. Its parts are fixed: results do not depend on threads.
 * - nothing computed of which there are no elements;
 * - every output a node that computes something.
 */
import { isFloat } from "../lang/dtype.js";
import type { Node, NodeOf } from "../lang/graph.js";
import { node, rebuild, withInputs } from "../lang/node.js";
import { ops } from "../lang/ops.js";
import {
  type Dim,
  elements,
  floorDivDims,
  multiplyDims,
  type Shape,
  subtractDims,
} from "../lang/size.js";
import { apply, cast, eq, expand, fill, fillLike, reshape, transpose, where } from "./build.js";
import { isTrivialReduction } from "./element.js";
import type { GraphSpec } from "./graph-spec.js";

/** The graph in normal form; its inputs, and the positions of everything, stay. */
export function normalise(graph: GraphSpec): GraphSpec {
  const roots = [...graph.outputs, ...graph.updates.map((update) => update.node)];
  const made = rebuild(roots, (old, inputs) => normaliseNode(withInputs(old, inputs)));
  const sorted = new Set<Node>();
  const computed = made.map((root) => {
    const stored = storageOf(root);
    // A library routine writes one buffer: what else wants its result is copied from that.
    const needsCopy = ops[stored.op].family === "leaf" || sorted.has(stored);
    if (stored.op === "argSort") sorted.add(stored);
    return needsCopy ? (node("stopGradient", [stored], {}) as Node) : stored;
  });
  return {
    ...graph,
    outputs: computed.slice(0, graph.outputs.length),
    updates: graph.updates.map((update, i) => ({
      ...update,
      node: computed[graph.outputs.length + i],
    })),
  };
}

/** The node whose row-major elements are those of `of`. */
export function storageOf(of: Node): Node {
  while (of.op === "reshape") of = of.inputs[0];
  return of;
}

function normaliseNode(of: Node): Node {
  if (of.shape.includes(0) && ops[of.op].family !== "leaf") return fill(0, of.dtype, of.shape);
  if (of.op === "dot") return normaliseDot(of);
  if (ops[of.op].family === "reduction" && !isTrivialReduction(of)) return splitReduction(of);
  return of;
}

const pick = (shape: Shape, axes: readonly number[]): Dim[] => axes.map((axis) => shape[axis]);

function normaliseDot(of: NodeOf<"dot">): Node {
  const [a, b] = of.inputs;
  const { contract, batch } = of.attrs;
  const free = (x: Node, side: 0 | 1): number[] =>
    [...x.shape.keys()].filter((i) => !contract[side].includes(i) && !batch[side].includes(i));
  const [freeA, freeB] = [free(a, 0), free(b, 1)];
  const batches = pick(a.shape, batch[0]);
  const m = elements(pick(a.shape, freeA));
  const n = elements(pick(b.shape, freeB));
  const k = elements(pick(a.shape, contract[0]));
  const left = reshape(transpose(a, [...batch[0], ...freeA, ...contract[0]]), [...batches, m, k]);
  const right = reshape(transpose(b, [...batch[1], ...contract[1], ...freeB]), [...batches, k, n]);
  const isMatrixProduct = isFloat(of.dtype) && [m, n, k].every((extent) => extent !== 1) && k !== 0;
  const product = isMatrixProduct
    ? matrixProduct(of, left, right, batches.length)
    : sumOfProducts(left, right, [...batches, m, n, k]);
  return reshape(product, of.shape);
}

function matrixProduct(of: Node, left: Node, right: Node, rank: number): Node {
  const batch = Array.from({ length: rank }, (_, i) => i);
  if (left === of.inputs[0] && right === of.inputs[1]) return of;
  return node("dot", [left, right], {
    contract: [[rank + 1], [rank]],
    batch: [batch, batch],
  }) as Node;
}

/** Σₖ left[batch…, m, k] · right[batch…, k, n] as a reduction over (batch…, m, n, k). */
function sumOfProducts(left: Node, right: Node, domain: Shape): Node {
  const rank = domain.length - 3;
  const [m, n, k] = domain.slice(rank);
  const batches = domain.slice(0, rank);
  const flipped = transpose(right, [...batches.keys(), rank + 1, rank]);
  const factors = [
    expand(reshape(left, [...batches, m, 1, k]), domain),
    expand(reshape(flipped, [...batches, 1, n, k]), domain),
  ];
  const product = apply("mul", ...factors);
  if (k === 1) return reshape(product, [...batches, m, n]);
  const total = normaliseNode(node("sum", [product], { axes: [rank + 2] }) as Node);
  return cast(total, left.dtype);
}

/** Results that are enough to keep every core busy, and elements that are worth two kernels. */
const enoughResults = 64;
const manyElements = 32768;
/** Parts of a reduction that is split. */
const parts = 256;

function splitReduction(of: Node): Node {
  if (of.op !== "sum" && of.op !== "prod" && of.op !== "max" && of.op !== "min") return of;
  const [x] = of.inputs;
  const total = elements(x.shape);
  const results = elements(of.shape);
  if (typeof results !== "number") return of;
  // Nobody knows whether unknown sizes are large: a single result cannot be shared out otherwise.
  const isLarge = typeof total === "number" ? total >= manyElements : results === 1;
  if (!isLarge || results >= enoughResults) return of;
  const { axes } = of.attrs;
  const wide = axes.filter((axis) => x.shape[axis] !== 1);
  const outermost = x.shape[wide[0]];
  if (wide.length > 1 && typeof outermost === "number" && outermost >= enoughResults / 4) {
    // The first reduced axis becomes the parts.
    const inner = node(of.op, [x], { axes: wide.slice(1) }) as Node;
    const rest = axes.filter((axis) => !wide.includes(axis) || axis === wide[0]);
    const shifted = rest.map((axis) => axis - wide.slice(1).filter((w) => w < axis).length);
    return node(of.op, [inner], { axes: shifted }) as Node;
  }
  // The reduced axes become one, which is cut into parts of equal length. It stays where it is:
  // before the others or behind them.
  const kept = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
  const at = axes[0] === 0 ? 0 : kept.length;
  const order = at === 0 ? [...axes, ...kept] : [...kept, ...axes];
  const withAxis = (...extents: Dim[]): Dim[] => pick(x.shape, kept).toSpliced(at, 0, ...extents);
  const reduce = (y: Node, axis: number): Node => node(of.op, [y], { axes: [axis] }) as Node;
  const count = elements(pick(x.shape, axes));
  const length = floorDivDims(count, parts);
  const whole = multiplyDims(parts, length);
  const flat = reshape(transpose(x, order), withAxis(count));
  const main = reshape(slice(flat, at, 0, whole), withAxis(parts, length));
  const partial = reduce(main, at + 1);
  const rest = subtractDims(count, whole);
  if (rest === 0) return reduce(partial, at);
  // What is left over goes with the first part: then both are reduced in one kernel.
  const { shape } = partial;
  const tail = expand(reshape(reduce(slice(flat, at, whole, rest), at), withAxis(1)), shape);
  const part = node("iota", [], { axis: at, dtype: "i32", shape });
  const isFirst = eq(part, fillLike(0, part));
  return reduce(where(isFirst, apply(combine[of.op], partial, tail), partial), at);
}

/** What joins the results of two parts. */
const combine = { sum: "add", prod: "mul", max: "maximum", min: "minimum" } as const;

/** `size` elements along an axis from `start`. */
function slice(x: Node, axis: number, start: Dim, size: Dim): Node {
  if (start === 0 && size === x.shape[axis]) return x;
  return node("slice", [x], {
    ranges: x.shape.map((extent, i) =>
      i === axis ? { start, size, step: 1 } : { start: 0, size: extent, step: 1 },
    ),
  }) as Node;
}
