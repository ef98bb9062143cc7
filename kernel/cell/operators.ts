/**
 * What the operators of TypeScript mean on tensors: their names, and the rule that types them.
 *
 * The checker of the pinned TypeScript is patched when it is loaded (see typescript.ts) to ask
 * `operatorTypes` before it applies its own rule. With `T` a Tensor and `s` a number or boolean,
 *
 *     T op T, T op s, s op T, -T  :  Tensor        for + - * / % ** < <= > >= == != and unary -
 *
 * A union is split into its tensors and the rest; the rest keeps TypeScript's own rule and the
 * results are joined, so `(number | Tensor) * number` is `number | Tensor`. Type parameters are
 * taken at their constraint. `any` may be a tensor, so `any * 2` is `any` and not `number`. A size
 * of an axis, `number | Size`, is a number here: a symbolic one is an error when it is run.
 * `"a" + T`, `T + 1n` and `T * {}` stay errors; `T == null` and `===` stay JavaScript's.
 */
import type ts from "typescript";

/** The runtime function of each binary operator, by its token; compound ones share it. */
export const binaryOperators: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "mod",
  "**": "power",
  "<": "less",
  "<=": "lessEqual",
  ">": "greater",
  ">=": "greaterEqual",
  "==": "equal",
  "!=": "notEqual",
};

const compound = ["+=", "-=", "*=", "/=", "%=", "**="];

/** The function that `token` calls on tensors, or undefined if it has no meaning on them. */
export function operatorFunction(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const plain = compound.includes(token) ? token.slice(0, -1) : token;
  return Object.hasOwn(binaryOperators, plain) ? binaryOperators[plain] : undefined;
}

export const isCompound = (token: string) => compound.includes(token);
export const isEquality = (token: string) => token === "==" || token === "!=";

/** The parts of the checker that are not in its public interface; the patch hands them over. */
export interface CheckerInternals {
  readonly ts: typeof ts;
  getBaseConstraint(type: ts.Type): ts.Type | undefined;
  getDeclaredType(symbol: ts.Symbol): ts.Type;
  getBaseTypes(type: ts.InterfaceType): readonly ts.Type[];
  getUnionType(types: readonly ts.Type[]): ts.Type;
  isAssignable(source: ts.Type, target: ts.Type): boolean;
  /** Reports "possibly undefined" where it applies, and returns what is left of the type. */
  checkNonNull(type: ts.Type, node: ts.Node): ts.Type;
  anyType(): ts.Type;
  numberType(): ts.Type;
  booleanType(): ts.Type;
  operatorError(node: ts.Node, operator: string, left: ts.Type, right: ts.Type): void;
}

/** What the patched functions of the checker call. `undefined` leaves them to their own rule. */
export interface OperatorTypes {
  binary(
    left: ts.Expression,
    operatorToken: ts.Node,
    right: ts.Expression,
    leftType: ts.Type,
    rightType: ts.Type,
    errorNode: ts.Node | undefined,
    own: (left: ts.Type, right: ts.Type) => ts.Type,
  ): ts.Type | undefined;
  negative(
    node: ts.PrefixUnaryExpression,
    type: ts.Type,
    own: (type: ts.Type) => ts.Type,
  ): ts.Type | undefined;
}

