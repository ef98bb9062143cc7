/** How a reference to an earlier cell's name is written, by where it stands. */
import type typescript from "typescript";
import { ts } from "./typescript.js";

/**
 * The text for a reference to `name`, whose binding is `$$name`.
 *
 *     x + 1   → $$x.get() + 1        x = 1, [x] = y → $$x.v = 1, [$$x.v] = y
 *     { x }   → { x: $$x.get() }     new x()        → new ($$x.get())()
 */
export function referenceText(node: typescript.Identifier): string {
  const binding = `$$${node.text}`;
  const target = isAssignmentTarget(node);
  const access = target ? `${binding}.v` : `${binding}.get()`;
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent) && parent.name === node) {
    return `${node.text}: ${access}`;
  }
  return !target && isCalleeOfNew(node) ? `(${access})` : access;
}

/** Does `node`, or a pattern or wrapper that it stands in, get assigned to? */
function isAssignmentTarget(node: typescript.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    const { FirstAssignment, LastAssignment } = ts.SyntaxKind;
    return parent.left === node && kind >= FirstAssignment && kind <= LastAssignment;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
    return parent.operator === PlusPlusToken || parent.operator === MinusMinusToken;
  }
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) {
    return parent.initializer === node;
  }
  if (ts.isPropertyAssignment(parent)) {
    return parent.initializer === node && isAssignmentTarget(parent.parent);
  }
  if (ts.isShorthandPropertyAssignment(parent)) {
    return parent.name === node && isAssignmentTarget(parent.parent);
  }
  if (
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isAssertionExpression(parent) ||
    ts.isSatisfiesExpression(parent)
  ) {
    return isAssignmentTarget(parent);
  }
  return false;
}

/** `new x()`, `new x.y()`, new x`y`(): a call in that place would end the callee. */
function isCalleeOfNew(node: typescript.Node): boolean {
  const { parent } = node;
  if (ts.isNewExpression(parent)) return parent.expression === node;
  if (ts.isTaggedTemplateExpression(parent) && parent.tag === node) return isCalleeOfNew(parent);
  const access = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
  if ((access || ts.isNonNullExpression(parent)) && parent.expression === node) {
    return isCalleeOfNew(parent);
  }
  return false;
}
