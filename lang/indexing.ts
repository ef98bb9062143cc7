/** Picking elements: positions, ranges, and tensors of positions. */
import { add, clip, multiply } from "./arithmetic.js";
import { valueOf } from "./data.js";
import { isInteger } from "./dtype.js";
import { HypatiaError } from "./error.js";
import type { Range } from "./graph.js";
import { transpose } from "./movement.js";
import { node } from "./node.js";
import {
  asTensor,
  axisOf,
  broadcastShapes,
  broadcastTogether,
  castTo,
  expandTo,
  iota,
  type Operand,
  reshapeTo,
  sizeTensor,
} from "./operand.js";
import {
  addDims,
  type Dim,
  elements,
  floorDivDims,
  formatDim,
  maxDims,
  minDims,
  multiplyDims,
  type Shape,
  Size,
  subtractDims,
} from "./size.js";
import { ofValue, Tensor } from "./tensor.js";

/** Part of an axis, as Python's `start:stop:step`. Made by {@link range}. */
export class AxisRange {
  readonly start: Dim | null;
  readonly stop: Dim | null;
  readonly step: number;
  constructor(start: Dim | null, stop: Dim | null, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/**
 * Part of an axis, for {@link at}: the positions start, start + step, … up to but without stop, as
 * Python's `start:stop:step`. With one argument, the positions before `stop`. A negative limit
 * counts from the end, `null` leaves it open, and limits beyond the axis are cut off.
 *
 * @example
 * const x = arange(10);
 * x.at(range(3)).toArray(); // [0, 1, 2]
 * x.at(range(-3, null)).toArray(); // [7, 8, 9]
 * x.at(range(null, null, -4)).toArray(); // [9, 5, 1]
 */
export function range(stop: Dim | null): AxisRange;
export function range(start: Dim | null, stop: Dim | null, step?: number): AxisRange;
export function range(first: Dim | null, second?: Dim | null, step = 1): AxisRange {
  if (!Number.isInteger(step) || step === 0)
    throw new HypatiaError("range", `the step ${step} is not possible`, {
      expected: "an integer other than 0",
    });
  return second === undefined
    ? new AxisRange(null, first, step)
    : new AxisRange(first, second, step);
}

/**
 * What picks from one axis: a position (the axis disappears), a {@link range}, `null` for the whole
 * axis, an integer tensor or an array of positions (its axes take the axis's place), or `"..."` for
 * as many whole axes as are left.
 */
export type Index = number | AxisRange | null | Tensor | readonly number[] | "...";

/**
 * Elements picked axis by axis, as NumPy's `x[…]`; missing entries at the end mean whole axes.
 *
 * - a number picks a position and drops the axis; negative ones count from the end;
 * - `range(start, stop, step)` picks positions at equal distances;
 * - `null` keeps the axis as it is, `"..."` as many axes as are left over;
 * - an integer tensor, or an array, picks the positions that it holds. Several of them broadcast
 *   and pick together: `x.at(i, j)` has the elements x[i[k], j[k]]. Their axes come first in the result if
 *   other entries stand between them.
 *
 * Positions outside the axis are an error. For masks use {@link where}.
 *
 * @example
 * const x = reshape(arange(12), [3, 4]);
 * x.at(0).toArray(); // [0, 1, 2, 3]
 * x.at(null, range(1, 3)).toArray(); // [[1, 2], [5, 6], [9, 10]]
 * x.at("...", -1).toArray(); // [3, 7, 11]
 * x.at([2, 0], 1).toArray(); // [9, 1]
 */
export function at(x: Operand, ...index: readonly Index[]): Tensor {
  const a = asTensor("at", x);
  const entries = completed(a, index);
  const ranges = entries.map((entry, axis) => rangeOn(a, axis, entry));
  const whole = ranges.every(({ start, size }, i) => start === 0 && size === a.shape[i]);
  const cut =
    whole && ranges.every(({ step }) => step === 1)
      ? a
      : new Tensor(node("slice", [a.node], { ranges }));
  const kept = entries.flatMap((entry, axis) => (typeof entry === "number" ? [] : [axis]));
  const squeezed = reshapeTo(
    cut,
    kept.map((axis) => cut.shape[axis]),
  );
  const tensors = kept.flatMap((axis, i) => {
    const entry = entries[axis];
    return entry instanceof Tensor ? [[i, entry] as const] : [];
  });
  if (tensors.length === 0) return squeezed;
  return pick(squeezed, tensors);
}

/** One entry per axis, `"..."` and missing ones filled in. */
function completed(x: Tensor, index: readonly Index[]): (number | AxisRange | null | Tensor)[] {
  const dots = index.indexOf("...");
  const given = index
    .filter((entry) => entry !== "...")
    .map((entry) => (isList(entry) ? positionsOf("at", entry) : entry));
  const missing = x.ndim - given.length;
  if (missing < 0 || given.length < index.length - 1)
    throw new HypatiaError("at", missing < 0 ? "too many positions" : `"..." is given twice`, {
      got: `${given.length} entries for ${x}`,
      expected: `at most ${x.ndim}`,
    });
  for (const entry of given)
    if (entry instanceof Tensor && !isInteger(entry.dtype))
      throw new HypatiaError("at", "positions must be integers", {
        got: entry.toString(),
        remedy: entry.dtype === "bool" ? "use where(mask, x, y) for masks" : 'x.cast("i32")',
      });
  return given.toSpliced(dots < 0 ? given.length : dots, 0, ...Array(missing).fill(null));
}

const isList = (entry: Index): entry is readonly number[] => Array.isArray(entry);

function rangeOn(x: Tensor, axis: number, entry: number | AxisRange | null | Tensor): Range {
  const size = x.shape[axis];
  if (typeof entry === "number") {
    const start = entry < 0 ? addDims(size, entry) : entry;
    const beyond = subtractDims(start, size);
    const isOutside = (typeof beyond === "number" && beyond >= 0) || start === -1;
    const isNegative = typeof start === "number" && start < 0;
    if (!Number.isInteger(entry) || isOutside || isNegative)
      throw new HypatiaError("at", `position ${entry} is outside axis ${axis}`, {
        got: x.toString(),
        expected: `an integer from -${formatDim(size)} to ${formatDim(addDims(size, -1))}`,
      });
    return { start, size: 1, step: 1 };
  }
  if (!(entry instanceof AxisRange)) return { start: 0, size, step: 1 };
  const { step } = entry;
  // Where the walk begins and where it has ended, cut to the axis as Python does.
  const [low, high]: [Dim, Dim] = step > 0 ? [0, size] : [-1, addDims(size, -1)];
  const limit = (bound: Dim | null, open: Dim): Dim => {
    if (bound === null) return open;
    const counted = typeof bound === "number" && bound < 0 ? addDims(size, bound) : bound;
    return minDims(maxDims(counted, low), high);
  };
  const start = limit(entry.start, step > 0 ? low : high);
  const stop = limit(entry.stop, step > 0 ? high : low);
  const span = step > 0 ? subtractDims(stop, start) : subtractDims(start, stop);
  const pace = Math.abs(step);
  const count = maxDims(0, floorDivDims(addDims(span, pace - 1), pace));
  return count === 0 ? { start: 0, size: 0, step: 1 } : { start, size: count, step };
}

/** Elements at tensors of positions, which pick together. */
function pick(x: Tensor, tensors: readonly (readonly [number, Tensor])[]): Tensor {
  const axes = tensors.map(([axis]) => axis);
  const [first] = axes;
  const adjacent = axes.every((axis, i) => axis === first + i);
  const place = adjacent ? first : 0;
  const others = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const moved = transpose(x, others.toSpliced(place, 0, ...axes));
  const sizes = axes.map((axis) => x.shape[axis]);
  if (tensors.length === 1) return gather(x, asIndex(tensors[0][1]), first);
  const [start, ...rest] = broadcastTogether(
    "at",
    tensors.map(([axis, positions]) => onAxis(positions, x.shape, axis)),
  );
  // Row-major position within the merged axes.
  const position = rest.reduce(
    (sum, next, i) => add(multiply(sum, sizeTensor(sizes[i + 1], "i32")), next),
    start,
  );
  const merged = reshapeTo(moved, [
    ...moved.shape.slice(0, place),
    multiplyDims(...sizes),
    ...moved.shape.slice(place + axes.length),
  ]);
  return gather(merged, position, place);
}

const gather = (x: Tensor, positions: Tensor, axis: number): Tensor =>
  new Tensor(node("gather", [x.node, positions.node], { axis }));

/** Positions as i32, as which those beyond its range stay outside. */
function asIndex(positions: Tensor): Tensor {
  const { dtype } = positions;
  const isWide = dtype === "u32" || dtype === "u64" || dtype === "i64";
  const low = dtype === "i64" ? -(2 ** 31) : null;
  return castTo(isWide ? clip(positions, low, 2 ** 31 - 1) : positions, "i32");
}

/**
 * The same, negative ones counted from the end; an error where they lie outside their own axis,
 * before they are merged with those on other axes.
 */
function onAxis(positions: Tensor, shape: Shape, axis: number): Tensor {
  const i = asIndex(positions);
  if (isInside(i, shape[axis])) return i;
  const alone = shape.map((size, other) => (other === axis ? size : 1));
  return reshapeTo(gather(iota(alone, axis), i, axis), i.shape);
}

/** Whether positions are certainly 0 … size − 1. */
const isInside = ({ node: of }: Tensor, size: Dim): boolean =>
  (of.op === "iota" || of.op === "argSort") && of.shape[of.attrs.axis] === size;

function positionsOf(op: string, positions: Operand): Tensor {
  if (positions instanceof Size) return sizeTensor(positions, "i32");
  const isData = !(positions instanceof Tensor);
  const i = asTensor(op, positions);
  // Plain numbers are f32 unless they are asked to be integers; fractions are refused.
  if (isData && i.dtype === "f32") return ofValue(valueOf(op, positions, { dtype: "i32" }));
  if (!isInteger(i.dtype))
    throw new HypatiaError(op, "positions must be integers", {
      got: i.toString(),
      remedy: i.dtype === "bool" ? "use where(mask, x, y) for masks" : 'positions.cast("i32")',
    });
  return i;
}

/**
 * The slices of x at integer positions along an axis (the first by default); the axes of the
 * positions take its place. Negative positions count from the end; others outside are an error.
 *
 * @example
 * take(tensor([10, 20, 30]), [2, 0]).toArray(); // [30, 10]
 */
export function take(x: Operand, positions: Operand, axis = 0): Tensor {
  const a = asTensor("take", x);
  const i = axisOf("take", axis, a.ndim, a.shape);
  return gather(a, asIndex(positionsOf("take", positions)), i);
}

/**
 * For each place, the element of x at the position given there, along an axis: with axis 1,
 * result[i, j] = x[i, positions[i, j]]. The other axes broadcast.
 *
 * @example
 * takeAlongAxis(tensor([[1, 2], [3, 4]]), [[1], [0]], 1).toArray(); // [[2], [3]]
 */
export function takeAlongAxis(x: Operand, positions: Operand, axis: number): Tensor {
  const a = asTensor("takeAlongAxis", x);
  const i = positionsOf("takeAlongAxis", positions);
  const k = axisOf("takeAlongAxis", axis, a.ndim, a.shape);
  if (i.ndim !== a.ndim)
    throw new HypatiaError("takeAlongAxis", "the positions have another number of axes", {
      got: `${a} and ${i}`,
      expected: `${a.ndim} axes on both`,
    });
  const free = (shape: Shape): Shape => shape.with(k, 1);
  const common = broadcastShapes("takeAlongAxis", [free(a.shape), free(i.shape)]);
  const source = expandTo(a, common.with(k, a.shape[k]));
  const chosen = expandTo(onAxis(i, a.shape, k), common.with(k, i.shape[k]));
  const { shape } = source;
  // Row-major position in the flattened source: every axis but k at its own index.
  const position = shape.reduce<Tensor | null>((sum, size, d) => {
    const index = d === k ? chosen : iota(chosen.shape, d);
    return sum ? add(multiply(sum, sizeTensor(size, "i32")), index) : index;
  }, null);
  return gather(reshapeTo(source, [elements(shape)]), position ?? chosen, 0);
}

/**
 * The positions that sort x ascending along an axis (the last by default), as i32; equal elements
 * keep their order, NaN comes last.
 *
 * @example
 * argSort(tensor([3, 1, 2])).toArray(); // [1, 2, 0]
 */
export function argSort(x: Operand, axis = -1): Tensor {
  const a = asTensor("argSort", x);
  return new Tensor(node("argSort", [a.node], { axis: axisOf("argSort", axis, a.ndim, a.shape) }));
}

/**
 * x sorted ascending along an axis (the last by default); NaN comes last.
 *
 * @example
 * sort(tensor([3, 1, 2])).toArray(); // [1, 2, 3]
 */
export function sort(x: Operand, axis = -1): Tensor {
  const a = asTensor("sort", x);
  const order = argSort(a, axis);
  return a.ndim === 1 ? gather(a, order, 0) : takeAlongAxis(a, order, axis);
}
