/**
 * Text that the debugger evaluates in the middle of a cell, where that is stopped: conditions of
 * breakpoints, expressions to watch, lines of the console.
 */
import type typescript from "typescript";
import { ts } from "./typescript.js";

/** The text as one expression if it is one: `{ a: 1 }` is an object to who asks for its value. */
export function asExpression(text: string): string {
  const plain = text.replace(/[;\s]+$/, "");
  const inside = `(${plain}\n)`;
  const file = ts.createSourceFile("fragment.ts", inside, ts.ScriptTarget.ESNext, true);
  const [statement, ...more] = file.statements;
  const isOne =
    more.length === 0 &&
    statement !== undefined &&
    ts.isExpressionStatement(statement) &&
    ts.isParenthesizedExpression(statement.expression) &&
    statement.end === file.text.length;
  return isOne ? inside : plain;
}

/** Does running `statements` wait for something: `await`, `for await`, `import … from`? */
export function waits(statements: readonly typescript.Node[]): boolean {
  const found = (node: typescript.Node): boolean => {
    if (ts.isAwaitExpression(node) || ts.isImportDeclaration(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    if (ts.isFunctionLike(node)) return false;
    return ts.forEachChild(node, (child) => found(child) || undefined) ?? false;
  };
  return statements.some(found);
}

/** Whether what is thrown at a place, counted from 0, is caught in the function that it is in. */
export function catches(js: string, line: number, column: number): boolean {
  const file = ts.createSourceFile("script.js", js, ts.ScriptTarget.ESNext, true);
  const start = file.getLineStarts()[line];
  if (start === undefined) return false;
  let node = innermost(file, start + column);
  for (; !ts.isSourceFile(node) && !ts.isFunctionLike(node); node = node.parent) {
    const { parent } = node;
    if (ts.isTryStatement(parent) && parent.tryBlock === node && parent.catchClause) return true;
  }
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
}

/**
 * What a line of a file sees of the variables, parameters and functions that the file declares at
 * or behind the offset `start`, each with its type as text.
 */
export function namesAt(
  checker: typescript.TypeChecker,
  file: typescript.SourceFile,
  start: number,
  line: number,
): Map<string, string> {
  const { line: first } = file.getLineAndCharacterOfPosition(start);
  const lines = file.getLineStarts();
  const lineStart = lines[Math.min(first + line - 1, lines.length - 1)]!;
  const indent = /^[^\S\r\n]*/.exec(file.text.slice(lineStart))![0].length;
  const node = innermost(file, lineStart + indent);
  const names = new Map<string, string>();
  for (const symbol of checker.getSymbolsInScope(node, ts.SymbolFlags.Value)) {
    const declaration = symbol.declarations?.[0];
    if (declaration?.getSourceFile() !== file || declaration.getStart(file) < start) continue;
    const type = checker.getTypeOfSymbolAtLocation(symbol, node);
    const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.WriteArrayAsGenericType;
    names.set(symbol.name, checker.typeToString(type, file, flags));
  }
  return names;
}

/** The smallest node that an offset lies in. */
export function innermost(file: typescript.SourceFile, offset: number): typescript.Node {
  const visit = (node: typescript.Node): typescript.Node =>
    ts.forEachChild(node, (child) =>
      child.getStart(file) <= offset && offset < child.end ? visit(child) : undefined,
    ) ?? node;
  return visit(file);
}
