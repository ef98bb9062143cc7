/** Rules that bring reductions and matrix products to equal forms. */
import type { Node, NodeOf } from "../../lang/graph.js";
import { node } from "../../lang/node.js";
import * as b from "../build.js";
import { symbol } from "./examples.js";
import { codedRule, type Rule } from "./rule.js";

export const reductions: readonly Rule[] = [
  ...(
    [
      ["sum", 0],
      ["prod", 1],
    ] as const
  ).map(([op, neutral]) =>
    codedRule(
      `${op}-of-no-elements`,
      op,
      (of: NodeOf<typeof op>) =>
        of.inputs[0].shape.includes(0) ? b.fill(neutral, of.dtype, of.shape) : null,
      () => [node(op, [symbol("f64", [3, 0])], { axes: [1] })],
    ),
  ),
  ...(["sum", "prod", "max", "min"] as const).map((op) =>
    codedRule(
      `${op}-over-nothing`,
      op,
      (of: NodeOf<typeof op>) => {
        const [x] = of.inputs;
        const { axes } = of.attrs;
        // An axis of size 1 has nothing to combine.
        const real = axes.filter((axis) => x.shape[axis] !== 1);
        if (real.length === axes.length && axes.length > 0) return null;
        const reduced = real.length === 0 ? b.cast(x, of.dtype) : node(op, [x], { axes: real });
        return b.reshape(reduced as Node, of.shape);
      },
      () => [node(op, [symbol("f64", [1, 3])], { axes: [0] })],
    ),
  ),
  ...(["sum", "max", "min"] as const).map((op) =>
    codedRule(
      `${op}-of-${op}`,
      op,
      (of: NodeOf<typeof op>) => {
        const [inner] = of.inputs;
        if (inner.op !== op) return null;
        const [x] = inner.inputs;
        const kept = b.otherAxes(x.shape.length, (inner as NodeOf<typeof op>).attrs.axes);
        const axes = [
          ...(inner as NodeOf<typeof op>).attrs.axes,
          ...of.attrs.axes.map((axis) => kept[axis]),
        ].sort((p, q) => p - q);
        return node(op, [x], { axes }) as Node;
      },
      () => [node(op, [node(op, [symbol("f64", [2, 3, 4])], { axes: [1] })], { axes: [0] })],
    ),
  ),
];

export const products: readonly Rule[] = [
  codedRule(
    "dot-of-no-elements",
    "dot",
    (of) => (of.inputs[0].shape.includes(0) ? b.fill(0, of.dtype, of.shape) : null),
    () => {
      const inputs = [symbol("f64", [3, 0]), symbol("f64", [0, 4])];
      return [node("dot", inputs, { contract: [[1], [0]], batch: [[], []] })];
    },
  ),
  codedRule(
    "dot-of-transposed",
    "dot",
    ({ inputs: [x, y], attrs: { contract, batch } }) => {
      if (x.op !== "transpose" && y.op !== "transpose") return null;
      // A transposition can be folded into the axes' numbers when the free axes keep their order.
      const fold = (side: Node, i: 0 | 1) => {
        if (side.op !== "transpose") return null;
        const { perm } = side.attrs;
        const free = b.otherAxes(perm.length, [...contract[i], ...batch[i]]).map((at) => perm[at]);
        if (free.some((axis, at) => at > 0 && axis < free[at - 1])) return null;
        return {
          x: side.inputs[0],
          contract: contract[i].map((axis) => perm[axis]),
          batch: batch[i].map((axis) => perm[axis]),
        };
      };
      const left = fold(x, 0);
      const right = fold(y, 1);
      if (!left && !right) return null;
      return node("dot", [left?.x ?? x, right?.x ?? y], {
        contract: [left?.contract ?? contract[0], right?.contract ?? contract[1]],
        batch: [left?.batch ?? batch[0], right?.batch ?? batch[1]],
      });
    },
    () => {
      const x = b.transpose(symbol("f64", [4, 3]), [1, 0]);
      const y = b.transpose(symbol("f64", [5, 4]), [1, 0]);
      return [node("dot", [x, y], { contract: [[1], [0]], batch: [[], []] })];
    },
  ),
  codedRule(
    "transpose-of-dot",
    "transpose",
    ({ inputs: [product], attrs: { perm } }) => {
      if (product.op !== "dot") return null;
      const { contract, batch } = product.attrs;
      const [x, y] = product.inputs;
      const batches = batch[0].length;
      const freeX = x.shape.length - contract[0].length - batches;
      const freeY = y.shape.length - contract[1].length - batches;
      const swapped = [
        ...Array.from({ length: batches }, (_, i) => i),
        ...Array.from({ length: freeY }, (_, i) => batches + freeX + i),
        ...Array.from({ length: freeX }, (_, i) => batches + i),
      ];
      if (freeX === 0 || freeY === 0 || perm.some((axis, i) => axis !== swapped[i])) return null;
      return node("dot", [y, x], {
        contract: [contract[1], contract[0]],
        batch: [batch[1], batch[0]],
      });
    },
    () => {
      const product = node("dot", [symbol("f64", [3, 4]), symbol("f64", [4, 5])], {
        contract: [[1], [0]],
        batch: [[], []],
      });
      return [b.transpose(product, [1, 0])];
    },
  ),
];
