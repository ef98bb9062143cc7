/**
 * Cells as files. A client names a cell by a path made of a hash of its text; V8 names it by the
 * URL of its script, whose lines and columns are those of the generated text.
 */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { originalPosition } from "../cell/edits.js";
import { cellFile, wrapper } from "../cell/evaluate.js";
import { moduleUrl } from "../cell/loader.js";
import { createRecentCells } from "../cell/recent.js";
import type { CompiledCell, CompiledModule, Position } from "../types.js";
import { murmur2 } from "./murmur2.js";

/** As `debugInfo` tells them: a cell's path is prefix + murmur2(text, seed) + suffix. */
export const HASH_SEED = 0xc70f6907;
export const PATH_PREFIX = join(tmpdir(), `hypatia_${process.pid}`) + sep;
export const PATH_SUFFIX = ".ts";

export const cellPath = (text: string): string =>
  `${PATH_PREFIX}${murmur2(text, HASH_SEED)}${PATH_SUFFIX}`;

/** A place in a script: line and column count from 0, as the inspector has them. */
export interface ScriptPlace {
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

export interface CellFiles {
  /** A cell that is about to run. */
  add(cell: CompiledCell): void;
  /** A cell's text that a client is going to speak of; its path. */
  dump(text: string): string;
  /** The cell whose script has this URL. */
  cell(url: string): CompiledCell | undefined;
  /** The TypeScript file whose script has this URL. */
  module(url: string): CompiledModule | undefined;
  /** The cell that ran last among those with the text that this path stands for. */
  latest(path: string): CompiledCell | undefined;
  /** The file of this path as it was imported last. */
  latestModule(path: string): CompiledModule | undefined;
  /** The text of a cell or of a file; null if there is none. */
  text(path: string): string | null;
}

export function createCellFiles(): CellFiles {
  const texts = new Map<string, string>();
  const recent = createRecentCells();
  const byUrl = new Map<string, CompiledCell>();
  const byPath = new Map<string, CompiledCell>();
  const modules = new Map<string, CompiledModule>();
  const modulesByPath = new Map<string, CompiledModule>();
  return {
    add(cell) {
      for (const module of cell.modules ?? []) {
        modules.set(moduleUrl(module), module);
        modulesByPath.set(module.path, module);
      }
      byUrl.set(cellFile(cell.id), cell);
      byPath.set(cellPath(cell.source), cell);
      for (const old of recent.add(cell)) {
        byUrl.delete(cellFile(old.id));
        const path = cellPath(old.source);
        if (byPath.get(path) === old) byPath.delete(path);
      }
    },
    dump(text) {
      const path = cellPath(text);
      texts.set(path, text);
      return path;
    },
    cell: (url) => byUrl.get(url),
    module: (url) => modules.get(url),
    latest: (path) => byPath.get(path),
    latestModule: (path) => modulesByPath.get(path),
    text: (path) => texts.get(path) ?? byPath.get(path)?.source ?? readText(path),
  };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** A file's path, from a script's URL; the loader adds a version to those of TypeScript files. */
export const filePath = (url: string): string => fileURLToPath(url.replace(/\?.*$/, ""));

/** Matches the URLs of a file's scripts, of any version. */
export const fileUrlPattern = (path: string): string =>
  `^${escapeRegExp(pathToFileURL(path).href)}(\\?.*)?$`;

export const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Where a place of a script lies in the text of its cell or file. */
export function toSource(of: CompiledCell | CompiledModule, place: ScriptPlace): Position {
  const line = place.lineNumber + 1;
  const before = line === 1 && isCell(of) ? wrapper.length : 0;
  const column = (place.columnNumber ?? 0) + 1 - before;
  return originalPosition(of.map, line, Math.max(column, 1));
}

/** Where a breakpoint on a line of a cell's or file's text goes in its script. */
export function toScript(of: CompiledCell | CompiledModule, line: number): ScriptPlace {
  const moved = of.map.some(([generated, , source]) => generated !== source);
  const lines = of.map.filter(([, , source]) => source === line).map(([generated]) => generated);
  const generated = moved && lines.length > 0 ? Math.min(...lines) : line;
  if (generated > 1 || !isCell(of)) return { lineNumber: generated - 1 };
  return { lineNumber: 0, columnNumber: codeStart(of) };
}

const isCell = (of: CompiledCell | CompiledModule): of is CompiledCell => "source" in of;

/** What lower.ts writes before a cell's own text: names taken and names lent. */
const PROLOGUE = new RegExp(
  '^"use strict"; ' +
    "(?:const \\{[^}]*\\} = \\$\\$\\.(?:module|prelude|names); )*" +
    '(?:\\$\\$\\.declare\\("[^"]*", \\(\\) => [^ ,)]+' +
    "(?:, \\(\\$\\$v\\) => \\{ [^ ]+ = \\$\\$v; \\})?\\); )*",
);

/** The column, from 0, at which a cell's own text begins on the first line of its script. */
export const codeStart = ({ js }: CompiledCell): number =>
  wrapper.length + (PROLOGUE.exec(js)?.[0].length ?? 0);

/** Names that a cell's prologue declares, which are no variables of the person's. */
export function prologueNames({ js }: CompiledCell): ReadonlySet<string> {
  const taken = js.matchAll(/const \{([^}]*)\} = \$\$\.(?:module|prelude);/g);
  return new Set([...taken].flatMap(([, list = ""]) => list.split(",").map((name) => name.trim())));
}
