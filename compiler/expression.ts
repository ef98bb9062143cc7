/** Building kernel expressions: interned, with constants folded and trivial arithmetic removed. */
import type { DType } from "../lang/dtype.js";
import { internal } from "../lang/error.js";
import { InternTable } from "../lang/intern.js";
import type { Dim, SizeAtom, SizeVariable } from "../lang/size.js";
import type { Axis, Expression, ScalarOp, ScalarType, Stage } from "./ir.js";

const table = new InternTable<Expression>();
const identities = new WeakMap<object, number>();
let nextIdentity = 0;

/** A number that no other object has; grows in the order in which objects are first seen. */
export function identity(object: object): number {
  const known = identities.get(object);
  if (known !== undefined) return known;
  identities.set(object, nextIdentity);
  return nextIdentity++;
}

/** An expression's interning key names its parts by identity, which is equality for them. */
const part = (x: Expression | null): string => (x ? String(identity(x)) : "-");

export function literal(type: ScalarType, value: number | bigint): Expression {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return table.get(`l${type}:${typeof value}${text}`, () => ({ kind: "literal", type, value }));
}

export const index = (value: number): Expression => literal("index", value);

export const axis = (of: Axis): Expression =>
  table.get(`a${identity(of)}`, () => ({ kind: "axis", type: "index", axis: of }));

export const size = (variable: SizeVariable): Expression =>
  table.get(`s${variable.key}`, () => ({ kind: "size", type: "index", variable }));

export const load = (
  type: DType,
  param: number,
  at: Expression,
  guard: Expression | null = null,
): Expression =>
  table.get(`m${type},${param},${part(at)},${part(guard)}`, () => ({
    kind: "load",
    type,
    param,
    index: at,
    guard,
  }));

export const result = (type: DType, name: string): Expression =>
  table.get(`r${type}:${name}`, () => ({ kind: "result", type, name }));

/** `op(args)` of the given type, as written: no folding. */
export const op = (type: ScalarType, name: ScalarOp, ...args: readonly Expression[]): Expression =>
  table.get(`o${type},${name},${args.map(part).join(",")}`, () => ({
    kind: "op",
    type,
    op: name,
    args,
  }));

const isLiteral = (x: Expression, value: number): boolean =>
  x.kind === "literal" && x.value === value;

const numberOf = (x: Expression): number | null =>
  x.kind === "literal" && typeof x.value === "number" ? x.value : null;

/** a + b on positions. */
export function addIndex(a: Expression, b: Expression): Expression {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return index(x + y);
  if (x === 0) return b;
  if (y === 0) return a;
  if (x !== null) return addIndex(b, a);
  // (i + c) + d = i + (c + d)
  if (y !== null && a.kind === "op" && a.op === "add" && numberOf(a.args[1]) !== null)
    return addIndex(a.args[0], index(numberOf(a.args[1])! + y));
  return op("index", "add", a, b);
}

/** a · b on positions. */
export function multiplyIndex(a: Expression, b: Expression): Expression {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return index(x * y);
  if (x === 0 || y === 0) return index(0);
  if (x === 1) return b;
  if (y === 1) return a;
  if (x !== null) return multiplyIndex(b, a);
  if (y !== null && a.kind === "op" && a.op === "mul" && numberOf(a.args[1]) !== null)
    return multiplyIndex(a.args[0], index(numberOf(a.args[1])! * y));
  return op("index", "mul", a, b);
}

/** A size as an expression over the kernel's size parameters. */
export function dim(value: Dim): Expression {
  if (typeof value === "number") return index(value);
  return value.terms
    .map(({ coefficient, atoms }) =>
      atoms
        .map(atom)
        .reduce((product, factor) => multiplyIndex(factor, product), index(coefficient)),
    )
    .reduce(addIndex);
}

function atom(of: SizeAtom): Expression {
  if (of.kind === "variable") return size(of);
  return op("index", of.kind, dim(of.args[0]), dim(of.args[1]));
}

/** Whether a condition is certainly true. */
const isTrue = (condition: Expression | null): boolean =>
  condition === null || isLiteral(condition, 1);

/** Both conditions; null stands for true. */
export function both(a: Expression | null, b: Expression | null): Expression | null {
  if (isTrue(a)) return isTrue(b) ? null : b;
  if (isTrue(b) || a === b) return a;
  return op("bool", "and", a as Expression, b as Expression);
}

/** Every expression under the roots, arguments before users, each once. */
export function expressionOrder(roots: readonly Expression[]): Expression[] {
  const order = new Set<Expression>();
  const visit = (x: Expression): void => {
    if (order.has(x)) return;
    if (x.kind === "op") x.args.forEach(visit);
    else if (x.kind === "load") {
      visit(x.index);
      if (x.guard) visit(x.guard);
    } else if (
      x.kind !== "literal" &&
      x.kind !== "axis" &&
      x.kind !== "size" &&
      x.kind !== "result"
    )
      throw internal("unknown kind of expression");
    order.add(x);
  };
  roots.forEach(visit);
  return [...order];
}

/** Every expression that a stage evaluates in an iteration. */
export const stageRoots = ({ checks, accumulators, stores }: Stage): Expression[] => [
  ...checks.map(({ holds }) => holds),
  ...accumulators.flatMap(({ value, position }) => (position ? [value, position] : [value])),
  ...stores.flatMap(({ index, value, guard }) => (guard ? [index, value, guard] : [index, value])),
];
