/** The steps of random programs: functions of the language, and how exact their results are. */
import { grad } from "../../compiler/gradient.js";
import type { DType } from "../../lang/dtype.js";
import { isFloat } from "../../lang/dtype.js";
import * as h from "../../lang/index.js";

export interface Operand {
  readonly x: h.Tensor;
  readonly shape: readonly number[];
  /** How many significant bits the values of a float tensor have; many where they are rounded. */
  readonly bits: number;
}

export interface Step {
  readonly name: string;
  /** Null, or a HypatiaError, where it does not apply; p and q choose among its options. */
  readonly make: (x: h.Tensor, y: h.Tensor, p: number, q: number) => h.Tensor | null;
  /** The significant bits of the result. */
  readonly bits: (x: Operand, y: Operand) => number;
  /** Discontinuous, so that another rounding of its operands would give quite another result. */
  readonly needsExact?: true;
}

type Make = Step["make"];
type Bits = Step["bits"];

const many = 99;
const rounds: Bits = () => many;
const ofFirst: Bits = (x) => x.bits;
const larger: Bits = (x, y) => Math.max(x.bits, y.bits);
const carry: Bits = (x, y) => Math.max(x.bits, y.bits) + 1;
const products: Bits = (x, y) => x.bits + y.bits;
const counted = (x: Operand): number =>
  Math.ceil(Math.log2(x.shape.reduce((n, d) => n * d, 1) + 1));

const step = (name: string, make: Make, bits: Bits): Step => ({ name, make, bits });
const jump = (name: string, make: Make, bits: Bits = larger): Step => ({
  ...step(name, make, bits),
  needsExact: true,
});

/** Functions under their own names. */
const named =
  (build: (name: string, make: Make, bits: Bits) => Step, bits: Bits) =>
  (functions: Readonly<Record<string, (x: h.Tensor, y: h.Tensor) => h.Tensor>>): Step[] =>
    Object.entries(functions).map(([name, f]) => build(name, (x, y) => f(x, y), bits));

const scalars = [0, 1, -1, 2, 0.5, -2, 3, 1.5];
const scalar = (p: number): number => scalars[p % scalars.length];
const some: readonly DType[] = [
  ...(["f32", "f64", "i32", "bool", "u8", "i64"] as const),
  ...(["i8", "u32", "u16", "i16", "u64"] as const),
];

/** An axis counted from the front or from the back, or null for all of them. */
function axis(x: h.Tensor, p: number): number | null {
  const i = p % (x.ndim + 1);
  return i === x.ndim ? null : p % 2 === 1 ? i - x.ndim : i;
}
const oneAxis = (x: h.Tensor, p: number): number => p % Math.max(1, x.ndim);
const keep = (q: number): h.ReduceOptions => ({ keepDims: q % 2 === 1 });

/** y as positions in the range of a known, not empty size, or null. */
function positions(y: h.Tensor, size: h.Dim): h.Tensor | null {
  if (typeof size !== "number" || size === 0) return null;
  return h.mod(h.cast(isFloat(y.dtype) ? h.clip(y, -100, 100) : y, "i32"), size);
}

const arithmetic: readonly Step[] = [
  ...named(step, carry)({ add: h.add, subtract: h.subtract, zerosOf: (x, y) => x.add(y.add(-0)) }),
  ...named(step, products)({ multiply: h.multiply, outer: h.outer, square: (x) => h.square(x) }),
  ...named(step, rounds)({ divide: h.divide, power: h.power }),
  ...named(jump, larger)({ floorDivide: h.floorDivide, mod: h.mod }),
  ...named(jump, larger)({ minimum: h.minimum, maximum: h.maximum }),
  jump("atan2", (x, y) => h.atan2(x, y), rounds),
  step(
    "x + number",
    (x, _, p) => h.add(x, scalar(p)),
    (x) => x.bits + 3,
  ),
  step(
    "number · x",
    (x, _, p) => h.multiply(scalar(p), x),
    (x) => x.bits + 3,
  ),
  step(
    "number - x",
    (x, _, p) => h.subtract(scalar(p), x),
    (x) => x.bits + 3,
  ),
  step("x / number", (x, _, p) => h.divide(x, scalar(p)), rounds),
  step("x ^ number", (x, _, p) => h.power(x, scalar(p)), rounds),
  jump(
    "x mod number",
    (x, _, p) => h.mod(x, scalar(p)),
    (x) => x.bits + 2,
  ),
  jump(
    "⌊x / number⌋",
    (x, _, p) => h.floorDivide(x, scalar(p)),
    (x) => x.bits + 2,
  ),
  jump("clip", (x, _, p) => h.clip(x, 0 - (p % 3), p % 4), ofFirst),
  step("x - x", (x) => h.subtract(x, x), ofFirst),
  step("x / x", (x) => h.divide(x, x), rounds),
];

