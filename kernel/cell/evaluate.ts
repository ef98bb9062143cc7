/**
 * Run a compiled cell. Lives in the engine; nothing here loads TypeScript.
 *
 *     const scope = createScope({ language, prelude: [language, display], modules });
 *     const value = await evaluate(cell, scope);
 */
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { settle } from "../engine/uncaught.js";
import type { CompiledCell } from "../types.js";
import type { Scope } from "./scope.js";

/** What precedes a cell's text on its first line; errors.ts subtracts it from columns. */
export const wrapper = "(async function ($$) {";

/** The file name that stands for a cell in stacks and in the debugger. */
export const cellFile = (id: string) => `hypatia-cell:${encodeURIComponent(id)}`;

/**
 * The value of the cell's last expression, or undefined. Rejects with what the cell throws. The
 * cell starts in a microtask of its own, where an interrupt may end it safely.
 */
export async function evaluate(cell: CompiledCell, scope: Scope): Promise<unknown> {
  if (cell.modules !== undefined) await scope.modules.prepare(cell.modules);
  const body = load(cell);
  return new Promise((resolve, reject) => {
    queueMicrotask(() => {
      void settle(body.call(undefined, scope.runtime), resolve, reject);
    });
  });
}

type Body = (runtime: Scope["runtime"]) => Promise<unknown>;

/** V8 keeps every script that it has compiled, by its text and for good; cells come but once. */
function load({ id, js }: CompiledCell): Body {
  setFlagsFromString("--no-compilation-cache");
  try {
    return new Script(`${wrapper}${js}\n})`, { filename: cellFile(id) }).runInThisContext();
  } finally {
    setFlagsFromString("--compilation-cache");
  }
}
