/**
 * The walk over a file's JavaScript: operators on tensors become calls, everything else stays.
 *
 *     a + b             $$.add(a, b)
 *     -a                $$.negative(a)
 *     a += b            a = $$.add(a, b)
 *     a[i++] *= b       $$.set($$.at(a, i++), $$.multiply, b)
 */
import type typescript from "typescript";
import { isCompound, isEquality, operatorFunction } from "./operators.js";
import type { Rewrite } from "./rewrite.js";
import { canBeTensor, tensornessOf } from "./tensorness.js";
import { ts } from "./typescript.js";

export interface Hooks {
  /** Every identifier outside of types. */
  identifier(node: typescript.Identifier): void;
  /** What reads the variable `node` inside an expression that is added; undefined: its own name. */
  reader(node: typescript.Identifier): string | undefined;
  /** Imports, exports and import.meta; true: it was dealt with, do not look inside. */
  module(node: typescript.Node): boolean;
}

/** Rewrites everything in `statements` that is not a type. */
export function lowerExpressions(
  rewrite: Rewrite,
  statements: readonly typescript.Statement[],
  hooks: Hooks,
): void {
  const { file, checker, insert, insertName, replace, blank, refuse } = rewrite;
  const tensorness = tensornessOf(checker);

  function visit(node: typescript.Node): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (hooks.module(node)) return;
    if (ts.isIdentifier(node)) {
      hooks.identifier(node);
    } else if (ts.isExpressionWithTypeArguments(node)) {
      visit(node.expression);
    } else if (ts.isBinaryExpression(node)) {
      visitBinary(node);
    } else if (ts.isPrefixUnaryExpression(node)) {
      visitPrefix(node);
    } else if (ts.isEnumMember(node)) {
      visitEnumMember(node);
    } else if (ts.isDecorator(node)) {
      // `@x(1)` of an earlier cell's x: only a parenthesised expression may hold the second call.
      insert(node.expression.getStart(file), "(");
      visit(node.expression);
      insert(node.expression.end, ")");
    } else if (!isErased(node)) {
      const condition = conditionOf(node);
      if (condition !== undefined) checkCondition(condition);
      if (ts.isElementAccessExpression(node)) checkAccess(node);
      if (ts.isCallExpression(node)) checkTruths(node);
      if (ts.isForInStatement(node)) checkNames(node);
      ts.forEachChild(node, visit);
    }
  }

  function visitBinary(node: typescript.BinaryExpression): void {
    const { left, right, operatorToken } = node;
    const token = ts.tokenToString(operatorToken.kind)!;
    const name = operatorFunction(token);
    if (token === "&&" || token === "||") checkLogical(node, token);
    if (isOrder(token)) checkChain(left, right);
    if (name === undefined || !usesTensorOperator(token, left, right)) {
      visit(left);
      visit(right);
    } else if (isCompound(token)) {
      visitCompound(node, `$$.${name}`);
    } else {
      const from = operatorToken.getStart(file);
      insertName(left.getStart(file), `$$.${name}(`, from);
      visit(left);
      replace(from, operatorToken.end, ",");
      visit(right);
      insert(skipTypeAssertions(right).end, ")");
    }
  }

  function usesTensorOperator(
    token: string,
    left: typescript.Expression,
    right: typescript.Expression,
  ): boolean {
    const l = tensorness(left);
    const r = tensorness(right);
    if (l !== "none" && r !== "none") return canBeTensor(l) || canBeTensor(r);
    // Beside a string or an object an operator is JavaScript's, or an error already. `x == y` with
    // an optional tensor y is still ours, `x == null` is not.
    const other = l === "none" ? left : right;
    return isEquality(token) && (canBeTensor(l) || canBeTensor(r)) && !isNullish(other);
  }

  function isNullish(node: typescript.Expression): boolean {
    const { flags } = checker.getTypeAtLocation(node);
    return (flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0;
  }

  /** `target op= value`, every part of the target evaluated once and before the value. */
  function visitCompound(node: typescript.BinaryExpression, operator: string): void {
    const { operatorToken, left, right } = node;
    const from = operatorToken.getStart(file);
    const target = skipWrappers(left);
    if (ts.isElementAccessExpression(target)) checkAccess(target);
    if (ts.isIdentifier(target)) {
      visit(left);
      replace(from, operatorToken.end, `= ${operator}(${hooks.reader(target) ?? target.text},`);
    } else if (canBeReferred(target)) {
      // The wrappers of `(o.w as Tensor) += b` stay around the reference.
      insertName(left.getStart(file), "$$.set(", from);
      insert(target.getStart(file), "$$.at(", from);
      visit(target.expression);
      if (ts.isPropertyAccessExpression(target)) {
        const dot = tokenBefore(target.name, ".");
        replace(dot, dot + 1, ",");
        replace(target.name.getStart(file), target.name.end, JSON.stringify(target.name.text));
        insert(target.end, ")");
      } else {
        const bracket = tokenBefore(target.argumentExpression, "[");
        replace(bracket, bracket + 1, ",");
        visit(target.argumentExpression);
        replace(target.end - 1, target.end, ")");
      }
      replace(from, operatorToken.end, `, ${operator},`);
    } else {
      // `this.#w -= g`, `super.w -= g`: no function may see the target, so it is written twice.
      if (!canBeWrittenTwice(target)) {
        refuse(
          target,
          `a compound assignment of tensors to '${target.getText(file)}' would evaluate its ` +
            "object twice. Keep the object in a variable of this block first.",
        );
      }
      replace(from, operatorToken.end, `= ${operator}(${target.getText(file)},`);
    }
    visit(right);
    insert(skipTypeAssertions(right).end, ")");
  }

  /** The offset of the `token` between an access's object and `part`. */
  function tokenBefore(part: typescript.Node, token: "." | "["): number {
    const found = part.parent
      .getChildren(file)
      .find((child) => child.end <= part.getStart(file) && child.getText(file) === token);
    if (found === undefined) throw new Error(`internal: no '${token}' before an access's name`);
    return found.getStart(file);
  }

  function canBeWrittenTwice(target: typescript.Expression): boolean {
    const simple = (node: typescript.Expression) =>
      ts.isLiteralExpression(node) ||
      node.kind === ts.SyntaxKind.ThisKeyword ||
      node.kind === ts.SyntaxKind.SuperKeyword ||
      (ts.isIdentifier(node) && hooks.reader(node) === undefined);
    if (ts.isPropertyAccessExpression(target)) return simple(target.expression);
    if (!ts.isElementAccessExpression(target)) return false;
    return simple(target.expression) && simple(target.argumentExpression);
  }

  function visitPrefix(node: typescript.PrefixUnaryExpression): void {
    const { operand, operator } = node;
    if (operator === ts.SyntaxKind.ExclamationToken) checkCondition(operand);
    if (operator !== ts.SyntaxKind.MinusToken || !canBeTensor(tensorness(operand))) {
      visit(operand);
      return;
    }
    const from = node.getStart(file);
    insertName(from, "$$.negative(");
    replace(from, from + 1, "");
    visit(operand);
    insert(skipTypeAssertions(operand).end, ")");
  }

  /**
   * A member whose initializer is a constant gets it as a literal: the emitter counts on from it,
   * and does not see what another cell or file declares.
   */
  function visitEnumMember(node: typescript.EnumMember): void {
    const { initializer } = node;
    if (initializer === undefined || ts.isLiteralExpression(initializer)) return;
    const value = checker.getConstantValue(node);
    if (value === undefined) {
      visit(initializer);
    } else {
      const text = typeof value === "string" ? JSON.stringify(value) : String(value);
      insert(initializer.getStart(file), text);
      blank(initializer.getStart(file), initializer.end);
    }
  }

  function checkCondition(node: typescript.Expression): void {
    if (tensorness(node) !== "tensor") return;
    refuse(
      node,
      "a Tensor is always true as a condition. Take its value with .item(), or choose " +
        "between tensors with where(condition, a, b).",
    );
  }

  /** `assert(x == y)` on tensors never fails, whatever is in them. */
  function checkTruths(call: typescript.CallExpression): void {
    const tensors = call.arguments.map((argument) => tensorness(argument) === "tensor");
    const at = tensors.includes(true) ? truthArgument(call) : undefined;
    if (at === undefined || !tensors[at]) return;
    refuse(
      call.arguments[at]!,
      "a Tensor always counts as true here. Take its value with .item(); where there are " +
        "several, with all(…).item() or any(…).item().",
    );
  }

  /** Which argument the function takes for true or false: the one that its type says it asserts. */
  function truthArgument(call: typescript.CallExpression): number | undefined {
    if (["Boolean", "console.assert"].includes(call.expression.getText(file))) return 0;
    const signature = checker.getResolvedSignature(call);
    const predicate = signature && checker.getTypePredicateOfSignature(signature);
    const asserts = predicate?.kind === ts.TypePredicateKind.AssertsIdentifier;
    return asserts && predicate.type === undefined ? predicate.parameterIndex : undefined;
  }

  /** `a && b` is JavaScript's, and a tensor is true: b, whatever a holds. */
  function checkLogical({ left }: typescript.BinaryExpression, token: "&&" | "||"): void {
    if (tensorness(left) !== "tensor") return;
    const name = token === "&&" ? "logicalAnd" : "logicalOr";
    refuse(
      left,
      `a Tensor is always true, also beside ${token}. For the truth values of two tensors write ` +
        `${name}(a, b), for one value a.item().`,
    );
  }

  /** `0 < x < 1` compares truth values with 1. */
  function checkChain(left: typescript.Expression, right: typescript.Expression): void {
    if (!ts.isBinaryExpression(left) || tensorness(left) !== "tensor") return;
    if (!isOrder(ts.tokenToString(left.operatorToken.kind)!)) return;
    const [a, b] = [left.right.getText(file), right.getText(file)];
    const first = left.getText(file);
    const second = `${a} ${left.parent.getChildAt(1, file).getText(file)} ${b}`;
    refuse(
      left.parent,
      `comparisons of tensors do not chain: this compares the truth values of ${first}. ` +
        `Write logicalAnd(${first}, ${second}).`,
    );
  }

  /** `x[0]` has no meaning on a tensor: it would read a property that is not there. */
  function checkAccess({ expression, argumentExpression }: ElementAccess): void {
    if (tensorness(expression) !== "tensor") return;
    const type = checker.getTypeAtLocation(argumentExpression);
    if (type.flags & ts.TypeFlags.ESSymbolLike) return;
    const own = checker.getTypeAtLocation(expression);
    if (type.isStringLiteral() && own.getProperty(type.value) !== undefined) return;
    const name = expression.getText(file);
    refuse(
      argumentExpression,
      `a Tensor has no elements in brackets. Pick with ${name}.at(0), ${name}.at(null, 1) or ` +
        `${name}.at(range(0, 5)). An element cannot be assigned: tensors never change; compute a ` +
        "new one, with where or concat.",
    );
  }

  /** Python's `for i in …`, which JavaScript takes for the names of properties. */
  function checkNames({ expression }: typescript.ForInStatement): void {
    const isRange = checker.getTypeAtLocation(expression).symbol?.name === "AxisRange";
    if (!isRange && tensorness(expression) !== "tensor") return;
    refuse(
      expression,
      "for … in goes through the names of properties. " +
        (isRange
          ? "Count with for (let i = 0; i < n; i++)."
          : `Write for (const row of ${expression.getText(file)}.toArray(1)), or take x.at(i).`),
    );
  }

  for (const statement of statements) visit(statement);
}

