/** The same elements in other places: axes, shapes, joining, cutting, padding. */
import { HypatiaError } from "./error.js";
import { node } from "./node.js";
import {
  asTensor,
  axesOf,
  axisOf,
  broadcastShapes,
  checkSizes,
  expandExactly,
  type Operand,
  promoted,
  reshapeTo,
} from "./operand.js";
import {
  addDims,
  type Dim,
  divideExactly,
  elements,
  floorDivDims,
  formatDim,
  formatShape,
  multiplyDims,
  sameDim,
  subtractDims,
} from "./size.js";
import { Tensor } from "./tensor.js";

/**
 * The axes in another order: axis i of the result is axis `axes[i]` of x. Without `axes` their
 * order is reversed, which is also `x.T`.
 *
 * @example
 * transpose(ones([2, 3, 4]), [1, 0, 2]).shape; // [3, 2, 4]
 */
export function transpose(x: Operand, axes?: readonly number[]): Tensor {
  const a = asTensor("transpose", x);
  if (!axes) return a.T;
  const perm = axes.map((axis) => (axis < 0 ? axis + a.ndim : axis));
  const moved = new Tensor(node("transpose", [a.node], { perm }));
  return perm.every((axis, i) => axis === i) ? a : moved;
}

/**
 * Two axes exchanged.
 *
 * @example
 * swapAxes(ones([2, 3, 4]), -1, -2).shape; // [2, 4, 3]
 */
export function swapAxes(x: Operand, axis1: number, axis2: number): Tensor {
  const a = asTensor("swapAxes", x);
  const [i, j] = [axis1, axis2].map((axis) => axisOf("swapAxes", axis, a.ndim, a.shape));
  return transpose(
    a,
    a.shape.map((_, axis) => (axis === i ? j : axis === j ? i : axis)),
  );
}

/**
 * The elements, in row-major order, in another shape. One size may be −1: it is what is left.
 * Throws if the number of elements differs.
 *
 * @example
 * reshape(arange(6), [2, -1]).toArray(); // [[0, 1, 2], [3, 4, 5]]
 */
export function reshape(x: Operand, shape: number | readonly Dim[]): Tensor {
  const a = asTensor("reshape", x);
  const wanted = typeof shape === "number" ? [shape] : shape;
  const open = wanted.indexOf(-1);
  if (open < 0) return reshapeTo(a, checkSizes("reshape", wanted));
  const known = multiplyDims(...checkSizes("reshape", wanted.toSpliced(open, 1)));
  const total = elements(a.shape);
  const missing = known === 0 ? null : divideExactly(total, known);
  const isImpossible = typeof known === "number" && typeof total === "number" && missing === null;
  if (known === 0 || isImpossible)
    throw new HypatiaError("reshape", "no size for -1 fits", {
      got: `${a}, ${formatDim(total)} elements`,
      expected: `a multiple of ${formatDim(known)} elements, for shape ${formatShape(wanted)}`,
    });
  return reshapeTo(a, wanted.with(open, missing ?? floorDivDims(total, known)));
}

/**
 * All elements in row-major order, as one axis.
 *
 * @example
 * flatten(ones([2, 3])).shape; // [6]
 */
export function flatten(x: Operand): Tensor {
  const a = asTensor("flatten", x);
  return reshapeTo(a, [elements(a.shape)]);
}

/**
 * Without axes of size 1: all of them, or those given. Throws if a given axis has another size.
 *
 * @example
 * squeeze(ones([1, 3, 1])).shape; // [3]
 */
export function squeeze(x: Operand, axis?: number | readonly number[] | null): Tensor {
  const a = asTensor("squeeze", x);
  const axes = axesOf("squeeze", axis, a.shape).filter(
    (i) => a.shape[i] === 1 || (axis !== undefined && axis !== null),
  );
  for (const i of axes)
    if (sameDim(a.shape[i], 1) === false)
      throw new HypatiaError("squeeze", `axis ${i} has size ${formatDim(a.shape[i])}`, {
        got: a.toString(),
        expected: "size 1",
      });
  return reshapeTo(
    a,
    a.shape.filter((_, i) => !axes.includes(i)),
  );
}

/**
 * With new axes of size 1, at these positions of the result.
 *
 * @example
 * expandDims(ones([3]), [0, -1]).shape; // [1, 3, 1]
 */
export function expandDims(x: Operand, axis: number | readonly number[]): Tensor {
  const a = asTensor("expandDims", x);
  const added = typeof axis === "number" ? [axis] : axis;
  const rank = a.ndim + added.length;
  const at = new Set(added.map((i) => axisOf("expandDims", i, rank)));
  if (at.size < added.length)
    throw new HypatiaError("expandDims", "an axis is given twice", {
      got: `[${added.join(", ")}]`,
    });
  const sizes = a.shape.values();
  const shape = Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : sizes.next().value!));
  return reshapeTo(a, shape);
}

/**
 * Repeated along axes of size 1, and along new axes in front, to `shape`. Throws if x does not
 * broadcast to it.
 *
 * @example
 * broadcastTo(tensor([1, 2]), [2, 2]).toArray(); // [[1, 2], [1, 2]]
 */
