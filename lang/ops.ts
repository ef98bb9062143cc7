/**
 * The one table of operations. A row says everything that is true of an op by itself:
 *
 * - `family`: what kind of loop it is; the compiler lowers families, not ops.
 * - `arity`: number of inputs; `"many"` for any number ≥ 1.
 * - `infer`: dtype and shape of the result, or a HypatiaError naming the op. Elementwise ops want
 *   equal dtypes and shapes: promotion and broadcasting are done by the functions that users call
 *   (see lang/operand.ts), with explicit `cast`, `reshape` and `expand` nodes.
 * - `commutes`: whether the two inputs may be swapped.
 * - `scalar`: for elementwise ops, the definition on numbers (booleans are 0 and 1), before
 *   rounding to the dtype. Constant folding and the js backend use it; it is the meaning of the op.
 * - `formula`: how it is written, with its inputs as x, y, z.
 *
 * Tables elsewhere (derivative, lowering) are typed against this one, so TypeScript lists what a
 * new row still lacks.
 */
import type { DType } from "./dtype.js";
import { HypatiaError } from "./error.js";
import type { Axes, Node, None, OpAttrs, OpName, Type } from "./graph.js";
import * as shapes from "./inference.js";

export type Family =
  | "leaf"
  | "elementwise"
  | "reduction"
  | "contraction"
  | "movement"
  | "indexing"
  | "library";

export interface OpRow<A> {
  readonly family: Family;
  readonly arity: number | "many";
  readonly infer: (inputs: readonly Node[], attrs: A) => Type;
  readonly commutes?: true;
  readonly scalar?: (x: number, y: number, z: number) => number;
  readonly formula?: string;
}

const { elementwise, comparison, floating, integral, ordered, numeric } = shapes;

const leaf = <A>(infer: (attrs: A) => Type): OpRow<A> => ({
  family: "leaf",
  arity: 0,
  infer: (_, attrs) => infer(attrs),
});

const map = (
  name: OpName,
  formula: string,
  check: shapes.DTypeCheck,
  scalar: (x: number, y: number, z: number) => number,
): OpRow<None> => ({
  family: "elementwise",
  arity: scalar.length,
  infer: (inputs) => elementwise(name, inputs, check),
  scalar,
  formula,
});

const compare = (
  name: OpName,
  formula: string,
  scalar: (x: number, y: number) => number,
): OpRow<None> => ({
  family: "elementwise",
  arity: 2,
  infer: (inputs) => comparison(name, inputs),
  scalar,
  formula,
});

const reduction = (name: OpName, check: shapes.DTypeCheck, dtype?: (of: DType) => DType) =>
  ({
    family: "reduction",
    arity: 1,
    infer: ([x], { axes }) => shapes.reduction(name, x, axes, check, dtype?.(x.dtype) ?? x.dtype),
  }) satisfies OpRow<Axes>;

const position = (name: OpName) =>
  ({
    family: "reduction",
    arity: 1,
    infer: ([x], { axis }) => shapes.reduction(name, x, [axis], ordered, "i32"),
  }) satisfies OpRow<{ readonly axis: number }>;

/** Sums of small integers and of truth values do not fit in their own dtype. */
const sumType = (dtype: DType): DType =>
  dtype === "bool" || dtype === "i8" || dtype === "i16"
    ? "i32"
    : dtype === "u8" || dtype === "u16"
      ? "u32"
      : dtype;

const truth = (condition: boolean): number => (condition ? 1 : 0);

/** Round half to even, as IEEE 754 and NumPy do. */
function roundHalfEven(x: number): number {
  if (Number.isInteger(x) || !Number.isFinite(x)) return x;
  const below = Math.floor(x);
  const rest = x - below;
  const rounded = rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

/** erf(x) = 2/√π ∫₀ˣ e^(−t²) dt: Maclaurin series near 0, continued fraction of erfc beyond. */
function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (a + fraction) / Math.sqrt(Math.PI));
}

