import * as h from "../../../lang/index.js";
import { type Case, input, makeCase, sample } from "../case.js";

const logits = sample("f32", [4, 5], -3, 3);
const cube = sample("f32", [2, 3, 4], -3, 3);
const large = input("f32", [1000, 0, -1000, 1000, 1000, 1000, -1000, -1000, -999], [3, 3]);
const infinite = input("f32", [-Infinity, 0, 1, -Infinity, -Infinity, 2], [2, 3]);
const classes = input("i32", [0, 4, 2, 2]);
const shares = input(
  "f32",
  [1, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0, 0.2, 0.8, 0, 0, 0, 0, 0, 1],
  [4, 5],
);
const key = input("u32", [0x13198a2e, 0x03707344]);

/** The negative log-likelihoods of the labels b, or of the probabilities b. */
const losses = "-np.take_along_axis(sp.log_softmax(a, 1), b[:, None], 1)[:, 0]";

export const neural: readonly Case[] = [
  makeCase([logits], (x) => h.softmax(x), "sp.softmax(a, -1)", { gradient: true }),
  makeCase([cube], (x) => h.softmax(x, 1), "sp.softmax(a, 1)", { gradient: true }),
  makeCase([large], (x) => h.softmax(x), "sp.softmax(a, -1)"),
  makeCase([infinite], (x) => h.softmax(x), "sp.softmax(a, -1)"),
  makeCase([logits], (x) => h.logSoftmax(x), "sp.log_softmax(a, -1)", { gradient: true }),
  makeCase([cube], (x) => h.logSoftmax(x, 0), "sp.log_softmax(a, 0)", {
    gradient: true,
    tolerance: 1e-5,
  }),
  makeCase([large], (x) => h.logSoftmax(x), "sp.log_softmax(a, -1)"),
  makeCase([logits], (x) => h.logSumExp(x), "sp.logsumexp(a)", { gradient: true }),
  makeCase([cube], (x) => h.logSumExp(x, [0, 2]), "sp.logsumexp(a, (0, 2))", { gradient: true }),
  makeCase(
    [cube],
    (x) => h.logSumExp(x, 1, { keepDims: true }),
    "sp.logsumexp(a, 1, keepdims=True)",
  ),
  makeCase([large], (x) => h.logSumExp(x, 1), "sp.logsumexp(a, 1)"),
  makeCase([infinite], (x) => h.logSumExp(x, 0), "sp.logsumexp(a, 0)"),
  makeCase([logits, classes], (x, y) => h.crossEntropy(x, y), `np.mean(${losses})`, {
    gradient: true,
  }),
  makeCase(
    [logits, classes],
    (x, y) => h.crossEntropy(x, y, { reduction: "sum" }),
    `np.sum(${losses})`,
  ),
  makeCase([logits, classes], (x, y) => h.crossEntropy(x, y, { reduction: "none" }), losses, {
    gradient: true,
  }),
  makeCase(
    [logits, shares],
    (x, y) => h.crossEntropy(x, y),
    "np.mean(-np.sum(b * sp.log_softmax(a, 1), 1))",
    { gradient: true },
  ),
  makeCase([large, input("u8", [0, 1, 2])], (x, y) => h.crossEntropy(x, y), `np.mean(${losses})`),

  // As a user may write them; the compiler must find the stable forms.
  makeCase([logits], (x) => h.log(h.softmax(x)), "sp.log_softmax(a, -1)", {
    gradient: true,
    name: "log of softmax",
  }),
  makeCase(
    [logits],
    (x) => h.divide(h.exp(x), h.sum(h.exp(x), -1, { keepDims: true })),
    "sp.softmax(a, -1)",
    { gradient: true, name: "softmax by hand" },
  ),
  makeCase(
    [large],
    (x) => h.divide(h.exp(x), h.sum(h.exp(x), -1, { keepDims: true })),
    "sp.softmax(a, -1)",
    { name: "softmax by hand, large" },
  ),
  makeCase(
    [input("f32", [0, 1, 2, 3, 4, 5, 6, 7, 8], [3, 3])],
    (x) => h.divide(h.exp(x), h.sum(h.exp(x), -1)),
    "np.exp(a) / np.exp(a).sum(-1)",
    { gradient: true, name: "exponentials by the sums of other rows" },
  ),
  makeCase(
    [input("f32", [-Infinity, -Infinity, Infinity, 0, 1, -Infinity], [3, 2])],
    (x) => h.log(h.sum(h.exp(x), -1)),
    "sp.logsumexp(a, axis=-1)",
    { name: "log of a sum by hand, infinite" },
  ),
  makeCase([large], (x) => h.log(h.softmax(x)), "sp.log_softmax(a, -1)", {
    name: "log of softmax, large",
  }),
  makeCase([input("f32", [-200, -1, 0, 1, 200])], (x) => h.log(h.sigmoid(x)), "sp.log_expit(a)", {
    name: "log of sigmoid",
  }),
  makeCase(
    [input("f32", [-200, -1, 0, 1, 200])],
    (x) => h.log(h.add(1, h.exp(x))),
    "np.logaddexp(0, a)",
    { name: "softplus by hand" },
  ),

  makeCase([key], (k) => h.random.bits([5], { key: k }), "threefry(a, 5)"),
  makeCase([key], (k) => h.random.bits([2, 3], { key: k }), "threefry(a, 6).reshape(2, 3)"),
  makeCase([key], (k) => h.random.uniform([7], { key: k }), "(threefry(a, 7) >> 9) * 2.0**-23", {
    dtype: "f32",
    tolerance: 0,
  }),
  makeCase(
    [key],
    (k) => h.random.uniform([3], { low: -1, high: 3, key: k }),
    "(threefry(a, 3) >> 9) * 2.0**-23 * 4 - 1",
    { dtype: "f32" },
  ),
  makeCase(
    [key],
    (k) => h.random.bernoulli([9], { p: 0.3, key: k }),
    "(threefry(a, 9) >> 9) * 2.0**-23 < 0.3",
    { dtype: "bool" },
  ),
  makeCase(
    [key],
    (k) => h.random.permutation(20, { key: k }),
    "np.argsort(threefry(a, 20), kind='stable')",
    { dtype: "i32" },
  ),
  makeCase([key], (k) => h.stack(h.random.split(k, 3)), "threefry_keys(a, 3)"),
  makeCase([key], (k) => h.random.foldIn(k, 2), "threefry_keys(a, 3)[2]"),
  makeCase(
    [key],
    (k) => h.random.integers(-3, 9, [5], { key: k }),
    "((threefry_keys(a, 5).astype('u8') * np.array([2**32, 1], 'u8')).sum(1) % 12).astype('i4') - 3",
    { dtype: "i32" },
  ),
  makeCase(
    [key],
    (k) => h.random.integers(-(2 ** 31), 2 ** 31, [5], { key: k }),
    "(threefry_keys(a, 5)[:, 1].astype('i8') - 2**31).astype('i4')",
    { dtype: "i32", name: "every i32" },
  ),
  makeCase([key], (k) => h.random.normal([6], { key: k }), "threefry_normal(a, 6)", {
    dtype: "f32",
    tolerance: 1e-5,
  }),
  // Where random numbers are computed within an index: compiling that took for ever.
  makeCase(
    [input("f32", [3, 1, 4, 1.5, 9], [5]), key],
    (x, k) => h.take(x, h.mod(h.random.bits([20], { key: k }), 5)),
    "a[threefry(b, 20) % 5]",
  ),
];
