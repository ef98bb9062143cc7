/**
 * The lines and cells that are not TypeScript: `!command`, `%word …`, `%%word` and `name?`. Each is
 * another way to write a call of the `notebook` object (notebook.ts), which any code can make too.
 *
 *     !git status        await notebook.shell("git status");
 *     %time step(x)      await notebook.time(() => (step(x)))
 *     %%bash⏎…           await notebook.script("bash", "…")
 *     zeros?             notebook.help("zeros");
 *
 * The language keeps its meaning: such a line starts in the first column, outside of strings and
 * comments, with a word from the table; `!word` is JavaScript's as soon as `word` is a name; and
 * `name?` is the last line, where it could be nothing else.
 */
import type { Node } from "typescript";
import type { Diagnostic } from "../types.js";
import { completeness } from "./completeness.js";
import { applyEdits, composeMaps, type Edit, type Edited } from "./edits.js";
import type { Notebook } from "./notebook.js";
import { ts } from "./typescript.js";

/** A word that may follow `%`. */
export interface Magic {
  /** What stands behind the word, for people. */
  readonly takes: string;
  /** The function of `notebook` that it calls. */
  readonly calls: keyof Notebook;
}

export interface LineMagic extends Magic {
  /** What `rest`, the text behind the word, becomes; null if it is not what the word takes. */
  readonly text: (rest: string) => string | null;
  /** What it takes is TypeScript. */
  readonly code?: true;
  /** What it may take, to be offered. */
  readonly values?: () => readonly string[];
  readonly path?: "files" | "folders";
}

/** As `config.backend` takes them; the language is not loaded here. */
const backends = ["auto", "cpu", "webgpu", "js"];

const quoted = JSON.stringify;
const call = (name: keyof Notebook, ...args: readonly string[]) =>
  `notebook.${name}(${args.join(", ")})`;
const optional = (rest: string) => (rest === "" ? [] : [quoted(rest)]);

