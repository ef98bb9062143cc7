/** A front end for widgets, in this process: what it was told, and what it can say. */
import { AsyncLocalStorage } from "node:async_hooks";
import { setOutputs } from "../../../kernel/display/channel.js";
import { createAttribution } from "../../../kernel/engine/attribution.js";
import { createComms } from "../../../kernel/engine/comms.js";
import type { RunContext } from "../../../kernel/engine/interrupt.js";
import { createOutputs } from "../../../kernel/engine/outputs.js";
import type { EngineMessage } from "../../../kernel/engine/protocol.js";
import type { Outputs } from "../../../kernel/types.js";
import { setWidgetHost } from "../../../kernel/widgets/host.js";
import type { State } from "../../../kernel/widgets/models.js";
import type { Widget } from "../../../kernel/widgets/widget.js";

export interface Front {
  /** Everything sent so far, oldest first. */
  readonly sent: EngineMessage[];
  readonly outputs: Outputs;
  /** Runs `f` as the cell `origin`. */
  cell<T>(origin: string, f: () => T): T;
  /** A message to a model, as a view of it would send; settles when its handlers did. */
  say(to: Pick<Widget, "id">, data: State): Promise<void>;
  /** The state of a model as the messages have made it. */
  state(of: Pick<Widget, "id">): State;
  /** Opens the comm on which all states are asked for, and asks. */
  restore(): Promise<void>;
  /** `origin: text` of everything printed and shown, `↻` before an update. */
  shown(): string[];
}

export function startFront(): Front {
  const contexts = new AsyncLocalStorage<RunContext>();
  const sent: EngineMessage[] = [];
  const origin = () => contexts.getStore()?.origin ?? "";
  const send = (message: EngineMessage) => void sent.push(message);
  const comms = createComms(send, origin);
  const outputs = createOutputs(send, origin, () => contexts.getStore()?.sink);
  const show = (error: unknown) => outputs.stream("stderr", String(error));
  setOutputs(outputs);
  setWidgetHost({
    comms,
    attribution: createAttribution(contexts, origin, show),
    toCellError: (error) => ({ ename: "", evalue: "", traceback: [String(error)] }),
  });
  const cell = <T>(name: string, f: () => T, handlesMessage = false): T =>
    contexts.run({ origin: name, handlesMessage, progress: { cancelled: false, steps: 0 } }, f);
  const handle = <T>(f: () => T): T => cell("comm", f, true);

  return {
    sent,
    outputs,
    cell: (name, f) => cell(name, f),
    say: ({ id }, data) =>
      handle(() => comms.receive({ type: "comm_msg", origin: "comm", id, data, metadata: {} }, [])),
    state({ id }) {
      const states = sent.flatMap((message) => {
        if (message.type !== "comm_open" && message.type !== "comm_msg") return [];
        return message.id === id ? [message.data.state as State] : [];
      });
      return Object.assign({}, ...states);
    },
    async restore() {
      const head = { origin: "comm", id: "control", metadata: {} };
      const target = "jupyter.widget.control";
      await comms.receive({ type: "comm_open", ...head, target, data: {} }, []);
      const data = { method: "request_states" };
      await comms.receive({ type: "comm_msg", ...head, data }, []);
    },
    shown: () =>
      sent.flatMap((message) => {
        if (message.type === "stream") return [`${message.origin}: ${message.text}`];
        if (message.type !== "display") return [];
        const update = message.update ? "↻ " : "";
        return [`${message.origin}: ${update}${String(message.data["text/plain"])}`];
      }),
  };
}

/** The front end changes what a model holds. */
export const update = (state: State): State => ({ method: "update", state, buffer_paths: [] });
