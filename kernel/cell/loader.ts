/**
 * Node's loader for the TypeScript files that cells import. The cell service has lowered them; the
 * engine hands their text to these hooks, which run in the loader's own thread, and Node does the
 * rest: cycles, live bindings and top-level await are its own.
 *
 * A file's URL carries a hash of it and of all that it imports: a file that was edited is loaded
 * anew by the next cell that imports it, one that was not keeps its state.
 */
import { statSync } from "node:fs";
import { register } from "node:module";
import { dirname, resolve as resolvePath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { CompiledModule } from "../types.js";

/** What a path without its ending may mean, in order. */
const endings = ["", ".ts", ".mts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

/** The file that a relative or absolute specifier means, from `folder`; null: it is no path. */
export function locateFile(specifier: string, folder: string): string | null {
  if (specifier.startsWith("file:")) return fileURLToPath(specifier);
  if (!/^\.{0,2}\/|^\.\.?$/.test(specifier)) return null;
  const path = resolvePath(folder, specifier);
  // "./a.js" is how TypeScript's own module resolution names a.ts.
  const candidates = [...endings.map((end) => path + end), path.replace(/\.([mc]?)js$/, ".$1ts")];
  const found = candidates.find((candidate) => isFile(candidate));
  if (found === undefined) {
    throw new Error(`cannot find the module '${specifier}': there is no file '${path}'`);
  }
  return found;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

export const moduleUrl = ({ path, version }: CompiledModule) =>
  `${pathToFileURL(path).href}?hypatia=${version}`;

/**
 * Node loads a module once for each URL. After loading was cut off, what is asked for in the next
 * generation is loaded anew, with all that it imports.
 */
export const inGeneration = (specifier: string, generation: number) =>
  generation === 0 ? specifier : `${specifier}${MARK}${generation}`;

const MARK = "#hypatia=";

/** The specifier or URL without its generation, and that. */
function splitGeneration(marked: string): readonly [plain: string, generation: number] {
  const at = marked.lastIndexOf(MARK);
  return at < 0 ? [marked, 0] : [marked.slice(0, at), Number(marked.slice(at + MARK.length))];
}

interface HookData {
  readonly port: MessagePort;
  /** Where modules that the kernel shares are loaded from. */
  readonly shared: Readonly<Record<string, string>>;
}

export interface ModuleLoader {
  /** Makes `modules` loadable; resolves when the hooks know them. */
  add(modules: readonly CompiledModule[]): Promise<void>;
}

/** Installs the hooks. Starts a thread, so only the first import of a TypeScript file calls it. */
export function createModuleLoader(shared: Readonly<Record<string, string>>): ModuleLoader {
  const { port1, port2 } = new MessageChannel();
  const data: HookData = { port: port2, shared };
  register(import.meta.url, { data, transferList: [port2] });
  let last: Promise<unknown> = Promise.resolve();
  port1.unref();
  return {
    add(modules) {
      // One at a time: the answer carries no name.
      const answered = last.then(
        () =>
          new Promise<void>((done) => {
            port1.ref();
            port1.once("message", () => {
              port1.unref();
              done();
            });
            port1.postMessage(modules);
          }),
      );
      last = answered;
      return answered;
    },
  };
}

// --- in the loader's thread ----------------------------------------------------------------------

const latest = new Map<string, CompiledModule>();
const byUrl = new Map<string, CompiledModule>();
let sharedModules: Readonly<Record<string, string>> = {};

/** Called by Node with what `register` was given. */
export function initialize({ port, shared }: HookData): void {
  sharedModules = shared;
  port.on("message", (modules: readonly CompiledModule[]) => {
    for (const module of modules) {
      latest.set(module.path, module);
      byUrl.set(moduleUrl(module), module);
    }
    port.postMessage("known");
  });
  port.unref();
}

interface Resolved {
  readonly url: string;
  readonly format?: string;
  readonly shortCircuit?: boolean;
}

type NextResolve = (specifier: string, context: ResolveContext) => Promise<Resolved>;

interface ResolveContext {
  readonly parentURL?: string;
}

export async function resolve(
  marked: string,
  context: ResolveContext,
  next: NextResolve,
): Promise<Resolved> {
  const [specifier, own] = splitGeneration(marked);
  const [parent, inherited] = splitGeneration(context.parentURL ?? "");
  const plain = context.parentURL === undefined ? context : { ...context, parentURL: parent };
  const resolved = await resolvePlain(specifier, plain, next);
  if (!resolved.url.startsWith("file:")) return resolved;
  if (Object.values(sharedModules).includes(resolved.url)) return resolved;
  return { ...resolved, url: inGeneration(resolved.url, own || inherited) };
}

async function resolvePlain(
  specifier: string,
  context: ResolveContext,
  next: NextResolve,
): Promise<Resolved> {
  if (Object.hasOwn(sharedModules, specifier)) {
    return { url: sharedModules[specifier]!, shortCircuit: true };
  }
  const parent = context.parentURL;
  if (parent === undefined || !byUrl.has(parent)) return next(specifier, context);
  const path = locateFile(specifier, dirname(fileURLToPath(parent)));
  if (path === null) return next(specifier, context);
  const module = latest.get(path);
  if (module === undefined) return next(pathToFileURL(path).href, context);
  return { url: moduleUrl(module), format: "module", shortCircuit: true };
}

export async function load(
  url: string,
  context: unknown,
  next: (url: string, context: unknown) => Promise<unknown>,
): Promise<unknown> {
  const [plain] = splitGeneration(url);
  const module = byUrl.get(plain);
  if (module === undefined) return next(url, context);
  return { format: "module", source: module.js, shortCircuit: true };
}
