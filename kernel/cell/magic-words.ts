/** Questions about the words behind `%` and `%%`: completion, inspection, and which is unknown. */
import type { Completions, Diagnostic } from "../types.js";
import { cellMagics, lineMagics, type Magic, shellLine } from "./magics.js";
import { completePath } from "./paths.js";

const tables = { "%": lineMagics, "%%": cellMagics };
type Sign = keyof typeof tables;

const find = (sign: Sign, word: string): Magic | undefined =>
  Object.hasOwn(tables[sign], word) ? tables[sign][word] : undefined;

/**
 * Words for a line that so far is `%` or `%%` and the beginning of one, and what a word takes that
 * is no TypeScript; files in lines of the shell and of other programs; null where TypeScript is.
 */
export function completeMagic(
  source: string,
  offset: number,
  cwd: string,
  isName: (word: string) => boolean,
): Completions | null {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const line = source.slice(start, offset);
  const [, sign, typed = ""] = /^(%%?)(\w*)$/.exec(line) ?? [];
  if (sign === undefined) {
    const [, word = ""] = /^%%(\w+)/.exec(source) ?? [];
    const cell = find("%%", word);
    if (cell?.calls === "show") return { items: [], start: offset, end: offset };
    // The first word may become a name, and the line TypeScript.
    const isShell = /^!\s*\S+\s/.test(line) && shellLine(line.slice(1), isName) !== null;
    if (isShell || cell?.calls === "script") {
      const [typed] = /[^\s"'`=;|&<>()!]*$/.exec(line)!;
      return completePath(typed, offset, cwd);
    }
    return completeArgument(line, offset, cwd);
  }
  const table = sign === "%" ? lineMagics : start === 0 ? cellMagics : {};
  const items = Object.entries(table)
    .filter(([word]) => word.startsWith(typed))
    .map(([word, { takes }]) => {
      const text = `${sign}${word}`;
      return { text, type: "magic", signature: `${text} ${takes}`.trim() };
    });
  return { items, start, end: offset };
}

function completeArgument(line: string, end: number, cwd: string): Completions | null {
  const [, word = "", typed = ""] = /^%(\w+)[ \t]+(.*)$/.exec(line) ?? [];
  const magic = Object.hasOwn(lineMagics, word) ? lineMagics[word]! : null;
  if (magic === null || magic.code) return null;
  if (magic.path !== undefined) return completePath(typed, end, cwd, magic.path);
  const items = (magic.values?.() ?? [])
    .filter((text) => text.startsWith(typed))
    .map((text) => ({ text, type: "value" }));
  return { items, start: end - typed.length, end };
}

/** The call behind the word at an offset, as far as its name: `notebook.time` for `%time`. */
export function magicAt(source: string, offset: number): string | null {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const match = /^(%%?)(\w+)/.exec(source.slice(start));
  if (match === null || offset > start + match[0].length) return null;
  const magic = find(match[1] as Sign, match[2]!);
  return magic === undefined ? null : `notebook.${magic.calls}`;
}

const blank = (text: string) => text.replace(/./g, " ");

/** Only what is TypeScript, at the same offsets. */
export function maskMagics(source: string): string {
  const [, first] = /^%%(\w+)/.exec(source) ?? [];
  if (first !== undefined && first !== "time" && first !== "timeit") return blank(source);
  const end = source.trimEnd().length;
  const marks = /\?{1,2}$/.exec(source.slice(Math.max(end - 2, 0), end))?.[0].length ?? 0;
  return `${source.slice(0, end - marks)}${" ".repeat(marks)}${source.slice(end)}`.replace(
    /^(%%?(\w+))(.*)/gm,
    (line, head: string, word: string, rest: string) => {
      if (!Object.hasOwn(lineMagics, word)) return line;
      return lineMagics[word]!.code ? blank(head) + rest : blank(line);
    },
  );
}

/**
 * What the checker says of `%tiem f()` helps nobody: such lines get an error that names the words
 * there are. A line that is TypeScript, as the second of `a⏎%b`, has no errors and is left alone.
 */
export function nameUnknownMagics(
  source: string,
  found: readonly Diagnostic[],
): readonly Diagnostic[] {
  const unknown = source.split("\n").flatMap((text, index): Diagnostic[] => {
    const line = index + 1;
    const match = /^(%%?)(\w+)/.exec(text);
    if (match === null || !found.some(({ start }) => start.line === line)) return [];
    const sign = match[1] as Sign;
    if (find(sign, match[2]!) !== undefined && (sign === "%" || index === 0)) return [];
    const message = unknownMagic(sign, match[2]!);
    const end = { line, column: match[0].length + 1 };
    return [{ message, code: 1, start: { line, column: 1 }, end }];
  });
  // Nothing in a cell of an unknown kind is TypeScript.
  if (unknown[0]?.start.line === 1 && source.startsWith("%%")) return unknown.slice(0, 1);
  const lines = new Set(unknown.map(({ start }) => start.line));
  return [...unknown, ...found.filter(({ start }) => !lines.has(start.line))];
}

function unknownMagic(sign: Sign, word: string): string {
  const other: Sign = sign === "%" ? "%%" : "%";
  if (sign === "%%" && find(sign, word) !== undefined) {
    return `%%${word} stands on the first line of a cell`;
  }
  const names = Object.keys(tables[sign]);
  const known = `Known are ${names.map((name) => sign + name).join(", ")}`;
  if (find(other, word) !== undefined) {
    const place = other === "%%" ? "on the first line of a cell" : "on a line of its own";
    return `there is no ${sign}${word}; write ${other}${word} ${place}. ${known}`;
  }
  const near = nearest(word, names);
  const hint = near === null ? "." : `; did you mean ${sign}${near}?`;
  return `there is no ${sign}${word}${hint} ${known}`;
}

/** The name that at most two slips of the keyboard separate from `word`. */
function nearest(word: string, names: readonly string[]): string | null {
  const ranked = names
    .map((name) => ({ name, slips: distance(word.toLowerCase(), name) }))
    .sort((a, b) => a.slips - b.slips);
  const [best] = ranked;
  return best !== undefined && best.slips <= Math.min(2, word.length / 2) ? best.name : null;
}

/** Letters to add, remove, replace or swap with the next, to get from `a` to `b`. */
function distance(a: string, b: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [];
    for (let j = 0; j <= b.length; j++) {
      const at = (x: number, y: number) => (x === i ? row[y]! : rows[x]![y]!);
      const cases =
        i === 0 || j === 0
          ? [i + j]
          : [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1])];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cases.push(at(i - 2, j - 2) + 1);
      }
      row.push(Math.min(...cases));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
