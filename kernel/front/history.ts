/**
 * What was executed, in this session and earlier ones, kept in a file that only its owner reads.
 *
 * One JSON line per input, `{ s: session, n: execution count, c: code }`, appended in one write,
 * so that kernels running at once can share the file. A session takes the next free number when
 * it first stores something; a line that is damaged is skipped. Questions read all of the file, a
 * part at a time: others are answered in between.
 */
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { stateDirectory } from "./directories.js";

/** `[session, line, input]`, or with the output `[session, line, [input, output]]`. */
export type HistoryItem = readonly [number, number, string | readonly [string, string | null]];

export interface History {
  add(line: number, input: string): void;
  /** The text of a result, kept for this session only. */
  addOutput(line: number, output: string): void;
  tail(n: number, options: HistoryOptions): Promise<HistoryItem[]>;
  /** Lines `start` to before `stop` of a session; 0 is this one, -1 the one before it, … */
  range(
    session: number,
    start: number,
    stop: number,
    options: HistoryOptions,
  ): Promise<HistoryItem[]>;
  /** Inputs that match a pattern with `*` and `?`, the last `n` of them. */
  search(pattern: string, n: number, options: SearchOptions): Promise<HistoryItem[]>;
}

export interface HistoryOptions {
  readonly output: boolean;
}

export interface SearchOptions extends HistoryOptions {
  readonly unique: boolean;
}

interface Entry {
  readonly s: number;
  readonly n: number;
  readonly c: string;
}

/** Bytes of inputs in the file; the older half goes when there are more. */
const MOST_INPUTS = 8 << 20;
const LONGEST_INPUT = 256 * 1024;
/** Bytes of the results that this session remembers; the oldest go. */
const MOST_OUTPUTS = 512 << 10;

export function createHistory(file = join(stateDirectory(), "history.jsonl")): History {
  /** What this session could not write: a full disk, or no home. */
  let unsaved: Entry[] = [];
  let writable = true;
  /** 0 until this session stores something. */
  let session = 0;
  const outputs = new Map<number, string>();
  let outputSize = 0;

  /** Read again each time: a session of days holds no more than one of minutes. */
  const find = async (accept: (entry: Entry) => boolean): Promise<Entry[]> => [
    ...(await findInFile(file, accept)),
    ...unsaved.filter(accept),
  ];

  const present = (found: readonly Entry[], { output }: HistoryOptions): HistoryItem[] =>
    found.map(({ s, n, c }) => {
      const shown = s === session ? (outputs.get(n) ?? null) : null;
      return [s, n, output ? [c, shown] : c];
    });

  const write = (entry: Entry): void => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    if (statSync(file).size > MOST_INPUTS) shorten(file);
  };

  return {
    add(line, input) {
      if (input.trim() === "") return;
      if (session === 0) session = nextSession(file);
      const entry = { s: session, n: line, c: input.slice(0, LONGEST_INPUT) };
      try {
        if (writable) write(entry);
      } catch {
        writable = false;
      }
      if (writable) return;
      unsaved.push(entry);
      if (sizeOf(unsaved) > MOST_INPUTS) unsaved = newerHalf(unsaved);
    },
    addOutput(line, output) {
      const forget = (which: number): void => {
        const text = outputs.get(which);
        if (text !== undefined) outputSize -= text.length + ENTRY_SIZE;
        outputs.delete(which);
      };
      forget(line); // So that it is the last in order.
      const kept = output.slice(0, LONGEST_INPUT);
      outputs.set(line, kept);
      outputSize += kept.length + ENTRY_SIZE;
      for (const oldest of outputs.keys()) {
        if (outputSize <= MOST_OUTPUTS) break;
        forget(oldest);
      }
    },
    tail: async (n, options) => present(n > 0 ? (await find(() => true)).slice(-n) : [], options),
    async range(which, start, stop, options) {
      const mine = session === 0 ? nextSession(file) : session;
      const wanted = which > 0 ? which : mine + which;
      const found = await find(({ s, n }) => s === wanted && n >= start && n < stop);
      return present(found, options);
    },
    async search(pattern, n, { unique, output }) {
      const matches = globMatcher(pattern);
      let found = await find(({ c }) => matches(c));
      if (unique) found = latestOfEach(found);
      return present(n > 0 ? found.slice(-n) : [], { output });
    },
  };
}

/** What is read of the file before others have their turn. */
const PART = 256 << 10;

async function findInFile(file: string, accept: (entry: Entry) => boolean): Promise<Entry[]> {
  let text: string;
  try {
    if (statSync(file).size > MOST_INPUTS) shorten(file);
    text = await readFile(file, "utf8");
  } catch {
    return []; // The first session, or a file that is not ours to read.
  }
  const found: Entry[] = [];
  let part = 0;
  for (const line of text.split("\n")) {
    const entry = parseEntry(line);
    if (entry !== null && accept(entry)) found.push(entry);
    part += line.length;
    if (part < PART) continue;
    part = 0;
    await setImmediate();
  }
  return found;
}

function parseEntry(line: string): Entry | null {
  try {
    const { s, n, c } = JSON.parse(line) as Partial<Entry>;
    const isEntry = typeof s === "number" && typeof n === "number" && typeof c === "string";
    return isEntry ? { s, n, c } : null;
  } catch {
    return null;
  }
}

/** By the first words of its lines: parsing them all would take long. */
function nextSession(file: string): number {
  let last = 0;
  try {
    const text = readFileSync(file, "latin1");
    for (const [, s] of text.matchAll(/^\{"s":(\d+),/gm)) last = Math.max(last, Number(s));
  } catch {
    // The first session.
  }
  return last + 1;
}

/** Of equal inputs the last, where that stands. */
function latestOfEach(entries: readonly Entry[]): Entry[] {
  const last = new Map(entries.map((entry) => [entry.c, entry]));
  return entries.filter((entry) => last.get(entry.c) === entry);
}

/** What an entry takes besides its text. */
const ENTRY_SIZE = 100;

const sizeOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { c }) => sum + c.length + ENTRY_SIZE, 0);

function newerHalf(entries: readonly Entry[]): Entry[] {
  let size = 0;
  const from = entries.findLastIndex((entry) => {
    size += sizeOf([entry]);
    return size > MOST_INPUTS / 2;
  });
  return entries.slice(from + 1);
}

/** Keeps the newer half; a reader never sees a half-written file. */
function shorten(file: string): void {
  const text = readFileSync(file, "utf8");
  const kept = text.slice(text.indexOf("\n", text.length - MOST_INPUTS / 2) + 1);
  const next = `${file}.${process.pid}`;
  writeFileSync(next, kept, { mode: 0o600 });
  renameSync(next, file);
}

/**
 * SQLite's GLOB, which Jupyter's clients expect: the whole text, `*` any run, `?` one character.
 * Matched greedily with one point to return to, so a hostile pattern takes no exponential time.
 */
function globMatcher(pattern: string): (text: string) => boolean {
  return (text) => {
    let p = 0;
    let t = 0;
    let star = -1;
    let resume = 0;
    while (t < text.length) {
      if (pattern[p] === "*") {
        star = p++;
        resume = t;
      } else if (pattern[p] === "?") {
        p++;
        t += text.codePointAt(t)! > 0xffff ? 2 : 1;
      } else if (p < pattern.length && pattern[p] === text[t]) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (pattern[p] === "*") p++;
    return p === pattern.length;
  };
}
