/** The place where the engine's main thread is stopped: its frames in the person's code. */
import type { Debugger, Runtime } from "node:inspector";
import { wrapper } from "../cell/evaluate.js";
import type { CompiledCell } from "../types.js";
import { type CellFiles, cellPath, filePath, prologueNames, toSource } from "./cell-files.js";
import type { Variables } from "./variables.js";

/** Our own files, which the debugger neither stops in nor shows; dist/ seen from this file. */
export const OWN_FILES = new URL("../../", import.meta.url).href;

export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly source: { readonly name: string; readonly path: string };
}

export interface DapScope {
  readonly name: string;
  readonly variablesReference: number;
  readonly expensive: boolean;
}

export interface Stop {
  readonly frames: readonly StackFrame[];
  /** All frames of the stack, as the inspector has them. */
  readonly callFrames: readonly Debugger.CallFrame[];
  /** One of them, also by an earlier id; throws if there is none. */
  frame(id: number): StackFrame;
  isTop(id: number): boolean;
  /** Gives the frames new ids: a client then asks again for what they hold. */
  renew(): void;
  /** The inspector's frame behind a frame's id; throws if there is none. */
  callFrame(id: number): Debugger.CallFrame;
  scopes(id: number): DapScope[];
  /** The inspector's objects for the scopes that evaluated text sees, innermost first. */
  scopeObjects(id: number): string[];
}

export const isShown = (url: string): boolean =>
  url.startsWith("hypatia-cell:") ||
  (url.startsWith("file:") && !url.startsWith(OWN_FILES) && !url.includes("/node_modules/"));

/**
 * @param urls of scripts, by their ids: the `url` of a frame of the inspector may be empty
 * @param takeIds the first of so many ids that no frame of this or another stop has had
 */
export function createStop(
  callFrames: readonly Debugger.CallFrame[],
  urls: ReadonlyMap<string, string>,
  files: CellFiles,
  variables: Variables,
  takeIds: (count: number) => number,
): Stop {
  const urlOf = ({ location }: Debugger.CallFrame): string => urls.get(location.scriptId) ?? "";
  const shown = callFrames.filter((frame) => isShown(urlOf(frame)));
  const firsts: number[] = [];
  const renew = (): void => void firsts.unshift(takeIds(shown.length));
  renew();
  const indexOf = (id: number): number => id - (firsts.find((first) => first <= id) ?? 0);
  const at = <T>(list: readonly T[], id: number): T => {
    const found = list[indexOf(id)];
    if (found === undefined) throw new Error(`frame ${id} is gone; ask for the stack again`);
    return found;
  };
  const described = shown.map((frame) => describeFrame(frame, urlOf(frame), files));
  return {
    callFrames,
    get frames() {
      return described.map((frame, i) => ({ id: firsts[0]! + i, ...frame }));
    },
    frame: (id) => ({ id, ...at(described, id) }),
    isTop: (id) => indexOf(id) === 0,
    renew,
    callFrame: (id) => at(shown, id),
    scopeObjects: (id) =>
      at(shown, id).scopeChain.flatMap(({ type, object: { objectId } }) =>
        SCOPE_NAMES[type] === undefined || objectId === undefined ? [] : [objectId],
      ),
    scopes(id) {
      const frame = at(shown, id);
      const cell = files.cell(urlOf(frame));
      const hidden = cell === undefined ? new Set<string>() : prologueNames(cell);
      const groups = new Map<string, string[]>();
      for (const { type, object } of frame.scopeChain) {
        const name = SCOPE_NAMES[type];
        if (name === undefined || object.objectId === undefined) continue;
        groups.set(name, [...(groups.get(name) ?? []), object.objectId]);
      }
      const scopes = [...groups].map(([name, objectIds]) => ({
        name,
        variablesReference: variables.reference({
          kind: "scopes",
          objectIds,
          hidden,
          receiver: name === SCOPE_NAMES.local ? receiverOf(frame) : null,
        }),
        expensive: false,
      }));
      const notebook = variables.reference({ kind: "notebook" });
      return [...scopes, { name: "Notebook", variablesReference: notebook, expensive: false }];
    },
  };
}

/** Those left out hold what every script sees. */
const SCOPE_NAMES: Readonly<Partial<Record<Debugger.Scope["type"], string>>> = {
  local: "Locals",
  block: "Locals",
  catch: "Locals",
  with: "Locals",
  eval: "Locals",
  closure: "Closure",
  module: "Module",
};

function describeFrame(
  frame: Debugger.CallFrame,
  url: string,
  files: CellFiles,
): Omit<StackFrame, "id"> {
  const { location, functionName } = frame;
  const cell = files.cell(url);
  if (cell === undefined && url.startsWith("file:")) {
    const path = filePath(url);
    const module = files.module(url);
    const { lineNumber, columnNumber = 0 } = location;
    return {
      name: functionName || "(anonymous)",
      ...(module === undefined
        ? { line: lineNumber + 1, column: columnNumber + 1 }
        : toSource(module, location)),
      source: { name: path.slice(path.lastIndexOf("/") + 1), path },
    };
  }
  if (cell === undefined) {
    return { name: functionName, line: 1, column: 1, source: { name: url, path: url } };
  }
  const name = functionName || (isCellBody(frame) ? `In [${cell.count}]` : "(anonymous)");
  return { name, ...toSource(cell, location), source: sourceOf(cell) };
}

/** Of a method or constructor its object; the global one is what a plain function may have. */
function receiverOf({ this: receiver }: Debugger.CallFrame): Runtime.RemoteObject | null {
  const isObject = receiver.type === "object" && receiver.subtype !== "null";
  return isObject && receiver.className !== "global" ? receiver : null;
}

const isCellBody = ({ functionLocation }: Debugger.CallFrame): boolean =>
  functionLocation?.lineNumber === 0 && (functionLocation.columnNumber ?? 0) < wrapper.length;

const sourceOf = ({ count, source }: CompiledCell) => ({
  name: `In [${count}]`,
  path: cellPath(source),
});
