/** Where a language can run beside the front: in a thread, or in a process made of a snapshot. */
import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { endGroup } from "../engine/processes.js";
import type { ServiceReply, ServiceRequest } from "./calls.js";
import type { LanguageOptions } from "./language.js";

export interface WorkerOptions extends LanguageOptions {
  readonly tensorFile?: RegExp | undefined;
}

export interface HomeListener {
  reply(reply: ServiceReply): void;
  /** Called once, when it is gone. */
  ended(cause: string): void;
}

/** Something that answers requests in the order in which they come. */
export interface Home {
  post(request: ServiceRequest): void;
  /** Whether our process must stay for it. */
  hold(needed: boolean): void;
  end(): Promise<void>;
}

/** A thread, which reads all declarations before it answers: a second or two. */
export function startThread(workerData: WorkerOptions, listener: HomeListener): Home {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData });
  let cause = "it ended";
  worker.on("message", (reply: ServiceReply) => listener.reply(reply));
  worker.on("error", (error) => {
    cause = error instanceof Error ? error.message : String(error);
  });
  worker.on("exit", () => listener.ended(cause));
  worker.unref();
  return {
    post: (request) => worker.postMessage(request),
    hold: (needed) => (needed ? worker.ref() : worker.unref()),
    async end() {
      await worker.terminate();
    },
  };
}

/** A process that begins where the snapshot's builder ended. It ends with our end of the channel. */
export function startResident(snapshot: string, cwd: string, listener: HomeListener): Home {
  // What a person preloads is for the cells, not for the kernel's own tools.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--snapshot-blob", snapshot], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
  });
  let over: (cause: string) => void = () => {};
  const gone = new Promise<void>((resolve) => {
    over = (cause) => {
      over = () => {};
      listener.ended(cause);
      resolve();
    };
  });
  child.on("message", (reply) => listener.reply(reply as ServiceReply));
  child.on("error", (error) => over(error.message));
  child.on("exit", (code, signal) => over(`it ended with ${signal ?? `status ${code}`}`));
  const hold = (needed: boolean): void => {
    if (needed) {
      child.ref();
      child.channel?.ref();
    } else {
      child.unref();
      child.channel?.unref();
    }
  };
  hold(false);
  return {
    post(request) {
      // It may be gone already: `ended` tells.
      if (child.connected) child.send(request, () => {});
    },
    hold,
    end() {
      hold(true);
      child.kill("SIGKILL");
      return gone;
    },
  };
}

/**
 * A process that makes the snapshot for the next start, when nothing else wants the processor.
 * Returns what ends it, and the builder that it has started; it also ends with our end of the
 * channel, as soon as it comes to look.
 */
export function startMaker(): () => void {
  const program = fileURLToPath(new URL("./maker.js", import.meta.url));
  const child = spawn(process.execPath, [program], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    detached: true, // It leads a process group.
  });
  child.on("error", () => {});
  child.unref();
  child.channel?.unref();
  const { pid } = child;
  if (pid === undefined) return () => {};
  setPriority(pid, constants.priority.PRIORITY_LOW);
  return () => {
    if (child.exitCode === null && child.signalCode === null) endGroup(pid);
  };
}
