/** Short constructors for nodes, for the parts of the compiler that write graphs. */
import { type DType, isBig } from "../lang/dtype.js";
import type { Node, OpAttrs, OpName } from "../lang/graph.js";
import { node } from "../lang/node.js";
import { type Dim, type Shape, sameShape } from "../lang/size.js";

type Plain = {
  readonly [O in OpName]: Record<never, never> extends OpAttrs[O] ? O : never;
}[OpName];

/** An op without attributes. */
export const apply = (op: Plain, ...inputs: readonly Node[]): Node => node(op, inputs, {}) as Node;

const unary = (op: Plain) => (x: Node) => apply(op, x);
const binary = (op: Plain) => (x: Node, y: Node) => apply(op, x, y);

export const neg = unary("neg");
export const exp = unary("exp");
export const log = unary("log");
export const sin = unary("sin");
export const cos = unary("cos");
export const sign = unary("sign");
export const sigmoid = unary("sigmoid");
export const add = binary("add");
export const sub = binary("sub");
export const mul = binary("mul");
export const div = binary("div");
export const pow = binary("pow");
export const eq = binary("eq");
export const gt = binary("gt");
export const where = (condition: Node, x: Node, y: Node): Node => apply("where", condition, x, y);

/** A scalar literal of a dtype. */
export const literal = (value: number, dtype: DType): Node =>
  node("literal", [], { dtype, value: isBig(dtype) ? BigInt(value) : value });

/** The number repeated over a shape. */
export const fill = (value: number, dtype: DType, shape: Shape): Node =>
  splat(literal(value, dtype), shape);

/** A scalar repeated over a shape. */
export const splat = (scalar: Node, shape: Shape): Node =>
  shape.length === 0
    ? scalar
    : expand(
        reshape(
          scalar,
          shape.map(() => 1),
        ),
        shape,
      );

/** The number repeated over the shape of `like`, in its dtype. */
export const fillLike = (value: number, like: Node): Node => fill(value, like.dtype, like.shape);

export const reshape = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape) ? x : node("reshape", [x], { shape });

export const expand = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape) ? x : node("expand", [x], { shape });

export const transpose = (x: Node, perm: readonly number[]): Node =>
  perm.every((axis, i) => axis === i) ? x : node("transpose", [x], { perm });

export const cast = (x: Node, dtype: DType): Node =>
  x.dtype === dtype ? x : node("cast", [x], { dtype });

/** The sum over some axes, in the dtype of `x`. */
export const sum = (x: Node, axes: readonly number[]): Node =>
  axes.length === 0 ? x : cast(node("sum", [x], { axes }), x.dtype);

/** A reduced tensor spread over the axes it lost, back to `shape`. */
export function unreduce(reduced: Node, axes: readonly number[], shape: Shape): Node {
  const kept = shape.map((dim, axis): Dim => (axes.includes(axis) ? 1 : dim));
  return expand(reshape(reduced, kept), shape);
}

/** A size as a scalar of a dtype. */
export const sizeOf = (dim: Dim, dtype: DType): Node =>
  typeof dim === "number" ? literal(dim, dtype) : node("size", [], { dim, dtype });

/** The axes 0 … rank − 1 that are not among `axes`. */
export const otherAxes = (rank: number, axes: readonly number[]): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
