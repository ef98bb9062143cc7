/** What an elementwise op is on one element: a kernel expression over its inputs' elements. */
import { type DType, isInteger, kindOf, rangeOf } from "../lang/dtype.js";
import type { Node, NodeOf, OpName } from "../lang/graph.js";
import { literal, op } from "./expression.js";
import type { Expression, ScalarOp } from "./ir.js";

type Movement = "reshape" | "transpose" | "expand" | "slice" | "pad" | "concat";
type Leaf = "symbol" | "literal" | "constant" | "shared" | "size" | "iota";
type Reduction = "sum" | "prod" | "max" | "min" | "argMax" | "argMin";
type Special = "dot" | "gather" | "scatterAdd" | "argSort";

/** Ops whose result at a point depends on their inputs at that point only. */
export type ElementwiseOp = Exclude<OpName, Movement | Leaf | Reduction | Special>;

interface Rule<O extends ElementwiseOp> {
  /** Work, in additions, where the kernel reads nothing. */
  readonly cost: number;
  readonly lower: (node: NodeOf<O>, args: readonly Expression[]) => Expression;
}

const plain = (name: ScalarOp, cost = 1) => ({
  cost,
  lower: (node: Node, args: readonly Expression[]): Expression => op(node.dtype, name, ...args),
});

const same = {
  cost: 0,
  lower: (_: Node, [x]: readonly Expression[]): Expression => x,
};

const zero = (dtype: DType): Expression => number(dtype, 0);
const number = (dtype: DType, value: number): Expression =>
  literal(dtype, dtype === "i64" || dtype === "u64" ? BigInt(value) : value);

/** sign x = 1 for x > 0, −1 for x < 0, else x itself: 0, −0 or NaN. */
function sign(dtype: DType, x: Expression): Expression {
  const positive = op("bool", "gt", x, zero(dtype));
  if (kindOf(dtype) === "unsigned") return op(dtype, "cast", positive);
  const negative = op("bool", "lt", x, zero(dtype));
  const low = op(dtype, "select", negative, number(dtype, -1), x);
  return op(dtype, "select", positive, number(dtype, 1), low);
}

/** bᵉ on integers, wrapping; 0 for a negative exponent unless b = ±1 (the quotient 1/b⁻ᵉ). */
function integerPower(dtype: DType, base: Expression, exponent: Expression): Expression {
  const one = number(dtype, 1);
  const times = (a: Expression, b: Expression): Expression =>
    a === one ? b : op(dtype, "mul", a, b);
  if (exponent.kind === "literal" && exponent.value >= 0) {
    let product = one;
    let square = base;
    for (let e = BigInt(exponent.value); e > 0n; e >>= 1n) {
      if (e & 1n) product = times(product, square);
      if (e > 1n) square = op(dtype, "mul", square, square);
    }
    return product;
  }
  // Square and multiply over every bit that a non-negative exponent of this type can have.
  const [, largest] = rangeOf(dtype) ?? [0n, 0n];
  let product = one;
  let square = base;
  let bit = 0;
  for (let rest = largest; rest > 0n; rest >>= 1n, bit++) {
    const shifted = bit === 0 ? exponent : op(dtype, "shiftRight", exponent, number(dtype, bit));
    const isSet = op("bool", "ne", op(dtype, "and", shifted, one), zero(dtype));
    product = op(dtype, "select", isSet, times(product, square), product);
    square = op(dtype, "mul", square, square);
  }
  if (kindOf(dtype) === "unsigned") return product;
  const isUnit = op(
    "bool",
    "or",
    op("bool", "eq", base, one),
    op("bool", "eq", base, number(dtype, -1)),
  );
  const negative = op("bool", "lt", exponent, zero(dtype));
  // For b = ±1 the product over the low bits of a negative exponent is the answer already.
  const keep = op("bool", "or", op("bool", "not", negative), isUnit);
  return op(dtype, "select", keep, product, zero(dtype));
}

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers", SC 2011). */
function threefry(lane: 0 | 1, [k0, k1, c0, c1]: readonly Expression[]): Expression {
  const word = (value: number): Expression => literal("u32", value);
  const add = (a: Expression, b: Expression): Expression => op("u32", "add", a, b);
  const xor = (a: Expression, b: Expression): Expression => op("u32", "xor", a, b);
  const rotate = (x: Expression, by: number): Expression =>
    op("u32", "or", op("u32", "shiftLeft", x, word(by)), op("u32", "shiftRight", x, word(32 - by)));
  const keys = [k0, k1, xor(xor(k0, k1), word(0x1bd11bda))];
  let x0 = add(c0, keys[0]);
  let x1 = add(c1, keys[1]);
  for (let round = 0; round < 20; round++) {
    x0 = add(x0, x1);
    x1 = xor(rotate(x1, rotations[round % 8]), x0);
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = add(x0, keys[injection % 3]);
      x1 = add(x1, add(keys[(injection + 1) % 3], word(injection)));
    }
  }
  return lane === 0 ? x0 : x1;
}

