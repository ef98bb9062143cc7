/**
 * Scalar expressions in JavaScript. Values are numbers, `bigint`s for i64 and u64; truth is 0 or 1.
 * `f` is Math.fround; `m` holds the functions of backends/js/functions.ts.
 */
import { type DType, isBig, isFloat, rangeOf } from "../../lang/dtype.js";
import { internal } from "../../lang/error.js";
import type { AngleOp, Expression, ScalarOp, ScalarType } from "../ir.js";

type OpExpression = Extract<Expression, { kind: "op" }>;

const isBigType = (type: ScalarType): boolean => type !== "index" && isBig(type);
const isFloatType = (type: ScalarType): boolean => type !== "index" && isFloat(type);

const wrappers: { readonly [T in ScalarType]: (x: string) => string } = {
  index: (x) => x,
  bool: (x) => x,
  f64: (x) => x,
  f32: (x) => `f(${x})`,
  i8: (x) => `(${x}) << 24 >> 24`,
  i16: (x) => `(${x}) << 16 >> 16`,
  i32: (x) => `(${x}) | 0`,
  u8: (x) => `(${x}) & 255`,
  u16: (x) => `(${x}) & 65535`,
  u32: (x) => `(${x}) >>> 0`,
  i64: (x) => `BigInt.asIntN(64, ${x})`,
  u64: (x) => `BigInt.asUintN(64, ${x})`,
};

/** A result of exact or double arithmetic, rounded or wrapped to the type. */
export const wrap = (type: ScalarType, x: string): string => wrappers[type](x);

/** a · b; a product of 32-bit integers does not fit in a double. */
export const printProduct = (type: ScalarType, a: string, b: string): string =>
  wrap(type, type === "i32" || type === "u32" ? `Math.imul(${a}, ${b})` : `${a} * ${b}`);

export function printLiteral(type: ScalarType, value: number | bigint): string {
  if (isBigType(type)) return `${BigInt(value)}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Bits of an integer type. */
const widthOf = (type: ScalarType): number =>
  ({ bool: 1, i8: 8, u8: 8, i16: 16, u16: 16, i32: 32, u32: 32, i64: 64, u64: 64 })[type as "i8"] ??
  53;

const truth = (condition: string): string => `${condition} ? 1 : 0`;

type Rule = (x: OpExpression, args: readonly string[]) => string;

const infix =
  (operator: string): Rule =>
  ({ type }, [a, b]) =>
    wrap(type, `${a} ${operator} ${b}`);

const compare =
  (operator: string): Rule =>
  (_, [a, b]) =>
    truth(`${a} ${operator} ${b}`);

const unary =
  (name: string): Rule =>
  ({ type }, [a]) =>
    wrap(type, `${name}(${a})`);

const extremum =
  (name: "min" | "max", operator: string): Rule =>
  ({ type }, [a, b]) =>
    isBigType(type) ? `${a} ${operator} ${b} ? ${a} : ${b}` : `Math.${name}(${a}, ${b})`;

const division =
  (name: "floorDiv" | "mod"): Rule =>
  ({ type }, [a, b]) => {
    if (type === "index" && name === "floorDiv") return `Math.floor(${a} / ${b})`;
    const kind = isFloatType(type) ? "Float" : isBigType(type) ? "Big" : "Integer";
    return wrap(type, `m.${name}${kind}(${a}, ${b})`);
  };

const rules: { readonly [O in Exclude<ScalarOp, AngleOp>]: Rule } = {
  add: infix("+"),
  sub: infix("-"),
  mul: ({ type }, [a, b]) => printProduct(type, a, b),
  div: infix("/"),
  floorDiv: division("floorDiv"),
  mod: division("mod"),
  fma: ({ type }, [a, b, c]) => wrap(type, `${a} * ${b} + ${c}`),
  neg: ({ type }, [a]) => wrap(type, `-${a}`),
  abs: ({ type }, [a]) =>
    isBigType(type) ? wrap(type, `${a} < 0n ? -${a} : ${a}`) : wrap(type, `Math.abs(${a})`),
  sqrt: unary("Math.sqrt"),
  floor: unary("Math.floor"),
  ceil: unary("Math.ceil"),
  trunc: unary("Math.trunc"),
  round: unary("m.round"),
  min: extremum("min", "<"),
  max: extremum("max", ">"),
  eq: compare("==="),
  ne: compare("!=="),
  lt: compare("<"),
  le: compare("<="),
  gt: compare(">"),
  ge: compare(">="),
  and: infix("&"),
  or: infix("|"),
  xor: infix("^"),
  not: (_, [a]) => truth(`${a} === 0`),
  shiftLeft: ({ type }, [a, b]) => {
    if (isBigType(type)) return wrap(type, `m.shiftLeftBig(${a}, ${b})`);
    return `(${b} >>> 0) < ${widthOf(type)} ? ${wrap(type, `${a} << ${b}`)} : 0`;
  },
  shiftRight: ({ type }, [a, b]) => {
    if (isBigType(type)) return wrap(type, `m.shiftRightBig(${a}, ${b})`);
    const beyond = type.startsWith("u") || type === "bool" ? "0" : `${a} >> 31`;
    const shift = type.startsWith("u") ? ">>>" : ">>";
    return `(${b} >>> 0) < ${widthOf(type)} ? ${a} ${shift} ${b} : ${beyond}`;
  },
  select: (_, [condition, a, b]) => `${condition} ? ${a} : ${b}`,
  cast: ({ type, args: [x] }, [a]) => cast(x.type, type, a),
  bitcast: ({ type, args: [x] }, [a]) => `m.bitcast("${x.type}", "${type}", ${a})`,

  exp: unary("Math.exp"),
  expm1: unary("Math.expm1"),
  log: unary("Math.log"),
  log1p: unary("Math.log1p"),
  sin: unary("Math.sin"),
  cos: unary("Math.cos"),
  tanh: unary("Math.tanh"),
  sigmoid: unary("m.sigmoid"),
  softplus: unary("m.softplus"),
  erf: unary("m.erf"),
  pow: ({ type }, [a, b]) => wrap(type, `m.pow(${a}, ${b})`),
  atan2: ({ type }, [a, b]) => wrap(type, `Math.atan2(${a}, ${b})`),
};

function cast(from: ScalarType, to: ScalarType, x: string): string {
  if (from === to) return x;
  if (to === "bool") return truth(`${x} != 0`);
  if (to === "index") return isBigType(from) ? `Number(${x})` : x;
  if (isFloat(to)) {
    const narrow = to === "f32" ? `m.withStickyBit(${x})` : x;
    return wrap(to, isBigType(from) ? `Number(${narrow})` : x);
  }
  if (isFloatType(from)) return `m.${isBig(to) ? "toBig" : "toInteger"}(${x}, ${rangeText(to)})`;
  if (isBig(to)) return wrap(to, isBigType(from) ? x : `BigInt(${x})`);
  return isBigType(from) ? wrap(to, `Number(BigInt.asIntN(32, ${x}))`) : wrap(to, x);
}

function rangeText(type: DType): string {
  const range = rangeOf(type);
  if (!range) throw internal(`${type} has no range`);
  return range.map((bound) => (isBig(type) ? `${bound}n` : String(bound))).join(", ");
}

/** An operation on arguments that are printed already, each an atom or in parentheses. */
export function printOp(x: OpExpression, args: readonly string[]): string {
  if (x.op === "farQuadrant" || x.op === "farRest")
    throw internal(`JS has sin and cos, not ${x.op}`);
  return rules[x.op](x, args);
}
