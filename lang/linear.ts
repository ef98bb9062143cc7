/** Products that sum over axes. */
import { multiply } from "./arithmetic.js";
import { HypatiaError } from "./error.js";
import { node } from "./node.js";
import {
  apply,
  asNumeric,
  axisOf,
  broadcastShapes,
  expandTo,
  type Operand,
  promoted,
  reshapeTo,
} from "./operand.js";
import { formatDim, multiplyDims, type Shape, sameDim } from "./size.js";
import { Tensor } from "./tensor.js";

type Pairs = readonly [readonly number[], readonly number[]];

const contractAxes = (a: Tensor, b: Tensor, contract: Pairs, batch: Pairs = [[], []]): Tensor =>
  new Tensor(node("dot", [a.node, b.node], { contract, batch }));

const factors = (op: string, x: Operand, y: Operand): Tensor[] =>
  promoted(op, [x, y]).map((operand) => asNumeric(op, operand));

/** Whether axis i of a and axis j of b can be summed over together; says what does not fit. */
function checkInner(op: string, a: Tensor, i: number, b: Tensor, j: number): void {
  if (sameDim(a.shape[i], b.shape[j]) !== false) return;
  throw new HypatiaError(op, "the inner sizes differ", {
    got: `${a} and ${b}`,
    expected:
      `axis ${i} of the left operand (${formatDim(a.shape[i])}) equal to ` +
      `axis ${j} of the right one (${formatDim(b.shape[j])})`,
    remedy: "transpose or reshape one of them; for the elementwise product use multiply",
  });
}

/**
 * The dot product as NumPy's `dot` defines it: of vectors, the inner product Σ xᵢ yᵢ; of matrices,
 * the matrix product; otherwise the sum over the last axis of x and the last but one of y (the only
 * one of a vector), with the remaining axes of x before those of y. A scalar multiplies.
 *
 * dtypes promote. Throws if the sizes that are summed over differ.
 *
 * @example
 * dot(tensor([[1, 2], [3, 4]]), tensor([1, 1])).toArray(); // [3, 7]
 */
export function dot(x: Operand, y: Operand): Tensor {
  const [a, b] = factors("dot", x, y);
  if (a.ndim === 0 || b.ndim === 0) return multiply(a, b);
  const [i, j] = [a.ndim - 1, Math.max(b.ndim - 2, 0)];
  checkInner("dot", a, i, b, j);
  return contractAxes(a, b, [[i], [j]]);
}

/**
 * The matrix product over the last two axes: result[…, i, j] = Σₖ x[…, i, k] · y[…, k, j]. The axes
 * before them broadcast. A vector on the left counts as a row, on the right as a column, and that
 * axis disappears from the result.
 *
 * dtypes promote. Throws if the inner sizes differ, and for scalars.
 *
 * @example
 * matmul(ones([8, 2, 3]), ones([3, 5])).shape; // [8, 2, 5]
 */
export function matmul(x: Operand, y: Operand): Tensor {
  const [a, b] = factors("matmul", x, y);
  if (a.ndim === 0 || b.ndim === 0)
    throw new HypatiaError("matmul", "an operand is a scalar", {
      got: `${a} and ${b}`,
      expected: "at least one axis on both sides",
      remedy: "use multiply",
    });
  const [i, j] = [a.ndim - 1, Math.max(b.ndim - 2, 0)];
  checkInner("matmul", a, i, b, j);
  if (b.ndim <= 2) return contractAxes(a, b, [[i], [j]]);
  const rows = a.ndim === 1 ? reshapeTo(a, [1, a.shape[0]]) : a;
  const batch = broadcastShapes("matmul", [rows.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const [left, right] = [rows, b].map((operand) =>
    expandTo(operand, [...batch, ...operand.shape.slice(-2)]),
  );
  const axes = [...batch.keys()];
  const product = contractAxes(left, right, [[batch.length + 1], [batch.length]], [axes, axes]);
  return a.ndim === 1 ? reshapeTo(product, [...batch, b.shape[b.ndim - 1]]) : product;
}

/**
 * The outer product of two vectors: result[i, j] = xᵢ · yⱼ. Other shapes are flattened first.
 *
 * @example
 * outer(tensor([1, 2]), tensor([1, 10])).toArray(); // [[1, 10], [2, 20]]
 */
export function outer(x: Operand, y: Operand): Tensor {
  const [a, b] = factors("outer", x, y);
  const column = reshapeTo(a, [multiplyDims(...a.shape), 1]);
  const row = reshapeTo(b, [1, multiplyDims(...b.shape)]);
  const shape: Shape = [column.shape[0], row.shape[1]];
  return apply("mul", expandTo(column, shape), expandTo(row, shape));
}

/**
 * The sum of products over pairs of axes. `axes` is a number n (the last n axes of x with the first
 * n of y; 2 by default) or two equally long lists, `[ofX, ofY]`. The result has the other axes of
 * x, then those of y.
 *
 * dtypes promote. Throws if paired sizes differ, and for an axis that is given twice.
 *
 * @example
 * tensordot(ones([2, 3, 4]), ones([4, 3, 5]), [[1, 2], [1, 0]]).shape; // [2, 5]
 */
export function tensordot(x: Operand, y: Operand, axes: number | Pairs = 2): Tensor {
  const [a, b] = factors("tensordot", x, y);
  const [ofX, ofY] =
    typeof axes === "number"
      ? [range(axes).map((k) => a.ndim - axes + k), range(axes)]
      : [
          axes[0].map((axis) => axisOf("tensordot", axis, a.ndim, a.shape)),
          axes[1].map((axis) => axisOf("tensordot", axis, b.ndim, b.shape)),
        ];
  const isCount = typeof axes !== "number" || (Number.isInteger(axes) && axes >= 0);
  const isOnce = [ofX, ofY].every((list) => new Set(list).size === list.length);
  const isPaired = ofX.length === ofY.length && ofX.length <= Math.min(a.ndim, b.ndim);
  if (!isCount || !isOnce || !isPaired)
    throw new HypatiaError("tensordot", "the axes do not pair up", {
      got: `axes ${JSON.stringify(axes)} for ${a} and ${b}`,
      expected: "as many axes of x as of y, each given once",
    });
  ofX.forEach((axis, k) => {
    checkInner("tensordot", a, axis, b, ofY[k]);
  });
  return contractAxes(a, b, [ofX, ofY]);
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
