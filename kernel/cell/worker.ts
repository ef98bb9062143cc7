/** The thread that service.ts talks to: one language, calls answered in order. */
import { parentPort, workerData } from "node:worker_threads";
import { createLanguage } from "./language.js";
import { setTensorFile } from "./operators.js";
import type { ServiceReply, ServiceRequest, WorkerOptions } from "./service.js";
import { saveCode } from "./typescript.js";

const options = workerData as WorkerOptions;
const port = parentPort!;
if (options.tensorFile !== undefined) setTensorFile(options.tensorFile);
const language = createLanguage(options);

port.on("message", ({ id, method, args }: ServiceRequest) => {
  let reply: ServiceReply;
  try {
    const call = language[method] as (...args: readonly unknown[]) => unknown;
    reply = { id, value: call(...args) };
  } catch (error) {
    reply = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  port.postMessage(reply);
});

// The first cells have made V8 compile what a session needs: keep that for the next start.
setTimeout(saveCode, 10_000).unref();
