/** What the engine shows, as messages to the clients, each under the request that it belongs to. */
import type { CommMessage, Origin } from "../engine/protocol.js";
import type { History } from "./history.js";
import type { Publisher } from "./publisher.js";
import type { SessionOutput } from "./session.js";

export interface Outputs {
  /** Open comms, by id. */
  readonly comms: Map<string, { target: string }>;
  /** What is shown for `origin` from now on belongs to the request with this header. */
  remember(origin: Origin, parent: Buffer): void;
  publish(message: SessionOutput, buffers: readonly Buffer[]): void;
  /** Closes all comms. Widgets then show that they are dead, instead of waiting for answers. */
  closeComms(): void;
}

/** Outputs of timers find the cell that started them among so many latest ones. */
const MOST_PARENTS = 2_000;

export function createOutputs(publisher: Publisher, history: History): Outputs {
  const parents = new Map<Origin, Buffer>();
  const comms: Outputs["comms"] = new Map();

  function remember(origin: Origin, parent: Buffer): void {
    parents.delete(origin);
    parents.set(origin, parent);
    if (parents.size <= MOST_PARENTS) return;
    for (const oldest of parents.keys()) {
      parents.delete(oldest);
      break;
    }
  }

  function publishComm(
    message: CommMessage,
    buffers: readonly Buffer[],
    parent: Buffer | undefined,
  ): void {
    const { type, id, data, metadata } = message;
    if (type === "comm_open") comms.set(id, { target: message.target });
    if (type === "comm_close") comms.delete(id);
    const target = type === "comm_open" ? { target_name: message.target } : {};
    const content = { comm_id: id, data, ...target };
    publisher.publish({ type, content, parent, metadata, buffers });
  }

  return {
    comms,
    remember,
    publish(message, buffers) {
      const parent = parents.get(message.origin);
      // Moved to the end: a widget's cell is not forgotten for the many messages that it handles.
      if (parent !== undefined) remember(message.origin, parent);
      switch (message.type) {
        case "stream":
          publisher.stream(message.name, message.text, parent);
          break;
        case "display": {
          const { data, metadata, displayId, update } = message;
          const transient = displayId === undefined ? {} : { display_id: displayId };
          const type = update ? "update_display_data" : "display_data";
          publisher.publish({ type, content: { data, metadata, transient }, parent });
          break;
        }
        case "result": {
          const { data, metadata, count } = message;
          const content = { data, metadata, execution_count: count };
          publisher.publish({ type: "execute_result", content, parent });
          const text = data["text/plain"];
          if (typeof text === "string") history.addOutput(count, text);
          break;
        }
        case "clear":
          publisher.publish({ type: "clear_output", content: { wait: message.wait }, parent });
          break;
        case "error":
          publisher.publish({ type: "error", content: { ...message.error }, parent });
          break;
        default:
          publishComm(message, buffers, parent);
      }
    },
    closeComms() {
      for (const id of comms.keys()) {
        const message = { type: "comm_close", origin: "", id, data: {}, metadata: {} } as const;
        publishComm(message, [], undefined);
      }
    },
  };
}
