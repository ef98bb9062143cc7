/** Breakpoints by path, as the client set them, and in the scripts that have run or will. */

import { cellFile } from "../cell/evaluate.js";
import type { CompiledCell } from "../types.js";
import { type CellFiles, cellPath, fileUrlPattern, toScript, toSource } from "./cell-files.js";
import type { Breakpoint, Fragments } from "./fragments.js";
import type { Inspector } from "./inspector.js";

/** As a response has it. */
export interface PlacedBreakpoint {
  readonly id: number;
  readonly verified: boolean;
  /** Why it is not verified. */
  readonly message?: string;
  readonly line: number;
  readonly source: { readonly path: string };
}

export interface Breakpoints {
  /** Replaces those of a path. Lines without code move to the next that has some. */
  set(path: string, wanted: readonly Breakpoint[]): Promise<PlacedBreakpoint[]>;
  /** Sets in the engine what is known: for a cell that is about to run, or all, in a new engine. */
  restore(cell?: CompiledCell): Promise<void>;
  /** What is to be asked where these are hit, by the inspector's ids; null: it stops anyway. */
  conditions(hit: readonly string[]): readonly string[] | null;
  clear(): void;
  /** As `debugInfo` tells them. */
  list(): { readonly source: string; readonly breakpoints: readonly Breakpoint[] }[];
}

export function createBreakpoints(
  inspector: Inspector,
  files: CellFiles,
  fragments: Fragments,
): Breakpoints {
  const byPath = new Map<string, readonly Breakpoint[]>();
  /** The inspector's ids of what is set for a path. */
  const active = new Map<string, string[]>();
  /** What is to be asked at a stop, by the inspector's ids. */
  const asked = new Map<string, string>();
  let lastId = 0;

  /** The line of the text where it came to be; as asked where the script is not there yet. */
  async function place(path: string, breakpoint: Breakpoint): Promise<number> {
    const { line } = breakpoint;
    const place = { source: files.text(path) ?? "", line };
    const condition = await fragments.condition(breakpoint, place);
    const cell = files.latest(path);
    const text = cell ?? files.latestModule(path);
    const script =
      cell === undefined ? { urlRegex: fileUrlPattern(path) } : { url: cellFile(cell.id) };
    const { breakpointId, locations } = await inspector.request("Debugger.setBreakpointByUrl", {
      ...script,
      ...(text === undefined ? { lineNumber: line - 1 } : toScript(text, line)),
      ...(condition !== undefined && "v8" in condition ? { condition: condition.v8 } : {}),
    });
    if (condition !== undefined && "atStop" in condition) asked.set(breakpointId, condition.atStop);
    active.set(path, [...(active.get(path) ?? []), breakpointId]);
    // The last is of the script that came last, where a file was changed and imported again.
    const location = locations.at(-1);
    if (location === undefined) return line;
    return text === undefined ? location.lineNumber + 1 : toSource(text, location).line;
  }

  async function removeAll(path: string): Promise<void> {
    const ids = active.get(path) ?? [];
    active.delete(path);
    for (const breakpointId of ids) {
      asked.delete(breakpointId);
      await inspector.request("Debugger.removeBreakpoint", { breakpointId });
    }
  }

  return {
    async set(path, wanted) {
      byPath.delete(path);
      await removeAll(path);
      const placed: PlacedBreakpoint[] = [];
      const lines = new Map<number, Breakpoint>();
      for (const breakpoint of wanted) {
        const told = { id: ++lastId, source: { path } };
        try {
          const line = await place(path, breakpoint);
          lines.set(line, { ...breakpoint, line });
          placed.push({ ...told, verified: true, line });
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          placed.push({ ...told, verified: false, message, line: breakpoint.line });
        }
      }
      if (lines.size > 0) byPath.set(path, [...lines.values()]);
      return placed;
    },
    async restore(cell) {
      const files = cell?.modules?.map((module) => module.path) ?? [];
      const paths = cell === undefined ? byPath.keys() : [cellPath(cell.source), ...files];
      for (const path of paths) {
        // A cell that runs again has a new script; the old one's functions are rarely wanted.
        if (cell === undefined) active.delete(path);
        else await removeAll(path);
        // One that does not fit any more, as a condition on what is no more, must not hide others.
        for (const breakpoint of byPath.get(path) ?? []) {
          await place(path, breakpoint).catch(() => {});
        }
      }
    },
    conditions(hit) {
      const found = hit.map((id) => asked.get(id));
      const unconditional = found.length === 0 || found.includes(undefined);
      return unconditional ? null : found.filter((text) => text !== undefined);
    },
    clear() {
      byPath.clear();
      active.clear();
      asked.clear();
    },
    list: () => [...byPath].map(([source, breakpoints]) => ({ source, breakpoints })),
  };
}
