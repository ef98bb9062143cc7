/** Comms in the engine: named targets that a front end opens, and comms opened from here. */
import { randomUUID } from "node:crypto";
import type { CommMessage, JsonObject, Origin } from "./protocol.js";
import type { Send } from "./writer.js";

export interface CommEvent {
  readonly data: JsonObject;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/** One open channel to the front end. Assign `onMessage` and `onClose` to hear from it. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: JsonObject, options?: CommOptions): void;
  close(data?: JsonObject): void;
  onMessage: (event: CommEvent) => void | Promise<void>;
  onClose: (event: CommEvent) => void | Promise<void>;
}

export interface CommOptions {
  readonly metadata?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
}

export type CommTarget = (comm: Comm, opened: CommEvent) => void | Promise<void>;

export interface Comms {
  /** Lets a front end open comms to `name`; a second registration replaces the first. */
  register(name: string, target: CommTarget): void;
  /** Opens a comm from this side. */
  open(target: string, data: JsonObject, options?: CommOptions & { id?: string }): Comm;
  /** Handles what came from a front end; settles when its handler did. */
  receive(message: CommMessage, buffers: readonly Uint8Array[]): Promise<void>;
}

/** A comm whose target fails has nobody at this end; the front end is told. */
async function openWith(target: CommTarget, comm: Comm, event: CommEvent): Promise<void> {
  try {
    await target(comm, event);
  } catch (error) {
    comm.close();
    throw error;
  }
}

export function createComms(send: Send, origin: () => Origin): Comms {
  const targets = new Map<string, CommTarget>();
  const comms = new Map<string, Comm>();

  const create = (id: string, target: string): Comm => {
    const comm: Comm = {
      id,
      target,
      send(data, { metadata = {}, buffers = [] } = {}) {
        send({ type: "comm_msg", origin: origin(), id, data, metadata }, buffers);
      },
      close(data = {}) {
        if (!comms.delete(id)) return;
        send({ type: "comm_close", origin: origin(), id, data, metadata: {} });
      },
      onMessage: () => {},
      onClose: () => {},
    };
    comms.set(id, comm);
    return comm;
  };

  return {
    register(name, target) {
      targets.set(name, target);
    },
    open(target, data, { id = randomUUID(), metadata = {}, buffers = [] } = {}) {
      const comm = create(id, target);
      send({ type: "comm_open", origin: origin(), id, target, data, metadata }, buffers);
      return comm;
    },
    async receive(message, buffers) {
      const event = { data: message.data, metadata: message.metadata, buffers };
      const comm = comms.get(message.id);
      switch (message.type) {
        case "comm_open": {
          const target = targets.get(message.target);
          const opened = create(message.id, message.target);
          // The specification's answer to an unknown target is to close at once.
          if (target === undefined) opened.close();
          else await openWith(target, opened, event);
          break;
        }
        case "comm_msg":
          await comm?.onMessage(event);
          break;
        case "comm_close":
          comms.delete(message.id);
          await comm?.onClose(event);
          break;
        default:
          message satisfies never;
      }
    },
  };
}
