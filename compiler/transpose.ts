/**
 * Reversing linear graphs: a tangent graph is linear in its tangent symbols, and each of its ops
 * has a rule from the cotangent of its result to those of the inputs it is linear in.
 */
import { internal } from "../lang/error.js";
import type { Node, NodeOf, OpName } from "../lang/graph.js";
import { node, topologicalOrder } from "../lang/node.js";
import { addDims, type Dim, multiplyDims, subtractDims } from "../lang/size.js";
import * as b from "./build.js";

/** The cotangents of the inputs that are marked as linear; others are ignored. */
type Rule<O extends OpName> = (
  y: NodeOf<O>,
  cotangent: Node,
  isLinear: readonly boolean[],
) => readonly (Node | null)[];

/** Ops that a tangent graph may apply to tangents. */
type LinearOp =
  | "neg"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "where"
  | "cast"
  | "sum"
  | "dot"
  | "reshape"
  | "transpose"
  | "expand"
  | "slice"
  | "pad"
  | "concat"
  | "gather"
  | "scatterAdd";

const rules: { readonly [O in LinearOp]: Rule<O> } = {
  neg: (_, ct) => [b.neg(ct)],
  add: (_, ct) => [ct, ct],
  sub: (_, ct, [, second]) => [ct, second ? b.neg(ct) : null],
  mul: ({ inputs: [x, y] }, ct, [first, second]) => {
    if (first && second) throw internal("transpose: a product of two tangents is not linear");
    return [first ? b.mul(ct, y) : null, second ? b.mul(ct, x) : null];
  },
  div: ({ inputs: [, y] }, ct, [, second]) => {
    if (second) throw internal("transpose: a quotient is not linear in its divisor");
    return [b.div(ct, y), null];
  },
  where: ({ inputs: [condition] }, ct, [, first, second]) => {
    const nothing = b.fillLike(0, ct);
    return [
      null,
      first ? b.where(condition, ct, nothing) : null,
      second ? b.where(condition, nothing, ct) : null,
    ];
  },
  cast: ({ inputs: [x] }, ct) => [b.cast(ct, x.dtype)],
  sum: ({ inputs: [x], attrs: { axes } }, ct) => [b.unreduce(ct, axes, x.shape)],
  dot: (y, ct, [first, second]) => {
    if (first && second) throw internal("transpose: a product of two tangents is not linear");
    return first ? [dotLeft(y, ct), null] : [null, dotRight(y, ct)];
  },
  reshape: ({ inputs: [x] }, ct) => [b.reshape(ct, x.shape)],
  transpose: ({ attrs: { perm } }, ct) => [b.transpose(ct, inverse(perm))],
  expand: ({ inputs: [x], shape }, ct) => {
    // A symbolic size that has to be a number is not repeated.
    const axes = shape.flatMap((dim, axis) => (x.shape[axis] === 1 && dim !== 1 ? [axis] : []));
    return [b.reshape(b.sum(ct, axes), x.shape)];
  },
  slice: ({ inputs: [x], attrs: { ranges } }, ct) => {
    // Elements go back to start, start + step, …: reversed first where the step is negative.
    const forward = ranges.map(({ size, step }) =>
      step > 0 ? { start: 0, size, step: 1 } : { start: subtractDims(size, 1), size, step: -1 },
    );
    const ordered = ranges.some(({ step }) => step < 0)
      ? node("slice", [ct], { ranges: forward })
      : ct;
    const padding = ranges.map(({ start, size, step }, axis) => {
      const span = multiplyDims(Math.abs(step), subtractDims(size, 1));
      const low = step > 0 ? start : subtractDims(start, span);
      const high = subtractDims(x.shape[axis], addDims(low, span, 1));
      return { low, high, interior: Math.abs(step) - 1 };
    });
    return [node("pad", [ordered], { padding })];
  },
  pad: ({ inputs: [x], attrs: { padding } }, ct) => {
    const ranges = padding.map(({ low, interior }, axis) => ({
      start: low,
      size: x.shape[axis],
      step: interior + 1,
    }));
    return [node("slice", [ct], { ranges })];
  },
  concat: ({ inputs, attrs: { axis } }, ct, isLinear) => {
    let at: Dim = 0;
    return inputs.map((x, i) => {
      const start = at;
      at = addDims(at, x.shape[axis]);
      if (!isLinear[i]) return null;
      const ranges = x.shape.map((size, j) => ({ start: j === axis ? start : 0, size, step: 1 }));
      return node("slice", [ct], { ranges });
    });
  },
  gather: ({ inputs: [x, at], attrs: { axis } }, ct) => [
    node("scatterAdd", [at, ct], { axis, size: x.shape[axis] }),
    null,
  ],
  scatterAdd: ({ inputs: [at], attrs: { axis } }, ct) => [null, node("gather", [ct, at], { axis })],
};

