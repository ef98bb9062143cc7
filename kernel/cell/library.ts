/**
 * The declarations of JavaScript's own library as one text. TypeScript ships them as 87 files that
 * refer to each other; walking them again at every cell takes a third of the time of its check.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ts } from "./typescript.js";

const folder = dirname(ts.getDefaultLibFilePath({}));

/** Where the text pretends to be: beside the files that it is made of. */
export const libraryPath = join(folder, "lib.hypatia.d.ts");

export interface Library {
  readonly text: string;
  /** Files that cannot be part of the text, because they are modules that augment it. */
  readonly modules: readonly string[];
}

/**
 * Parts of the library that Node 20 lacks, by what tells them: the checker would accept what fails
 * when it runs. Parts that only `@types/node` needs stay.
 */
const NEWER: Readonly<Record<string, boolean>> = {
  "es2024.collection": "groupBy" in Map,
  "es2024.object": "groupBy" in Object,
  "es2024.promise": "withResolvers" in Promise,
  "es2025.collection": "union" in Set.prototype,
  "es2025.iterator": "Iterator" in globalThis,
  "es2025.promise": "try" in Promise,
  "es2025.regexp": "escape" in RegExp,
  "esnext.array": "fromAsync" in Array,
  "esnext.collection": "getOrInsert" in Map.prototype,
  "esnext.date": "Temporal" in globalThis,
  "esnext.error": "isError" in Error,
  "esnext.temporal": "Temporal" in globalThis,
  "esnext.typedarrays": "toBase64" in Uint8Array.prototype,
};

/**
 * `lib.<name>.d.ts` with everything it refers to, as far as this Node has it: each file once, the
 * referred first.
 */
export function readLibrary(name: string): Library {
  const done = new Set(Object.keys(NEWER).filter((part) => !NEWER[part]));
  const texts: string[] = [];
  const modules: string[] = [];
  function add(library: string): void {
    if (done.has(library)) return;
    done.add(library);
    const path = join(folder, `lib.${library}.d.ts`);
    const text = readFileSync(path, "utf8");
    for (const match of text.matchAll(/^\/\/\/\s*<reference\s+lib="([^"]+)"/gm)) add(match[1]!);
    if (/^export \{\}/m.test(text)) modules.push(path);
    else texts.push(text.replace(/^\/\/\/.*$/gm, ""));
  }
  add(name);
  return { text: texts.join("\n"), modules };
}

/** What every cell finds in `globalThis` besides Node's; the engine puts it there. */
export const ambient = `
/** Ask the person at the notebook for a line of text. Stops the cell until it is given.
 * @example
 * const name = prompt("Your name?", "nobody");
 */
declare function prompt(message?: string, otherwise?: string): string;
/** Ask for a line of text that is not shown while it is typed. */
declare function password(message?: string): string;
`;

/** Where that text pretends to be. */
export const ambientPath = join(folder, "lib.hypatia.ambient.d.ts");
