/** dtype and shape rules of the primitive ops, with the errors for operands that do not fit. */
import { type DType, isFloat, isInteger } from "./dtype.js";
import { HypatiaError } from "./error.js";
import type { Node, OpAttrs, Padding, Range, Type } from "./graph.js";
import {
  addDims,
  type Dim,
  elements,
  formatDim,
  formatShape,
  multiplyDims,
  type Shape,
  sameDim,
  subtractDims,
} from "./size.js";

/** Throws when an op is not defined for a dtype. */
export type DTypeCheck = (op: string, dtype: DType) => void;

const only =
  (accepts: (dtype: DType) => boolean, expected: string, remedy: string): DTypeCheck =>
  (op, dtype) => {
    if (!accepts(dtype))
      throw new HypatiaError(op, `not defined for ${dtype}`, { got: dtype, expected, remedy });
  };

export const anyType: DTypeCheck = () => {};
export const ordered: DTypeCheck = anyType;
export const numeric = only((t) => t !== "bool", "a number dtype", `x.cast("i32")`);
export const floating = only(isFloat, "f32 or f64", `x.cast("f32")`);
export const integral = only(
  (t) => t === "bool" || isInteger(t),
  "bool or an integer dtype",
  `x.cast("i32"), or a comparison such as x > 0`,
);
export const word = only((t) => t === "u32", "u32", `x.cast("u32")`);

/** `f32 [2, 3]`, as error messages name operands. */
export const describe = ({ dtype, shape }: Type): string => `${dtype} ${formatShape(shape)}`;

/** The more precise of two equal sizes; null when they cannot be equal. */
function unify(a: Dim, b: Dim): Dim | null {
  if (sameDim(a, b) === false) return null;
  return typeof a === "number" ? a : typeof b === "number" ? b : a;
}

/** The common shape; sizes that differ are an error, sizes that may differ are checked at run. */
export function sameShapes(op: string, shapes: readonly Shape[]): Shape {
  return shapes.reduce((a, b) => {
    const common = a.length === b.length ? a.map((dim, axis) => unify(dim, b[axis])) : [null];
    if (common.includes(null))
      throw new HypatiaError(op, "the shapes differ", {
        got: shapes.map(formatShape).join(" and "),
        expected: "equal shapes (a symbolic size never broadcasts)",
        remedy: "declare an axis that broadcasts with size 1, or use broadcastTo",
      });
    return common as Shape;
  });
}

export function elementwise(op: string, inputs: readonly Node[], check: DTypeCheck): Type {
  const [{ dtype }] = inputs;
  check(op, dtype);
  if (inputs.some((input) => input.dtype !== dtype))
    throw new HypatiaError(op, "the dtypes differ", {
      got: inputs.map(describe).join(" and "),
      expected: "equal dtypes",
      remedy: `x.cast("${dtype}")`,
    });
  return {
    dtype,
    shape: sameShapes(
      op,
      inputs.map((input) => input.shape),
    ),
  };
}

export const comparison = (op: string, inputs: readonly Node[]): Type => ({
  dtype: "bool",
  shape: elementwise(op, inputs, anyType).shape,
});

export function checkAxis(op: string, axis: number, shape: Shape): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length)
    throw new HypatiaError(op, `axis ${axis} does not exist`, {
      got: `shape ${formatShape(shape)}`,
      expected: shape.length === 0 ? "no axis: this is a scalar" : `0 to ${shape.length - 1}`,
    });
}

export function reduction(
  op: string,
  x: Node,
  axes: readonly number[],
  check: DTypeCheck,
  dtype: DType,
): Type {
  check(op, x.dtype);
  for (const axis of axes) checkAxis(op, axis, x.shape);
  // No truth value is larger than false, none smaller than true: any and all stand on these two.
  const hasNeutral =
    op === "sum" || op === "prod" || (x.dtype === "bool" && (op === "max" || op === "min"));
  if (!hasNeutral && axes.some((axis) => x.shape[axis] === 0))
    throw new HypatiaError(op, "an empty axis has no such element", {
      got: describe(x),
      expected: "at least one element along the reduced axes",
    });
  return { dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
}

export function dot([a, b]: readonly Node[], { contract, batch }: OpAttrs["dot"]): Type {
  const got = `${describe(a)} and ${describe(b)}`;
  if (a.dtype !== b.dtype)
    throw new HypatiaError("dot", "the dtypes differ", { got, expected: "equal dtypes" });
  if (a.dtype === "bool")
    throw new HypatiaError("dot", "not defined for bool", { got, remedy: `x.cast("f32")` });
  const pair = (axes: readonly [readonly number[], readonly number[]], what: string): Dim[] =>
    axes[0].map((axisA, i) => {
      const axisB = axes[1][i];
      checkAxis("dot", axisA, a.shape);
      checkAxis("dot", axisB, b.shape);
      const size = unify(a.shape[axisA], b.shape[axisB]);
      if (size === null)
        throw new HypatiaError("dot", `the ${what} sizes differ`, {
          got,
          expected:
            `axis ${axisA} of the left operand (${formatDim(a.shape[axisA])}) equal to ` +
            `axis ${axisB} of the right one (${formatDim(b.shape[axisB])})`,
          remedy: "transpose or reshape one of them",
        });
      return size;
    });
  pair(contract, "inner");
  const batches = pair(batch, "batch");
  const free = (x: Node, side: 0 | 1): Dim[] =>
    x.shape.filter((_, axis) => !contract[side].includes(axis) && !batch[side].includes(axis));
  return { dtype: a.dtype, shape: [...batches, ...free(a, 0), ...free(b, 1)] };
}

export function reshape(x: Node, shape: Shape): Type {
  if (sameDim(elements(x.shape), elements(shape)) === false)
    throw new HypatiaError("reshape", "the number of elements differs", {
      got: `${describe(x)}, ${formatDim(elements(x.shape))} elements`,
      expected: `${formatShape(shape)}, ${formatDim(elements(shape))} elements`,
      remedy: "let one size be inferred by giving it as -1",
    });
  return { dtype: x.dtype, shape };
}

export function transpose(x: Node, perm: readonly number[]): Type {
  const sorted = [...perm].sort((a, b) => a - b);
  if (perm.length !== x.shape.length || sorted.some((axis, i) => axis !== i))
    throw new HypatiaError("transpose", "not a permutation of the axes", {
      got: `[${perm.join(", ")}] for ${describe(x)}`,
      expected: `each of the axes 0 to ${x.shape.length - 1} once`,
    });
  return { dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]) };
}

