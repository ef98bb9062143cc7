/**
 * The language of cells: one virtual TypeScript module per cell in one language service.
 *
 * A cell's names come from the latest cell that declared them, or from the prelude (all of `hypatia`
 * and of the display API); its own go before both.
 * Only cells that another needs are in the program, so that check time does not grow with the
 * session. Synchronous; service.ts puts it in a worker.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type typescript from "typescript";
import type {
  CompileResult,
  Completeness,
  Completions,
  Diagnostic,
  FragmentPlace,
  FragmentResult,
  Inspection,
  Position,
} from "../types.js";
import { type CellModule, cellModule, cellOfSpecifier, cellSpecifier } from "./cell-module.js";
import { completeness } from "./completeness.js";
import { checkedDiagnostics, importedDiagnostics, problemDiagnostic } from "./diagnostics.js";
import { composeMaps, originalPosition } from "./edits.js";
import { asExpression, catches, namesAt, waits } from "./fragments.js";
import { type CellText, compilerOptions, createHost } from "./host.js";
import { importedFiles, lowerImported } from "./imported.js";
import {
  createKnownCells,
  depthOf,
  type KnownCell,
  type KnownChange,
  type KnownRecord,
  needsOf,
} from "./known.js";
import { ambient, ambientPath, libraryPath, readLibrary } from "./library.js";
import { type Lowered, lowerCell } from "./lower.js";
import { completeMagic, magicAt, maskMagics, nameUnknownMagics } from "./magic-words.js";
import { translateMagics } from "./magics.js";
import { declaredNames, hasValue } from "./names.js";
import type { PreludeModule } from "./prelude.js";
import { type Cursor, complete, inspect } from "./queries.js";
import { ts } from "./typescript.js";

export interface LanguageOptions {
  /** The notebook's folder: imports are resolved from here. */
  readonly cwd: string;
  /** Modules whose exports are names of every cell; the first that has a name gives it. */
  readonly prelude: readonly PreludeModule[];
}

/**
 * Cells that are run again and again, each with what the other declared, make a chain that the
 * checker would walk to its first link. From this length on, a cell is kept as its declarations,
 * which need only the cells whose types they name.
 */
const longestChain = 16;

/** What may follow `!` in an expression besides a name. */
const keywords =
  /^(?:await|async|class|delete|false|function|import|new|null|super|this|true|typeof|void)$/;

/** TypeScript's number for "cannot find module". */
const missingModule = 2307;

/** What another language must know to take this one's place, where a cell has changed that. */
export type LanguageResult = CompileResult & { readonly known?: KnownChange };

/** CellService's methods, synchronous. */
export interface Language {
  compile(source: string, cell: { id: string; count: number }): LanguageResult;
  lowerFragment(source: string, place: FragmentPlace): FragmentResult;
  typeAt(source: string, line: number, name: string): string;
  catches(js: string, line: number, column: number): boolean;
  complete(source: string, offset: number): Completions;
  inspect(source: string, offset: number, detail: 0 | 1): Inspection | null;
  isComplete(source: string): Completeness;
  reset(): void;
  /** Knows what another knew, by all that it told of and did not drop. */
  restore(records: readonly KnownRecord[]): void;
  /** The notebook's folder is another: for a language that was made before that was known. */
  moveTo(cwd: string): void;
}

