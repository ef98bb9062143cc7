/** Random graphs over small tensors, from lists of numbers that fast-check can shrink. */
import type { GraphSpec } from "../../compiler/graph-spec.js";
import { isFloat } from "../../lang/dtype.js";
import type { Node } from "../../lang/graph.js";
import {
  addDims,
  bindDim,
  type Dim,
  elements,
  namedSize,
  type Shape,
  type SizeBindings,
  sameShape,
  subtractDims,
} from "../../lang/size.js";
import { apply, expand, graphOf, literal, make, reshape, symbol } from "./build.js";

/** One step: which operation, on which operands, and two numbers for its attributes. */
export type Choice = readonly [op: number, x: number, y: number, p: number, q: number];

export interface RandomGraph {
  readonly graph: GraphSpec;
  readonly sizes: SizeBindings;
}

const largest = 400;

/** The graph that the choices describe; its axes are symbolic where `symbolic` says so. */
export function randomGraph(
  choices: readonly Choice[],
  picks: readonly number[],
  symbolic: boolean,
): RandomGraph {
  const sizes = new Map<string, number>();
  const size = (name: string, value: number): Dim => {
    if (!symbolic) return value;
    const dim = namedSize(name);
    if (typeof dim !== "number") sizes.set(dim.terms[0].atoms[0].key, value);
    return dim;
  };
  const [a, b] = [size("a", 3), size("b", 4)];
  const leaves = [
    symbol("x", [a, b]),
    symbol("y", [b]),
    symbol("z", [2, a, b]),
    symbol("s", []),
    symbol("w", [b, 5]),
    symbol("i", [a], "i32"),
  ];
  const number = (dim: Dim): number => Number(bindDim(dim, sizes));
  const pool = [...leaves];
  for (const choice of choices) {
    const made = step(choice, pool, number);
    if (made && number(elements(made.shape)) <= largest) pool.push(made);
  }
  const results = pool.slice(leaves.length);
  const outputs = picks.map((pick) => pool[pool.length - 1 - (pick % pool.length)]);
  const updated = new Set<Node>();
  const updates: (readonly [Node, Node])[] = [];
  for (const node of results) {
    const leaf = leaves.find((l) => l.dtype === node.dtype && sameShape(l.shape, node.shape));
    if (!leaf || updated.has(leaf) || node.id % 3 === 0) continue;
    updated.add(leaf);
    updates.push([leaf, node]);
  }
  return { graph: graphOf(leaves, outputs, updates), sizes };
}

type Step = (x: Node, y: Node, p: number, q: number, number: (dim: Dim) => number) => Node | null;

const binary =
  (op: "add" | "sub" | "mul" | "maximum"): Step =>
  (x, y) => {
    const [l, r] = matching(x, y);
    return l && r ? apply(op, l, r) : null;
  };

/** Two operands of one dtype and shape: y is repeated along axes that it lacks, or x itself. */
function matching(x: Node, y: Node): [Node | null, Node | null] {
  if (!isFloat(x.dtype)) return [null, null];
  if (y.dtype !== x.dtype) return [x, x];
  if (sameShape(x.shape, y.shape)) return [x, y];
  const tail = x.shape.slice(x.shape.length - y.shape.length);
  if (sameShape(tail, y.shape)) {
    const units = x.shape.map((d, axis) => (axis < x.shape.length - y.shape.length ? 1 : d));
    return [x, expand(reshape(y, units), x.shape)];
  }
  const head = x.shape.slice(0, y.shape.length);
  if (sameShape(head, y.shape)) {
    const units = x.shape.map((d, axis) => (axis < y.shape.length ? d : 1));
    return [x, expand(reshape(y, units), x.shape)];
  }
  return [x, x];
}

