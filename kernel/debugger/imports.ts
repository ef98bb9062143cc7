/**
 * Exceptions at the top level of files that cells import. For V8 something catches them: what
 * evaluates modules. So while a cell imports, V8 is asked to stop at every exception, and those
 * that the person's code catches are let go.
 */
import type { Debugger } from "node:inspector";
import type { CellService, CompiledCell } from "../types.js";
import type { Inspector } from "./inspector.js";
import { isShown } from "./stop.js";

export interface Imports {
  /** From now on, `handled` judges what the imports of a cell throw; false if it has none. */
  watch(cell: CompiledCell | undefined): boolean;
  /** Whether something handles an exception; null if that is V8's to say. */
  handled(told: Debugger.PausedEventDataType): Promise<boolean> | null;
}

/**
 * @param urls of scripts, by their ids
 * @param done called when the cell's own code runs: its imports are there
 */
export function createImports(
  inspector: Inspector,
  cells: Pick<CellService, "catches">,
  urls: ReadonlyMap<string, string>,
  done: () => void,
): Imports {
  let importing = false;
  const urlOf = ({ location }: Debugger.CallFrame): string => urls.get(location.scriptId) ?? "";

  const isFileBody = (frame: Debugger.CallFrame): boolean => {
    const url = urlOf(frame);
    const inFunction = frame.scopeChain.some(({ type }) => type === "local" || type === "closure");
    return url.startsWith("file:") && isShown(url) && !inFunction;
  };

  async function reachesNobody(frames: readonly Debugger.CallFrame[]): Promise<boolean> {
    for (const { location } of frames) {
      const { scriptId, lineNumber, columnNumber = 0 } = location;
      const { scriptSource } = await inspector.request("Debugger.getScriptSource", { scriptId });
      if (await cells.catches(scriptSource, lineNumber, columnNumber)) return false;
    }
    return true;
  }

  return {
    watch(cell) {
      importing = cell?.js.includes("$$.import(") ?? false;
      return importing;
    },
    handled({ callFrames, data }) {
      const { uncaught } = { ...data } as { uncaught?: unknown };
      if (!importing || uncaught === true) return null;
      const body = callFrames.findIndex(isFileBody);
      if (body >= 0) {
        const passed = callFrames.slice(0, body + 1);
        return reachesNobody(passed).then((nobody) => !nobody);
      }
      if (callFrames.some((frame) => urlOf(frame).startsWith("hypatia-cell:"))) done();
      return Promise.resolve(true);
    },
  };
}