const comparisons: readonly Step[] = [
  ...named(jump, larger)({ equal: h.equal, notEqual: h.notEqual, less: h.less }),
  ...named(jump, larger)({ lessEqual: h.lessEqual, greater: h.greater }),
  ...named(jump, larger)({ greaterEqual: h.greaterEqual, logicalNot: (x) => h.logicalNot(x) }),
  ...named(jump, larger)({ logicalAnd: h.logicalAnd, logicalOr: h.logicalOr }),
  ...named(jump, larger)({ logicalXor: h.logicalXor, bitwiseAnd: h.bitwiseAnd }),
  ...named(jump, larger)({ bitwiseOr: h.bitwiseOr, bitwiseXor: h.bitwiseXor }),
  ...named(jump, larger)({ leftShift: h.leftShift, rightShift: h.rightShift }),
  ...named(jump, larger)({ isNan: (x) => h.isNan(x), isInf: (x) => h.isInf(x) }),
  jump("bitwiseNot", (x) => h.bitwiseNot(x)),
  jump("where x > number", (x, y, p) => h.where(h.greater(x, scalar(p)), x, y)),
  jump(
    "where x",
    (x, y, p) => h.where(x, y, scalar(p)),
    (_, y) => y.bits + 2,
  ),
];

const functions: readonly Step[] = [
  ...named(step, ofFirst)({ negative: (x) => x.negative(), abs: (x) => x.abs() }),
  ...named(step, ofFirst)({ stopGradient: (x) => x.stopGradient(), relu: (x) => x.relu() }),
  ...named(jump, ofFirst)({ sign: (x) => x.sign(), floor: (x) => x.floor() }),
  ...named(jump, ofFirst)({ ceil: (x) => x.ceil(), round: (x) => x.round() }),
  ...named(jump, ofFirst)({ trunc: (x) => x.trunc() }),
  ...named(step, rounds)({ exp: (x) => x.exp(), expm1: (x) => x.expm1(), log: (x) => x.log() }),
  ...named(step, rounds)({ log1p: (x) => x.log1p(), sqrt: (x) => x.sqrt(), erf: (x) => x.erf() }),
  ...named(step, rounds)({ tanh: (x) => x.tanh(), sigmoid: (x) => x.sigmoid() }),
  ...named(step, rounds)({ softplus: (x) => x.softplus(), gelu: (x) => x.gelu() }),
  ...named(
    step,
    rounds,
  )({ cosh: (x) => x.cosh(), acos: (x) => x.acos(), tan: (x) => h.tan(small(x)) }),
  ...named(
    step,
    rounds,
  )({ log2: (x) => x.log2(), log10: (x) => x.log10(), rsqrt: (x) => x.rsqrt() }),
  ...named(step, rounds)({ sinh: (x) => x.sinh(), asin: (x) => x.asin(), atan: (x) => x.atan() }),
  ...named(step, rounds)({ sin: (x) => x.clip(-50, 50).sin(), cos: (x) => x.clip(-9, 9).cos() }),
  ...named(step, rounds)({ "log exp": (x) => x.exp().log(), "√ x²": (x) => x.square().sqrt() }),
  ...named(step, rounds)({ "log(1 + exp)": (x) => h.log(h.add(1, h.exp(x))) }),
  ...named(step, rounds)({ "log softmax": (x) => h.log(h.softmax(x)) }),
  jump(
    "cast",
    (x, _, p) => h.cast(x, some[p % some.length]),
    (x) => (isFloat(x.x.dtype) ? x.bits : many),
  ),
];

const small = (x: h.Tensor): h.Tensor => (isFloat(x.dtype) ? h.clip(x, -1, 1) : x);

