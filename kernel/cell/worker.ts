/** The thread that service.ts talks to: one language, calls answered in order. */
import { parentPort, workerData } from "node:worker_threads";
import { answer, type ServiceRequest } from "./calls.js";
import type { WorkerOptions } from "./homes.js";
import { createLanguage } from "./language.js";
import { setTensorFile } from "./operators.js";
import { saveCode } from "./typescript.js";

const options = workerData as WorkerOptions;
const port = parentPort!;
if (options.tensorFile !== undefined) setTensorFile(options.tensorFile);
const language = createLanguage(options);

port.on("message", (request: ServiceRequest) => port.postMessage(answer(language, request)));

// The first cells have made V8 compile what a session needs: keep that for the next start.
setTimeout(saveCode, 10_000).unref();
