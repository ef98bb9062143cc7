/**
 * What a failed cell shows: the error, the line of the cell that it comes from, and the way there.
 *
 *     RangeError: size must not be negative
 *
 *     In [3], line 2, column 11
 *       1 │ const n = -1;
 *     ❱ 2 │ const a = new Array(n);
 *         │           ^
 *
 * Frames of cells lead to the text as typed; frames of Node and of Hypatia are folded. Colours are
 * ours alone: the control characters of data are written out first.
 */
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { escapeControls, replaceControls } from "../display/escape.js";
import type { CellError, CompiledCell, CompiledModule, Diagnostic } from "../types.js";
import { originalPosition } from "./edits.js";
import { cellFile, wrapper } from "./evaluate.js";
import { moduleUrl } from "./loader.js";

const contextLines = 2;
const mostCauses = 5;
const mostFrames = 12;
const mostMessage = 10_000;

const colour = {
  error: (text: string) => `\u001b[31m${text}\u001b[39m`,
  place: (text: string) => `\u001b[32m${text}\u001b[39m`,
  faint: (text: string) => `\u001b[2m${text}\u001b[22m`,
};

/** An error that a cell threw, for the front end. `cells` are the session's, by id. */
export function toCellError(error: unknown, cells: ReadonlyMap<string, CompiledCell>): CellError {
  const { name, message } = describe(error);
  return { ename: name, evalue: message, traceback: errorLines(error, cells, new Set(), 0) };
}

/** Who sees this many messages corrects some of them first. */
const mostDiagnostics = 10;

/** What the checker says about a cell, in the same shape; `count` is its number in `In [n]`. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  source: string,
  count: number,
): CellError {
  const first = diagnostics[0];
  const isSyntax = first !== undefined && first.code > 0 && first.code < 2000;
  const ename = isSyntax ? "SyntaxError" : "TypeError";
  const more = diagnostics.length - mostDiagnostics;
  const traceback = diagnostics.slice(0, mostDiagnostics).flatMap((entry, index) => {
    const code = entry.code < 1000 ? "" : colour.faint(` TS${entry.code}`);
    const message = shorten(clean(entry.message));
    return [
      ...(index > 0 ? [""] : []),
      `${colour.error(ename)}: ${message}${code}`,
      ...excerpt(source, count, entry.start, entry.end),
      ...(entry.remedy ?? []).map((line) => `    ${clean(line)}`),
    ];
  });
  if (more > 0) traceback.push("", colour.faint(`… and ${more} more like these`));
  return { ename, evalue: shorten(clean(first?.message ?? "")), traceback };
}

// --- one error -----------------------------------------------------------------------------------

interface Described {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly isError: boolean;
}

/** Reads an error's own properties; a getter or a proxy that throws is no reason to fail. */
function describe(error: unknown): Described {
  try {
    if (error instanceof Error || isErrorLike(error)) {
      return {
        name: clean(String(error.name || "Error")).slice(0, 200),
        message: shorten(clean(String(error.message))),
        stack: typeof error.stack === "string" ? error.stack : "",
        isError: true,
      };
    }
    return {
      name: clean(thrownName(error)).slice(0, 200),
      message: shorten(clean(show(error))),
      stack: "",
      isError: false,
    };
  } catch {
    return { name: "Error", message: "(the error could not be read)", stack: "", isError: false };
  }
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: unknown;
}

/** Errors of other realms (`vm`, workers) are no instances of our `Error`. */
function isErrorLike(value: unknown): value is ErrorLike {
  return (
    typeof value === "object" &&
    value !== null &&
    "message" in value &&
    "stack" in value &&
    typeof value.message === "string"
  );
}

const thrownName = (value: unknown): string =>
  value === null
    ? "null"
    : typeof value === "object"
      ? String(value.constructor?.name ?? "Object")
      : typeof value;

function show(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) return inspect(value);
  return String(value);
}

function errorLines(
  error: unknown,
  cells: ReadonlyMap<string, CompiledCell>,
  seen: Set<unknown>,
  depth: number,
): string[] {
  seen.add(error);
  const described = describe(error);
  const heading = described.isError
    ? `${colour.error(described.name)}: ${described.message}`
    : `${colour.error("Uncaught")} ${described.name}: ${described.message}`;
  const lines = [heading, ...hint(described.message), ...stackLines(described.stack, cells)];
  const site = siteStack(error);
  if (site !== undefined) {
    const place = stackLines(site, cells);
    if (place.length > 0) lines.push("", colour.faint("the expression was built here:"), ...place);
  }
  if (depth >= mostCauses || typeof error !== "object" || error === null) return lines;

  const nested = (title: string, inner: unknown) => {
    if (seen.has(inner)) return;
    lines.push("", colour.faint(title), ...errorLines(inner, cells, seen, depth + 1));
  };
  const parts = property(error, "errors");
  if (Array.isArray(parts)) {
    for (const [index, part] of parts.slice(0, mostCauses).entries()) {
      nested(`error ${index + 1} of ${parts.length}:`, part);
    }
  }
  const cause = property(error, "cause");
  if (cause !== undefined) nested("caused by:", cause);
  return lines;
}