const inverse = (perm: readonly number[]): number[] => perm.map((_, axis) => perm.indexOf(axis));

const upFrom = (start: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => start + i);

/** The cotangent of a in y = dot(a, b): contract b's free axes, then put the axes in a's order. */
function dotLeft({ inputs: [a, other], attrs }: NodeOf<"dot">, ct: Node): Node {
  const { contract, batch } = attrs;
  const freeA = b.otherAxes(a.shape.length, [...contract[0], ...batch[0]]);
  const freeB = b.otherAxes(other.shape.length, [...contract[1], ...batch[1]]);
  const batches = batch[0].length;
  const made = node("dot", [ct, other], {
    contract: [upFrom(batches + freeA.length, freeB.length), freeB],
    batch: [upFrom(0, batches), batch[1]],
  });
  // made's axes: batch, a's free axes, then b's contracted axes in b's order
  const contractedOrder = [...contract[1]].sort((p, q) => p - q);
  const axes = [
    ...batch[0],
    ...freeA,
    ...contractedOrder.map((axis) => contract[0][contract[1].indexOf(axis)]),
  ];
  return b.transpose(made, inverse(axes));
}

/** The cotangent of b in y = dot(a, b): contract a's free axes, then put the axes in b's order. */
function dotRight({ inputs: [a, other], attrs }: NodeOf<"dot">, ct: Node): Node {
  const { contract, batch } = attrs;
  const freeA = b.otherAxes(a.shape.length, [...contract[0], ...batch[0]]);
  const freeB = b.otherAxes(other.shape.length, [...contract[1], ...batch[1]]);
  const batches = batch[0].length;
  const made = node("dot", [a, ct], {
    contract: [freeA, upFrom(batches, freeA.length)],
    batch: [batch[0], upFrom(0, batches)],
  });
  // made's axes: batch, a's contracted axes in a's order, then b's free axes
  const contractedOrder = [...contract[0]].sort((p, q) => p - q);
  const axes = [
    ...batch[1],
    ...contractedOrder.map((axis) => contract[1][contract[0].indexOf(axis)]),
    ...freeB,
  ];
  return b.transpose(made, inverse(axes));
}

const isLinearOp = (op: OpName): op is LinearOp => Object.hasOwn(rules, op);

/**
 * Pulls cotangents of the roots back to the tangent symbols they are linear in. Gives null for a
 * symbol that no root depends on.
 */
export function pullBack(
  roots: readonly Node[],
  cotangents: readonly Node[],
  symbols: readonly Node[],
): (Node | null)[] {
  const order = topologicalOrder(roots);
  const depends = new Set<Node>(symbols);
  for (const y of order) if (y.inputs.some((input) => depends.has(input))) depends.add(y);

  const pulled = new Map<Node, Node>();
  const collect = (x: Node, ct: Node): void => {
    const known = pulled.get(x);
    pulled.set(x, known ? b.add(known, ct) : ct);
  };
  roots.forEach((root, i) => {
    if (depends.has(root)) collect(root, cotangents[i]);
  });
  for (const y of order.reverse()) {
    const ct = pulled.get(y);
    if (!ct || !depends.has(y) || y.inputs.length === 0) continue;
    if (!isLinearOp(y.op)) throw internal(`transpose: ${y.op} is not linear`);
    const isLinear = y.inputs.map((input) => depends.has(input));
    const rule = rules[y.op] as Rule<OpName>; // row and node agree on the op
    const back = rule(y, ct, isLinear);
    y.inputs.forEach((input, i) => {
      const part = back[i];
      if (isLinear[i] && part) collect(input, part);
    });
  }
  return symbols.map((symbol) => pulled.get(symbol) ?? null);
}
