/**
 * Scalars in WGSL: how types are held, and how literals and basic operations are written.
 *
 * WGSL may assume that there are no NaNs and no infinities, and drivers do: `max` drops NaN,
 * `x != x` folds to false, a constant infinity does not compile. Such values are made and tested
 * on their bits.
 */
import type { DType } from "../../lang/dtype.js";
import { internal } from "../../lang/error.js";
import { isNonNegative, isPositive } from "../affine.js";
import type { AngleOp, BasicOp, Expression, ScalarType } from "../ir.js";

/** What a WGSL variable can be. */
export type Register = "f32" | "i32" | "u32" | "bool";

const registers: Partial<Record<ScalarType, Register>> = {
  bool: "bool",
  u8: "u32",
  u16: "u32",
  u32: "u32",
  i8: "i32",
  i16: "i32",
  i32: "i32",
  f32: "f32",
  index: "i32",
};

/** The register that a value of this type is computed in; narrow integers are kept in range. */
export function registerOf(type: ScalarType): Register {
  const register = registers[type];
  if (register === undefined) throw internal(`WGSL has no type for ${type}`);
  return register;
}

/** The element of a buffer: every element takes one 32-bit word, so writers never share a word. */
export const wordOf = (type: ScalarType): Exclude<Register, "bool"> => {
  const register = registerOf(type);
  return register === "bool" ? "u32" : register;
};

/** A word in memory as a value of the type. */
export function fromWord(type: ScalarType, word: Register, text: string): string {
  if (type === "bool") return word === "u32" ? `(${text} != 0u)` : `(bitcast<u32>(${text}) != 0u)`;
  return word === wordOf(type) ? text : `bitcast<${wordOf(type)}>(${text})`;
}

/** A value of the type as a word in memory. */
export function toWord(type: ScalarType, word: Register, text: string): string {
  const bits = type === "bool" ? `u32(${text})` : text;
  return word === wordOf(type) ? bits : `bitcast<${word}>(${bits})`;
}

const bitsOf = new DataView(new ArrayBuffer(4));

/** An f32 constant: as a number, or through its bits where WGSL would refuse or change it. */
function floatLiteral(value: number): string {
  const rounded = Math.fround(value);
  if (Number.isFinite(rounded) && !Object.is(rounded, -0)) {
    const text = String(rounded);
    return signed(`${/[.e]/.test(text) ? text : `${text}.0`}f`);
  }
  bitsOf.setFloat32(0, rounded);
  return `from_bits(0x${bitsOf.getUint32(0).toString(16)}u)`;
}

export function literalText(type: ScalarType, value: number | bigint): string {
  switch (registerOf(type)) {
    case "f32":
      return floatLiteral(Number(value));
    case "bool":
      return value ? "true" : "false";
    case "u32":
      return `${BigInt.asUintN(32, BigInt(value))}u`;
    case "i32":
      return BigInt(value) === -(2n ** 31n) ? "i32(-2147483648)" : signed(`${BigInt(value)}`);
  }
}

/** A negative number in parentheses: `--` is no operator of WGSL's. */
const signed = (text: string): string => (text.startsWith("-") ? `(${text})` : text);

/** Keeps a result of 32-bit arithmetic within a narrower integer type, wrapping as it does. */
function narrow(type: ScalarType, text: string): string {
  switch (type) {
    case "u8":
      return `(${text} & 0xffu)`;
    case "u16":
      return `(${text} & 0xffffu)`;
    case "i8":
      return `((${text} << 24u) >> 24u)`;
    case "i16":
      return `((${text} << 16u) >> 16u)`;
    default:
      return text;
  }
}

const infix = (symbol: string, [a, b]: readonly string[]): string => `(${a} ${symbol} ${b})`;
const call = (name: string, args: readonly string[]): string => `${name}(${args.join(", ")})`;

type PlainOp = Exclude<BasicOp, "cast" | "bitcast" | "select"> | AngleOp;