const reductions: readonly Step[] = [
  step(
    "sum",
    (x, _, p, q) => h.sum(x, axis(x, p), keep(q)),
    (x) => x.bits + counted(x),
  ),
  // Where products overflow, it depends on their order whether they are NaN in the end.
  step("prod", (x, _, p, q) => h.prod(small(x), axis(x, p), keep(q)), rounds),
  step("std", (x, _, p, q) => h.std(x, axis(x, p), keep(q)), rounds),
  step(
    "sum over the outer axes",
    (x, _, p) => h.sum(x, [0, -1], keep(p)),
    (x) => x.bits + counted(x),
  ),
  step("max over the outer axes", (x, _, p) => h.max(x, [0, -1], keep(p)), ofFirst),
  step("mean", (x, _, p, q) => h.mean(x, axis(x, p), keep(q)), rounds),
  step("variance", (x, _, p, q) => h.variance(x, axis(x, p), keep(q)), rounds),
  step("max", (x, _, p, q) => h.max(x, axis(x, p), keep(q)), ofFirst),
  step("min", (x, _, p, q) => h.min(x, axis(x, p), keep(q)), ofFirst),
  jump("all", (x, _, p, q) => h.all(x, axis(x, p), keep(q))),
  jump("any", (x, _, p, q) => h.any(x, axis(x, p), keep(q))),
  jump("argMax", (x, _, p, q) => h.argMax(x, axis(x, p), keep(q))),
  jump("argMin", (x, _, p, q) => h.argMin(x, axis(x, p), keep(q))),
  step("softmax", (x, _, p) => h.softmax(x, oneAxis(x, p)), rounds),
  step("logSoftmax", (x, _, p) => h.logSoftmax(x, oneAxis(x, p)), rounds),
  step("logSumExp", (x, _, p) => h.logSumExp(x, axis(x, p)), rounds),
  jump("sort", (x, _, p) => h.sort(x, oneAxis(x, p)), ofFirst),
  jump("argSort", (x, _, p) => h.argSort(x, oneAxis(x, p))),
];

const inner: Bits = (x, y) => x.bits + y.bits + counted(x);
const linear: readonly Step[] = [
  step("dot", (x, y) => h.dot(x, y), inner),
  step("dot(x, yᵀ)", (x, y) => h.dot(x, y.T), inner),
  step("dot(xᵀ, y)", (x, y) => h.dot(x.T, y), inner),
  step("matmul", (x, y) => h.matmul(x, y), inner),
  step("tensordot", (x, y, p) => h.tensordot(x, y, p % 3), inner),
  step("matmul(swapped x, y)", (x, y) => h.matmul(h.swapAxes(x, -1, -2), y), inner),
  step("matmul(x, swapped y)", (x, y) => h.matmul(x, h.swapAxes(y, -1, -2)), inner),
];

const movements: readonly Step[] = [
  step("T", (x) => x.T, ofFirst),
  step("rotated axes", (x, _, p) => h.transpose(x, rotated(x.ndim, p)), ofFirst),
  step("split off", (x, _, p, q) => h.split(x, [1 + (p % 3)], oneAxis(x, q))[p % 2], ofFirst),
  step("flatten", (x) => h.flatten(x), ofFirst),
  step("squeeze", (x) => h.squeeze(x), ofFirst),
  step("swapAxes", (x, _, p, q) => h.swapAxes(x, oneAxis(x, p), oneAxis(x, q)), ofFirst),
  step("expandDims", (x, _, p) => h.expandDims(x, p % (x.ndim + 1)), ofFirst),
  step("reshape to rows", (x, _, p) => h.reshape(x, [-1, 1 + (p % 4)]), ofFirst),
  step("merge axes", (x, _, p) => merged(x, p), ofFirst),
  step("broadcast", (x, _, p) => h.broadcastTo(x, [2 + (p % 2), ...x.shape]), ofFirst),
  step("broadcast like", (x, y) => h.broadcastTo(x, y.shape), ofFirst),
  step("flip", (x, _, p) => h.flip(x, axis(x, p)), ofFirst),
  step(
    "pad",
    (x, _, p, q) =>
      h.pad(
        x,
        x.shape.map((_d, i) => [i === p % x.ndim ? q % 3 : 0, q % 2]),
      ),
    ofFirst,
  ),
  step("concat", (x, y, p) => h.concat([x, y], oneAxis(x, p)), larger),
  step("concat twice", (x, y, p) => h.concat([x, y, x], oneAxis(x, p)), larger),
  step("stack", (x, y, p) => h.stack([x, y], p % (x.ndim + 1)), larger),
  step("split", (x, _, p, q) => h.split(x, 2, oneAxis(x, p))[q % 2], ofFirst),
  step("tril", (x, _, p) => h.tril(x, (p % 4) - 2), ofFirst),
  step("triu", (x, _, p) => h.triu(x, (p % 4) - 2), ofFirst),
];

