/**
 * What front and engine say to each other. Three streams of frames (frames.ts):
 *
 * - fd 3, engine → front: `EngineMessage`, written synchronously, so that streams, displays and
 *   results keep the order in which the cell made them;
 * - fd 4, front → engine's main thread: `EngineCommand`;
 * - fd 5, front → engine's control thread: `ControlCommand`, heard while the main thread is busy;
 *   and back: `ControlMessage`, for the debugger.
 *
 * fd 1 and fd 2 carry only what native code and subprocesses print, plus end marks.
 */
import type { CellError, CompiledCell, HelpWanted, MimeBundle, Payload } from "../types.js";

/** What made an output: a cell's id, or the id of a comm message. */
export type Origin = string;

export type JsonObject = { readonly [key: string]: unknown };

export type OutputMessage =
  | { type: "stream"; origin: Origin; name: "stdout" | "stderr"; text: string }
  | {
      type: "display";
      origin: Origin;
      data: JsonObject;
      metadata: JsonObject;
      displayId?: string;
      update: boolean;
    }
  | { type: "result"; origin: Origin; count: number; data: JsonObject; metadata: JsonObject }
  | { type: "clear"; origin: Origin; wait: boolean }
  | CommMessage;

/** A comm message in either direction; its buffers are the frame's. */
export type CommMessage =
  | {
      type: "comm_open";
      origin: Origin;
      id: string;
      target: string;
      data: JsonObject;
      metadata: JsonObject;
    }
  | {
      type: "comm_msg" | "comm_close";
      origin: Origin;
      id: string;
      data: JsonObject;
      metadata: JsonObject;
    };

export type EngineMessage =
  | OutputMessage
  | { type: "ready" }
  | { type: "input"; origin: Origin; prompt: string; password: boolean }
  /** Goes with the reply of the cell, if it has none yet. */
  | { type: "payload"; origin: Origin; payload: Payload | HelpWanted }
  /** Hold everything after this until mark `id` was seen on each of `fds`. */
  | { type: "barrier"; id: number; fds: readonly (1 | 2)[] }
  /** A cell or a comm message is done; nothing of its synchronous part comes after this. */
  | { type: "done"; sequence: number; outcome: Outcome }
  /** The names that cells had declared are no more. */
  | { type: "forgotten" }
  /** User code asked the process to end. */
  | { type: "exit"; code: number };

/**
 * How a run ended; `result` is the value that was not shown, `home` the cell whose function was
 * handling a message when it was interrupted.
 */
export type Outcome =
  | { status: "ok"; result: MimeBundle | null }
  | { status: "error"; error: CellError }
  | { status: "interrupted"; error: CellError; home?: Origin | undefined };

export type EngineCommand =
  /** `show`: the value goes out as a `result`; else it comes back in the outcome. */
  | { type: "run"; sequence: number; cell: CompiledCell; show: boolean }
  | { type: "comm"; sequence: number; message: CommMessage }
  /** The value of a variable comes back in the outcome. */
  | { type: "inspect"; sequence: number; name: string };

export type ControlCommand =
  /** Stop whatever run has a sequence number up to this. */
  | { type: "interrupt"; sequence: number }
  /** The answer to `input`; null when the client cannot be asked. */
  | { type: "input"; text: string | null }
  /** A request of V8's inspector protocol about the main thread. */
  | { type: "inspector"; request: number; method: string; params: JsonObject }
  /** The debugger has gone: the main thread runs on. */
  | { type: "inspector_close" };

export type ControlMessage =
  | { type: "inspector_result"; request: number; result: JsonObject }
  | { type: "inspector_error"; request: number; message: string }
  | { type: "inspector_event"; method: string; params: JsonObject };

export const ENGINE_FD = { output: 3, commands: 4, control: 5 } as const;

/**
 * The mark that says "everything written to this fd before is above this line". The token is the
 * process's own, so no program's output can imitate it by accident.
 */
export function endMark(token: string, id: number): string {
  return `\u0000hypatia:${token}:${id}\u0000`;
}
