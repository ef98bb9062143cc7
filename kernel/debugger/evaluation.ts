/** Evaluating what the person asks for, in a frame of a stopped cell or outside of all. */
import type { Runtime } from "node:inspector";
import { runtimeReference } from "../cell/scope.js";
import type { CellService } from "../types.js";
import type { CellFiles } from "./cell-files.js";
import type { Fragments } from "./fragments.js";
import type { Inspector } from "./inspector.js";
import { PRESENTER_REFERENCE } from "./presented.js";
import type { Stop } from "./stop.js";
import { evaluateIn, type Variables } from "./variables.js";

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

export function createEvaluation(parts: Parts): Evaluation {
  const { inspector, cells, files, fragments, variables } = parts;
  let copies = 0;

  async function lowered(text: string, place: Place | null): Promise<string> {
    const scopes = place === null ? [] : place.stop.scopeObjects(place.frame);
    return fragments.expression(text, { locals: await variables.names(scopes) });
  }

  const run = (text: string, place: Place | null): Promise<Runtime.RemoteObject> =>
    evaluateIn(inspector, place === null ? null : frameOf(place), {
      expression: `${PRESENTER_REFERENCE}.evaluate(() => ${text})`,
    });

  return {
    value: async (text, place) => run(await lowered(text, place), place),
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

const frameOf = ({ stop, frame }: Place): string => stop.callFrame(frame).callFrameId;
