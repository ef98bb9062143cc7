/** The engine process: cells, the tensor language with its backends, and the display functions. */
import * as language from "../../backends/hypatia.js";
import { freeSymbols } from "../../lang/evaluation.js";
import { toCellError } from "../cell/errors.js";
import { evaluate } from "../cell/evaluate.js";
import { createModules } from "../cell/modules.js";
import { notebook, setNotebookHost } from "../cell/notebook.js";
import { withPlaces } from "../cell/printed.js";
import { createRecentCells } from "../cell/recent.js";
import { createScope } from "../cell/scope.js";
import { installPresenter } from "../debugger/presenter.js";
import type { MimeBundle } from "../types.js";
import { type Evaluator, type Host, startEngine } from "./engine.js";

async function load(host: Host): Promise<Evaluator> {
  const { outputs, comms, attribution, guard, ask, forgotten } = host;
  const [
    display,
    { isDisplayHandle },
    { setOutputs },
    { toMimeBundle },
    { printTensors },
    widgets,
    { setWidgetHost },
  ] = await Promise.all([
    import("../display/index.js"),
    import("../display/display.js"),
    import("../display/channel.js"),
    import("../display/bundle.js"),
    import("../display/console.js"),
    import("../widgets/index.js"),
    import("../widgets/host.js"),
  ]);
  setOutputs(outputs);
  printTensors(console);
  const own = {
    hypatia: language,
    "hypatia/display": display,
    "hypatia/widgets": widgets,
    "hypatia/notebook": { notebook },
  };
  const urls = {
    hypatia: new URL("../../backends/hypatia.js", import.meta.url).href,
    "hypatia/display": new URL("../display/index.js", import.meta.url).href,
    "hypatia/widgets": new URL("../widgets/index.js", import.meta.url).href,
    "hypatia/notebook": new URL("../cell/notebook.js", import.meta.url).href,
  };
  const modules = createModules({ cwd: process.cwd(), own, urls, outlive: attribution.outlive });
  const prelude = [language, display, widgets, { notebook }];
  const scope = createScope({ language, prelude, modules });
  const { html, svg, markdown, latex } = display;
  const renderers = { html, svg, markdown, latex };
  setNotebookHost({
    scope,
    settle,
    renderers,
    toMimeBundle,
    ask,
    forgotten,
    getBackend: () => language.config.backend,
    setBackend: (name) => Reflect.set(language.config, "backend", name), // which checks the name
  });
  installPresenter(scope, toMimeBundle, guard);
  const recent = createRecentCells();
  const explain = (error: unknown) => toCellError(error, recent.cells);
  const printed = (text: string) => withPlaces(text, recent.cells);
  const placed = (bundle: MimeBundle | null) => {
    const text = bundle?.data["text/plain"];
    if (bundle === null || typeof text !== "string") return bundle;
    return { ...bundle, data: { ...bundle.data, "text/plain": printed(text) } };
  };
  setWidgetHost({ comms, attribution, toCellError: explain });
  return {
    evaluate(cell) {
      recent.add(cell);
      const run = () => evaluate(cell, scope);
      return cell.timed ? notebook.time(run) : run();
    },
    toMimeBundle: (value) => (isDisplayHandle(value) ? null : placed(toMimeBundle(value))),
    toCellError: explain,
    withPlaces: printed,
    lookUp: (name) => scope.valueOf(name),
    terminated: modules.forgetUnfinished,
  };
}

/** Computes tensors; those with free symbols have nothing to compute. */
function settle(value: unknown): void {
  if (Array.isArray(value)) value.forEach(settle);
  if (value instanceof language.Tensor && freeSymbols([value.node]).length === 0) value.value();
}

// With Node's 10 frames an error from deep inside a library does not tell which line called it.
Error.stackTraceLimit = 100;
await startEngine(load, process.env.HYPATIA_ENGINE_TOKEN ?? "");
