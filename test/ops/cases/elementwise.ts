import type { DType } from "../../../lang/dtype.js";
import * as h from "../../../lang/index.js";
import { type Case, edges, input, makeCase, sample } from "../case.js";

const inf = Number.POSITIVE_INFINITY;

type Unary = (x: h.Tensor) => h.Tensor;

/** Function, NumPy, domain, and what differs from the rule. */
const functions: [
  f: Unary,
  numpy: string,
  low: number,
  high: number,
  notes?: { gradient?: boolean; tolerance?: number; noEdges?: boolean },
][] = [
  [h.exp, "np.exp(a)", -5, 5],
  [h.expm1, "np.expm1(a)", -3, 3],
  [h.log, "np.log(a)", 0.1, 9],
  [h.log1p, "np.log1p(a)", -0.9, 5],
  [h.log2, "np.log2(a)", 0.1, 9],
  [h.log10, "np.log10(a)", 0.1, 9],
  [h.sqrt, "np.sqrt(a)", 0.1, 9],
  [h.rsqrt, "1 / np.sqrt(a)", 0.1, 9],
  [h.sin, "np.sin(a)", -7, 7, { noEdges: true }],
  [h.cos, "np.cos(a)", -7, 7, { noEdges: true }],
  [h.tan, "np.tan(a)", -1.4, 1.4, { noEdges: true }],
  [h.asin, "np.arcsin(a)", -0.9, 0.9],
  [h.acos, "np.arccos(a)", -0.9, 0.9],
  [h.atan, "np.arctan(a)", -5, 5],
  [h.sinh, "np.sinh(a)", -3, 3],
  [h.cosh, "np.cosh(a)", -3, 3],
  [h.tanh, "np.tanh(a)", -3, 3],
  [h.sigmoid, "sp.expit(a)", -5, 5],
  [h.softplus, "np.logaddexp(0, a)", -5, 5],
  [h.relu, "np.maximum(a, 0)", -2, 2],
  [h.gelu, "a * sp.ndtr(a)", -3, 3, { noEdges: true, tolerance: 1e-5 }],
  [h.erf, "sp.erf(a)", -3, 3],
  [h.abs, "np.abs(a)", -2, 2],
  [h.sign, "np.sign(a)", -2, 2, { gradient: false }],
  [h.square, "a * a", -2, 2],
  [h.negative, "-a", -2, 2],
  [h.floor, "np.floor(a)", -3, 3, { gradient: false }],
  [h.ceil, "np.ceil(a)", -3, 3, { gradient: false }],
  [h.round, "np.round(a)", -3, 3, { gradient: false }],
  [h.trunc, "np.trunc(a)", -3, 3, { gradient: false }],
];

const unary: Case[] = functions.flatMap(([f, numpy, low, high, notes = {}]) => [
  makeCase([sample("f32", [3, 7], low, high)], f, numpy, { gradient: true, ...notes }),
  makeCase([sample("f64", [5], low, high, 2)], f, numpy, {
    tolerance: notes.tolerance && 1e-13,
  }),
  ...(f === h.exp ? [makeCase([sample("f32", [0, 3])], f, numpy)] : []),
  ...(notes.noEdges
    ? []
    : (["f32", "f64"] as const).map((dtype) =>
        makeCase([edges(dtype)], f, numpy, { name: `${numpy} at the edges` }),
      )),
]);

/** The sign of a zero shows in its reciprocal. */
const zeros: Case[] = (
  [
    [h.round, "np.round(a)", [-0.4, 0.4, -0.5, -0]],
    [h.ceil, "np.ceil(a)", [-0.4, -0]],
    [h.trunc, "np.trunc(a)", [-0.4, 0.4, -0]],
    [h.floor, "np.floor(a)", [0.4, -0, 0]],
    [h.negative, "-a", [0, -0]],
    [(x) => h.subtract(0, x), "(0 - a)", [0, -0]],
    [h.abs, "np.abs(a)", [0, -0]],
    [h.sqrt, "np.sqrt(a)", [0, -0]],
    [h.sin, "np.sin(a)", [0, -0]],
    [h.tanh, "np.tanh(a)", [0, -0]],
    [h.expm1, "np.expm1(a)", [0, -0]],
  ] as [Unary, string, number[]][]
).map(([f, numpy, data]) =>
  makeCase([input("f32", data)], (x) => h.divide(1, f(x)), `1 / ${numpy}`),
);

