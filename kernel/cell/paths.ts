/** Completion of the names of files, where a text may be one: strings, `%cd`, lines of the shell. */
import { type Dirent, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Completions } from "../types.js";

const mostItems = 1000;

/**
 * What the last part of `typed`, which ends at the offset `end`, may become. Hidden files only
 * where their dot is typed; a folder ends with a slash, so that its files come next.
 */
export function completePath(
  typed: string,
  end: number,
  cwd: string,
  wanted: "files" | "folders" = "files",
): Completions {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  const begun = typed.slice(folder.length);
  const items = entriesOf(resolve(cwd, folder.replace(/^~\//, `${homedir()}/`)))
    .filter((entry) => wanted === "files" || entry.isDirectory())
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .filter((name) => name.startsWith(begun) && (begun !== "" || !name.startsWith(".")))
    .sort()
    .slice(0, mostItems)
    .map((text) => ({ text, type: "path" }));
  return { items, start: end - begun.length, end };
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // No such folder, or none of ours.
  }
}