export function broadcastTo(x: Operand, shape: readonly Dim[]): Tensor {
  const a = asTensor("broadcastTo", x);
  checkSizes("broadcastTo", shape);
  const fits =
    a.ndim <= shape.length &&
    broadcastShapes("broadcastTo", [a.shape, shape]).every(
      (size, axis) => sameDim(size, shape[axis]) !== false,
    );
  if (!fits)
    throw new HypatiaError("broadcastTo", "the tensor does not broadcast to this shape", {
      got: a.toString(),
      expected: `sizes equal to those of ${formatShape(shape)}, counted from the right, or 1`,
    });
  return expandExactly(a, shape);
}

/**
 * Tensors joined along an axis that they have (the first by default); other sizes are equal.
 * dtypes promote.
 *
 * @example
 * concat([tensor([1, 2]), tensor([3])]).toArray(); // [1, 2, 3]
 */
export function concat(tensors: readonly Operand[], axis = 0): Tensor {
  const parts = promotedParts("concat", tensors);
  const at = axisOf("concat", axis, parts[0].ndim, parts[0].shape);
  const nodes = parts.map((x) => x.node);
  return parts.length === 1 ? parts[0] : new Tensor(node("concat", nodes, { axis: at }));
}

/**
 * Tensors of one shape joined along a new axis (the first by default). dtypes promote.
 *
 * @example
 * stack([tensor([1, 2]), tensor([3, 4])], 1).toArray(); // [[1, 3], [2, 4]]
 */
export function stack(tensors: readonly Operand[], axis = 0): Tensor {
  const parts = promotedParts("stack", tensors);
  const [first] = parts;
  for (const part of parts)
    if (part.ndim !== first.ndim || part.shape.some((n, i) => sameDim(n, first.shape[i]) === false))
      throw new HypatiaError("stack", "the shapes differ", {
        got: parts.map((x) => formatShape(x.shape)).join(", "),
        expected: "equal shapes",
      });
  const at = axisOf("stack", axis, first.ndim + 1);
  return concat(
    parts.map((x) => expandDims(x, at)),
    at,
  );
}

function promotedParts(op: string, tensors: readonly Operand[]): Tensor[] {
  if (tensors.length === 0)
    throw new HypatiaError(op, "there is nothing to join", { expected: "at least one tensor" });
  return promoted(op, tensors);
}

/**
 * Cut along an axis into `sections` equal parts, or into parts of the sizes given. Throws unless
 * the parts make up the axis.
 *
 * @example
 * split(arange(5), [2, 3]).map((part) => part.toArray()); // [[0, 1], [2, 3, 4]]
 */
export function split(x: Operand, sections: number | readonly number[], axis = 0): Tensor[] {
  const a = asTensor("split", x);
  const at = axisOf("split", axis, a.ndim, a.shape);
  const whole = a.shape[at];
  const part = typeof sections === "number" ? divideExactly(whole, sections) : null;
  const sizes: readonly (Dim | null)[] =
    typeof sections === "number"
      ? Array.from({ length: sections }, () => part)
      : checkSizes("split", sections);
  let start: Dim = 0;
  const ranges = sizes.map((size) => {
    const range = { start, size: size ?? 0, step: 1 };
    start = addDims(start, range.size);
    return range;
  });
  if (sameDim(start, whole) === false || (part === null) !== (typeof sections !== "number"))
    throw new HypatiaError("split", "the parts do not make up the axis", {
      got: `${typeof sections === "number" ? `${sections} parts` : `sizes ${sections.join(" + ")}`}`,
      expected: `${formatDim(whole)} in all, the size of axis ${at}`,
    });
  return ranges.map((range) => cut(a, at, range));
}

/** One axis restricted to a range that lies within it. */
function cut(x: Tensor, axis: number, range: { start: Dim; size: Dim; step: number }): Tensor {
  const ranges = x.shape.map((size, i) => (i === axis ? range : { start: 0, size, step: 1 }));
  return new Tensor(node("slice", [x.node], { ranges }));
}

/**
 * The elements along the axes (all by default) in reverse order.
 *
 * @example
 * flip(tensor([1, 2, 3])).toArray(); // [3, 2, 1]
 */
export function flip(x: Operand, axis?: number | readonly number[] | null): Tensor {
  const a = asTensor("flip", x);
  return axesOf("flip", axis, a.shape).reduce((flipped, i) => {
    const size = a.shape[i];
    return cut(flipped, i, { start: subtractDims(size, 1), size, step: -1 });
  }, a);
}

/**
 * Zeros around x: `widths[axis] = [before, after]`, one pair per axis.
 *
 * @example
 * pad(tensor([1, 2]), [[1, 2]]).toArray(); // [0, 1, 2, 0, 0]
 */
export function pad(x: Operand, widths: readonly (readonly [number, number])[]): Tensor {
  const a = asTensor("pad", x);
  const isWrong = (width: number): boolean => !Number.isInteger(width) || width < 0;
  if (widths.length !== a.ndim || widths.flat().some(isWrong))
    throw new HypatiaError("pad", "the widths do not fit", {
      got: `${JSON.stringify(widths)} for ${a}`,
      expected: "[before, after] for each axis, integers ≥ 0",
    });
  const padding = widths.map(([low, high]) => ({ low, high, interior: 0 }));
  return new Tensor(node("pad", [a.node], { padding }));
}
