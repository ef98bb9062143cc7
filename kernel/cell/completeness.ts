/** Is the text a whole cell, or does the console have to wait for more? */
import type typescript from "typescript";
import type { Completeness } from "../types.js";
import { ts } from "./typescript.js";

const indentUnit = "  ";

/** Messages of the parser that more text can cure, wherever they stand. */
const unterminated = [
  1010, // '*/' expected
  1160, // unterminated template literal
];

/** More lines never cure an open string. */
const openString = 1002;

/**
 *     "f(1)"      → complete            "if (x) {"    → incomplete, indent "  "
 *     "f(1"       → incomplete, "  "    "let 1 = 2;"  → invalid
 */
export function completeness(source: string): Completeness {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ESNext, true);
  const tokens = tokensOf(file);
  const last = tokens.at(-1);
  const [first] = parseErrors(file);
  if (first === undefined) {
    const waits = last !== undefined && isHead(last);
    return waits ? incomplete(source, tokens) : { status: "complete" };
  }
  // The parser ran out of text, rather than tripping over some.
  const atEnd = first.code !== openString && first.start >= (last?.end ?? 0);
  if (atEnd || unterminated.includes(first.code)) return incomplete(source, tokens);
  return { status: "invalid" };
}

function parseErrors(file: typescript.SourceFile): readonly typescript.DiagnosticWithLocation[] {
  // On the object since TypeScript's first days, and in no declaration.
  return (file as typescript.SourceFile & { parseDiagnostics: typescript.DiagnosticWithLocation[] })
    .parseDiagnostics;
}

/** The tokens of a file, found through the parser, which knows regexes from divisions. */
export function tokensOf(file: typescript.SourceFile): typescript.Node[] {
  const list: typescript.Node[] = [];
  const visit = (node: typescript.Node): void => {
    const children = node.getChildren(file);
    if (children.length === 0 && node.getStart(file) < node.end) list.push(node);
    for (const child of children) visit(child);
  };
  visit(file);
  return list;
}

/** `if (x)`, `else`, `for (…)`: a head whose statement is missing, which is no error of parsing. */
function isHead(token: typescript.Node): boolean {
  const { parent } = token;
  const body = ts.isIfStatement(parent)
    ? (parent.elseStatement ?? parent.thenStatement)
    : ts.isIterationStatement(parent, false)
      ? parent.statement
      : undefined;
  return body !== undefined && body.getFullWidth() === 0;
}

function incomplete(source: string, tokens: readonly typescript.Node[]): Completeness {
  const lineStart = source.lastIndexOf("\n") + 1;
  const indent = /^[ \t]*/.exec(source.slice(lineStart))![0];
  const line = tokens.filter((token) => token.getStart() >= lineStart);
  const deeper = openBrackets(line).length > 0 || opensStatement(line.at(-1));
  return { status: "incomplete", indent: deeper ? indent + indentUnit : indent };
}

/** The brackets of `tokens` that none of them closes. */
export function openBrackets(tokens: readonly typescript.Node[]): typescript.Node[] {
  const { SyntaxKind } = ts;
  const open: typescript.Node[] = [];
  for (const token of tokens) {
    switch (token.kind) {
      case SyntaxKind.OpenBraceToken:
      case SyntaxKind.OpenParenToken:
      case SyntaxKind.OpenBracketToken:
      case SyntaxKind.TemplateHead:
        open.push(token);
        break;
      case SyntaxKind.CloseBraceToken:
      case SyntaxKind.CloseParenToken:
      case SyntaxKind.CloseBracketToken:
      case SyntaxKind.TemplateTail:
        open.pop();
        break;
    }
  }
  return open;
}

function opensStatement(last: typescript.Node | undefined): boolean {
  if (last === undefined) return false;
  const { EqualsGreaterThanToken, ElseKeyword, DoKeyword } = ts.SyntaxKind;
  return [EqualsGreaterThanToken, ElseKeyword, DoKeyword].includes(last.kind) || isHead(last);
}