/** ⌊x / y⌋ of the exact quotient, which x / y may round up to an integer, or to 0. */
function floorDivide(x: number, y: number): number {
  const rest = x % y;
  if (Number.isNaN(rest)) return Math.floor(x / y);
  const whole = Math.floor((x - rest) / y + 0.5);
  return rest !== 0 && rest < 0 !== y < 0 ? whole - 1 : whole;
}

/** x − y ⌊x / y⌋, exactly: 0 or of the sign of y. */
function modulo(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/** IEEE 754 pow: 1 for x = 1 and for x = −1 with an infinite exponent, where JavaScript has NaN. */
const power = (x: number, y: number): number =>
  x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : x ** y;

/** 1 / (1 + e^−x), where e^−x does not overflow. */
function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** A shift by as many bits as there are, or more, leaves nothing, or the sign. */
const isWithinWord = (by: number): boolean => by >= 0 && by < 32;

/** Rows of the table; see the top of the file for what each column means. */
export const ops: { readonly [O in OpName]: OpRow<OpAttrs[O]> } = {
  symbol: leaf(({ dtype, shape }) => ({ dtype, shape })),
  literal: leaf(({ dtype }) => ({ dtype, shape: [] })),
  constant: leaf(({ value }) => ({ dtype: value.dtype, shape: value.shape })),
  shared: leaf(({ state }) => ({ dtype: state.dtype, shape: state.shape })),
  size: leaf(({ dtype }) => ({ dtype, shape: [] })),
  iota: leaf(({ dtype, shape }) => ({ dtype, shape })),

  neg: map("neg", "-x", numeric, (x) => -x),
  abs: map("abs", "|x|", numeric, (x) => Math.abs(x)),
  sign: map("sign", "sign x", numeric, (x) => Math.sign(x)),
  floor: map("floor", "⌊x⌋", floating, (x) => Math.floor(x)),
  ceil: map("ceil", "⌈x⌉", floating, (x) => Math.ceil(x)),
  trunc: map("trunc", "trunc x", floating, (x) => Math.trunc(x)),
  round: map("round", "round x", floating, (x) => roundHalfEven(x)),
  sqrt: map("sqrt", "√x", floating, (x) => Math.sqrt(x)),
  exp: map("exp", "exp x", floating, (x) => Math.exp(x)),
  expm1: map("expm1", "exp(x) - 1", floating, (x) => Math.expm1(x)),
  log: map("log", "log x", floating, (x) => Math.log(x)),
  log1p: map("log1p", "log(1 + x)", floating, (x) => Math.log1p(x)),
  sin: map("sin", "sin x", floating, (x) => Math.sin(x)),
  cos: map("cos", "cos x", floating, (x) => Math.cos(x)),
  tanh: map("tanh", "tanh x", floating, (x) => Math.tanh(x)),
  sigmoid: map("sigmoid", "1 / (1 + exp(-x))", floating, sigmoid),
  softplus: map(
    "softplus",
    "log(1 + exp x)",
    floating,
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  ),
  erf: map("erf", "erf x", floating, (x) => erf(x)),
  isNan: {
    family: "elementwise",
    arity: 1,
    infer: ([x]) => {
      floating("isNan", x.dtype);
      return { dtype: "bool", shape: x.shape };
    },
    scalar: (x) => truth(Number.isNaN(x)),
    formula: "isNan x",
  },
  not: map("not", "¬x", integral, (x) => truth(x === 0)),
  stopGradient: {
    family: "elementwise",
    arity: 1,
    infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
    scalar: (x) => x,
    formula: "x",
  },
  cast: {
    family: "elementwise",
    arity: 1,
    infer: ([x], { dtype }) => ({ dtype, shape: x.shape }),
    scalar: (x) => x,
    formula: "cast x",
  },

  add: { ...map("add", "x + y", numeric, (x, y) => x + y), commutes: true },
  sub: map("sub", "x - y", numeric, (x, y) => x - y),
  mul: { ...map("mul", "x · y", numeric, (x, y) => x * y), commutes: true },
  div: map("div", "x / y", floating, (x, y) => x / y),
  floorDiv: map("floorDiv", "⌊x / y⌋", numeric, floorDivide),
  mod: map("mod", "x mod y", numeric, modulo),
  pow: map("pow", "x ^ y", numeric, power),
  minimum: { ...map("minimum", "min(x, y)", ordered, (x, y) => Math.min(x, y)), commutes: true },
  maximum: { ...map("maximum", "max(x, y)", ordered, (x, y) => Math.max(x, y)), commutes: true },
  atan2: map("atan2", "atan2(x, y)", floating, (x, y) => Math.atan2(x, y)),
  eq: { ...compare("eq", "x = y", (x, y) => truth(x === y)), commutes: true },
  ne: { ...compare("ne", "x ≠ y", (x, y) => truth(x !== y)), commutes: true },
  lt: compare("lt", "x < y", (x, y) => truth(x < y)),
  le: compare("le", "x ≤ y", (x, y) => truth(x <= y)),
  gt: compare("gt", "x > y", (x, y) => truth(x > y)),
  ge: compare("ge", "x ≥ y", (x, y) => truth(x >= y)),
  and: { ...map("and", "x ∧ y", integral, (x, y) => x & y), commutes: true },
  or: { ...map("or", "x ∨ y", integral, (x, y) => x | y), commutes: true },
  xor: { ...map("xor", "x ⊻ y", integral, (x, y) => x ^ y), commutes: true },
  shiftLeft: map("shiftLeft", "x ≪ y", integral, (x, y) => (isWithinWord(y) ? x << y : 0)),
  shiftRight: map("shiftRight", "x ≫ y", integral, (x, y) => x >> (isWithinWord(y) ? y : 31)),
  where: {
    family: "elementwise",
    arity: 3,
    infer: ([condition, x, y]) => {
      if (condition.dtype !== "bool")
        throw new HypatiaError("where", "the condition must be bool", { got: condition.dtype });
      const { dtype, shape } = elementwise("where", [x, y], shapes.anyType);
      return { dtype, shape: shapes.sameShapes("where", [condition.shape, shape]) };
    },
    scalar: (condition, x, y) => (condition ? x : y),
    formula: "x ? y : z",
  },
  threefry: {
    family: "elementwise",
    arity: 4,
    infer: (inputs) => elementwise("threefry", inputs, shapes.word),
    formula: "threefry",
  },

  sum: reduction("sum", shapes.anyType, sumType),
  prod: reduction("prod", shapes.anyType, sumType),
  max: reduction("max", shapes.anyType),
  min: reduction("min", shapes.anyType),
  argMax: position("argMax"),
  argMin: position("argMin"),

  dot: { family: "contraction", arity: 2, infer: shapes.dot },

  reshape: { family: "movement", arity: 1, infer: ([x], { shape }) => shapes.reshape(x, shape) },
  transpose: { family: "movement", arity: 1, infer: ([x], { perm }) => shapes.transpose(x, perm) },
  expand: { family: "movement", arity: 1, infer: ([x], { shape }) => shapes.expand(x, shape) },
  slice: { family: "movement", arity: 1, infer: ([x], { ranges }) => shapes.slice(x, ranges) },
  pad: { family: "movement", arity: 1, infer: ([x], { padding }) => shapes.pad(x, padding) },
  concat: { family: "movement", arity: "many", infer: (xs, { axis }) => shapes.concat(xs, axis) },

  gather: {
    family: "indexing",
    arity: 2,
    infer: ([x, at], { axis }) => shapes.gather(x, at, axis),
  },
  scatterAdd: {
    family: "indexing",
    arity: 2,
    infer: ([at, x], { axis, size }) => shapes.scatterAdd(at, x, axis, size),
  },
  argSort: {
    family: "library",
    arity: 1,
    infer: ([x], { axis }) => {
      shapes.checkAxis("argSort", axis, x.shape);
      return { dtype: "i32", shape: x.shape };
    },
  },
};

/** Names of the ops of one family, in table order. */
export const opsOf = (family: Family): OpName[] =>
  (Object.keys(ops) as OpName[]).filter((name) => ops[name].family === family);
