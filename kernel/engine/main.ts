/** The engine process: cells, the tensor language with its backends, and the display functions. */
import * as language from "../../backends/hypatia.js";
import { toCellError } from "../cell/errors.js";
import { evaluate } from "../cell/evaluate.js";
import { createModules } from "../cell/modules.js";
import { createScope } from "../cell/scope.js";
import type { CompiledCell } from "../types.js";
import { type Evaluator, type Host, startEngine } from "./engine.js";

async function load({ outputs }: Host): Promise<Evaluator> {
  const [display, { setOutputs }, { toMimeBundle }] = await Promise.all([
    import("../display/index.js"),
    import("../display/channel.js"),
    import("../display/bundle.js"),
  ]);
  setOutputs(outputs);
  const own = { hypatia: language, "hypatia/display": display };
  const urls = {
    hypatia: new URL("../../backends/hypatia.js", import.meta.url).href,
    "hypatia/display": new URL("../display/index.js", import.meta.url).href,
  };
  const modules = createModules({ cwd: process.cwd(), own, urls });
  const scope = createScope({ language, prelude: [language, display], modules });
  /** Errors show lines of any cell of the session, so the text of each is kept. */
  const cells = new Map<string, CompiledCell>();
  return {
    evaluate(cell) {
      cells.set(cell.id, cell);
      return evaluate(cell, scope);
    },
    toMimeBundle,
    toCellError: (error) => toCellError(error, cells),
    lookUp: (name) => scope.valueOf(name),
  };
}

await startEngine(load, process.env.HYPATIA_ENGINE_TOKEN ?? "");