function hint(message: string): string[] {
  const name = /^Cannot access '(.+)' before initialization$/.exec(message)?.[1];
  if (name === undefined) return [];
  return [
    `    The line that declares ${name} has not run: it comes later in the cell, or its cell ` +
      "stopped before it. Run that cell again.",
  ];
}

// --- stacks --------------------------------------------------------------------------------------

export interface Frame {
  readonly where: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const frameLine =
  /^\s*at (?:(.*?) \()?(?:async )?((?:file:|node:|hypatia-cell:|\/|[A-Za-z]:\\)?[^()]*?):(\d+):(\d+)\)?$/;

function parseStack(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const text of stack.split("\n")) {
    const frame = parseFrame(text);
    if (frame !== null) frames.push(frame);
  }
  return frames;
}

/** A line of a stack, `at f (hypatia-cell:cell-1:1:84)`. */
export function parseFrame(text: string): Frame | null {
  const match = frameLine.exec(text);
  if (match === null) return null;
  const [, where = "", file = "", line, column] = match;
  return { where, file, line: Number(line), column: Number(column) };
}

interface CellPlace {
  readonly cell: CompiledCell;
  readonly where: string;
  readonly line: number;
  readonly column: number;
}

/** Where a frame lies in the text of a cell; null for frames of files. */
function cellPlace(frame: Frame, byFile: ReadonlyMap<string, CompiledCell>): CellPlace | null {
  const cell = byFile.get(frame.file);
  if (cell === undefined) return null;
  const column = frame.line === 1 ? frame.column - wrapper.length : frame.column;
  const place = originalPosition(cell.map, frame.line, Math.max(column, 1));
  const lines = cell.source.split(/\r\n|[\n\r\u2028\u2029]/);
  const line = Math.min(Math.max(place.line, 1), lines.length);
  return {
    cell,
    where: frame.where.replace(/^async | \[as .*\]$/g, "").replaceAll("$$.", ""),
    line,
    column: calleeColumn(lines[line - 1] ?? "", place.column),
  };
}

/** Where a frame lies in a file: for one that a cell imports, in its text as written. */
function filePlace({ file, line, column }: Frame, module: CompiledModule | undefined): string {
  if (module === undefined) return `${file}:${line}:${column}`;
  const place = originalPosition(module.map, line, column);
  return `${pathToFileURL(module.path).href}:${place.line}:${place.column}`;
}

/** `f(1)` of an earlier cell's f is a call of what `$$f.get()` gives; people look for f. */
function calleeColumn(line: string, column: number): number {
  const inside = Math.min(Math.max(column, 1), line.length + 1);
  if (line[inside - 1] !== "(") return inside;
  const name = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(line.slice(0, inside - 1));
  return name === null ? inside : name.index + 1;
}

/** What cells and the files that they import were made of, by the names of their scripts. */
export interface Sources {
  readonly byFile: ReadonlyMap<string, CompiledCell>;
  readonly byUrl: ReadonlyMap<string, CompiledModule>;
}

export function sourcesOf(cells: ReadonlyMap<string, CompiledCell>): Sources {
  const imported = [...cells.values()].flatMap((cell) => cell.modules ?? []);
  return {
    byFile: new Map([...cells.values()].map((cell) => [cellFile(cell.id), cell])),
    byUrl: new Map(imported.map((module) => [moduleUrl(module), module])),
  };
}

/** Where a frame lies for the person, in a cell or a file of theirs; null for all other code. */
export function userPlace(
  frame: Frame,
  { byFile, byUrl }: Sources,
): { readonly where: string; readonly at: string } | null {
  const place = cellPlace(frame, byFile);
  if (place !== null) {
    const { cell, where, line, column } = place;
    return { where, at: `In [${cell.count}], line ${line}, column ${column}` };
  }
  const file = filePlace(frame, byUrl.get(frame.file));
  return isUserFile(frame.file) ? { where: frame.where, at: file } : null;
}

export const librariesText = (frames: number): string =>
  `… ${frames} ${frames === 1 ? "frame" : "frames"} of libraries`;