type Binary = (x: h.Tensor, y: h.Tensor) => h.Tensor;

/** Function, NumPy, dtypes, ranges of both operands, whether it has a gradient. */
const operators: [
  f: Binary,
  numpy: string,
  dtypes: readonly DType[],
  ranges: readonly [number, number, number, number],
  gradient?: boolean,
  result?: DType,
][] = [
  [h.add, "a + b", ["f32", "f64", "i32", "u8", "i64", "i8", "u32"], [-9, 9, -9, 9], true],
  [h.subtract, "a - b", ["f32", "f64", "i32", "i64"], [-9, 9, -9, 9], true],
  [h.multiply, "a * b", ["f32", "f64", "i32", "i64", "i16"], [-9, 9, -9, 9], true],
  [h.divide, "a / b", ["f32", "f64"], [-9, 9, 1, 9], true],
  [h.divide, "a / b", ["i32", "u8"], [1, 9, 1, 9], false, "f32"],
  [h.floorDivide, "a // b", ["f32", "f64", "i32", "i64"], [-9, 9, -4, -1]],
  [h.mod, "np.mod(a, b)", ["f32", "f64", "i32", "i64"], [-9, 9, -4, -1]],
  [h.floorDivide, "a // b", ["u8", "u32"], [0, 99, 1, 9]],
  [h.mod, "np.mod(a, b)", ["u8", "u32"], [0, 99, 1, 9]],
  [h.power, "a ** b", ["f32", "f64"], [0.2, 3, -2, 3], true],
  [h.power, "a ** b", ["i32"], [-4, 5, 0, 6]],
  [h.minimum, "np.minimum(a, b)", ["f32", "f64", "i32", "u8"], [0, 9, 0, 9], true],
  [h.maximum, "np.maximum(a, b)", ["f32", "f64", "i32", "u8"], [0, 9, 0, 9], true],
  [h.atan2, "np.arctan2(a, b)", ["f32", "f64"], [-3, 3, -3, 3], true],
  [h.equal, "a == b", ["f32", "i32", "i64"], [0, 3, 0, 3], false, "bool"],
  [h.notEqual, "a != b", ["i32", "u8"], [0, 3, 0, 3], false, "bool"],
  [h.less, "a < b", ["f32", "f64", "i32", "i64"], [-3, 3, -3, 3], false, "bool"],
  [h.lessEqual, "a <= b", ["f32", "i32"], [-3, 3, -3, 3], false, "bool"],
  [h.greater, "a > b", ["f32", "i32"], [-3, 3, -3, 3], false, "bool"],
  [h.greaterEqual, "a >= b", ["f32", "i32"], [-3, 3, -3, 3], false, "bool"],
  [h.logicalAnd, "np.logical_and(a, b)", ["bool", "i32"], [0, 2, 0, 2], false, "bool"],
  [h.logicalOr, "np.logical_or(a, b)", ["bool", "i32"], [0, 2, 0, 2], false, "bool"],
  [h.logicalXor, "np.logical_xor(a, b)", ["bool", "i32"], [0, 2, 0, 2], false, "bool"],
  [h.bitwiseAnd, "a & b", ["bool"], [0, 2, 0, 2]],
  [h.bitwiseAnd, "a & b", ["i32", "i64", "u8"], [0, 99, 0, 99]],
  [h.bitwiseOr, "a | b", ["i32", "u32"], [0, 99, 0, 99]],
  [h.bitwiseXor, "a ^ b", ["i32", "u8"], [0, 99, 0, 99]],
  [h.leftShift, "a << b", ["i32", "u32", "i64"], [0, 99, 0, 9]],
  [h.rightShift, "a >> b", ["i32"], [-99, 99, 0, 9]],
  [h.rightShift, "a >> b", ["u32", "u8"], [0, 99, 0, 7]],
];

