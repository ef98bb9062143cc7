import type { DType } from "../../../lang/dtype.js";
import * as h from "../../../lang/index.js";
import { type Case, makeCase, type Options, sample } from "../case.js";

type Product = (x: h.Tensor, y: h.Tensor) => h.Tensor;

const product = (
  f: Product,
  numpy: string,
  a: readonly number[],
  b: readonly number[],
  options: Options & { readonly of?: DType } = {},
): Case => {
  const { of = "f32", ...rest } = options;
  return makeCase([sample(of, a, -3, 3, 7), sample(of, b, -3, 3, 8)], f, numpy, {
    gradient: of === "f32",
    // Products cancel, and each backend sums in an order of its own.
    ...(of === "f32" ? { tolerance: 5e-5 } : {}),
    ...rest,
  });
};

const dot = "np.dot(a, b)";
const matmul = "np.matmul(a, b)";

export const linear: readonly Case[] = [
  product(h.dot, dot, [5], [5]),
  product(h.dot, dot, [3, 4], [4, 2]),
  product(h.dot, dot, [3, 4], [4]),
  product(h.dot, dot, [4], [4, 2]),
  product(h.dot, dot, [2, 3, 4], [4, 2]),
  product(h.dot, dot, [2, 3], [2, 3, 2]),
  product(h.dot, dot, [], [3]),
  product(h.dot, dot, [1, 1], [1, 1]),
  product(h.dot, dot, [1, 7], [7, 1]),
  product(h.dot, dot, [17, 33], [33, 65], { gradient: false, tolerance: 1e-3 }),
  product(h.dot, dot, [64, 128], [128, 96], { gradient: false, tolerance: 1e-3 }),
  product(h.dot, dot, [3, 0], [0, 2], { gradient: false }),
  product(h.dot, dot, [0, 3], [3, 2], { gradient: false }),
  product(h.dot, dot, [17, 9], [9, 5], { of: "f64", tolerance: 1e-13 }),
  product(h.dot, dot, [3, 4], [4, 2], { of: "i32" }),
  product(h.dot, dot, [3, 4], [4, 2], { of: "i64" }),
  product((x, y) => h.dot(x.T, y), "np.dot(a.T, b)", [4, 3], [4, 2]),
  product((x, y) => h.dot(x, y.T), "np.dot(a, b.T)", [3, 4], [2, 4]),
  product((x, y) => h.dot(x.T, y.T), "np.dot(a.T, b.T)", [4, 3], [2, 4]),
  product((x, y) => h.tanh(h.add(h.dot(x, y), 1)), "np.tanh(np.dot(a, b) + 1)", [3, 4], [4, 2]),
  product(h.matmul, matmul, [3, 4], [4, 2]),
  product(h.matmul, matmul, [4], [4]),
  product(h.matmul, matmul, [4], [4, 2]),
  product(h.matmul, matmul, [3, 4], [4]),
  product(h.matmul, matmul, [5, 3, 4], [5, 4, 2]),
  product(h.matmul, matmul, [5, 3, 4], [4, 2]),
  product(h.matmul, matmul, [3, 4], [5, 4, 2]),
  product(h.matmul, matmul, [4], [5, 4, 2]),
  product(h.matmul, matmul, [5, 3, 4], [4]),
  product(h.matmul, matmul, [2, 1, 3, 4], [5, 4, 2]),
  product(h.outer, "np.outer(a, b)", [3], [4]),
  product(h.tensordot, "np.tensordot(a, b)", [2, 3, 4], [3, 4, 5]),
  product((x, y) => h.tensordot(x, y, 1), "np.tensordot(a, b, 1)", [2, 3], [3, 4]),
  product((x, y) => h.tensordot(x, y, 0), "np.tensordot(a, b, 0)", [2], [3]),
  product(
    (x, y) =>
      h.tensordot(x, y, [
        [1, 0],
        [0, -1],
      ]),
    "np.tensordot(a, b, [[1, 0], [0, -1]])",
    [2, 3, 4],
    [3, 5, 2],
  ),
  product(
    (x, y) =>
      h.tensordot(x, y, [
        [0, 1],
        [2, 0],
      ]),
    "np.tensordot(a, b, [[0, 1], [2, 0]])",
    [2, 3, 4],
    [3, 5, 2],
  ),
];
