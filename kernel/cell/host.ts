/** What TypeScript's language service asks of us: texts, files, and where modules are. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type typescript from "typescript";
import { createFiles, isInstalled } from "./files.js";
import { ts } from "./typescript.js";

const packages = createRequire(import.meta.url);

export const compilerOptions: typescript.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  noLib: true, // it comes as one file: library.ts
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  customConditions: ["node"],
  types: ["node"],
  typeRoots: [dirname(dirname(packages.resolve("@types/node/package.json")))],
  strict: true,
  useUnknownInCatchVariables: false,
  strictPropertyInitialization: false,
  allowJs: true,
  checkJs: false,
  allowImportingTsExtensions: true,
  allowUnusedLabels: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  noEmit: true,
  skipLibCheck: true,
};

/** A file that is on no disk. */
export interface CellText {
  readonly version: string;
  readonly snapshot: typescript.IScriptSnapshot;
}

/** In the service's host and in no declaration: saves reading package.json at every cell. */
interface WithResolutionCache {
  getModuleResolutionCache(): typescript.ModuleResolutionCache;
}

export interface HostOptions {
  readonly texts: ReadonlyMap<string, CellText>;
  readonly cache: typescript.ModuleResolutionCache;
  readonly cwd: () => string;
  /** The files that the program is made of. */
  readonly roots: () => string[];
  /** The file of a module of ours. */
  readonly ownModule: (name: string) => string | undefined;
}

export function createHost({
  texts,
  cache,
  cwd,
  roots,
  ownModule,
}: HostOptions): typescript.LanguageServiceHost {
  const files = createFiles();
  /** What the imports of installed packages lead to; the service asks at every cell. */
  const settled = new Map<string, readonly typescript.ResolvedModuleWithFailedLookupLocations[]>();
  const host: typescript.LanguageServiceHost & WithResolutionCache = {
    getCompilationSettings: () => compilerOptions,
    getCurrentDirectory: cwd,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    getScriptFileNames: roots,
    getScriptVersion: (path) => String(texts.get(path)?.version ?? files.version(path)),
    getScriptSnapshot: (path) => texts.get(path)?.snapshot ?? files.snapshot(path),
    fileExists: (path) => texts.has(path) || files.exists(path),
    readFile: (path) => files.read(path),
    readDirectory: ts.sys.readDirectory,
    directoryExists: files.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: (path) => (texts.has(path) ? path : files.realpath(path)),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getModuleResolutionCache: () => cache,
    resolveModuleNameLiterals: (literals, containing, redirected, settings, file) => {
      const known = settled.get(containing);
      if (known?.length === literals.length) return known;
      const resolved = literals.map((literal) => {
        const own = ownModule(literal.text);
        if (own !== undefined) {
          const extension = own.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts;
          return { resolvedModule: { resolvedFileName: own, extension } };
        }
        const mode = ts.getModeForUsageLocation(file, literal, settings);
        const { text } = literal;
        return ts.resolveModuleName(text, containing, settings, host, cache, redirected, mode);
      });
      if (isInstalled(containing)) settled.set(containing, resolved);
      return resolved;
    },
  };
  return host;
}
