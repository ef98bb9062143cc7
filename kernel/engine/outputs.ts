/** What cells send to the front end (kernel/types.ts `Outputs`), as frames with their origin. */
import type { Outputs } from "../types.js";
import type { Origin } from "./protocol.js";
import type { Send } from "./writer.js";

/**
 * @param origin the cell on whose behalf the calling code runs, also in its timers
 * @param sink what takes the calling code's output instead, if anything
 */
export function createOutputs(
  send: Send,
  origin: () => Origin,
  sink: () => Outputs | undefined,
): Outputs {
  const front: Outputs = {
    stream(name, text) {
      send({ type: "stream", origin: origin(), name, text });
    },
    display({ data, metadata }, { displayId, update = false } = {}) {
      const id = displayId === undefined ? {} : { displayId };
      send({ type: "display", origin: origin(), data, metadata, update, ...id });
    },
    clear(wait) {
      send({ type: "clear", origin: origin(), wait });
    },
  };
  return {
    stream: (name, text) => (sink() ?? front).stream(name, text),
    display: (bundle, options) => (sink() ?? front).display(bundle, options),
    clear: (wait) => (sink() ?? front).clear(wait),
  };
}
