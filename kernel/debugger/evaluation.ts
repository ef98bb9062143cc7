/** Evaluating what the person asks for, in a frame of a stopped cell or outside of all. */
import type { Runtime } from "node:inspector";
import { runtimeReference } from "../cell/scope.js";
import type { CellService } from "../types.js";
import type { CellFiles } from "./cell-files.js";
import type { Fragments } from "./fragments.js";
import type { Inspector } from "./inspector.js";
import { PRESENTER_REFERENCE } from "./presented.js";
import type { Stop } from "./stop.js";
import { exceptionText, OBJECT_GROUP, type Variables } from "./variables.js";

/** A frame where a cell is stopped. */
export interface Place {
  readonly stop: Stop;
  readonly frame: number;
}

export interface Evaluation {
  /** The value of text in the cells' language; tensors are computed. Throws what it throws. */
  value(text: string, place: Place | null): Promise<Runtime.RemoteObject>;
  /** A variable of a frame becomes one of the notebook, known to later cells with its type. */
  copyToGlobals(source: string, target: string, place: Place): Promise<void>;
}

interface Parts {
  readonly inspector: Inspector;
  readonly cells: CellService;
  readonly files: CellFiles;
  readonly fragments: Fragments;
  readonly variables: Variables;
}

/** Nothing else reaches the main thread meanwhile, an interrupt neither. */
const LONGEST_MS = 10_000;

export function createEvaluation(parts: Parts): Evaluation {
  const { inspector, cells, files, fragments, variables } = parts;
  let copies = 0;

  async function lowered(text: string, place: Place | null): Promise<string> {
    const scopes = place === null ? [] : place.stop.scopeObjects(place.frame);
    return fragments.expression(text, { locals: await variables.names(scopes) });
  }

  async function run(expression: string, place: Place | null): Promise<Runtime.RemoteObject> {
    const given = { expression, objectGroup: OBJECT_GROUP, silent: true, timeout: LONGEST_MS };
    const asked =
      place === null
        ? inspector.request("Runtime.evaluate", given)
        : inspector.request("Debugger.evaluateOnCallFrame", {
            ...given,
            callFrameId: place.stop.callFrame(place.frame).callFrameId,
          });
    const { result, exceptionDetails } = await asked.catch((error: Error) => {
      if (!error.message.includes("was terminated")) throw error;
      throw new Error(`it took longer than ${LONGEST_MS / 1000} s, and was stopped`);
    });
    if (exceptionDetails !== undefined) throw new Error(exceptionText(exceptionDetails));
    return result;
  }

  return {
    value: async (text, place) =>
      run(`${PRESENTER_REFERENCE}.settled(${await lowered(text, place)})`, place),
    async copyToGlobals(source, target, place) {
      const name = JSON.stringify(target);
      const declare = `$$.declare(${name}, () => $$copy, ($$v) => { $$copy = $$v; })`;
      const value = await lowered(source, place);
      await run(`(($$, $$copy) => { ${declare}; })(${runtimeReference}, ${value})`, place);
      const { line, source: file } = place.stop.frame(place.frame);
      const type = await cells.typeAt(files.text(file.path) ?? "", line, source);
      const cell = { id: `copy-${++copies}`, count: 0 };
      const known = await cells.compile(`let ${target}!: ${type};`, cell);
      // A type that only the function knows.
      if (!known.ok) await cells.compile(`let ${target}: any;`, cell);
    },
  };
}
