/** From C text to loadable files: cached, batched, and compiled in at most two processes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KernelSource } from "../../compiler/print/c-source.js";
import { Interruption } from "../interruption.js";
import { PassingFailure } from "../passing.js";
import { type Cache, cacheKey } from "./cache.js";
import { storageReason } from "./storage.js";
import { type Compiler, kernelFlags, type Processor } from "./toolchain.js";

/** Where a kernel's machine code is. */
export interface BuiltKernel {
  readonly path: string;
  readonly symbol: string;
}

/** What builds, with what, into where. */
export interface Workshop {
  readonly compiler: Compiler;
  readonly processor: Processor;
  cache: Cache;
  /** Called when the cache fails under way; returns the one to go on with. */
  replaceCache(reason: string): Cache;
}

/** Compiling one large unit costs as much as this many characters of start-up, as measured. */
const processCost = 6000;

/** The full text of a unit with one kernel, as it is compiled and as a person would read it. */
export function unitText(kernels: readonly { source: KernelSource; symbol: string }[]): string {
  const definitions = new Set(kernels.flatMap(({ source }) => source.prelude));
  const bodies = kernels.map(
    ({ source, symbol }) => `#define KERNEL ${symbol}\n${source.body}\n#undef KERNEL\n`,
  );
  return [...definitions, ...bodies].join("\n");
}

/** Builds what the cache does not have; the result is in the order of the sources. */
export function buildKernels(
  workshop: Workshop,
  sources: readonly KernelSource[],
): { readonly built: readonly BuiltKernel[]; readonly cached: number } {
  const { compiler, processor } = workshop;
  const keyed = sources.map((source) => {
    const key = cacheKey(
      unitText([{ source, symbol: "KERNEL" }]),
      compiler.identity,
      kernelFlags.join(" "),
      `${processor.arch} ${processor.features}`,
    );
    return { source, key, symbol: `k_${key.slice(0, 20)}` };
  });
  const found = new Map<string, string>();
  const missing = new Map<string, (typeof keyed)[number]>();
  for (const kernel of keyed) {
    const path = workshop.cache.find(kernel.key);
    if (path === null) missing.set(kernel.key, kernel);
    else found.set(kernel.key, path);
  }
  if (missing.size > 0) {
    const groups = balance([...missing.values()]);
    const libraries = compile(
      workshop,
      groups.map((group) => unitText(group)),
      kernelFlags,
    );
    groups.forEach((group, i) => {
      const keys = group.map(({ key }) => key);
      const cache = store(workshop, libraries[i]!, keys);
      for (const key of keys) {
        const path = cache.find(key);
        if (path === null)
          throw new Error(`internal: the compiled kernel ${key} cannot be read back`);
        found.set(key, path);
      }
    });
  }
  const built = keyed.map(({ key, symbol }) => ({ path: found.get(key)!, symbol }));
  return { built, cached: keyed.filter(({ key }) => !missing.has(key)).length };
}

/** Builds one library from a whole text, such as the runtime; returns its path. */
export function buildLibrary(workshop: Workshop, text: string, flags: readonly string[]): string {
  const key = cacheKey(text, workshop.compiler.identity, flags.join(" "), workshop.processor.arch);
  const found = workshop.cache.find(key);
  if (found !== null) return found;
  const [library] = compile(workshop, [text], flags);
  const path = store(workshop, library!, [key]).find(key);
  if (path === null) throw new Error("internal: the compiled runtime cannot be read back");
  return path;
}

/** Splits the kernels into one or two units, the longest first into the shorter unit. */
function balance<K extends { source: KernelSource }>(kernels: readonly K[]): K[][] {
  const size = (kernel: K) => kernel.source.body.length + kernel.source.prelude.join("").length;
  const total = kernels.reduce((sum, kernel) => sum + size(kernel), 0);
  if (kernels.length === 1 || total < 2 * processCost) return [[...kernels]];
  const units: { size: number; kernels: K[] }[] = [
    { size: 0, kernels: [] },
    { size: 0, kernels: [] },
  ];
  for (const kernel of [...kernels].sort((a, b) => size(b) - size(a))) {
    const unit = units[0]!.size <= units[1]!.size ? units[0]! : units[1]!;
    unit.kernels.push(kernel);
    unit.size += size(kernel);
  }
  return units.map((unit) => unit.kernels);
}