const rotated = (ndim: number, by: number): number[] =>
  Array.from({ length: ndim }, (_, axis) => (axis + by) % ndim);

function merged(x: h.Tensor, p: number): h.Tensor | null {
  if (x.ndim < 2) return null;
  const i = p % (x.ndim - 1);
  return h.reshape(x, [...x.shape.slice(0, i), -1, ...x.shape.slice(i + 2)]);
}

const starts = [null, 0, 1, -1, 2, -2, 9];
const stops = [null, 2, -1, 1, 9, -9];
const paces = [1, -1, 2, -2, 3];
const range = (p: number, q: number): h.AxisRange =>
  h.range(starts[p % starts.length], stops[q % stops.length], paces[(p + q) % paces.length]);

const indexing: readonly Step[] = [
  step("at", (x, _, p, q) => h.at(x, ...(p % 2 ? [null] : []), (q % 5) - 2), ofFirst),
  step("at the last axis", (x, _, _p, q) => h.at(x, "...", (q % 3) - 1), ofFirst),
  step("at a range", (x, _, p, q) => h.at(x, range(p, q)), ofFirst),
  step("at two ranges", (x, _, p, q) => h.at(x, range(p, q), range(q, p)), ofFirst),
  step("at a last range", (x, _, p, q) => h.at(x, "...", range(p, q)), ofFirst),
  jump("take", (x, y, p) => {
    const at = positions(y, x.shape[oneAxis(x, p)]);
    return at && h.take(x, at, oneAxis(x, p));
  }),
  jump("take from the end", (x, y, p) => {
    const size = x.shape[oneAxis(x, p)];
    const at = positions(y, size);
    return at && h.take(x, h.subtract(at, Number(size)), oneAxis(x, p));
  }),
  jump("at tensors", (x, y) => {
    const [i, j] = [0, 1].map((k) => positions(y, x.shape[k]));
    return i && j && h.at(x, i, j);
  }),
  jump("at tensors and a range", (x, y, p, q) => {
    const at = positions(y, x.shape[0]);
    return at && h.at(x, at, range(p, q));
  }),
  jump("takeAlongAxis", (x, y, p) => {
    const at = positions(y, x.shape[oneAxis(x, p)]);
    return at && h.takeAlongAxis(x, at, oneAxis(x, p));
  }),
  jump("argSort of argSort", (x, _, p) => h.argSort(h.argSort(x, oneAxis(x, p)), oneAxis(x, p))),
  jump("oneHot", (x, _, p) => h.oneHot(x, 1 + (p % 4))),
  step(
    "+ arange",
    (x) => h.add(x, h.arange(x.shape[x.ndim - 1])),
    (x) => x.bits + 4,
  ),
];

const key = h.random.key(7);
const others: readonly Step[] = [
  step("uniform", (x) => h.random.uniform(x.shape, { key }), rounds),
  step("normal", (x, _, p) => h.random.normal(x.shape, { key: h.random.foldIn(key, p) }), rounds),
  step("integers", (x) => h.random.integers(-3, 9, x.shape, { key }), ofFirst),
  step("permutation", (x) => h.random.permutation(x, { key }), ofFirst),
  step(
    "gradient",
    (x, y) => {
      if (!isFloat(x.dtype) || !isFloat(y.dtype)) return null;
      return grad(h.sum(y), x, { disconnected: "zero" });
    },
    rounds,
  ),
];

export const steps: readonly Step[] = [
  ...[...arithmetic, ...comparisons, ...functions, ...reductions],
  ...[...linear, ...movements, ...indexing, ...others],
];