const rules: { readonly [O in ElementwiseOp]: Rule<O> } = {
  neg: plain("neg"),
  abs: plain("abs"),
  sign: { cost: 2, lower: ({ dtype }, [x]) => sign(dtype, x) },
  floor: plain("floor"),
  ceil: plain("ceil"),
  trunc: plain("trunc"),
  round: plain("round"),
  sqrt: plain("sqrt", 4),
  exp: plain("exp", 15),
  expm1: plain("expm1", 15),
  log: plain("log", 15),
  log1p: plain("log1p", 15),
  sin: plain("sin", 20),
  cos: plain("cos", 20),
  tanh: plain("tanh", 20),
  sigmoid: plain("sigmoid", 15),
  softplus: plain("softplus", 30),
  erf: plain("erf", 25),
  isNan: { cost: 1, lower: (_, [x]) => op("bool", "ne", x, x) },
  not: {
    cost: 1,
    lower: ({ dtype }, [x]) =>
      dtype === "bool" ? op("bool", "not", x) : op(dtype, "cast", op("bool", "eq", x, zero(dtype))),
  },
  stopGradient: same,
  cast: {
    cost: 1,
    lower: ({ dtype }, [x]) => (x.type === dtype ? x : op(dtype, "cast", x)),
  },

  add: plain("add"),
  sub: plain("sub"),
  mul: plain("mul"),
  div: plain("div", 4),
  floorDiv: plain("floorDiv", 4),
  mod: plain("mod", 6),
  pow: {
    cost: 30,
    lower: ({ dtype }, [x, y]) =>
      isInteger(dtype) ? integerPower(dtype, x, y) : op(dtype, "pow", x, y),
  },
  minimum: plain("min"),
  maximum: plain("max"),
  atan2: plain("atan2", 25),
  eq: plain("eq"),
  ne: plain("ne"),
  lt: plain("lt"),
  le: plain("le"),
  gt: plain("gt"),
  ge: plain("ge"),
  and: plain("and"),
  or: plain("or"),
  xor: plain("xor"),
  shiftLeft: plain("shiftLeft"),
  shiftRight: plain("shiftRight"),
  where: plain("select"),
  threefry: { cost: 110, lower: ({ attrs }, args) => threefry(attrs.lane, args) },
};

const table: Partial<Record<OpName, Rule<never>>> = rules;

/** The element of an elementwise node, from the elements of its inputs. */
export function lowerElementwise(node: Node, args: readonly Expression[]): Expression {
  const lower = table[node.op]?.lower as
    | ((node: Node, args: readonly Expression[]) => Expression)
    | undefined;
  if (!lower) throw new Error(`internal: ${node.op} is not elementwise`);
  return lower(node, args);
}

/** The work that an op takes on each element; 0 for those that only move elements. */
export const costOf = (name: OpName): number => table[name]?.cost ?? 0;

/** The literal `value` of a dtype, as its elements are stored. */
export const literalOf = (dtype: DType, value: number | bigint): Expression => {
  if (dtype === "i64" || dtype === "u64")
    return literal(dtype, typeof value === "bigint" ? value : BigInt(Math.trunc(value)));
  if (dtype === "f32") return literal(dtype, Math.fround(Number(value)));
  return literal(dtype, Number(value));
};
