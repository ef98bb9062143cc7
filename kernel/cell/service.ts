/**
 * The language service for cells, in a worker thread: the front's sockets never wait for it.
 *
 *     const service = createCellService({ cwd });
 *     const result = await service.compile("1 + 1", { id: "a", count: 1 });
 */
import { Worker } from "node:worker_threads";
import type { CellService } from "../types.js";
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
    { name: "hypatia/notebook", types: path("kernel/cell/notebook.d.ts") },
  ];
}

/**
 * Starts the worker at once, so that the language is warm when the first cell comes. Calls are
 * answered in the order they are made; `dispose` rejects those that are not.
 */
export function createCellService(options: CellServiceOptions): CellService {
  const workerData: WorkerOptions = {
    cwd: options.cwd,
    prelude: options.prelude ?? defaultPrelude(),
    tensorFile: options.tensorFile,
  };
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData });
  const waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (reason: Error) => void }
  >();
  let lastId = 0;
  let failure: Error | null = null;

  worker.on("message", (reply: ServiceReply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) call?.reject(new Error(reply.error));
    else call?.resolve(reply.value);
    if (waiting.size === 0) worker.unref();
  });
  const fail = (reason: Error) => {
    failure ??= reason;
    for (const call of waiting.values()) call.reject(failure);
    waiting.clear();
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("internal: the cell service has ended")));
  worker.unref();

  function call<T>(method: ServiceRequest["method"], ...args: readonly unknown[]): Promise<T> {
    if (failure !== null) return Promise.reject(failure);
    return new Promise<T>((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve: (value) => resolve(value as T), reject });
      worker.ref();
      worker.postMessage({ id, method, args } satisfies ServiceRequest);
    });
  }

  return {
    compile: (source, cell) => call("compile", source, cell),
    complete: (source, offset) => call("complete", source, offset),
    inspect: (source, offset, detail) => call("inspect", source, offset, detail),
    isComplete: (source) => call("isComplete", source),
    reset: () => call("reset"),
    async dispose() {
      await worker.terminate();
    },
  };
}
