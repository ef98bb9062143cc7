/** The C text of one operation, on scalars or on vectors. */
import { bytesOf, isFloat } from "../../lang/dtype.js";
import { isNonNegative, isPositive } from "../affine.js";
import type { Expression, ScalarType } from "../ir.js";
import { angleDefinition } from "./c-angle.js";
import type { Prelude } from "./c-prelude.js";
import type { Types } from "./c-types.js";

export type Operation = Extract<Expression, { kind: "op" }>;

/** What the text of an operation is made from. */
export interface Operands {
  readonly prelude: Prelude;
  readonly types: Types;
  /** Lanes of the result; 0 if it stands alone. */
  readonly lanes: number;
  /** The text of an argument. */
  arg(i: number): string;
  /** The same, as a vector where the operation is on vectors. */
  full(i: number): string;
  /** Whether an argument differs from lane to lane. */
  isVarying(i: number): boolean;
}

export function operationText(x: Operation, operands: Operands): string {
  const { prelude, types, lanes, arg, full } = operands;
  const vector = lanes > 0;
  const of = x.args[0].type;
  const dtype = types.dtype(x.type, vector);
  const narrow = (text: string) => (vector ? text : types.narrow(x.type, text));
  const call = (name: string) => {
    const parts = x.args.map((_, i) => full(i)).join(", ");
    return `${prelude.call(name, dtype, lanes)}(${parts})`;
  };
  // C spreads a scalar over the lanes by itself, but not a position, which is wider than they.
  const side = x.type === "index" ? full : arg;
  const infix = (sign: string) => narrow(`(${side(0)} ${sign} ${side(1)})`);
  const bitwise = (sign: string) => narrow(`(${full(0)} ${sign} ${full(1)})`);
  switch (x.op) {
    case "add":
      return x.type === "bool" ? bitwise("|") : infix("+");
    case "mul":
      return x.type === "bool" ? bitwise("&") : infix("*");
    case "sub":
      return infix("-");
    case "div":
      return infix("/");
    case "floorDiv":
    case "mod":
      if (x.type === "index" && !vector && x.args.every(isNonNegative) && isPositive(x.args[1]))
        return infix(x.op === "mod" ? "%" : "/");
      return call(x.op);
    case "fma":
      return isFloat(dtype) ? call("fma") : `(${arg(0)} * ${arg(1)} + ${arg(2)})`;
    case "neg":
      return narrow(`(-${arg(0)})`);
    case "abs":
      return isUnsigned(x.type) ? arg(0) : call("abs");
    case "sqrt":
    case "floor":
    case "ceil":
    case "trunc":
    case "round":
      return isFloat(dtype) ? call(x.op) : arg(0);
    case "min":
    case "max":
      return x.type === "bool" ? bitwise(x.op === "max" ? "|" : "&") : call(x.op);
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      if (!vector) return `(${arg(0)} ${comparisons[x.op]} ${arg(1)})`;
      if (of === "bool") return maskComparisons[x.op](full(0), full(1));
      return types.mask(`(${full(0)} ${comparisons[x.op]} ${full(1)})`, of);
    case "and":
      return bitwise("&");
    case "or":
      return bitwise("|");
    case "xor":
      return bitwise("^");
    case "not":
      return x.type === "bool" && !vector ? `(!${arg(0)})` : narrow(`(~${arg(0)})`);
    case "shiftLeft":
    case "shiftRight": {
      const [, amount] = x.args;
      // C leaves open what a shift by the width or more does, and by a negative number.
      const by = amount.kind === "literal" ? Number(amount.value) : -1;
      if (by < 0 || by >= 8 * bytesOf(dtype)) return call(x.op);
      return infix(x.op === "shiftLeft" ? "<<" : ">>");
    }
    case "select":
      if (!vector) return narrow(`(${arg(0)} ? ${arg(1)} : ${arg(2)})`);
      if (!operands.isVarying(0)) {
        // What is loaded and what is repeated may be of two types that C takes for different.
        const type = types.name(x.type, true);
        return `(${arg(0)} ? (${type})${full(1)} : (${type})${full(2)})`;
      }
      return types.select(x.type, arg(0), full(1), full(2));
    case "cast":
      return types.cast(x.args[0], x.type, arg(0), vector);
    case "bitcast":
      if (vector) return `((${types.name(x.type, true)})${arg(0)})`;
      return `${prelude.bitcast(types.dtype(of, false), dtype)}(${arg(0)})`;
    case "farQuadrant":
    case "farRest": {
      const parts = `${full(0)}, ${full(1)}`;
      if (of !== "f32" && of !== "f64") throw new Error(`internal: ${x.op} of ${of}`);
      return `${angleDefinition(prelude, x.op, of, lanes)}(${parts})`;
    }
    default:
      throw new Error(`internal: ${x.op} was not expanded before printing`);
  }
}

const comparisons = { eq: "==", ne: "!=", lt: "<", le: "<=", gt: ">", ge: ">=" } as const;

/** Comparisons of truth values, false below true; a lane of a mask is 0 or −1. */
const maskComparisons: Record<keyof typeof comparisons, (a: string, b: string) => string> = {
  eq: (a, b) => `(~(${a} ^ ${b}))`,
  ne: (a, b) => `(${a} ^ ${b})`,
  lt: (a, b) => `(~${a} & ${b})`,
  le: (a, b) => `(~${a} | ${b})`,
  gt: (a, b) => `(${a} & ~${b})`,
  ge: (a, b) => `(${a} | ~${b})`,
};

const isUnsigned = (type: ScalarType): boolean => type === "bool" || type.startsWith("u");
