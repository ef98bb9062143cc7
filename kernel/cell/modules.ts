/**
 * `import` and `require` as cells see them: resolved from the notebook's folder by Node's own
 * rules, whatever folder the kernel lives in.
 *
 * A text that a cell gives to `eval` or `new Function` is lowered by nobody: Node rejects `import()`
 * in it (ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING) and it has no `require`. Import in the cell.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import type { CompiledModule } from "../types.js";
import {
  createModuleLoader,
  inGeneration,
  locateFile,
  type ModuleLoader,
  moduleUrl,
} from "./loader.js";
import type { ScopeModules } from "./scope.js";

export interface ModulesOptions {
  /** The notebook's folder. */
  readonly cwd: string;
  /** Modules that cells share with the kernel, by the name they import them as: `hypatia`. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The URLs of those that TypeScript files may import too, the same modules. */
  readonly urls?: Readonly<Record<string, string>>;
  /** Runs what is not to end half way with the cell that wants it: a module is loaded but once. */
  readonly outlive?: <T>(f: () => T) => T;
}

export interface Modules extends ScopeModules {
  /** Code was terminated: modules that were being loaded may stay as they are, for good. */
  forgetUnfinished(): void;
}

export function createModules({
  cwd,
  own,
  urls = {},
  outlive = (f) => f(),
}: ModulesOptions): Modules {
  const filename = join(cwd, "notebook.ts");
  const require = createRequire(filename);
  const importNow = importFrom(filename);
  let loader: ModuleLoader | undefined;
  const compiled = new Map<string, CompiledModule>();
  /** What was loaded, and in which generation. */
  const loaded = new Map<string, number>();
  const loading = new Set<string>();
  let generation = 0;

  /** Node keeps a module that was terminated as it is: what is not whole is loaded as another one. */
  async function load(specifier: string, options?: ImportCallOptions): Promise<unknown> {
    const mine = loaded.get(specifier) ?? generation;
    loading.add(specifier);
    try {
      const module = await importNow(inGeneration(specifier, mine), options);
      loaded.set(specifier, mine);
      return module;
    } finally {
      loading.delete(specifier);
    }
  }

  return {
    dirname: cwd,
    filename,
    // With Node's own properties: `require.resolve` finds files of packages.
    require: Object.assign(
      (specifier: string): unknown =>
        Object.hasOwn(own, specifier) ? own[specifier] : require(specifier),
      { resolve: require.resolve, cache: require.cache, main: undefined },
    ),
    async prepare(modules) {
      if (modules.length === 0) return;
      loader ??= createModuleLoader(urls);
      const { add } = loader;
      await outlive(() => inOwnTurn(add(modules)));
      for (const module of modules) compiled.set(module.path, module);
    },
    import: (specifier, options) => outlive(() => inOwnTurn(find(String(specifier), options))),
    forgetUnfinished() {
      for (const [path, module] of Object.entries(require.cache)) {
        if (module?.loaded === false) delete require.cache[path];
      }
      if (loading.size === 0) return;
      loading.clear();
      generation++;
      loader ??= createModuleLoader(urls); // It understands generations.
    },
  };

  async function find(name: string, options?: ImportCallOptions): Promise<unknown> {
    if (Object.hasOwn(own, name)) return own[name];
    const path = locateFile(name, cwd);
    if (path === null) return load(name, options);
    const module = compiled.get(path);
    if (module !== undefined) return load(moduleUrl(module), options);
    if (path.endsWith(".json")) {
      const json: unknown = JSON.parse(readFileSync(path, "utf8"));
      return { ...(typeof json === "object" ? json : {}), default: json };
    }
    return load(pathToFileURL(path).href, options);
  }
}

/**
 * Settles in a turn of its own. Another cell that waits for the same may have been stopped, and its
 * end would take this one's continuation with it.
 */
function inOwnTurn<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(
      (value) => setImmediate(resolve, value),
      (error) => setImmediate(reject, error),
    );
  });
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
