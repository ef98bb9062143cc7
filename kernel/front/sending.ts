/** Queues of messages to send: in order, and no faster than those who read can take them. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Router, XPublisher } from "zeromq";
import type { Log } from "./log.js";

export interface SendQueue {
  push(frames: Uint8Array[]): void;
  /** Bytes that wait. */
  bytes(): number;
  /** Settles when nothing waits. */
  drained(): Promise<void>;
}

/**
 * Messages that libzmq holds for one client; a full queue counts as read when half of it is. Small,
 * for a message may be a large picture, and a client that reads nothing keeps what it holds.
 */
export const HIGH_WATER = 500;
/** How long a client that reads nothing may hold up the others. */
const PATIENCE_MS = 3000;
/** How long its messages are then dropped before it may hold them up again. */
const IMPATIENT_MS = 60_000;
/** Messages in that time are sent in groups with pauses, at which those who read catch up. */
const GROUP = { messages: HIGH_WATER / 2, bytes: 4 << 20, pause: 40 };
const RETRY_MS = 2;

/** libzmq takes one send at a time: a second one while the first waits throws EBUSY. */
export function createSendQueue(socket: Router | XPublisher, log: Log): SendQueue {
  const queue: Uint8Array[][] = [];
  let bytes = 0;
  let pump: Promise<void> | null = null;
  /** While a client's messages are dropped, when that ends. */
  let impatientUntil = 0;
  let group = { messages: 0, bytes: 0 };

  const run = async (): Promise<void> => {
    for (let frames = queue.shift(); frames !== undefined; frames = queue.shift()) {
      if (impatientUntil > 0) await considerOthers(frames);
      try {
        await deliver(frames);
      } catch (error) {
        log(`send: ${error}`);
      }
      bytes -= size(frames);
    }
    pump = null;
  };

  /**
   * A publisher that may drop nothing says EAGAIN at once when one client's queue is full; its
   * `sendTimeout` does not apply, for libzmq calls it writable at all times.
   */
  const deliver = async (frames: Uint8Array[]): Promise<void> => {
    const since = performance.now();
    for (;;) {
      try {
        return await socket.send(frames);
      } catch (error) {
        if (!isFull(error) || !(socket instanceof XPublisher) || socket.closed) throw error;
        if (performance.now() - since < PATIENCE_MS) {
          await sleep(RETRY_MS);
          continue;
        }
        log("iopub: a client does not read; it loses messages, so that the others get them");
        socket.noDrop = false;
        impatientUntil = performance.now() + IMPATIENT_MS;
      }
    }
  };

  const considerOthers = async (frames: Uint8Array[]): Promise<void> => {
    if (!(socket instanceof XPublisher) || socket.closed) return;
    if (performance.now() > impatientUntil) {
      socket.noDrop = true;
      impatientUntil = 0;
      return;
    }
    group = { messages: group.messages + 1, bytes: group.bytes + size(frames) };
    if (group.messages < GROUP.messages && group.bytes < GROUP.bytes) return;
    group = { messages: 0, bytes: 0 };
    await sleep(GROUP.pause);
  };

  return {
    push(frames) {
      queue.push(frames);
      bytes += size(frames);
      pump ??= run();
    },
    bytes: () => bytes,
    drained: () => pump ?? Promise.resolve(),
  };
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "EAGAIN";

function size(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, frame) => sum + frame.byteLength, 0);
}
