/**
 * The lines and cells that are not TypeScript: `!command`, `%word …` and `%%word`. Each is another
 * way to write a call of the `notebook` object (notebook.ts), which any code can make too.
 *
 *     !git status        await notebook.shell("git status");
 *     %time step(x)      await notebook.time(() => (step(x)))
 *     %%bash⏎…           await notebook.script("bash", "…")
 *
 * The language keeps its meaning: such a line starts in the first column, outside of strings and
 * comments, with a word from the table; and `!word` is JavaScript's as soon as `word` is a name.
 */
import type { Node } from "typescript";
import type { Completions } from "../types.js";
import type { Edit } from "./edits.js";
import { ts } from "./typescript.js";

/** What `rest`, the text behind the word, becomes. */
type Line = (rest: string) => string;

const quoted = JSON.stringify;
const call = (name: string, ...args: readonly string[]) => `notebook.${name}(${args.join(", ")})`;

const lines: Readonly<Record<string, Line>> = {
  time: (rest) => timed("time", rest),
  timeit: (rest) => timed("timeit", rest),
  who: () => call("who"),
  reset: () => `${call("reset")};`,
  cd: (rest) => call("cd", ...(rest === "" ? [] : [quoted(rest)])),
  pwd: () => call("cd", '"."'),
  env(rest) {
    const [name = "", ...value] = rest.split(/[=\s]/);
    if (name === "") return call("env");
    return value.length === 0
      ? call("env", quoted(name))
      : call("env", quoted(name), quoted(rest.slice(name.length + 1).trim()));
  },
  load: (rest) => call("load", quoted(rest)),
  backend: (rest) => call("backend", ...(rest === "" ? [] : [quoted(rest)])),
};

/** `%time const a = f()` keeps its declaration: the clock starts before it and stops after. */
function timed(name: string, rest: string): string {
  const expression = rest.replace(/;\s*$/, "");
  const end = expression === rest ? "" : ";";
  const file = ts.createSourceFile("time.ts", `(${expression}\n)`, ts.ScriptTarget.ESNext, true);
  const isExpression = file.statements.length === 1 && isClean(expression);
  if (!isExpression) {
    return name === "time"
      ? `notebook.startClock(); ${expression}; notebook.stopClock();`
      : `await ${call(name, `() => { ${expression} }`)}${end}`;
  }
  const async = /\bawait\b/.test(expression) ? "async " : "";
  return `await ${call(name, `${async}() => (${expression})`)}${end}`;
}

function isClean(expression: string): boolean {
  const { diagnostics } = ts.transpileModule(`async () => (${expression}\n)`, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext },
  });
  return expression.trim() !== "" && (diagnostics?.length ?? 0) === 0;
}

const renderers = ["html", "svg", "markdown", "latex"];
const programs = ["bash", "sh", "zsh", "python3", "node"];

/** Words that may follow `%` and `%%`. */
const lineMagics = Object.keys(lines);
const cellMagics = [...programs, "script", ...renderers];

/** What a cell that begins with `%%` becomes; null if its word is unknown. */
function cellMagic(source: string): string | null {
  const match = /^%%(\w+)[ \t]*([^\n]*)(?:\n([\s\S]*))?$/.exec(source)!;
  const [, word = "", argument = "", body = ""] = match;
  if (renderers.includes(word)) return call("show", quoted(word), quoted(body));
  if (programs.includes(word)) {
    const program = [word, argument.trim()].filter((part) => part !== "").join(" ");
    return `await ${call("script", quoted(program), quoted(body))};`;
  }
  return word === "script"
    ? `await ${call("script", quoted(argument.trim()), quoted(body))};`
    : null;
}

/** The edits that make TypeScript of `source`; empty where it is TypeScript already. */
export function magicEdits(source: string, isName: (word: string) => boolean): Edit[] {
  if (!/^[!%]/m.test(source)) return [];
  if (/^%%\w/.test(source)) {
    const text = cellMagic(source);
    if (text === null) return [];
    // The lines stay where they are, so that places below are right; there are none.
    return [{ start: 0, end: source.length, text }];
  }
  const inside = insideTokens(source);
  const edits: Edit[] = [];
  for (const match of source.matchAll(/^([!%])([^\r\n]*)/gm)) {
    const { index: start } = match;
    const [whole, sign, rest = ""] = match;
    if (inside(start)) continue;
    const text = sign === "!" ? shellLine(rest, isName) : magicLine(rest);
    if (text !== null) edits.push({ start, end: start + whole.length, text });
  }
  return edits;
}

function magicLine(rest: string): string | null {
  const [, word = "", argument = ""] = /^(\w+)(?:[ \t]+(.*))?$/.exec(rest.trimEnd()) ?? [];
  return Object.hasOwn(lines, word) ? lines[word]!(argument.trim()) : null;
}

function shellLine(command: string, isName: (word: string) => boolean): string | null {
  const word = /^\s*([\p{ID_Start}$_~./][\p{ID_Continue}$]*)/u.exec(command)?.[1];
  if (word === undefined || isName(word)) return null;
  return `await ${call("shell", quoted(command.trim()))};`;
}

/** Words for a line that so far is `%` or `%%` and the beginning of one; null for other lines. */
export function completeMagic(source: string, offset: number): Completions | null {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const [, sign, typed = ""] = /^(%%?)(\w*)$/.exec(source.slice(start, offset)) ?? [];
  if (sign === undefined) return null;
  const words = sign === "%" ? lineMagics : start === 0 ? cellMagics : [];
  const items = words
    .filter((word) => word.startsWith(typed))
    .map((word) => ({ text: `${sign}${word}`, type: "keyword" }));
  return { items, start, end: offset };
}

/** Is an offset inside of a string, template or comment? */
function insideTokens(source: string): (offset: number) => boolean {
  // Lines that are no TypeScript would confuse the scanner: it sees them as comments.
  const masked = source.replace(/^[!%].*/gm, (line) => `//${line.slice(2)}`);
  const spans: (readonly [number, number])[] = [];
  const file = ts.createSourceFile("cell.ts", masked, ts.ScriptTarget.ESNext, true);
  const visit = (node: Node): void => {
    const { kind } = node;
    const { FirstTemplateToken, LastTemplateToken } = ts.SyntaxKind;
    if (kind >= FirstTemplateToken && kind <= LastTemplateToken) {
      spans.push([node.getStart(file), node.end]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const match of masked.matchAll(/\/\*[\s\S]*?\*\//g)) {
    spans.push([match.index, match.index + match[0].length]);
  }
  return (offset) => spans.some(([from, to]) => from < offset && offset < to);
}
