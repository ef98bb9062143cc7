/**
 * Forward derivatives: one rule per op, from the tangents of its inputs to the tangent of its
 * result. A tangent of null is zero, so constants cost nothing. Every rule's result is linear in
 * the tangents and made of ops that compiler/transpose.ts can reverse.
 */
import { isFloat } from "../lang/dtype.js";
import { internal } from "../lang/error.js";
import type { Node, NodeOf, OpName } from "../lang/graph.js";
import { node, topologicalOrder } from "../lang/node.js";
import * as b from "./build.js";

type Tangent = Node | null;

/** The tangent of `y` = op(inputs), given those of its inputs, at least one of them not zero. */
type Rule<O extends OpName> = (y: NodeOf<O>, tangents: readonly Tangent[]) => Tangent;

const plus = (x: Tangent, y: Tangent): Tangent => (x && y ? b.add(x, y) : (x ?? y));

/** Piecewise constant, or not a function of its inputs: no tangent. */
const zero: Rule<OpName> = () => null;

/** Linear in its one input. */
const linear: Rule<OpName> = (y, [dx]) => node(y.op, [dx!], y.attrs) as Node;

/** dy = f′(x) · dx, where f′ may use the result y. */
const derivative =
  (slope: (x: Node, y: Node) => Node): Rule<OpName> =>
  (y, [dx]) =>
    b.mul(dx!, slope(y.inputs[0], y as Node));

/** dy = ∂f/∂x₁ · dx₁ + ∂f/∂x₂ · dx₂. */
const partials =
  (
    first: (x1: Node, x2: Node, y: Node) => Node,
    second: (x1: Node, x2: Node, y: Node) => Node,
  ): Rule<OpName> =>
  (y, [d1, d2]) => {
    const [x1, x2] = y.inputs;
    return plus(
      d1 && b.mul(d1, first(x1, x2, y as Node)),
      d2 && b.mul(d2, second(x1, x2, y as Node)),
    );
  };

/** Which of two chosen values came out; a tie counts half for each. */
const chosen = (mine: Node, other: Node, y: Node): Node =>
  b.where(
    b.eq(mine, other),
    b.fillLike(0.5, y),
    b.where(b.eq(mine, y), b.fillLike(1, y), b.fillLike(0, y)),
  );

/** The extremum's tangent: the mean of the tangents where it is attained. */
const extremum: Rule<"max" | "min"> = (y, [dx]) => {
  const [x] = y.inputs;
  const { axes } = y.attrs;
  const attained = b.cast(b.eq(x, b.unreduce(y as Node, axes, x.shape)), x.dtype);
  const count = b.unreduce(b.sum(attained, axes), axes, x.shape);
  return b.sum(b.mul(dx!, b.div(attained, count)), axes);
};

/** ∂(Πxⱼ)/∂xᵢ = Πⱼ≠ᵢ xⱼ, without dividing by zero where one of the factors is. */
const product: Rule<"prod"> = (y, [dx]) => {
  const [x] = y.inputs;
  const { axes } = y.attrs;
  const spread = (reduced: Node): Node => b.unreduce(reduced, axes, x.shape);
  const isZero = b.eq(x, b.fillLike(0, x));
  const nonzero = b.where(isZero, b.fillLike(1, x), x);
  const zeros = spread(b.sum(b.cast(isZero, x.dtype), axes));
  const rest = spread(node("prod", [nonzero], { axes }));
  const others = b.where(
    isZero,
    b.where(b.eq(zeros, b.fillLike(1, x)), rest, b.fillLike(0, x)),
    b.where(b.eq(zeros, b.fillLike(0, x)), b.div(rest, nonzero), b.fillLike(0, x)),
  );
  return b.sum(b.mul(dx!, others), axes);
};

const one = (like: Node): Node => b.fillLike(1, like);

