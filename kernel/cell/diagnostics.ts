/** What the checker found in a cell, chosen and worded for people in a notebook. */
import { relative } from "node:path";
import type typescript from "typescript";
import type { Diagnostic, Position } from "../types.js";
import { openBrackets, tokensOf } from "./completeness.js";
import { lineIndex } from "./edits.js";
import { pythonAdvice } from "./python.js";
import { remedyFor } from "./remedies.js";
import type { Problem } from "./rewrite.js";
import { ts } from "./typescript.js";

/**
 * Not errors in a notebook: the implicit `any` family. What has no type annotation is `any`, as in
 * a program without `noImplicitAny`; the option stays on because evolving arrays (`const xs = []`)
 * need it.
 */
const ignored = new Set([
  2683, 7041, 7005, 7006, 7008, 7009, 7010, 7011, 7012, 7013, 7014, 7015, 7016, 7017, 7018, 7019,
  7020, 7022, 7023, 7024, 7025, 7031, 7032, 7033, 7034, 7039, 7050, 7051, 7052, 7053, 7055, 7057,
]);

/** Where the user's text lies in the module that was checked. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** @param names what the text can call, besides its own and the language's */
export function checkedDiagnostics(
  program: typescript.Program,
  file: typescript.SourceFile,
  range: Range,
  names: Iterable<string> = [],
): Diagnostic[] {
  const syntax = program.getSyntacticDiagnostics(file);
  const all = syntax.length > 0 ? syntax : program.getSemanticDiagnostics(file);
  const isSyntax = syntax.length > 0;
  const checker = program.getTypeChecker();
  const seen = new Set<string>();
  const place = placeIn(file, range);
  const diagnostics: Diagnostic[] = [];
  for (const diagnostic of all) {
    if (ignored.has(diagnostic.code) || diagnostic.start === undefined) continue;
    const { code, start } = diagnostic;
    const end = start + (diagnostic.length ?? 0);
    const message = worded(diagnostic);
    const from = place(start);
    const mistakes = isSyntax
      ? [`line ${from.line}`]
      : [`at ${start}`, ...(unknownNames.has(code) ? [message] : [])];
    const isSaid = mistakes.some((mistake) => seen.has(mistake));
    for (const mistake of mistakes) seen.add(mistake);
    if (isSaid) continue;
    const advice = remedyFor({ message, code, file, start, end, checker, names });
    const remedy = isSyntax && advice.length === 0 ? syntaxRemedy(start, file, range) : advice;
    diagnostics.push({
      message,
      code,
      ...(remedy.length > 0 ? { remedy } : {}),
      start: from,
      end: place(end),
    });
  }
  return diagnostics;
}

/**
 * What is said once is enough: of a line that the parser does not understand the first it trips
 * over, of a name that is not known its first use, of one place the narrowest message.
 */
const unknownNames = new Set([2304, 2552, 2583]);

/** What to write instead of Python's syntax, or the bracket that is not closed. */
function syntaxRemedy(start: number, file: typescript.SourceFile, range: Range): string[] {
  const text = file.text.slice(range.start, range.end);
  const at = Math.min(Math.max(start - range.start, 0), text.length);
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const line = /[^\r\n]*/.exec(text.slice(lineStart))![0];
  const advice = pythonAdvice(line, at - lineStart);
  if (advice !== undefined) return [advice];
  const isLate = at === text.length || text.slice(lineStart, at).trim() === "";
  const before = tokensOf(file).filter((t) => t.getStart() >= range.start && t.end <= start);
  const open = isLate ? openBrackets(before).at(-1) : undefined;
  if (open === undefined) return [];
  const { line: row, column } = placeIn(file, range)(open.end - 1);
  return [`The ${open.getText().at(-1)} in line ${row}, column ${column} is not closed.`];
}

/** The checker's message, without what only the language's own source explains. */
function worded({ code, messageText }: typescript.Diagnostic): string {
  const text =
    typeof messageText === "string"
      ? messageText
      : ts.flattenDiagnosticMessageText(withoutNoise(messageText), "\n");
  const named = text
    .replace(/typeof import\("[^"]*?([^"/\\]+)"\)/g, "$1")
    .replace(
      /Do you need to change your target library\?.* to '\w+' or later\./,
      `Node ${process.versions.node}, which runs the cells, does not have it.`,
    );
  return code === 2632 ? named.replace("it is an import", "it is a constant") : named;
}

type Chain = typescript.DiagnosticMessageChain;

/** Of several overloads the reason of the first; no list of a Tensor's hundred members. */
function withoutNoise(chain: Chain): Chain {
  const next = (chain.next ?? []).filter(
    ({ messageText }) => !/#private|, and \d+ more\.$/.test(messageText),
  );
  const [overload] = next;
  if (chain.code !== 2769 || overload === undefined)
    return { ...chain, next: next.map(withoutNoise) };
  const reasons = overload.code === 2772 ? (overload.next ?? []) : [overload];
  return { ...chain, next: reasons.slice(0, 1).map(withoutNoise) };
}

/** The errors of a file that a cell imports, for the cell: the place goes into the message. */
export function importedDiagnostics(
  program: typescript.Program,
  file: typescript.SourceFile,
  cwd: string,
): Diagnostic[] {
  const name = relative(cwd, file.fileName);
  const start: Position = { line: 1, column: 1 };
  return checkedDiagnostics(program, file, { start: 0, end: file.text.length }).map((found) => ({
    ...found,
    message: `${name}, line ${found.start.line}, column ${found.start.column}: ${found.message}`,
    start,
    end: start,
  }));
}

/** One of our own. */
export function problemDiagnostic(
  { message, start, end }: Problem,
  file: typescript.SourceFile,
  range: Range,
): Diagnostic {
  const place = placeIn(file, range);
  return { message, code: 0, start: place(start), end: place(end) };
}

function placeIn(file: typescript.SourceFile, range: Range): (offset: number) => Position {
  const place = lineIndex(file.text.slice(range.start, range.end));
  const length = range.end - range.start;
  return (offset) => place(Math.min(Math.max(offset - range.start, 0), length));
}