/** Broadcasting on both sides; and for addition alone, the plainer ways in which shapes meet. */
const both: [readonly number[], readonly number[]] = [
  [2, 1, 3],
  [4, 1],
];
const plainer: [readonly number[], readonly number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[5], []],
  [[], [0, 2]],
];

const binary: Case[] = operators.flatMap(
  ([f, numpy, dtypes, [low, high, from, to], gradient, result]) =>
    dtypes.flatMap((dtype) =>
      [both, ...(f === h.add ? plainer : [])].map(([a, b]) => {
        const operands = [sample(dtype, a, low, high, 3), sample(dtype, b, from, to, 4)];
        return makeCase(operands, f, numpy, {
          dtype: result ?? dtype,
          gradient: gradient === true && dtype === "f64",
        });
      }),
    ),
);

const special = [Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, -3];
const grid = (dtype: DType): [ReturnType<typeof input>, ReturnType<typeof input>] => [
  input(dtype, special, [7, 1]),
  input(dtype, special, [1, 7]),
];

const pairs: Case[] = (
  [
    [h.add, "a + b"],
    [h.multiply, "a * b"],
    [h.divide, "a / b"],
    [h.minimum, "np.minimum(a, b)"],
    [h.maximum, "np.maximum(a, b)"],
    [h.power, "a ** b"],
    [h.atan2, "np.arctan2(a, b)"],
    [h.equal, "a == b", "bool"],
    [h.notEqual, "a != b", "bool"],
    [h.less, "a < b", "bool"],
    [h.greaterEqual, "a >= b", "bool"],
  ] as [Binary, string, DType?][]
).map(([f, numpy, dtype = "f32"]) =>
  makeCase(grid("f32"), f, numpy, { dtype, name: `${numpy} at the edges` }),
);

const int32 = [2 ** 31 - 1, -(2 ** 31), 0, 7];