function stackLines(stack: string, cells: ReadonlyMap<string, CompiledCell>): string[] {
  const { byFile, byUrl } = sourcesOf(cells);
  const frames = parseStack(stack);
  const lines: string[] = [];
  let folded = 0;
  let shown = 0;
  const unfold = () => {
    if (folded > 0) lines.push(colour.faint(`    ${librariesText(folded)}`));
    folded = 0;
  };
  let last = "";
  let repeated = 0;
  for (const frame of frames) {
    if (frame.where === "Binding.get" || frame.where === "Binding.set") continue;
    const key = filePlace(frame, byUrl.get(frame.file));
    if (key === last) {
      repeated++;
      continue;
    }
    last = key;
    const place = cellPlace(frame, byFile);
    if (place === null) {
      if (isUserFile(frame.file) && shown < mostFrames) {
        unfold();
        shown++;
        lines.push(`    ${clean(frame.where || "at")} ${colour.place(clean(key))}`);
      } else {
        folded++;
      }
      continue;
    }
    if (shown++ >= mostFrames) continue;
    if (lines.length > 0) unfold();
    folded = 0;
    lines.push(...excerpt(place.cell.source, place.cell.count, place, undefined, place.where));
  }
  if (repeated > 0) lines.push(colour.faint(`    … the same ${repeated} times more`));
  return lines;
}

/** An error about an expression that was built elsewhere carries the stack of that place. */
function siteStack(error: unknown): string | undefined {
  const site = property(property(error, "details"), "site") ?? property(error, "site");
  const stack = property(site, "stack");
  return typeof stack === "string" ? stack : undefined;
}

/** A property of whatever was thrown; undefined if reading it fails. */
function property(of: unknown, name: string): unknown {
  try {
    return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
  } catch {
    return undefined;
  }
}

const packageFolder = new URL("../../", import.meta.url).href;

function isUserFile(file: string): boolean {
  if (file === "" || file.startsWith("node:") || file.startsWith("<")) return false;
  if (/[/\\]node_modules[/\\]/.test(file)) return false;
  const url = file.startsWith("file:") ? file : `file://${file}`;
  return /^file:\/\/(\/|[A-Za-z]:)/.test(url) && !url.startsWith(packageFolder);
}

// --- text ----------------------------------------------------------------------------------------

interface Place {
  readonly line: number;
  readonly column: number;
}

/** The lines of a cell around `start`, with a mark under it (up to `end` on the same line). */
function excerpt(source: string, count: number, start: Place, end?: Place, where = ""): string[] {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  const from = Math.max(1, start.line - contextLines);
  const to = Math.min(lines.length, start.line + contextLines);
  const width = String(to).length;
  const inside = where === "" ? "" : `, in ${clean(where)}`;
  const result = [
    `${colour.place(`In [${count}]`)}, line ${start.line}, column ${start.column}${inside}`,
  ];
  for (let number = from; number <= to; number++) {
    const text = replaceControls(lines[number - 1] ?? "").slice(0, 300);
    const label = String(number).padStart(width);
    if (number !== start.line) {
      result.push(colour.faint(`  ${label} │ ${text}`));
      continue;
    }
    result.push(`${colour.error("❱")} ${label} │ ${text}`);
    const before = (lines[number - 1] ?? "").slice(0, start.column - 1);
    const until = end !== undefined && end.line === start.line ? end.column : start.column + 1;
    const marked = (lines[number - 1] ?? "").slice(start.column - 1, until - 1);
    const pad = [...before].map((c) => (c === "\t" ? "\t" : " ".repeat(columnsOf(c)))).join("");
    const length = Math.max(
      1,
      [...marked].reduce((sum, c) => sum + columnsOf(c), 0),
    );
    result.push(
      `  ${" ".repeat(width)} │ ${pad}${colour.error("^".repeat(Math.min(length, 200)))}`,
    );
  }
  return result;
}

/** How many columns a terminal gives a character: two for the wide ones of East Asia and emoji. */
function columnsOf(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
    character,
  )
    ? 2
    : 1;
}

/** Text whose control characters a terminal will not obey. */
function clean(text: string): string {
  // Names of earlier cells reach their values through `$$name.get()`; people wrote `name`.
  return escapeControls(
    text.replace(/\$\$([\p{ID_Start}$_][\p{ID_Continue}$]*)\.(?:get\(\)|get\(\.\.\.\)|v)/gu, "$1"),
  );
}

function shorten(message: string): string {
  if (message.length <= mostMessage) return message;
  return `${message.slice(0, mostMessage)}… (${message.length} characters)`;
}
