/** Is the text a whole cell, or does the console have to wait for more? */
import type typescript from "typescript";
import type { Completeness } from "../types.js";
import { ts } from "./typescript.js";

const indentUnit = "  ";

/** Messages of the parser that more text can cure, wherever they stand. */
const unterminated = new Set([
  1010, // '*/' expected
  1160, // unterminated template literal
]);

/**
 *     "f(1)"      → complete            "if (x) {"    → incomplete, indent "  "
 *     "f(1"       → incomplete, "  "    "let 1 = 2;"  → invalid
 */
export function completeness(source: string): Completeness {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ESNext, true);
  const errors = parseErrors(file);
  const first = errors[0];
  if (first === undefined) {
    return endsInOperator(source) ? incomplete(source) : { status: "complete" };
  }
  const textEnd = source.trimEnd().length;
  const atEnd = (first.start ?? 0) + (first.length ?? 0) >= textEnd && first.code !== 1002;
  if (unterminated.has(first.code) || (atEnd && isOpen(source))) return incomplete(source);
  return { status: "invalid" };
}

export function parseErrors(
  file: typescript.SourceFile,
): readonly typescript.DiagnosticWithLocation[] {
  // On the object since TypeScript 0.8, and in no declaration.
  return (file as typescript.SourceFile & { parseDiagnostics: typescript.DiagnosticWithLocation[] })
    .parseDiagnostics;
}

/** Whether the parser ran out of text: an open bracket, or a last token that wants an operand. */
function isOpen(source: string): boolean {
  return depth(source) > 0 || endsInOperator(source);
}

const openers = [
  ts.SyntaxKind.OpenBraceToken,
  ts.SyntaxKind.OpenParenToken,
  ts.SyntaxKind.OpenBracketToken,
];
const closers = [
  ts.SyntaxKind.CloseBraceToken,
  ts.SyntaxKind.CloseParenToken,
  ts.SyntaxKind.CloseBracketToken,
];

/** The tokens of `source`, found through the parser, which knows regexes from divisions. */
function tokens(source: string): typescript.Node[] {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ESNext, true);
  const list: typescript.Node[] = [];
  const visit = (node: typescript.Node): void => {
    if (node.pos === node.end) return; // missing
    const children = node.getChildren(file);
    if (children.length === 0) list.push(node);
    for (const child of children) visit(child);
  };
  visit(file);
  return list;
}

function depth(source: string): number {
  let open = 0;
  for (const { kind } of tokens(source)) {
    if (openers.includes(kind) || kind === ts.SyntaxKind.TemplateHead) open++;
    if (closers.includes(kind) || kind === ts.SyntaxKind.TemplateTail) open--;
  }
  return open;
}

function endsInOperator(source: string): boolean {
  const last = tokens(source).at(-1);
  if (last === undefined) return false;
  const { kind } = last;
  const { FirstBinaryOperator, LastBinaryOperator } = {
    FirstBinaryOperator: ts.SyntaxKind.LessThanToken,
    LastBinaryOperator: ts.SyntaxKind.CaretEqualsToken,
  };
  const postfix = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken];
  if (kind >= FirstBinaryOperator && kind <= LastBinaryOperator) return !postfix.includes(kind);
  return (
    kind === ts.SyntaxKind.DotToken ||
    kind === ts.SyntaxKind.CommaToken ||
    kind === ts.SyntaxKind.ElseKeyword ||
    kind === ts.SyntaxKind.DoKeyword ||
    kind === ts.SyntaxKind.TryKeyword ||
    (kind === ts.SyntaxKind.CloseParenToken && isHead(last))
  );
}

/** `if (x)`, `for (…)`, `while (…)`: a head that waits for its statement. */
function isHead(parenthesis: typescript.Node): boolean {
  const { parent } = parenthesis;
  const body = ts.isIfStatement(parent)
    ? parent.thenStatement
    : ts.isIterationStatement(parent, false) && !ts.isDoStatement(parent)
      ? parent.statement
      : undefined;
  return body !== undefined && body.pos === body.end;
}

function incomplete(source: string): Completeness {
  const line = source.slice(source.lastIndexOf("\n") + 1);
  const indent = /^[ \t]*/.exec(line)![0];
  const opens = /[{([]\s*(\/\/.*)?$/.test(line) || /=>\s*$/.test(line);
  return { status: "incomplete", indent: opens ? indent + indentUnit : indent };
}
