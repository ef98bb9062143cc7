/** Cells one after another, through the real checker and the real evaluation, with no worker. */
import { fileURLToPath } from "node:url";
import { toCellError } from "../../../kernel/cell/errors.js";
import { evaluate } from "../../../kernel/cell/evaluate.js";
import { createLanguage, type Language } from "../../../kernel/cell/language.js";
import { createModules } from "../../../kernel/cell/modules.js";
import { setTensorFile } from "../../../kernel/cell/operators.js";
import { createScope, type Scope } from "../../../kernel/cell/scope.js";
import type { CellError, CompiledCell, CompileResult } from "../../../kernel/types.js";
import * as tensors from "./language/index.js";

export const tensorFile = /[/\\]cell[/\\]language[/\\]/;
export const prelude = [
  { name: "hypatia", types: fileURLToPath(new URL("./language/index.d.ts", import.meta.url)) },
];

export interface Session {
  readonly language: Language;
  readonly scope: Scope;
  /** What the checker and the lowering make of `source`; it counts as run. */
  compile(source: string): CompileResult;
  /** The JavaScript without its first words, or the messages of the checker. */
  js(source: string): string;
  /** The last cell's value, tensors as their formula. */
  run(...sources: readonly string[]): Promise<unknown>;
  /** The error of the last cell. */
  fail(...sources: readonly string[]): Promise<CellError>;
  /** The messages of the checker about `source`, `line:column message`. */
  problems(source: string): string[];
  reset(): void;
}

/** `more` are names that cells see besides the test's language; those of the notebook. */
export function createSession(cwd: string, more: Record<string, unknown> = {}): Session {
  setTensorFile(tensorFile);
  const types = fileURLToPath(new URL("../../../kernel/cell/notebook.d.ts", import.meta.url));
  const language = createLanguage({
    cwd,
    prelude: [...prelude, { name: "hypatia/notebook", types }],
  });
  const modules = createModules({
    cwd,
    own: { hypatia: tensors },
    urls: { hypatia: new URL("./language/index.js", import.meta.url).href },
  });
  const scope = createScope({ language: tensors, prelude: [tensors, more], modules });
  const cells = new Map<string, CompiledCell>();
  let count = 0;

  function compile(source: string): CompileResult {
    const result = language.compile(source, { id: String(++count), count });
    if (result.ok) cells.set(result.cell.id, result.cell);
    return result;
  }

  function problems(source: string): string[] {
    const result = compile(source);
    const list = result.ok ? [] : result.diagnostics;
    return list.map(({ start, message }) => `${start.line}:${start.column} ${message}`);
  }

  async function runOne(source: string): Promise<unknown> {
    const result = compile(source);
    if (!result.ok) {
      throw new Error(result.diagnostics.map((entry) => entry.message).join("\n"));
    }
    return evaluate(result.cell, scope);
  }

  async function run(...sources: readonly string[]): Promise<unknown> {
    let value: unknown;
    for (const source of sources) value = await runOne(source);
    return value instanceof tensors.Tensor ? String(value) : value;
  }

  return {
    language,
    scope,
    compile,
    problems,
    run,
    js(source) {
      const result = compile(source);
      if (!result.ok) return result.diagnostics.map((entry) => entry.message).join("\n");
      return result.cell.js.replace(firstWords, "");
    },
    async fail(...sources) {
      const last = sources.at(-1)!;
      for (const source of sources.slice(0, -1)) await run(source).catch(() => undefined);
      try {
        await runOne(last);
      } catch (error) {
        return toCellError(error, cells);
      }
      throw new Error(`no error: ${last}`);
    },
    reset() {
      language.reset();
      scope.clear();
      cells.clear();
      count = 0;
    },
  };
}

/** What the lowering puts before a cell's own text. */
const firstWords = new RegExp(
  '^"use strict"; (?:const \\{[^}]*\\} = (?:\\$\\$\\.\\w+|await \\$\\$\\.import\\([^)]*\\)); |' +
    "\\$\\$\\.declare\\((?:[^;{]|\\{[^}]*\\})*\\); )*",
);
