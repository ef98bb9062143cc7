/**
 * `import` and `require` as cells see them: resolved from the notebook's folder by Node's own
 * rules, whatever folder the kernel lives in.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import type { ScopeModules } from "./scope.js";

export interface ModulesOptions {
  /** The notebook's folder. */
  readonly cwd: string;
  /** Modules that cells share with the kernel, by the name they import them as: `hypatia`. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** What a path without its ending may mean, in order. */
const endings = ["", ".ts", ".mts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

export function createModules({ cwd, own }: ModulesOptions): ScopeModules {
  const filename = join(cwd, "notebook.ts");
  const require = createRequire(filename);
  const load = importFrom(filename);

  return {
    dirname: cwd,
    filename,
    require: (specifier) => (Object.hasOwn(own, specifier) ? own[specifier] : require(specifier)),
    async import(specifier, options) {
      const name = String(specifier);
      if (Object.hasOwn(own, name)) return own[name];
      const path = filePath(name, cwd);
      if (path === null) return load(name, options);
      if (path.endsWith(".json")) {
        const json: unknown = JSON.parse(readFileSync(path, "utf8"));
        return { ...(typeof json === "object" ? json : {}), default: json };
      }
      return load(pathToFileURL(path).href, options);
    },
  };
}

type Import = (specifier: string, options?: ImportCallOptions) => Promise<unknown>;

/** `import` as it would work in the file: a script that claims to be there, for Node to resolve. */
function importFrom(filename: string): Import {
  const load = new Script("(specifier, options) => import(specifier, options)", {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as Import;
  return (specifier, options) => withoutWarning(() => load(specifier, options));
}

/** Node 20 calls that loader constant experimental, on stderr, where only errors belong. */
function withoutWarning<T>(make: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return make();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The file that a relative or absolute specifier means; null for packages and URLs. */
function filePath(specifier: string, cwd: string): string | null {
  if (specifier.startsWith("file:")) return fileURLToPath(specifier);
  if (!/^\.{0,2}\/|^\.\.?$/.test(specifier)) return null;
  const path = resolve(cwd, specifier);
  const ending = endings.find((end) => isFile(path + end));
  if (ending === undefined) {
    throw new Error(`cannot find the module '${specifier}': there is no file '${path}'`);
  }
  return path + ending;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
