/**
 * What functions accept and how operands meet: conversion of JavaScript data, promotion of dtypes,
 * and NumPy's broadcasting, with explicit `cast`, `reshape` and `expand` nodes.
 */
import {
  dtypeOfScalar,
  isScalar,
  isTypedArray,
  type NestedArray,
  type Scalar,
  valueOf,
} from "./data.js";
import {
  bytesOf,
  type DType,
  isBig,
  isDType,
  isFloat,
  promote,
  promoteWeak,
  type TypedArray,
} from "./dtype.js";
import { HypatiaError } from "./error.js";
import type { Node } from "./graph.js";
import { node } from "./node.js";
import { type Dim, formatShape, type Shape, Size, sameDim, sameShape } from "./size.js";
import { ofValue, Tensor } from "./tensor.js";

/**
 * Anything a function takes as a tensor. Numbers, booleans, sizes and nested arrays are *weak*:
 * they take the dtype of the tensors they meet. Typed arrays keep their own.
 */
export type Operand = Tensor | Scalar | Size | TypedArray | NestedArray;

/** A 0-d tensor of one number. */
export function literal(value: Scalar, dtype: DType): Tensor {
  return new Tensor(
    node("literal", [], { dtype, value: isBig(dtype) ? BigInt(value) : Number(value) }),
  );
}

/** The same, of a number that a user gave: throws where the dtype cannot hold it. */
export function checkedLiteral(op: string, value: Scalar, dtype: DType): Tensor {
  valueOf(op, value, { dtype });
  return literal(value, dtype);
}

/** An operand as a tensor, data that does not say otherwise in the default dtype. */
export function asTensor(op: string, x: Operand): Tensor {
  if (x instanceof Tensor) return x;
  if (isScalar(x)) return literal(x, dtypeOfScalar(x));
  if (x instanceof Size) return sizeTensor(x, "f32");
  return ofValue(valueOf(op, x));
}

/** An operand as a tensor of a float dtype: integers and truth values become f32. */
export function asFloat(op: string, x: Operand): Tensor {
  const tensor = asTensor(op, x);
  return isFloat(tensor.dtype) ? tensor : castTo(tensor, "f32");
}

/** An operand as a tensor on which arithmetic is defined: truth values become i32. */
export function asNumeric(op: string, x: Operand): Tensor {
  const tensor = asTensor(op, x);
  return tensor.dtype === "bool" ? castTo(tensor, "i32") : tensor;
}

export const castTo = (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype ? x : new Tensor(node("cast", [x.node], { dtype }));

/** Operands as tensors of the dtype that they meet in; their shapes are left alone. */
export function promoted(op: string, operands: readonly Operand[]): Tensor[] {
  const dtype = commonDType(op, operands);
  return operands.map((x) => {
    if (isScalar(x)) return literal(x, dtype);
    if (x instanceof Size)
      return castTo(sizeTensor(x, dtype === "f32" || dtype === "f64" ? dtype : "i32"), dtype);
    if (x instanceof Tensor || isTypedArray(x)) return castTo(asTensor(op, x), dtype);
    return ofValue(valueOf(op, x, { dtype }));
  });
}

function commonDType(op: string, operands: readonly Operand[]): DType {
  const strong = operands.flatMap((x) => (x instanceof Tensor || isTypedArray(x) ? [x] : []));
  const weak = operands.flatMap((x) => (isTypedArray(x) ? [] : scalarsIn(x)));
  const start = strong.map((x) => asTensor(op, x).dtype);
  try {
    if (start.length > 0) return weak.reduce(promoteWeak, start.reduce(promote));
    return weak.map(dtypeOfScalar).reduce(promote, "bool");
  } catch (error) {
    if (!(error instanceof HypatiaError)) throw error;
    throw new HypatiaError(op, error.message.replace(/^dtype: /, "").split("\n")[0], {
      got: describeAll(operands),
      ...error.details,
    });
  }
}

/** The scalars of nested data, which decide what dtype it can take; a size is some integer. */
function scalarsIn(x: Tensor | Scalar | Size | NestedArray): Scalar[] {
  if (x instanceof Tensor) return [];
  if (isScalar(x)) return [x];
  if (x instanceof Size) return [1];
  return x.flatMap((row) => (isScalar(row) ? [row] : isTypedArray(row) ? [] : scalarsIn(row)));
}

/** `f32 [2, 3] and the number 4`, for messages. */
const describeAll = (operands: readonly Operand[]): string =>
  operands
    .map((x) =>
      x instanceof Tensor
        ? x.toString()
        : isScalar(x)
          ? `the ${typeof x} ${x}`
          : x instanceof Size
            ? `the size ${x}`
            : "an array",
    )
    .join(" and ");

/** Operands as tensors of one dtype and one shape. */
export function aligned(op: string, operands: readonly Operand[]): Tensor[] {
  return broadcastTogether(op, promoted(op, operands));
}

/** Tensors repeated along axes of size 1 until their shapes agree. */
export function broadcastTogether(op: string, tensors: readonly Tensor[]): Tensor[] {
  const shape = broadcastShapes(
    op,
    tensors.map((x) => x.shape),
  );
  return tensors.map((x) => expandTo(x, shape));
}

/**
 * The shape that shapes broadcast to by NumPy's rule: axes are aligned at the right, and a size 1
 * is repeated. A symbolic size never broadcasts: it must turn out equal when the program runs.
 */
export function broadcastShapes(op: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let common: Dim = 1;
    for (const shape of shapes) {
      const size = shape[axis - rank + shape.length] ?? 1;
      if (size === 1 || size === common) continue;
      if (common === 1) common = size;
      else if (sameDim(common, size) === false) throw notBroadcast(op, shapes, axis - rank);
      else if (typeof size === "number") common = size;
    }
    return common;
  });
}