/** How each operation is written, given the type of its arguments and their texts. */
const basic: Record<PlainOp, (register: Register, args: readonly string[]) => string> = {
  add: (r, args) => infix(r === "bool" ? "||" : "+", args),
  sub: (_, args) => infix("-", args),
  mul: (r, args) => infix(r === "bool" ? "&&" : "*", args),
  div: (_, args) => call("div_f32", args),
  floorDiv: (r, args) => call(`floor_div_${r}`, args),
  mod: (r, args) => call(`mod_${r}`, args),
  fma: (r, [a, b, c]) => (r === "f32" ? `fma(${a}, ${b}, ${c})` : `(${a} * ${b} + ${c})`),
  neg: (r, [a]) => (r === "u32" ? `(0u - ${a})` : `(-${a})`),
  abs: (r, [a]) => (r === "u32" || r === "bool" ? a! : `abs(${a})`),
  sqrt: (_, args) => call("sqrt", args),
  floor: (_, args) => call("floor", args),
  ceil: (_, args) => call("ceil", args),
  trunc: (_, args) => call("trunc", args),
  round: (_, args) => call("round", args),
  min: (r, args) =>
    r === "bool" ? infix("&&", args) : call(r === "f32" ? "min_f32" : "min", args),
  max: (r, args) =>
    r === "bool" ? infix("||", args) : call(r === "f32" ? "max_f32" : "max", args),
  eq: (_, args) => infix("==", args),
  // Not `!=`: that may be taken to be false for NaN.
  ne: (_, [a, b]) => `!(${a} == ${b})`,
  lt: (r, [a, b]) => (r === "bool" ? `(!${a} && ${b})` : `(${a} < ${b})`),
  le: (r, [a, b]) => (r === "bool" ? `(!${a} || ${b})` : `(${a} <= ${b})`),
  gt: (r, [a, b]) => (r === "bool" ? `(${a} && !${b})` : `(${a} > ${b})`),
  ge: (r, [a, b]) => (r === "bool" ? `(${a} || !${b})` : `(${a} >= ${b})`),
  and: (r, args) => infix(r === "bool" ? "&&" : "&", args),
  or: (r, args) => infix(r === "bool" ? "||" : "|", args),
  xor: (r, args) => infix(r === "bool" ? "!=" : "^", args),
  not: (r, [a]) => (r === "bool" ? `!${a}` : `(~${a})`),
  shiftLeft: (r, args) => call(`shift_left_${r}`, args),
  shiftRight: (r, args) => call(`shift_right_${r}`, args),
  farQuadrant: (_, args) => call("far_quadrant", args),
  farRest: (_, args) => call("far_rest", args),
};

/** An operation on arguments of type `from`, whose texts are given, with a result of type `to`. */
export const apply = (op: PlainOp, from: ScalarType, to: ScalarType, args: readonly string[]) =>
  narrow(to, basic[op](registerOf(from), args));

/** An operation of the kernel IR, its arguments' texts given. */
export function operationText(
  expression: Extract<Expression, { kind: "op" }>,
  args: readonly string[],
): string {
  const { op, type } = expression;
  const [first, second] = expression.args;
  switch (op) {
    case "select":
      return `select(${args[2]}, ${args[1]}, ${args[0]})`;
    case "cast":
      return castText(first!.type, type, args[0]!);
    case "bitcast":
      return registerOf(type) === registerOf(first!.type)
        ? args[0]!
        : `bitcast<${registerOf(type)}>(${args[0]})`;
    case "eq":
    case "ne":
      // Whether a value is NaN, asked as `x == x`, would be folded away.
      if (first === second && first!.type === "f32")
        return `${op === "eq" ? "!" : ""}is_nan(${args[0]})`;
      break;
    case "shiftLeft":
    case "shiftRight":
      if (second!.kind === "literal" && second!.value >= 0 && second!.value < 32) {
        const symbol = op === "shiftLeft" ? "<<" : ">>";
        return narrow(type, infix(symbol, [args[0]!, `${second!.value}u`]));
      }
      break;
    case "floorDiv":
    case "mod":
      if (type === "index" && isNonNegative(first!) && isPositive(second!))
        return infix(op === "mod" ? "%" : "/", args);
      break;
    case "exp":
    case "expm1":
    case "log":
    case "log1p":
    case "sin":
    case "cos":
    case "tanh":
    case "sigmoid":
    case "softplus":
    case "erf":
    case "pow":
    case "atan2":
      throw internal(`${op} reached the WGSL printer; compiler/math.ts replaces it before`);
  }
  return apply(op, first!.type, type, args);
}

/** The ends of the types that are kept in wider registers. */
const narrowEnds: Partial<Record<DType, readonly [string, string]>> = {
  u8: ["0u", "255u"],
  u16: ["0u", "65535u"],
  i8: ["-128", "127"],
  i16: ["-32768", "32767"],
};

/** A value converted to another type, given its text. */
export function castText(from: ScalarType, to: ScalarType, text: string): string {
  const [source, target] = [registerOf(from), registerOf(to)];
  if (to === "bool") {
    if (source === "bool") return text;
    return source === "f32"
      ? `!(${text} == 0.0f)`
      : `(${text} != ${source === "u32" ? "0u" : "0"})`;
  }
  if (source === target) return narrow(to, text);
  if (source === "f32" && (target === "i32" || target === "u32")) {
    const whole = call(`to_${target}`, [text]);
    const ends = to === "index" ? undefined : narrowEnds[to];
    return ends ? call("clamp", [whole, ...ends]) : whole;
  }
  return narrow(to, `${target}(${text})`);
}