export const elementwise: readonly Case[] = [
  ...unary,
  ...zeros,
  ...binary,
  ...pairs,
  makeCase([edges("f32")], h.isNan, "np.isnan(a)", { dtype: "bool" }),
  makeCase([edges("f32")], h.isInf, "np.isinf(a)", { dtype: "bool" }),
  makeCase([sample("i32", [4])], h.isNan, "np.isnan(a)", { dtype: "bool" }),
  makeCase([input("bool", [1, 0, 1])], h.logicalNot, "~a"),
  makeCase([sample("i32", [6], -9, 9)], h.logicalNot, "a == 0", { dtype: "bool" }),
  makeCase([sample("i32", [6], -9, 9)], h.bitwiseNot, "~a"),
  makeCase([sample("u8", [6], 0, 255)], h.bitwiseNot, "~a"),
  makeCase([input("i32", int32)], h.abs, "np.abs(a)"),
  makeCase([input("i32", int32)], (x) => h.add(x, 1), "a + np.int32(1)"),
  makeCase([input("i32", int32)], (x) => h.multiply(x, x), "a * a"),
  makeCase([input("i32", int32)], h.negative, "-a"),
  makeCase(
    [input("i32", [300, -1, 7])],
    (x) => h.cast(h.cast(x, "f64"), "u8"),
    "np.clip(a, 0, 255).astype('u1')",
    { dtype: "u8" },
  ),
  makeCase([input("f32", [1e-30])], (x) => h.multiply(1e30, h.multiply(1e30, x)), "a * 0 + 1e30"),
  makeCase([input("f64", [2 ** -1022])], (x) => h.divide(x, 2 ** -1074), "a / 2 ** -1074"),
  makeCase([input("f32", [inf])], (x) => h.sum(h.broadcastTo(x, [0])), "a[:0].sum()"),
  makeCase([input("u8", [0, 1, 200, 255])], (x) => h.add(x, 100), "a + np.uint8(100)"),
  makeCase([input("i32", int32)], (x) => h.floorDivide(x, 0), "a * 0", { name: "a // 0" }),
  makeCase([input("i32", int32)], (x) => h.mod(x, 0), "a * 0", { name: "a mod 0" }),
  makeCase([input("f32", [5, -5, 0])], (x) => h.mod(x, 0), "np.mod(a, 0)"),
  ...(["f32", "f64"] as const).flatMap((dtype) => [
    makeCase(
      [input(dtype, [1, 1.1, 0.3, 5, 5, -5]), input(dtype, [0.1, 0.1, 0.1, inf, -inf, inf])],
      h.floorDivide,
      "a // b",
      { name: `a // b near integers, ${dtype}` },
    ),
    makeCase(
      [input(dtype, [5, 5, -5])],
      (x) => h.mod(x, [inf, -inf, inf]),
      "np.mod(a, [np.inf, -np.inf, np.inf])",
    ),
  ]),
  makeCase([input("f32", [5, -5, 7.5])], (x) => h.mod(x, 3), "np.mod(a, 3)", { gradient: true }),
  makeCase([sample("i32", [5])], (x) => h.multiply(x, 0.5), "a * 0.5", { dtype: "f32" }),
  makeCase([sample("i32", [5])], h.exp, "np.exp(a)", { dtype: "f32" }),
  makeCase([input("bool", [1, 0])], (x) => h.add(x, x), "a.astype('i4') * 2", { dtype: "i32" }),
  makeCase([sample("i32", [4]), sample("f64", [4])], h.add, "a + b", { dtype: "f64" }),
  makeCase([sample("f32", [9], -3, 3)], (x) => h.clip(x, -1, 1.5), "np.clip(a, -1, 1.5)", {
    gradient: true,
  }),
  makeCase([edges("f32")], (x) => h.clip(x, -1, null), "np.maximum(a, -1)"),
  makeCase(
    [input("bool", [1, 0, 1, 0]), sample("f32", [3, 4], -2, 2, 5), sample("f32", [3, 1], 3, 4, 6)],
    h.where,
    "np.where(a, b, c)",
    { dtype: "f32", gradient: true },
  ),
  makeCase([sample("f32", [6])], (x) => h.where(h.greater(x, 0), x, 0), "np.where(a > 0, a, 0)", {
    gradient: true,
  }),
  makeCase([sample("f32", [4])], (x) => h.multiply(x, h.stopGradient(x)), "a * a"),
  ...(
    [
      ["f32", "i32", "a.astype('i4')", [1.7, -1.7, 0, -0.5, 1e6]],
      ["f32", "bool", "a != 0", [0, -0, 0.1, Number.NaN]],
      ["f32", "u8", "a.astype('u1')", [0, 1.9, 254.9]],
      ["f64", "f32", "a.astype('f4')", [0.1, 1e-50, 1e50]],
      ["i32", "u8", "a.astype('u1')", [0, 255, 256, -1, 1000]],
      ["i32", "i8", "a.astype('i1')", [0, 127, 128, -129]],
      ["i32", "f32", "a.astype('f4')", [1, 16777217, -16777219]],
      ["i32", "i64", "a.astype('i8')", [1, -1, 2 ** 31 - 1]],
      ["i64", "i32", "a.astype('i4')", [1, 2 ** 32 + 5, -(2 ** 31)]],
      ["i64", "f64", "a.astype('f8')", [1, 2 ** 53 - 1]],
      ["u32", "f32", "a.astype('f4')", [1, 4294967295]],
      ["u8", "i32", "a.astype('i4')", [0, 255]],
      ["bool", "f32", "a.astype('f4')", [1, 0]],
      ["bool", "i64", "a.astype('i8')", [1, 0]],
      ["i32", "bool", "a != 0", [0, 1, -1, 256]],
    ] as [DType, DType, string, number[]][]
  ).map(([from, to, numpy, data]) =>
    makeCase([input(from, data)], (x) => h.cast(x, to), numpy, { dtype: to }),
  ),
];