const notBroadcast = (op: string, shapes: readonly Shape[], axis: number): HypatiaError =>
  new HypatiaError(op, `the shapes do not broadcast: the sizes on axis ${axis} differ`, {
    got: shapes.map(formatShape).join(" and "),
    expected: "equal sizes, or 1, on every axis counted from the right",
    remedy: "reshape, transpose or expandDims one of them",
  });

/** The tensor with axes of size 1 added in front, and repeated, to a shape it broadcasts to. */
export function expandTo(x: Tensor, shape: Shape): Tensor {
  const missing = shape.length - x.ndim;
  const own: Shape = [...shape.slice(0, missing).map(() => 1), ...x.shape];
  const ranked = reshapeTo(x, own);
  const target = own.map((size, axis) => (size === 1 ? shape[axis] : size));
  return sameShape(own, target)
    ? ranked
    : new Tensor(node("expand", [ranked.node], { shape: target }));
}

/** The same, to just this shape: a size that may turn out to be another is checked when it runs. */
export function expandExactly(x: Tensor, shape: Shape): Tensor {
  const spread = expandTo(x, shape);
  return sameShape(spread.shape, shape)
    ? spread
    : new Tensor(node("expand", [spread.node], { shape: [...shape] }));
}

/** The same elements in another shape; the tensor itself when nothing changes. */
export const reshapeTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : new Tensor(node("reshape", [x.node], { shape: [...shape] }));

/** An axis counted from the front; a negative one counts from the back. */
export function axisOf(op: string, axis: number, rank: number, shape?: Shape): number {
  const found = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && found >= 0 && found < rank) return found;
  throw new HypatiaError(op, `axis ${axis} does not exist`, {
    got: shape ? `shape ${formatShape(shape)}` : `${rank} axes`,
    expected: rank === 0 ? "no axis: this is a scalar" : `an axis from ${-rank} to ${rank - 1}`,
    // `max(3, 5)`
    ...(rank === 0 ? { remedy: `put several numbers in a list: ${op}([a, b])` } : {}),
  });
}

/** Several axes, counted from the front and ascending; each may be given once. */
export function axesOf(
  op: string,
  axes: number | readonly number[] | null | undefined,
  shape: Shape,
): number[] {
  if (axes === null || axes === undefined) return shape.map((_, axis) => axis);
  const list = (typeof axes === "number" ? [axes] : axes).map((axis) =>
    axisOf(op, axis, shape.length, shape),
  );
  if (new Set(list).size < list.length)
    throw new HypatiaError(op, "an axis is given twice", {
      got: `[${[axes].flat().join(", ")}] for shape ${formatShape(shape)}`,
    });
  return list.sort((a, b) => a - b);
}

/** The value of a size as a 0-d tensor. */
export const sizeTensor = (size: Dim, dtype: "f32" | "f64" | "i32"): Tensor =>
  typeof size === "number"
    ? literal(size, dtype)
    : new Tensor(node("size", [], { dim: size, dtype }));

/** x as truth values: bool as it is, numbers by x ≠ 0. */
export function asTruth(op: string, x: Operand): Tensor {
  const tensor = asTensor(op, x);
  if (tensor.dtype === "bool") return tensor;
  const [a, zero] = broadcastTogether(op, [tensor, literal(0, tensor.dtype)]);
  return apply("ne", a, zero);
}

/** Positions along `axis`, broadcast over the other axes of the shape. */
export const iota = (shape: Shape, axis: number, dtype: DType = "i32"): Tensor =>
  new Tensor(node("iota", [], { axis, dtype, shape }));

/** The sizes themselves, if they can be sizes. */
export function checkSizes(op: string, sizes: readonly Dim[]): Shape {
  for (const size of sizes)
    if (!(size instanceof Size || (Number.isInteger(size) && size >= 0)))
      throw new HypatiaError(op, `${size} is not a size`, {
        got: `shape [${sizes.join(", ")}]`,
        expected: "integers ≥ 0",
      });
  return sizes;
}

/** Throws unless the name is a dtype's. */
export function checkDType(op: string, dtype: string | undefined): void {
  if (dtype === undefined || isDType(dtype)) return;
  throw new HypatiaError(op, `there is no dtype ${JSON.stringify(dtype)}`, {
    expected: "bool, i8, i16, i32, i64, u8, u16, u32, u64, f32 or f64",
  });
}

/** Integers in a dtype that can count any number of classes. */
export const labelsOf = (x: Tensor): Tensor => (bytesOf(x.dtype) < 4 ? castTo(x, "i32") : x);

/** `op(inputs; attrs)` for ops without attributes. */
export const apply = (op: PlainOp, ...inputs: readonly Tensor[]): Tensor =>
  new Tensor(
    node(
      op,
      inputs.map((x): Node => x.node),
      {},
    ),
  );

type PlainOp = {
  [O in Node["op"]]: Record<never, never> extends Extract<Node, { op: O }>["attrs"] ? O : never;
}[Node["op"]];
