/**
 * The language service for cells, in a worker thread: the front's sockets never wait for it.
 *
 *     const service = createCellService({ cwd });
 *     const result = await service.compile("1 + 1", { id: "a", count: 1 });
 */
import { Worker } from "node:worker_threads";
import type { CellService, CompileResult } from "../types.js";
import type { LanguageOptions, PreludeModule } from "./language.js";

/** A call to the worker; `method` is one of the service's. */
export interface ServiceRequest {
  readonly id: number;
  readonly method: Exclude<keyof CellService, "dispose">;
  readonly args: readonly unknown[];
}

export type ServiceReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

export interface CellServiceOptions {
  /** The notebook's folder: imports are resolved from here. */
  readonly cwd: string;
  /** The modules whose exports every cell sees: the language and the display API by default. */
  readonly prelude?: readonly PreludeModule[];
  /** Which declaration files hold the class `Tensor`; tests bring their own. */
  readonly tensorFile?: RegExp;
}

export interface WorkerOptions extends LanguageOptions {
  readonly tensorFile?: RegExp | undefined;
}

/** The declarations of what cells see, in the built package. */
export function defaultPrelude(): PreludeModule[] {
  const path = (file: string) => new URL(`../../${file}`, import.meta.url).pathname;
  return [
    { name: "hypatia", types: path("backends/hypatia.d.ts") },
    { name: "hypatia/display", types: path("kernel/display/index.d.ts") },
    { name: "hypatia/widgets", types: path("kernel/widgets/index.d.ts") },
    { name: "hypatia/notebook", types: path("kernel/cell/notebook.d.ts") },
  ];
}

/**
 * Starts the worker at once, so that the language is warm when the first cell comes. Calls are
 * answered in the order they are made; `dispose` rejects those that are not. A worker that dies is
 * replaced by one that is told all that has been compiled; only the calls under way are rejected.
 */
export function createCellService(options: CellServiceOptions): CellService {
  const workerData: WorkerOptions = {
    cwd: options.cwd,
    prelude: options.prelude ?? defaultPrelude(),
    tensorFile: options.tensorFile,
  };
  const waiting = new Map<number, Waiting>();
  /** What a new worker must be told to know what the last one knew. */
  let compiled: ServiceRequest[] = [];
  let lastId = 0;
  let disposed = false;
  let worker = start();

  function start(): Worker {
    const started = new Worker(new URL("./worker.js", import.meta.url), { workerData });
    let cause = "it ended";
    started.on("message", (reply: ServiceReply) => {
      const call = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ("error" in reply) call?.reject(new Error(reply.error));
      else call?.resolve(reply.value);
      if (waiting.size === 0) started.unref();
    });
    started.on("error", (error) => {
      cause = error instanceof Error ? error.message : String(error);
    });
    started.on("exit", () => {
      const error = disposed ? ended() : new Error(`internal: the cell service failed: ${cause}`);
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
      // Out of memory, say. One that fails before it has answered anything would do so again.
      if (disposed || lastId === 0) return;
      worker = start();
      for (const request of compiled) worker.postMessage(request);
    });
    started.unref();
    return started;
  }

  const ended = () => new Error("internal: the cell service has ended");

  function call<T>(method: ServiceRequest["method"], ...args: readonly unknown[]): Promise<T> {
    if (disposed) return Promise.reject(ended());
    return new Promise<T>((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve: (value) => resolve(value as T), reject });
      worker.ref();
      worker.postMessage({ id, method, args } satisfies ServiceRequest);
    });
  }

  async function compile(
    source: string,
    cell: { id: string; count: number },
  ): Promise<CompileResult> {
    const result = await call<CompileResult>("compile", source, cell);
    if (result.ok && result.cell.names.length > 0) {
      compiled.push({ id: 0, method: "compile", args: [source, cell] });
    }
    return result;
  }

  return {
    compile,
    complete: (source, offset) => call("complete", source, offset),
    inspect: (source, offset, detail) => call("inspect", source, offset, detail),
    isComplete: (source) => call("isComplete", source),
    reset() {
      compiled = [];
      return call("reset");
    },
    async dispose() {
      disposed = true;
      await worker.terminate();
    },
  };
}