const rules: { readonly [O in OpName]: Rule<O> } = {
  symbol: zero,
  literal: zero,
  constant: zero,
  shared: zero,
  size: zero,
  iota: zero,

  neg: linear,
  abs: derivative((x) => b.sign(x)),
  sign: zero,
  floor: zero,
  ceil: zero,
  trunc: zero,
  round: zero,
  sqrt: derivative((x, y) => b.div(b.fillLike(0.5, x), y)),
  exp: derivative((_, y) => y),
  expm1: derivative((x) => b.exp(x)),
  log: (y, [dx]) => b.div(dx!, y.inputs[0]),
  log1p: (y, [dx]) => b.div(dx!, b.add(y.inputs[0], one(dx!))),
  sin: derivative((x) => b.cos(x)),
  cos: derivative((x) => b.neg(b.sin(x))),
  tanh: derivative((_, y) => b.sub(one(y), b.mul(y, y))),
  sigmoid: derivative((_, y) => b.mul(y, b.sub(one(y), y))),
  softplus: derivative((x) => b.sigmoid(x)),
  erf: derivative((x) => b.mul(b.fillLike(2 / Math.sqrt(Math.PI), x), b.exp(b.neg(b.mul(x, x))))),
  isNan: zero,
  not: zero,
  stopGradient: zero,
  cast: (y, [dx]) => (isFloat(y.dtype) ? b.cast(dx!, y.dtype) : null),

  add: (_, [dx, dy]) => plus(dx, dy),
  sub: (_, [dx, dy]) => (dx && dy ? b.sub(dx, dy) : (dx ?? b.neg(dy!))),
  mul: partials(
    (_, y) => y,
    (x) => x,
  ),
  div: (q, [dx, dy]) => {
    const y = q.inputs[1];
    return plus(dx && b.div(dx, y), dy && b.neg(b.mul(dy, b.div(q as Node, y))));
  },
  floorDiv: zero,
  mod: (r, [dx, dy]) => {
    const quotient = node("floorDiv", r.inputs, {}) as Node;
    return plus(dx, dy && b.neg(b.mul(dy, quotient)));
  },
  pow: partials(
    (x, y) =>
      // y·x^(y−1), which is 0 and not NaN at x = 0 when y = 0
      b.where(b.eq(y, b.fillLike(0, y)), b.fillLike(0, y), b.mul(y, b.pow(x, b.sub(y, one(y))))),
    (x, _, z) =>
      // x^y·log x, which tends to 0 as x does for the positive y where the slope exists
      b.where(
        b.eq(x, b.fillLike(0, x)),
        b.fillLike(0, x),
        b.mul(z, b.log(b.where(b.eq(x, b.fillLike(0, x)), one(x), x))),
      ),
  ),
  minimum: partials(
    (x, y, z) => chosen(x, y, z),
    (x, y, z) => chosen(y, x, z),
  ),
  maximum: partials(
    (x, y, z) => chosen(x, y, z),
    (x, y, z) => chosen(y, x, z),
  ),
  atan2: partials(
    (x, y) => b.div(y, b.add(b.mul(x, x), b.mul(y, y))),
    (x, y) => b.neg(b.div(x, b.add(b.mul(x, x), b.mul(y, y)))),
  ),
  eq: zero,
  ne: zero,
  lt: zero,
  le: zero,
  gt: zero,
  ge: zero,
  and: zero,
  or: zero,
  xor: zero,
  shiftLeft: zero,
  shiftRight: zero,
  where: (z, [, dx, dy]) => {
    if (!dx && !dy) return null;
    const nothing = b.fill(0, z.dtype, z.shape);
    return b.where(z.inputs[0], dx ?? nothing, dy ?? nothing);
  },
  threefry: zero,

  sum: linear,
  prod: product,
  max: extremum,
  min: extremum,
  argMax: zero,
  argMin: zero,

  dot: (y, [dx1, dx2]) => {
    const [x1, x2] = y.inputs;
    return plus(dx1 && node("dot", [dx1, x2], y.attrs), dx2 && node("dot", [x1, dx2], y.attrs));
  },

  reshape: linear,
  transpose: linear,
  expand: linear,
  slice: linear,
  pad: linear,
  concat: (y, tangents) =>
    node(
      "concat",
      tangents.map((dx, i) => dx ?? b.fillLike(0, y.inputs[i])),
      y.attrs,
    ),
  gather: (y, [dx]) => dx && node("gather", [dx, y.inputs[1]], y.attrs),
  scatterAdd: (y, [, dx]) => dx && node("scatterAdd", [y.inputs[0], dx], y.attrs),
  argSort: zero,
};

/**
 * Pushes tangents forward: given the tangents of some nodes, the tangent of each root, null where
 * it does not depend on them. A seeded node that also depends on another one gets both parts.
 */
export function pushForward(roots: readonly Node[], seeds: ReadonlyMap<Node, Node>): Tangent[] {
  const tangents = new Map<Node, Tangent>();
  for (const y of topologicalOrder(roots)) {
    const inputs = y.inputs.map((input) => tangents.get(input) ?? null);
    const rule = rules[y.op] as Rule<OpName>; // row and node agree on the op
    const pushed = inputs.some((dx) => dx !== null) && isFloat(y.dtype) ? rule(y, inputs) : null;
    if (pushed && pushed.shape.length !== y.shape.length)
      throw internal(`the tangent of ${y.op} has another rank than its result`);
    tangents.set(y, plus(pushed, seeds.get(y) ?? null));
  }
  return roots.map((root) => tangents.get(root) ?? null);
}
