import type { DType } from "../../../lang/dtype.js";
import * as h from "../../../lang/index.js";
import { type Case, input, makeCase, sample } from "../case.js";

const cube = sample("f32", [2, 3, 5], 0.3, 1.7);
const nan = Number.NaN;

type Reduce = (x: h.Tensor, axis?: h.AxisArgument, options?: h.ReduceOptions) => h.Tensor;

/** With axes none, one, negative, several, and kept. */
const overAxes = (f: Reduce, numpy: string, gradient = true): Case[] => [
  makeCase([cube], (x) => f(x), `np.${numpy}(a)`, { gradient }),
  makeCase([cube], (x) => f(x, 0), `np.${numpy}(a, axis=0)`, { gradient }),
  makeCase([cube], (x) => f(x, -1), `np.${numpy}(a, axis=-1)`, { gradient }),
  makeCase([cube], (x) => f(x, [2, 0]), `np.${numpy}(a, axis=(2, 0))`, { gradient }),
  makeCase([cube], (x) => f(x, 1, { keepDims: true }), `np.${numpy}(a, axis=1, keepdims=True)`, {
    gradient,
  }),
  makeCase([sample("f32", [1, 4], 0.3, 1.7)], (x) => f(x, 0), `np.${numpy}(a, axis=0)`, {
    gradient,
  }),
  makeCase([sample("f64", [3, 70], 0.5, 1.5)], (x) => f(x, 1), `np.${numpy}(a, axis=1)`, {
    tolerance: 1e-13,
  }),
  makeCase([sample("f32", [130, 7], 0.9, 1.1)], (x) => f(x, 0), `np.${numpy}(a, axis=0)`, {
    tolerance: 2e-5,
  }),
];

const ofType = (f: Reduce, numpy: string, from: DType, to: DType): Case =>
  makeCase([sample(from, [4, 3], 0, 4)], (x) => f(x, 0), numpy, { dtype: to });

const ties = input("f32", [1, 3, 3, 2, 3, 1, 1, 1, 0, 0, 0, 0], [3, 4]);
const withNan = input("f32", [1, nan, 3, nan, -1, 2, 2, -5, nan, 0, 0, 0], [3, 4]);
const truth = input("bool", [1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1], [3, 4]);

export const reductions: readonly Case[] = [
  ...overAxes(h.sum, "sum"),
  ...overAxes(h.prod, "prod"),
  ...overAxes(h.mean, "mean"),
  ...overAxes(h.max, "max"),
  ...overAxes(h.min, "min"),
  ...overAxes(h.variance, "var"),
  ...overAxes((x, ...rest) => h.std(x, ...rest), "std", false),
  makeCase([cube], (x) => h.std(x, 2), "np.std(a, axis=2)", { gradient: true }),
  makeCase([cube], (x) => h.variance(x, 2, { correction: 1 }), "np.var(a, axis=2, ddof=1)", {
    gradient: true,
  }),
  ofType(h.sum, "np.sum(a, axis=0)", "i32", "i32"),
  ofType(h.sum, "np.sum(a, axis=0)", "i64", "i64"),
  ofType(h.sum, "np.sum(a, axis=0)", "u8", "u32"),
  ofType(h.sum, "np.sum(a, axis=0)", "i8", "i32"),
  ofType(h.sum, "np.sum(a, axis=0)", "bool", "i32"),
  ofType(h.prod, "np.prod(a, axis=0)", "i32", "i32"),
  ofType(h.mean, "np.mean(a, axis=0)", "i32", "f32"),
  ofType(h.mean, "np.mean(a, axis=0)", "bool", "f32"),
  ofType(h.max, "np.max(a, axis=0)", "i32", "i32"),
  ofType(h.min, "np.min(a, axis=0)", "u8", "u8"),
  ofType(h.max, "np.max(a, axis=0)", "i64", "i64"),
  makeCase([sample("f32", [0, 3])], (x) => h.sum(x, 0), "np.sum(a, axis=0)"),
  makeCase([sample("f32", [0, 3])], (x) => h.prod(x, 0), "np.prod(a, axis=0)"),
  makeCase([sample("f32", [0, 3])], (x) => h.mean(x, 0), "np.mean(a, axis=0)"),
  makeCase([sample("f32", [3, 0])], (x) => h.max(x, 0), "np.zeros(0)"),
  makeCase([sample("f32", [])], (x) => h.sum(x), "np.sum(a)"),
  makeCase([withNan], (x) => h.max(x, 1), "np.max(a, axis=1)"),
  makeCase([withNan], (x) => h.min(x, 0), "np.min(a, axis=0)"),
  makeCase([withNan], (x) => h.sum(x, 1), "np.sum(a, axis=1)"),
  makeCase([input("f32", [-Infinity, -Infinity])], (x) => h.max(x), "np.max(a)"),
  makeCase([input("f32", [Infinity, Infinity])], (x) => h.min(x), "np.min(a)"),
  makeCase([input("i32", [-(2 ** 31), -(2 ** 31)])], (x) => h.max(x), "np.max(a)"),
  ...[ties, withNan].flatMap((x, i) =>
    (
      [
        [(a) => h.argMax(a, 1), "np.argmax(a, axis=1)"],
        [(a) => h.argMin(a, 1), "np.argmin(a, axis=1)"],
        [(a) => h.argMax(a, 0), "np.argmax(a, axis=0)"],
        [(a) => h.argMin(a), "np.argmin(a)"],
      ] as [Case["build"], string][]
    ).map(([f, numpy]) =>
      makeCase([x], f, numpy, { dtype: "i32", name: `${numpy} with ${i === 0 ? "ties" : "NaN"}` }),
    ),
  ),
  makeCase([cube], (a) => h.argMax(a, -1, { keepDims: true }), "np.argmax(a, -1, keepdims=True)", {
    dtype: "i32",
  }),
  makeCase([sample("i32", [4, 5], -9, 9)], (a) => h.argMax(a, 1), "np.argmax(a, axis=1)", {
    dtype: "i32",
  }),
  makeCase([sample("f32", [2, 1])], (a) => h.argMin(a, 1), "np.argmin(a, axis=1)", {
    dtype: "i32",
  }),
  makeCase([truth], (x) => h.any(x, 1), "np.any(a, axis=1)"),
  makeCase([truth], (x) => h.all(x, 1), "np.all(a, axis=1)"),
  makeCase([truth], (x) => h.any(x), "np.any(a)"),
  makeCase([truth], (x) => h.all(x, null, { keepDims: true }), "np.all(a, keepdims=True)"),
  makeCase([ties], (x) => h.all(x, 0), "np.all(a, axis=0)", { dtype: "bool" }),
  makeCase([input("bool", [], [0, 3])], (x) => h.any(x, 0), "np.any(a, axis=0)", {
    staticSizes: true,
  }),
  makeCase([input("bool", [], [0, 3])], (x) => h.all(x, 0), "np.all(a, axis=0)", {
    staticSizes: true,
  }),
];