export function createLanguage(options: LanguageOptions): Language {
  let { cwd } = options;
  const texts = new Map<string, CellText>();
  const known = createKnownCells();
  const { latest } = known;
  const loweredFiles = new WeakMap<typescript.SourceFile, Lowered>();
  let serial = 0;
  let current: { readonly path: string; readonly augments: readonly string[] } | null = null;
  const prelude = new Map<string, string>();
  const surroundings = { latest, prelude };

  const cellPath = (number: number) => join(cwd, `__hypatia_cell_${number}.ts`);
  const cellNumber = (path: string) => Number(/(\d+)\.ts$/.exec(path)?.[1]);
  /** The file of a text that no other needs. While it imports the same, the program stays. */
  const passingPath = () => cellPath(0);
  const preludeFiles = options.prelude.filter((module) => existsSync(module.types));

  const library = readLibrary("esnext");
  const librarySnapshot = ts.ScriptSnapshot.fromString(library.text);
  clearTexts();

  const cache = ts.createModuleResolutionCache(cwd, (name) => name, compilerOptions);
  const host = createHost({ texts, cache, cwd: () => cwd, ownModule, roots });
  const registry = ts.createDocumentRegistry(true, cwd);
  const service = ts.createLanguageService(host, registry);

  function roots(): string[] {
    const types = preludeFiles.map((module) => module.types);
    const own = current === null ? [] : [...known.augmentingBeside(current.augments), current.path];
    return [libraryPath, ...library.modules, ambientPath, ...types, ...own];
  }

  function ownModule(name: string): string | undefined {
    const cell = cellOfSpecifier(name);
    return cell ?? preludeFiles.find((module) => module.name === name)?.types;
  }

  function setText(path: string, text: string): void {
    const version = `cell ${++serial}`;
    texts.set(path, { version, snapshot: ts.ScriptSnapshot.fromString(text) });
  }

  /** Only what is there before the first cell. */
  function clearTexts(): void {
    texts.clear();
    texts.set(libraryPath, { version: "1", snapshot: librarySnapshot });
    setText(ambientPath, ambient);
  }

  /** Every name that the prelude exports, with its module. */
  function readPrelude(): void {
    const program = service.getProgram()!;
    const checker = program.getTypeChecker();
    prelude.clear();
    for (const module of preludeFiles) {
      const file = program.getSourceFile(module.types);
      const symbol = file && checker.getSymbolAtLocation(file);
      for (const { name } of symbol ? checker.getExportsOfModule(symbol) : []) {
        if (name !== "default" && !prelude.has(name)) prelude.set(name, module.name);
      }
    }
  }
  readPrelude();

  /** A cell that the checker cannot digest is the user's to change; nothing else may suffer. */
  function compile(typed: string, cell: { id: string; count: number }): LanguageResult {
    try {
      return compileTyped(typed, cell);
    } catch (error) {
      if (current !== null) texts.delete(current.path);
      current = null;
      const tooDeep = error instanceof RangeError;
      const message = tooDeep
        ? "the cell is nested too deeply to be checked; name parts of it with const"
        : `internal: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      const start: Position = { line: 1, column: 1 };
      const problem: Diagnostic = { message, code: 0, start, end: start };
      return { ok: false, diagnostics: [problem] };
    }
  }

  /** `typed` may hold lines that are no TypeScript; places in the result are places in it. */
  function compileTyped(typed: string, cell: { id: string; count: number }): LanguageResult {
    const { text, map, timed, problems } = translateMagics(typed, isKnownName(typed));
    if (problems.length > 0) return { ok: false, diagnostics: problems };
    const result = compileTypeScript(text, cell);
    if (result.ok && map.length === 0) return result;
    const back = ({ line, column }: Position) => originalPosition(map, line, column);
    const moved = (list: readonly Diagnostic[]) =>
      list.map((entry) => ({ ...entry, start: back(entry.start), end: back(entry.end) }));
    if (!result.ok) {
      return { ok: false, diagnostics: nameUnknownMagics(typed, moved(result.diagnostics)) };
    }
    const composed = composeMaps(result.cell.map, map);
    const changed = { source: typed, map: composed, ...(timed ? { timed } : {}) };
    return { ...result, cell: { ...result.cell, ...changed } };
  }

  /** Words that stand for something here, and so are no commands of the system. */
  function isKnownName(source: string): (word: string) => boolean {
    let own: Set<string> | undefined;
    /** Most cells never ask. */
    const declared = (): Set<string> => {
      const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ESNext, true);
      return new Set(declaredNames(file.statements).map((entry) => entry.name));
    };
    return (word) => {
      own ??= declared();
      return (
        own.has(word) ||
        latest.has(word) ||
        prelude.has(word) ||
        word in globalThis ||
        keywords.test(word)
      );
    };
  }

  function compileTypeScript(
    source: string,
    { id, count }: { id: string; count: number },
  ): LanguageResult {
    const module = cellModule(source, "mentioned", surroundings);
    const { declared, augments } = module;
    const isKept = declared.length > 0 || augments.length > 0;
    const path = isKept ? cellPath(++serial) : passingPath();
    setText(path, module.text);
    current = { path, augments };
    const program = service.getProgram()!;
    const file = program.getSourceFile(path)!;
    const callable = [...latest.keys(), ...prelude.keys()];
    const found: Diagnostic[] = checkedDiagnostics(program, file, module, callable);
    const imported = importedFiles(program, file);
    for (const other of imported) found.push(...importedDiagnostics(program, other, cwd));
    if (found.length === 0) {
      const checker = program.getTypeChecker();
      const { js, map, problems } = lowerCell({ file, checker, ...module });
      found.push(...problems.map((problem) => problemDiagnostic(problem, file, module)));
      if (problems.length === 0) {
        const change = remember(knownCell(path, count, module));
        const names = module.declared.filter((n) => hasValue(n.kind)).map((n) => n.name);
        const modules = lowerImported(program, imported, loweredFiles);
        return {
          ok: true,
          cell: { id, count, source, js, map, names, ...(modules.length > 0 ? { modules } : {}) },
          ...(change === null ? {} : { known: change }),
        };
      }
    }
    // What is not installed now may be the next time.
    if (found.some((entry) => entry.code === missingModule)) cache.clear();
    texts.delete(path);
    current = null;
    return { ok: false, diagnostics: found };
  }

  function knownCell(path: string, count: number, module: CellModule): KnownCell {
    const { text, declared: names, augments, needs } = module;
    const depth = depthOf(needs);
    const whole = { path, count, text, names, augments, needs, depth };
    if (depth < longestChain) return whole;
    const declarations = service.getEmitOutput(path, true, true).outputFiles[0]?.text;
    if (declarations === undefined) return whole;
    const named = needsOf(needs).filter((cell) => declarations.includes(cellSpecifier(cell.path)));
    setText(path, declarations);
    return { ...whole, text: declarations, needs: named, depth: depthOf(named) };
  }

  /** A cell that declares nothing changes nothing. */
  function remember(cell: KnownCell): KnownChange | null {
    if (cell.names.length === 0 && cell.augments.length === 0) return null;
    const change = known.add(cell);
    for (const path of change.dropped) texts.delete(path);
    return change;
  }

  function lowerFragment(typed: string, place: FragmentPlace): FragmentResult {
    const locals = "locals" in place ? place.locals : namesAtLine(place.source, place.line).keys();
    const module = cellModule(asExpression(typed), "mentioned", surroundings, new Set(locals));
    const { program, file } = asCurrent(module);
    const [error] = program.getSyntacticDiagnostics(file);
    if (error !== undefined) {
      return { ok: false, message: ts.flattenDiagnosticMessageText(error.messageText, "\n") };
    }
    const checker = program.getTypeChecker();
    const { js, problems } = lowerCell({ file, checker, ...module, declared: [] });
    if (problems[0] !== undefined) return { ok: false, message: problems[0].message };
    const own = file.statements.filter((statement) => statement.getStart(file) >= module.start);
    return { ok: true, js, waits: waits(own) };
  }

  function namesAtLine(source: string, line: number): Map<string, string> {
    const module = cellModule(source, "mentioned", surroundings);
    const { program, file } = asCurrent(module);
    return namesAt(program.getTypeChecker(), file, module.start, line);
  }

  /** The program with `module` as the text that no other needs. */
  function asCurrent({ text, augments }: CellModule) {
    const path = passingPath();
    setText(path, text);
    current = { path, augments };
    const program = service.getProgram()!;
    return { program, file: program.getSourceFile(path)! };
  }

  /** `source` as the next cell, for questions about it. */
  function cursor(source: string, offset: number, names: "mentioned" | "all"): Cursor {
    const path = passingPath();
    const module = cellModule(maskMagics(source), names, surroundings);
    // Without the exports behind it: they would be members of a class that is not closed yet.
    setText(path, module.text.slice(0, module.end));
    current = { path, augments: module.augments };
    return { service, path, offset, ...module };
  }

  return {
    compile,
    lowerFragment,
    typeAt: (source, line, name) => namesAtLine(source, line).get(name) ?? "any",
    catches,
    complete(source, offset) {
      // Behind a dot no name can begin, and the fewer there are the faster it goes; behind the
      // three of `...` and the one that ends a comment's last line they can.
      const isMember = /(?<!\.)\.[ \t]*[\p{ID_Continue}$]*$/u.test(source.slice(0, offset));
      const names = isMember ? "mentioned" : "all";
      return (
        completeMagic(source, offset, cwd, isKnownName(source)) ??
        complete(cursor(source, offset, names), source)
      );
    },
    inspect(source, offset, detail) {
      const ask = (text: string, at: number) => inspect(cursor(text, at, "mentioned"), detail);
      const magic = magicAt(source, offset);
      if (magic === null) {
        // The name of a type by itself, as `Name?` asks for it, is no expression.
        const asType = /^[\w$]+$/.test(source) ? `type $$ = ${source}` : "";
        const found = ask(source, offset) ?? (asType === "" ? null : ask(asType, asType.length));
        const from = latest.get(found?.name ?? "");
        if (found === null || from === undefined) return found;
        return { ...found, declared: { count: from.cell.count, line: from.declared.line } };
      }
      const found = ask(magic, magic.length);
      return found && { ...found, name: null };
    },
    isComplete(source) {
      // A `%%` cell ends where a blank line does; other magic lines are whole by themselves.
      if (/^%%/.test(source)) {
        return /\n\s*\n?$/.test(source)
          ? { status: "complete" }
          : { status: "incomplete", indent: "" };
      }
      return completeness(translateMagics(source, isKnownName(source)).text);
    },
    reset() {
      known.clear();
      clearTexts();
      current = null;
    },
    restore(records) {
      known.restore(records);
      for (const { path, text } of records) {
        setText(path, text);
        serial = Math.max(serial, cellNumber(path));
      }
    },
    moveTo(folder) {
      cwd = folder;
      cache.clear();
    },
  };
}