function store(workshop: Workshop, library: string, keys: readonly string[]): Cache {
  try {
    workshop.cache.store(library, keys);
  } catch (error) {
    if (!isStorageProblem(error)) throw error;
    workshop.cache = workshop.replaceCache(storageReason(error, workshop.cache.folder));
    workshop.cache.store(library, keys);
  }
  return workshop.cache;
}

function isStorageProblem(error: unknown): error is NodeJS.ErrnoException {
  const codes = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "ENOENT", "EIO"];
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Compiles the texts side by side; returns the libraries' paths. */
function compile(workshop: Workshop, texts: readonly string[], flags: readonly string[]): string[] {
  try {
    return compileIn(workshop.cache, workshop.compiler, texts, flags);
  } catch (error) {
    if (!isStorageProblem(error)) throw error;
    workshop.cache = workshop.replaceCache(storageReason(error, workshop.cache.folder));
    return compileIn(workshop.cache, workshop.compiler, texts, flags);
  }
}

function compileIn(
  cache: Cache,
  compiler: Compiler,
  texts: readonly string[],
  flags: readonly string[],
): string[] {
  const units = texts.map((text) => {
    const source = cache.scratch(".c");
    writeFileSync(source, text, { mode: 0o600 });
    return { source, library: cache.scratch(".so") };
  });
  const commands = units.map(({ source, library }) =>
    [...compiler.command, ...flags, "-o", library, source].map(quote).join(" "),
  );
  // Side by side in a pipeline: what a shell starts with `&` ignores the SIGINT of an interrupt.
  const parts = commands.map((command, i) => `{ ${command} </dev/null >&2; echo ${i} $? >&3; }`);
  const script = `umask 077; { ${parts.join(" | ")}; } 3>&1`;
  const shell = spawnSync("/bin/sh", ["-c", script], { encoding: "utf8", maxBuffer: 1 << 26 });
  const statuses = new Map(
    (shell.stdout ?? "").split("\n").map((line) => line.split(" ") as [string, string]),
  );
  const failed = units.findIndex((_, i) => statuses.get(`${i}`) !== "0");
  try {
    if (failed < 0) return units.map(({ library }) => library);
    for (const { library } of units) rmSync(library, { force: true });
    if (/No space left|Disk quota/i.test(shell.stderr ?? "")) {
      throw Object.assign(new Error("no space left on the device"), { code: "ENOSPC" });
    }
    if (shell.signal === "SIGINT" || statuses.get(`${failed}`) === "130") {
      throw new Interruption("the compilation was interrupted");
    }
    const status = Number(statuses.get(`${failed}`));
    if (status > 128) throw compilerKilled(compiler, status - 128);
    const reason = shell.error?.message ?? `exit status ${status}`;
    throw compileError(compiler, units[failed]!.source, reason, shell.stderr ?? "");
  } finally {
    for (const { source } of units) rmSync(source, { force: true });
  }
}

/** A shell reports a child that a signal ended as 128 + the signal's number. */
function compilerKilled({ command }: Compiler, signal: number): Error {
  const why = signal === 9 ? ", perhaps because the system ran out of memory" : "";
  return new PassingFailure(
    `the C compiler ${command.join(" ")} was killed by signal ${signal}${why}; run the cell again`,
  );
}

function compileError(compiler: Compiler, source: string, reason: string, log: string): Error {
  const folder = mkdtempSync(join(tmpdir(), "hypatia-failed-"));
  const kept = join(folder, "kernel.c");
  writeFileSync(kept, readFileSync(source), { mode: 0o600 });
  const lines = log.replaceAll(source, kept).trim().split("\n");
  const shown = lines.length > 12 ? [...lines.slice(0, 12), "…"] : lines;
  return new Error(
    `internal: ${compiler.command.join(" ")} could not compile a generated kernel (${reason}); ` +
      `its source is kept in ${kept}\n${shown.join("\n")}`.trimEnd(),
  );
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
