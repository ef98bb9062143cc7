/**
 * An engine whose cells are JavaScript run by `vm`: enough to test processes, channels and
 * interrupts without the cell transform. `var`s persist, and the value is that of the last
 * statement, also of an awaited one when the cell begins with `async:`.
 */
import { runInThisContext } from "node:vm";
import { toMimeBundle } from "../../../kernel/display/bundle.js";
import { setOutputs } from "../../../kernel/display/channel.js";
import { startEngine } from "../../../kernel/engine/engine.js";

await startEngine(async ({ outputs, comms, ask }) => {
  setOutputs(outputs);
  Object.assign(globalThis, { outputs, comms, ask });
  return {
    async evaluate({ id, js }) {
      const value: unknown = runInThisContext(js, { filename: `${id}.ts` });
      return value instanceof Promise ? await value : value;
    },
    toMimeBundle,
    toCellError(error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return { ename: name, evalue: message, traceback: [`${name}: ${message}`] };
    },
    withPlaces: (text) => text,
    lookUp: (name) => (globalThis as Record<string, unknown>)[name],
    terminated() {},
  };
}, process.env.HYPATIA_ENGINE_TOKEN ?? "");