type ElementAccess = typescript.ElementAccessExpression;

const isOrder = (token: string): boolean => ["<", "<=", ">", ">="].includes(token);

function conditionOf(node: typescript.Node): typescript.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    return node.expression;
  }
  if (ts.isForStatement(node) || ts.isConditionalExpression(node)) return node.condition;
  return undefined;
}

/** Declarations without a value: `declare …`, `implements …`, overloads. */
function isErased(node: typescript.Node): boolean {
  if (ts.isHeritageClause(node)) return node.token === ts.SyntaxKind.ImplementsKeyword;
  if (ts.isFunctionLike(node) && !("body" in node && node.body)) return true;
  if (!ts.canHaveModifiers(node)) return false;
  return (ts.getModifiers(node) ?? []).some((m) => m.kind === ts.SyntaxKind.DeclareKeyword);
}

type Access = typescript.PropertyAccessExpression | typescript.ElementAccessExpression;

/** Can a function be given the object and the key of `target`? */
function canBeReferred(target: typescript.Expression): target is Access {
  if (ts.isPropertyAccessExpression(target)) {
    if (ts.isPrivateIdentifier(target.name)) return false;
  } else if (!ts.isElementAccessExpression(target)) {
    return false;
  }
  return target.expression.kind !== ts.SyntaxKind.SuperKeyword;
}

/** The expression in `e as T`, `<T>e`, `e satisfies T`, `e!`: what is left of it in JavaScript. */
function skipTypeAssertions(node: typescript.Expression): typescript.Expression {
  while (
    ts.isAssertionExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    node = node.expression;
  }
  return node;
}

/** The same without parentheses too. */
function skipWrappers(node: typescript.Expression): typescript.Expression {
  const inner = skipTypeAssertions(node);
  return ts.isParenthesizedExpression(inner) ? skipWrappers(inner.expression) : inner;
}
