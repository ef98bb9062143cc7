/** The engine's synchronous way out: bytes to a descriptor, all of them, before it returns. */
import { writeSync } from "node:fs";
import { encodeFrame } from "./frames.js";
import type { Interrupts } from "./interrupt.js";
import { ENGINE_FD, type EngineMessage } from "./protocol.js";

export type Send = (message: EngineMessage, buffers?: readonly Uint8Array[]) => void;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes everything, waiting while the pipe is full. Throws what `writeSync` throws else. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}

/**
 * The sender of frames to the front. An interrupt that arrives in the middle of a frame waits
 * until the frame is out: half a frame would garble everything after it.
 */
export function createSend(interrupts: Interrupts, leave: (why: string) => never): Send {
  return (message, buffers) => {
    const bytes = encodeFrame(message, buffers);
    interrupts.uninterrupted(() => {
      try {
        writeFully(ENGINE_FD.output, bytes);
      } catch (error) {
        // Not the system's: a stack that is full, say. It is the caller's.
        if (!(error instanceof Error && "syscall" in error)) throw error;
        leave(`its output cannot be written: ${error.message}`); // The front is gone.
      }
    });
  };
}
