/**
 * Run a compiled cell. Lives in the engine; nothing here loads TypeScript.
 *
 *     const scope = createScope({ language, prelude: [language, display], modules });
 *     const value = await evaluate(cell, scope);
 */
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
  const script = new Script(`${wrapper}${cell.js}\n})`, { filename: cellFile(cell.id) });
  type Body = (runtime: Scope["runtime"]) => Promise<unknown>;
  const body = script.runInThisContext() as Body;
  return new Promise((resolve, reject) => {
    queueMicrotask(() => {
      void settle(body.call(undefined, scope.runtime), resolve, reject);
    });
  });
}
