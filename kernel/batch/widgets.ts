/** What widgets held when a notebook ended, as its metadata keep it for pages without a kernel. */
import type { SessionOutput } from "../front/session.js";

type Json = Record<string, unknown>;

export interface WidgetRecord {
  take(message: SessionOutput): void;
  /** For the notebook's metadata: under `widgets`, if there were any. */
  metadata(): Json;
}

const TARGET = "jupyter.widget";
const TYPE = "application/vnd.jupyter.widget-state+json";

/** Follows the states of all models; see kernel/widgets/models.ts for the messages. */
export function createWidgetRecord(): WidgetRecord {
  const states = new Map<string, Json>();
  return {
    take(message) {
      switch (message.type) {
        case "comm_open":
          if (message.target === TARGET) states.set(message.id, { ...stateIn(message.data) });
          break;
        case "comm_msg":
          Object.assign(states.get(message.id) ?? {}, stateIn(message.data));
          break;
        case "comm_close":
          states.delete(message.id);
          break;
        default: // Outputs, which kernel/batch/outputs.ts collects.
      }
    },
    metadata() {
      if (states.size === 0) return {};
      const state = Object.fromEntries([...states].map(([id, held]) => [id, entry(held)]));
      return { widgets: { [TYPE]: { version_major: 2, version_minor: 0, state } } };
    },
  };
}

const stateIn = ({ state }: Readonly<Json>): object =>
  typeof state === "object" && state !== null ? state : {};

const entry = (state: Json): Json => ({
  model_name: state._model_name,
  model_module: state._model_module,
  model_module_version: state._model_module_version,
  state,
});