export const lineMagics: Readonly<Record<string, LineMagic>> = {
  time: { takes: "expression", calls: "time", text: timed, code: true },
  timeit: {
    takes: "[-n LOOPS] [-r ROUNDS] expression",
    calls: "timeit",
    text: timedOften,
    code: true,
  },
  who: { takes: "", calls: "who", text: () => call("who") },
  reset: { takes: "", calls: "reset", text: () => `${call("reset")};` },
  cd: {
    takes: "[FOLDER or -]",
    calls: "cd",
    path: "folders",
    text: (rest) => call("cd", ...optional(rest.replace(/^(["'])(.*)\1$/, "$2"))),
  },
  pwd: { takes: "", calls: "cd", text: () => call("cd", '"."') },
  env: {
    takes: "[NAME or NAME=VALUE]",
    calls: "env",
    text: environment,
    values: () => Object.keys(process.env).sort(),
  },
  load: {
    takes: "FILE or ADDRESS",
    calls: "load",
    path: "files",
    text: (rest) => (rest === "" ? null : `await ${call("load", quoted(rest))};`),
  },
  page: {
    takes: "expression",
    calls: "page",
    text: (rest) => (rest === "" ? null : `${call("page", `(${withoutEnd(rest)})`)};`),
    code: true,
  },
  backend: {
    takes: `[${backends.join(" or ")}]`,
    calls: "backend",
    text: (rest) => call("backend", ...optional(rest)),
    values: () => backends,
  },
};

const renderers = ["html", "svg", "markdown", "latex"];
const programs = ["bash", "sh", "zsh", "python3", "node"];

/** Words that may follow `%%` at the beginning of a cell. */
export const cellMagics: Readonly<Record<string, Magic>> = {
  time: { takes: "", calls: "time" },
  timeit: { takes: "[-n LOOPS] [-r ROUNDS] [set-up]", calls: "timeit" },
  ...Object.fromEntries(programs.map((word) => [word, { takes: "[OPTIONS]", calls: "script" }])),
  script: { takes: "PROGRAM [OPTIONS]", calls: "script" },
  ...Object.fromEntries(renderers.map((word) => [word, { takes: "", calls: "show" }])),
};

function withoutEnd(code: string): string {
  return code.replace(/;\s*$/, "");
}

/** `%time const a = f()` keeps its declaration: the clock starts before it and stops after. */
function timed(rest: string): string | null {
  const expression = withoutEnd(rest);
  if (expression === "") return null;
  if (!isExpression(expression)) {
    return `${call("startClock")}; ${expression}; ${call("stopClock")};`;
  }
  const end = expression === rest ? "" : ";";
  return `await ${call("time", `${asyncWord(expression)}() => (${expression})`)}${end}`;
}

function timedOften(rest: string): string | null {
  const { options, code } = timeitOptions(rest);
  const expression = withoutEnd(code);
  if (expression === "") return null;
  const body = isExpression(expression) ? `(${expression})` : `{ ${expression} }`;
  return `await ${call("timeit", `${asyncWord(expression)}() => ${body}`, ...options)};`;
}

/** `-n 10 -r 3 code`, as IPython has it. */
function timeitOptions(rest: string): { options: string[]; code: string } {
  const [given] = /^(?:-[nr]\s*\d+\s+)*/.exec(rest)!;
  const fields = [...given.matchAll(/-([nr])\s*(\d+)/g)].map(
    ([, letter, number]) => `${letter === "n" ? "loops" : "rounds"}: ${number}`,
  );
  const options = fields.length === 0 ? [] : [`{ ${fields.join(", ")} }`];
  return { options, code: rest.slice(given.length) };
}

const asyncWord = (code: string) => (/\bawait\b/.test(code) ? "async " : "");

function isExpression(code: string): boolean {
  const file = ts.createSourceFile("time.ts", `(${code}\n)`, ts.ScriptTarget.ESNext, true);
  if (file.statements.length !== 1) return false;
  const { diagnostics } = ts.transpileModule(`async () => (${code}\n)`, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext },
  });
  return (diagnostics?.length ?? 0) === 0;
}

/** `NAME`, `NAME=VALUE`, `NAME VALUE`. */
function environment(rest: string): string | null {
  if (rest === "") return call("env");
  const match = /^([^=\s]+)(\s*=\s*|\s+)?(.*)$/.exec(rest);
  if (match === null) return null;
  const [, name = "", sets, value = ""] = match;
  return call("env", quoted(name), ...(sets === undefined ? [] : [quoted(value)]));
}

/** TypeScript for what was typed, and what is wrong with words from the tables. */
export interface Translated extends Edited {
  /** The cell shall print how long it takes: `%%time`. */
  readonly timed: boolean;
  readonly problems: readonly Diagnostic[];
}

/** The TypeScript that `source` stands for; places are mapped, lines stay where they are. */
export function translateMagics(source: string, isName: (word: string) => boolean): Translated {
  const plain = { text: source, map: [], timed: false, problems: [] };
  if (!/^[!%]|\?[ \t]*$|^[ \t]*(?:\?|quit\b|exit\b)/m.test(source)) return plain;
  const cell = /^%%(\w+)[ \t]*([^\r\n]*)/.exec(source);
  if (cell !== null) return translateCell(source, cell, isName) ?? plain;
  const leave = /^(quit|exit)(?:\(\s*\))?\s*;?$/.exec(source.trim());
  if (leave !== null && !isName(leave[1]!)) {
    const start = source.indexOf(leave[0]);
    const edits = [{ start, end: start + leave[0].length, text: `${call("exit")};` }];
    return { ...plain, ...applyEdits(source, edits) };
  }
  const problems: Diagnostic[] = [];
  const help = helpEdit(source);
  const edits = lineEdits(source, 0, isName, problems);
  return { ...plain, ...applyEdits(source, help === null ? edits : [...edits, help]), problems };
}

/** Null if the word is unknown. */
function translateCell(
  source: string,
  [first, word = "", rest = ""]: readonly string[],
  isName: (word: string) => boolean,
): Translated | null {
  const argument = rest.trim();
  const length = first!.length;
  const body = source.slice(length).replace(/^\r?\n/, "");
  const problems: Diagnostic[] = [];
  const done = (edits: readonly Edit[], timed = false) => ({
    ...applyEdits(source, edits),
    timed,
    problems,
  });
  // The lines stay where they are, so that places below are right; here there are none.
  const whole = (text: string) => done([{ start: 0, end: source.length, text }]);
  if (renderers.includes(word)) return whole(call("show", quoted(word), quoted(body)));
  if (programs.includes(word) || word === "script") {
    const program = word === "script" ? argument : `${word} ${argument}`.trim();
    return whole(`await ${call("script", quoted(program), quoted(body))};`);
  }
  if (word === "time") {
    if (argument !== "") problems.push(usage(1, "%%", word, length));
    return done(
      [{ start: 0, end: length, text: "" }, ...lineEdits(source, 1, isName, problems)],
      true,
    );
  }
  if (word !== "timeit") return null;
  const lines = applyEdits(source, lineEdits(source, 1, isName, problems));
  const { options, code } = timeitOptions(`${argument} `);
  const timeit = timeitEdits(lines.text, length, code.trim(), options);
  if (timeit === null) problems.push(usage(1, "%%", word, length));
  const { text, map } = applyEdits(lines.text, timeit ?? []);
  return { text, map: composeMaps(map, lines.map), timed: false, problems };
}

/** The cell below its first line as a function whose value is that of its last expression. */
function timeitEdits(
  text: string,
  first: number,
  setUp: string,
  options: readonly string[],
): Edit[] | null {
  const masked = " ".repeat(first) + text.slice(first);
  const file = ts.createSourceFile("cell.ts", masked, ts.ScriptTarget.ESNext, true);
  const last = file.statements.at(-1);
  if (last === undefined) return null;
  const start = last.getStart(file);
  const before = setUp === "" ? "" : `${withoutEnd(setUp)}; `;
  const opening = `{ ${before}await notebook.timeit(${asyncWord(masked)}() => {`;
  return [
    { start: 0, end: first, text: opening },
    ...(ts.isExpressionStatement(last) ? [{ start, end: start, text: "return " }] : []),
    { start: last.end, end: last.end, text: `${["}", ...options].join(", ")}); }` },
  ];
}

/** The edits for `!` and `%` lines from line `skip` on, counted from 0. */
function lineEdits(
  source: string,
  skip: number,
  isName: (word: string) => boolean,
  problems: Diagnostic[],
): Edit[] {
  const inside = insideTokens(source);
  const edits: Edit[] = [];
  for (const match of source.matchAll(/^([!%])([^\r\n]*)/gm)) {
    const { index: start } = match;
    const [whole, sign, rest = ""] = match;
    if ((skip > 0 && start === 0) || inside(start)) continue;
    const text = sign === "!" ? shellLine(rest, isName) : magicLine(rest);
    if (text === null) continue;
    if (text !== undefined) edits.push({ start, end: start + whole.length, text });
    else problems.push(usage(lineOf(source, start), "%", /^\w+/.exec(rest)![0], whole.length));
  }
  return edits;
}

const lineOf = (source: string, offset: number) => source.slice(0, offset).split("\n").length;

/** Null for what is no magic, undefined for one that does not take what follows. */
function magicLine(rest: string): string | null | undefined {
  const [, word = "", argument = ""] = /^(\w+)(?:[ \t]+(.*))?$/.exec(rest.trimEnd()) ?? [];
  if (!Object.hasOwn(lineMagics, word)) return null;
  return lineMagics[word]!.text(argument.trim()) ?? undefined;
}

export function shellLine(command: string, isName: (word: string) => boolean): string | null {
  const word = /^\s*([\p{ID_Start}$_~./][\p{ID_Continue}$]*)/u.exec(command)?.[1];
  if (word === undefined || isName(word)) return null;
  return `await ${call("shell", quoted(command.trim()))};`;
}

function usage(line: number, sign: "%" | "%%", word: string, length: number): Diagnostic {
  const magic = sign === "%" ? lineMagics[word] : cellMagics[word];
  const form = `${sign}${word} ${magic?.takes ?? ""}`.trim();
  const below = sign === "%%" ? ", and the code on the lines below" : "";
  const message = `${sign}${word} is used like this: ${form}${below}`;
  return { message, code: 1, start: { line, column: 1 }, end: { line, column: length + 1 } };
}

const dotted =
  "%{0,2}[\\p{ID_Start}$_][\\p{ID_Continue}$]*(?:\\.[\\p{ID_Start}$_][\\p{ID_Continue}$]*)*";
const helpLine = new RegExp(`^[ \\t]*(?:(\\?\\??)(${dotted})|(${dotted})(\\?\\??))$`, "u");

/** `name?` and `?name` on the last line; with two marks the source is shown, too. */
function helpEdit(source: string): Edit | null {
  const end = source.trimEnd().length;
  const start = source.lastIndexOf("\n", end - 1) + 1;
  const match = helpLine.exec(source.slice(start, end));
  if (match === null) return null;
  const [, marksBefore = "", nameBehind, nameBefore, marksBehind = ""] = match;
  // The middle of `const a =⏎b?⏎c : d`, or the text of a template or comment.
  if (start > 0 && completeness(source.slice(0, start)).status === "incomplete") return null;
  const name = quoted(nameBehind ?? nameBefore);
  const detail = marksBefore + marksBehind === "??" ? ["true"] : [];
  return { start, end, text: `${call("help", name, ...detail)};` };
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