const steps: readonly Step[] = [
  binary("add"),
  binary("sub"),
  binary("mul"),
  binary("maximum"),
  (x) => (isFloat(x.dtype) ? apply("tanh", x) : apply("neg", x)),
  (x) => (isFloat(x.dtype) ? apply("exp", apply("tanh", x)) : null),
  (x, y) => {
    const [l, r] = matching(x, y);
    return l && r ? apply("where", apply("lt", l, r), r, apply("neg", l)) : null;
  },
  (x, _, p) =>
    make(p % 3 ? "sum" : "max", [x], { axes: x.shape.length ? [p % x.shape.length] : [] }),
  (x) => make("sum", [x], { axes: [...x.shape.keys()] }),
  (x, _, p) => (x.shape.length ? make("argMax", [x], { axis: p % x.shape.length }) : null),
  (x, _, p) => {
    if (x.shape.length < 2) return null;
    const perm = [...x.shape.keys()];
    const [i, j] = [p % perm.length, (p + 1) % perm.length];
    [perm[i], perm[j]] = [perm[j], perm[i]];
    return make("transpose", [x], { perm });
  },
  (x) => reshape(x, [elements(x.shape)]),
  (x, _, p) => {
    if (x.shape.length < 2) return reshape(x, [...x.shape, 1]);
    const i = p % (x.shape.length - 1);
    const merged = elements([x.shape[i], x.shape[i + 1]]);
    return reshape(x, [...x.shape.slice(0, i), merged, ...x.shape.slice(i + 2)]);
  },
  (x, _, p, q, number) => sliced(x, p, q, number),
  (x, _, p, q) => {
    if (x.shape.length === 0) return null;
    const axis = p % x.shape.length;
    const padding = x.shape.map((_d, i) =>
      i === axis
        ? { low: q % 2, high: q % 3, interior: q % 4 === 3 ? 1 : 0 }
        : { low: 0, high: 0, interior: 0 },
    );
    return make("pad", [x], { padding });
  },
  (x, y, p) => {
    if (x.shape.length === 0) return null;
    const axis = p % x.shape.length;
    const fits =
      y.dtype === x.dtype &&
      y.shape.length === x.shape.length &&
      y.shape.every((d, i) => i === axis || d === x.shape[i]);
    return make("concat", [x, fits ? y : x, x], { axis });
  },
  (x, y) => product(x, y),
  (x, y) => product(y, x),
  (x, y, p) => {
    if (x.shape.length === 0) return null;
    const axis = p % x.shape.length;
    return make("gather", [x, positions(y, x.shape[axis])], { axis });
  },
  (x, y) => {
    if (x.shape.length === 0 || !sameShape(y.shape, x.shape.slice(0, 1))) return null;
    return make("scatterAdd", [positions(y, 3), x], { axis: 0, size: 3 });
  },
  (x, _, p) => (x.shape.length ? make("argSort", [x], { axis: p % x.shape.length }) : null),
  (x) =>
    isFloat(x.dtype) ? make("cast", [x], { dtype: "i32" }) : make("cast", [x], { dtype: "f64" }),
  (x, _, p) => {
    if (x.shape.length === 0) return null;
    const index = make("iota", [], { axis: p % x.shape.length, dtype: x.dtype, shape: x.shape });
    return apply("add", x, index);
  },
  (x, _, p) => expand(reshape(x, [...x.shape, 1]), [...x.shape, 2 + (p % 2)]),
  (x) =>
    apply(
      "add",
      x,
      expand(
        reshape(
          literal(2, x.dtype),
          x.shape.map(() => 1),
        ),
        x.shape,
      ),
    ),
];

/** y as positions within an axis of any size ≥ 1, some of them counted from the end. */
function positions(y: Node, extent: Dim): Node {
  const whole = make("cast", [y], { dtype: "i32" });
  const spread = (x: Node): Node =>
    expand(
      reshape(
        x,
        y.shape.map(() => 1),
      ),
      y.shape,
    );
  const size = make("size", [], { dim: extent, dtype: "i32" });
  const wrapped = apply("mod", whole, spread(size));
  return apply("sub", wrapped, spread(apply("sub", size, literal(1, "i32"))));
}

function sliced(x: Node, p: number, q: number, number: (dim: Dim) => number): Node | null {
  if (x.shape.length === 0) return null;
  const axis = p % x.shape.length;
  const extent = x.shape[axis];
  if (number(extent) < 2) return null;
  const last = subtractDims(extent, 1);
  const range =
    q % 3 === 0
      ? { start: 1, size: last, step: 1 }
      : q % 3 === 1
        ? { start: last, size: extent, step: -1 }
        : { start: addDims(extent, -2), size: 1, step: 1 };
  return make("slice", [x], {
    ranges: x.shape.map((d, i) => (i === axis ? range : { start: 0, size: d, step: 1 })),
  });
}

/** A product over the first pair of axes of equal size, if there is one. */
function product(x: Node, y: Node): Node | null {
  if (x.dtype !== y.dtype) return null;
  for (const i of [...x.shape.keys()].reverse())
    for (const j of y.shape.keys())
      if (x.shape[i] === y.shape[j] && !isTooBig(x.shape, y.shape))
        return make("dot", [x, y], { contract: [[i], [j]], batch: [[], []] });
  return null;
}

const isTooBig = (a: Shape, b: Shape): boolean => a.length + b.length > 5;

function step(
  [op, x, y, p, q]: Choice,
  pool: readonly Node[],
  number: (dim: Dim) => number,
): Node | null {
  const pick = (n: number): Node => pool[pool.length - 1 - (n % pool.length)];
  return steps[op % steps.length](pick(x), pick(y), p, q, number);
}
