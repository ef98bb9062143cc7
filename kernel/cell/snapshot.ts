/**
 * The language, warm, in a file: a V8 snapshot of a process that has loaded TypeScript, read all
 * declarations that cells see and checked a few cells. A process that starts from it answers in a
 * quarter of a second instead of two.
 *
 * It is kept in the user's cache directory under a name that holds a hash of everything that it
 * is made of, so that one that does not fit is never found. Without it the kernel works the same,
 * only its first cell waits.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { makeCodeFolder, trustedCodeFolder } from "./codecache.js";

const built = fileURLToPath(new URL("../../", import.meta.url));
const packages = createRequire(import.meta.url);
const program = fileURLToPath(new URL("./resident.js", import.meta.url));

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** All snapshots of this installation begin so; there is one at a time. */
const family = `language-${hash(built)}-`;

/** Changes when Node, TypeScript or anything that we have built does. */
function fileName(): string {
  const parts: string[] = [process.version, process.arch];
  const add = (path: string): void => {
    const { mtimeMs, size } = statSync(path);
    parts.push(`${path} ${mtimeMs} ${size}`);
  };
  add(packages.resolve("typescript"));
  add(packages.resolve("@types/node/package.json"));
  for (const folder of ["lang", "compiler", "backends", "kernel"]) {
    for (const file of readdirSync(join(built, folder), { recursive: true, encoding: "utf8" })) {
      const isCode = file.endsWith(".js") && dirname(join(folder, file)) === "kernel/cell";
      if (isCode || file.endsWith(".d.ts")) add(join(built, folder, file));
    }
  }
  return `${family}${hash(parts.join("\n"))}.snapshot`;
}

/** The snapshot's path, or null if there is none that fits. */
export function findSnapshot(): string | null {
  try {
    const folder = trustedCodeFolder();
    if (folder === null) return null;
    const path = join(folder, fileName());
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** One that fails to start. */
export function removeSnapshot(path: string): void {
  rmSync(path, { force: true });
}

/** A maker that has not ended by then has been killed. */
const MAKING_MS = 120_000;

/**
 * Makes the snapshot if there is none and nobody else makes it: some seconds on one core. Rejects
 * if that fails, which harms nobody. Written aside and renamed: readers see all of it or nothing.
 */
export async function makeSnapshot(signal?: AbortSignal): Promise<void> {
  if (findSnapshot() !== null) return;
  const folder = makeCodeFolder();
  const name = fileName();
  const script = join(folder, `${name}.cjs`);
  const begun = statSync(script, { throwIfNoEntry: false });
  if (begun !== undefined && Date.now() - begun.mtimeMs < MAKING_MS) return;
  const aside = join(folder, `${name}.${process.pid}`);
  try {
    writeFileSync(script, ""); // Ours to make.
    writeFileSync(script, await buildScript(signal), { mode: 0o600 });
    const { NODE_OPTIONS: _, ...env } = process.env;
    const args = ["--no-warnings", "--snapshot-blob", aside, "--build-snapshot", script];
    await promisify(execFile)(process.execPath, args, { env, cwd: folder, signal });
    chmodSync(aside, 0o600);
    for (const old of readdirSync(folder).filter((file) => file.startsWith(family))) {
      const path = join(folder, old);
      const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
      const isLeft = Date.now() - mtimeMs > MAKING_MS; // by a maker that was killed
      if (old.endsWith(".snapshot") || isLeft) rmSync(path, { force: true });
    }
    renameSync(aside, join(folder, name));
  } finally {
    rmSync(script, { force: true });
    rmSync(aside, { force: true });
  }
}

/**
 * `resident.js` and all of ours that it imports as one script: Node takes no modules into a
 * snapshot, and no `vm.Script` either, which an indirect `eval` stands for.
 */
async function buildScript(signal: AbortSignal | undefined): Promise<string> {
  const { ts } = await import("./typescript.js");
  const modules = new Map<string, string>();
  const add = async (path: string): Promise<void> => {
    await setImmediate(); // The signal comes from the event loop.
    signal?.throwIfAborted();
    const source = readFileSync(path, "utf8");
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ESNext },
    });
    const url = JSON.stringify(pathToFileURL(path).href);
    modules.set(basename(path), outputText.replaceAll("import.meta.url", url));
    for (const [, file] of outputText.matchAll(/\brequire\("(\.\/[^"]+)"\)/g)) {
      if (!modules.has(basename(file!))) await add(join(dirname(path), file!));
    }
  };
  await add(program);
  const table = [...modules].map(
    ([name, text]) => `"./${name}": function (exports, require) {${text}\n}`,
  );
  return `"use strict";
class Script {
  constructor(text) { this.text = text; }
  runInThisContext() { return (0, eval)(this.text); }
  createCachedData() { return null; }
}
const modules = {${table.join(",\n")}};
const loaded = { "node:vm": { Script } };
function load(name) {
  if (!Object.hasOwn(modules, name)) return loaded[name] ?? require(name);
  if (!Object.hasOwn(loaded, name)) modules[name](loaded[name] = {}, load);
  return loaded[name];
}
load("./${basename(program)}");
`;
}