export function operatorTypes(checker: CheckerInternals): OperatorTypes {
  const { ts } = checker;
  const split = (type: ts.Type) =>
    splitTensor(ts, type, checker.getBaseConstraint, checker.getDeclaredType, checker.getBaseTypes);
  const union = (types: readonly ts.Type[]) =>
    types.length === 1 ? types[0]! : checker.getUnionType(types);
  const isScalar = (type: ts.Type) =>
    (type.flags & ts.TypeFlags.Any) !== 0 ||
    isSize(type) ||
    checker.isAssignable(type, checker.numberType()) ||
    checker.isAssignable(type, checker.booleanType());

  const isSize = (type: ts.Type) => isClassOfLanguage(type.symbol, "Size");
  const hasSize = (type: ts.Type) => split(type).rest.some(isSize);
  const withoutSize = (type: ts.Type) =>
    union(split(type).rest.map((part) => (isSize(part) ? checker.numberType() : part)));

  return {
    binary(left, operatorToken, right, leftType, rightType, errorNode, own) {
      const token = ts.tokenToString(operatorToken.kind);
      if (token === undefined || operatorFunction(token) === undefined) return undefined;
      let l = split(leftType);
      let r = split(rightType);
      const tensor = l.tensor ?? r.tensor;
      if (tensor === undefined && !isEquality(token) && (hasSize(leftType) || hasSize(rightType)))
        return own(withoutSize(leftType), withoutSize(rightType));
      if (tensor === undefined) {
        const any = [...l.rest, ...r.rest].some((type) => type.flags & ts.TypeFlags.Any);
        return any && l.rest.every(isScalar) && r.rest.every(isScalar)
          ? checker.anyType()
          : undefined;
      }
      if (isEquality(token)) {
        const nullish = (types: readonly ts.Type[]) => types.every((type) => isNullish(ts, type));
        const leftIsNull = l.tensor === undefined && nullish(l.rest);
        const rightIsNull = r.tensor === undefined && nullish(r.rest);
        if (leftIsNull || rightIsNull) return undefined;
      } else {
        if (l.rest.length > 0) l = split(checker.checkNonNull(leftType, left));
        if (r.rest.length > 0) r = split(checker.checkNonNull(rightType, right));
      }
      const meets = (tensorSide: Split, other: Split) =>
        tensorSide.tensor === undefined ||
        other.rest.every((type) => isScalar(type) || (isEquality(token) && isNullish(ts, type)));
      if (!meets(l, r) || !meets(r, l)) {
        checker.operatorError(errorNode ?? operatorToken, token, leftType, rightType);
        return tensor;
      }
      if (l.rest.length === 0 || r.rest.length === 0) return tensor;
      return checker.getUnionType([tensor, own(union(l.rest), union(r.rest))]);
    },

    negative(node, type, own) {
      if (node.operator !== ts.SyntaxKind.MinusToken) return undefined;
      if (type.flags & ts.TypeFlags.Any) return checker.anyType();
      if (hasSize(type)) return own(withoutSize(type));
      if (split(type).tensor === undefined) return undefined;
      const { tensor, rest } = split(checker.checkNonNull(type, node.operand));
      if (tensor === undefined || rest.length === 0) return tensor;
      return checker.getUnionType([tensor, own(union(rest))]);
    },
  };
}

/** A type as its tensors and the members that are none. */
export interface Split {
  /** The class Tensor's instance type, if some member is one or derives from it. */
  readonly tensor: ts.Type | undefined;
  readonly rest: readonly ts.Type[];
}

export function splitTensor(
  typescript: typeof ts,
  type: ts.Type,
  getBaseConstraint: (type: ts.Type) => ts.Type | undefined,
  getDeclaredType: (symbol: ts.Symbol) => ts.Type,
  getBaseTypes: (type: ts.InterfaceType) => readonly ts.Type[],
): Split {
  const { TypeFlags } = typescript;
  let tensor: ts.Type | undefined;
  const rest: ts.Type[] = [];

  function find(member: ts.Type): ts.Type | undefined {
    if (member.flags & TypeFlags.Intersection) {
      for (const part of (member as ts.IntersectionType).types) {
        const found = find(part);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (!(member.flags & TypeFlags.Object)) return undefined;
    const symbol = member.symbol as ts.Symbol | undefined;
    if (symbol === undefined || !(symbol.flags & typescript.SymbolFlags.Class)) return undefined;
    const declared = getDeclaredType(symbol);
    // The class's static side has the same symbol; only its instances are tensors.
    const target = (member as ts.TypeReference).target as ts.Type | undefined;
    if (member !== declared && target !== declared) return undefined;
    if (isClassOfLanguage(symbol, "Tensor")) return declared;
    for (const base of getBaseTypes(declared as ts.InterfaceType)) {
      const found = find(base);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function add(member: ts.Type): void {
    if (member.flags & TypeFlags.Instantiable) {
      const constraint = getBaseConstraint(member);
      if (constraint !== undefined && constraint !== member) {
        add(constraint);
        return;
      }
    }
    if (member.flags & TypeFlags.Union && !(member.flags & TypeFlags.BooleanLike)) {
      for (const part of (member as ts.UnionType).types) add(part);
      return;
    }
    const found = find(member);
    if (found === undefined) rest.push(member);
    else tensor = found;
  }

  add(type);
  return { tensor, rest };
}

let tensorFile = /[/\\]dist[/\\]lang[/\\]/;

/** Say which declaration files' classes are the language's; tests bring one of their own. */
export function setTensorFile(pattern: RegExp): void {
  tensorFile = pattern;
}

function isClassOfLanguage(symbol: ts.Symbol | undefined, name: "Tensor" | "Size"): boolean {
  if (symbol?.escapedName !== name) return false;
  const file = symbol.valueDeclaration?.getSourceFile().fileName;
  return file !== undefined && tensorFile.test(file);
}

function isNullish(typescript: typeof ts, type: ts.Type): boolean {
  const { Null, Undefined, Void } = typescript.TypeFlags;
  return (type.flags & (Null | Undefined | Void)) !== 0;
}