export function expand(x: Node, shape: Shape): Type {
  const fits =
    x.shape.length === shape.length &&
    x.shape.every((dim, axis) => dim === 1 || sameDim(dim, shape[axis]) !== false);
  if (!fits)
    throw new HypatiaError("broadcastTo", "the shapes do not broadcast", {
      got: describe(x),
      expected: `sizes equal to those of ${formatShape(shape)}, or 1`,
    });
  return { dtype: x.dtype, shape };
}

export function slice(x: Node, ranges: readonly Range[]): Type {
  if (ranges.length !== x.shape.length) throw new Error("internal: slice: one range per axis");
  ranges.forEach(({ start, size, step }, axis) => {
    const last = addDims(start, multiplyDims(step, subtractDims(size, 1)));
    const outside = [start, last].some(
      (at) => (typeof at === "number" && at < 0) || isCertainlyAtLeast(at, x.shape[axis]),
    );
    if (size !== 0 && outside)
      throw new HypatiaError("slice", `axis ${axis} is read outside its bounds`, {
        got: `${formatDim(start)} to ${formatDim(last)} of ${describe(x)}`,
        expected: `positions 0 to ${formatDim(subtractDims(x.shape[axis], 1))}`,
      });
  });
  return { dtype: x.dtype, shape: ranges.map((range) => range.size) };
}

function isCertainlyAtLeast(a: Dim, b: Dim): boolean {
  const difference = subtractDims(a, b);
  return typeof difference === "number" && difference >= 0;
}

export function pad(x: Node, padding: readonly Padding[]): Type {
  if (padding.length !== x.shape.length) throw new Error("internal: pad: one padding per axis");
  return {
    dtype: x.dtype,
    shape: x.shape.map((dim, axis) => {
      const { low, high, interior } = padding[axis];
      const between = interior === 0 ? 0 : multiplyDims(interior, subtractDims(dim, 1));
      return addDims(dim, low, high, between);
    }),
  };
}

export function concat(xs: readonly Node[], axis: number): Type {
  const [first] = xs;
  checkAxis("concat", axis, first.shape);
  const got = xs.map(describe).join(", ");
  const others = (x: Node): Shape => x.shape.filter((_, i) => i !== axis);
  if (xs.some((x) => x.dtype !== first.dtype))
    throw new HypatiaError("concat", "the dtypes differ", { got, expected: "equal dtypes" });
  if (xs.some((x) => x.shape.length !== first.shape.length))
    throw new HypatiaError("concat", "the numbers of axes differ", {
      got,
      expected: "equally many axes",
      remedy: "expandDims the smaller ones, or stack tensors of one shape",
    });
  const common = xs.map(others).reduce((a, b) => {
    const sizes = a.map((dim, i) => unify(dim, b[i]));
    if (sizes.includes(null))
      throw new HypatiaError("concat", `the shapes differ beside axis ${axis}`, {
        got,
        expected: "equal sizes on every other axis",
      });
    return sizes as Shape;
  });
  const total = addDims(...xs.map((x) => x.shape[axis]));
  return { dtype: first.dtype, shape: [...common.slice(0, axis), total, ...common.slice(axis)] };
}

function checkPositions(op: string, at: Node): void {
  if (!isInteger(at.dtype))
    throw new HypatiaError(op, "positions must be integers", {
      got: describe(at),
      remedy: at.dtype === "bool" ? "use where for masks" : `x.cast("i32")`,
    });
}

export function gather(x: Node, at: Node, axis: number): Type {
  checkAxis("gather", axis, x.shape);
  checkPositions("gather", at);
  return {
    dtype: x.dtype,
    shape: [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)],
  };
}

export function scatterAdd(at: Node, x: Node, axis: number, size: Dim): Type {
  checkPositions("scatterAdd", at);
  const rank = at.shape.length;
  sameShapes("scatterAdd", [at.shape, x.shape.slice(axis, axis + rank)]);
  return {
    dtype: x.dtype,
    shape: [...x.shape.slice(0, axis), size, ...x.shape.slice(axis + rank)],
  };
}
