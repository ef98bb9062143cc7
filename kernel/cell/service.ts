/**
 * The language service for cells, beside the front, whose sockets never wait for it: in a process
 * made of a snapshot where there is one, else in a thread.
 *
 *     const service = createCellService({ cwd });
 *     const result = await service.compile("1 + 1", { id: "a", count: 1 });
 */
import type { CellService, CompileResult } from "../types.js";
import type { ServiceReply, ServiceRequest } from "./calls.js";
import { type Home, startMaker, startResident, startThread, type WorkerOptions } from "./homes.js";
import type { KnownRecord } from "./known.js";
import type { LanguageResult } from "./language.js";
import { defaultPrelude, type PreludeModule } from "./prelude.js";
import { findSnapshot, removeSnapshot } from "./snapshot.js";

interface Waiting {
  readonly request: ServiceRequest;
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

/** A kernel without a snapshot makes one for the next, once its own first cells have run. */
const SNAPSHOT_DELAY_MS = 5000;

/**
 * Starts the language at once, so that it is warm when the first cell comes. Calls are answered in
 * the order they are made; `dispose` rejects those that are not. A language that dies is replaced
 * by one that is told what the last one knew; only the calls under way are rejected.
 */
export function createCellService(options: CellServiceOptions): CellService {
  const { cwd, prelude, tensorFile } = options;
  const workerData: WorkerOptions = { cwd, prelude: prelude ?? defaultPrelude(), tensorFile };
  /** The snapshot holds the package's own prelude. */
  const isDefault = prelude === undefined && tensorFile === undefined;
  const waiting = new Map<number, Waiting>();
  /** What a new language must be told to know what the last one knew, by path. */
  const known = new Map<string, KnownRecord>();
  let lastId = 0;
  let failure: Error | null = null;
  let endMaker = (): void => {};
  let home = start(isDefault ? findSnapshot() : null);

  function start(snapshot: string | null): Home {
    let answered = false;
    const listener = {
      reply(reply: ServiceReply) {
        answered = true;
        const call = waiting.get(reply.id);
        waiting.delete(reply.id);
        if ("error" in reply) call?.reject(new Error(reply.error));
        else call?.resolve(reply.value);
        if (waiting.size === 0) home.hold(false);
      },
      ended(cause: string) {
        if (failure !== null) return;
        if (snapshot !== null && !answered) {
          // Damaged, or not for this machine: nobody needs to know.
          removeSnapshot(snapshot);
          home = start(null);
          for (const { request } of waiting.values()) home.post(request);
          home.hold(waiting.size > 0);
          return;
        }
        const error = new Error(`internal: the cell service failed: ${cause}`);
        // Out of memory, say. One that fails before it has answered anything would do so again.
        if (!answered) failure = error;
        rejectAll(error);
        if (!answered) return;
        home = start(snapshot);
        home.post({ id: 0, method: "restore", args: [[...known.values()]] });
      },
    };
    if (snapshot !== null) return startResident(snapshot, cwd, listener);
    if (isDefault) {
      setTimeout(() => {
        if (failure === null) endMaker = startMaker();
      }, SNAPSHOT_DELAY_MS).unref();
    }
    return startThread(workerData, listener);
  }

  function rejectAll(error: Error): void {
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  }

  function call<T>(method: ServiceRequest["method"], ...args: readonly unknown[]): Promise<T> {
    if (failure !== null) return Promise.reject(failure);
    return new Promise<T>((resolve, reject) => {
      const request: ServiceRequest = { id: ++lastId, method, args };
      waiting.set(request.id, { request, resolve: (value) => resolve(value as T), reject });
      home.hold(true);
      home.post(request);
    });
  }

  async function compile(
    source: string,
    cell: { id: string; count: number },
  ): Promise<CompileResult> {
    const { known: change, ...result } = await call<LanguageResult>("compile", source, cell);
    for (const path of change?.dropped ?? []) known.delete(path);
    if (change !== undefined) known.set(change.added.path, change.added);
    return result;
  }

  return {
    compile,
    lowerFragment: (source, place) => call("lowerFragment", source, place),
    typeAt: (source, line, name) => call("typeAt", source, line, name),
    catches: (js, line, column) => call("catches", js, line, column),
    complete: (source, offset) => call("complete", source, offset),
    inspect: (source, offset, detail) => call("inspect", source, offset, detail),
    isComplete: (source) => call("isComplete", source),
    reset() {
      known.clear();
      return call("reset");
    },
    async dispose() {
      failure = new Error("internal: the cell service has ended");
      rejectAll(failure);
      endMaker();
      await home.end();
    },
  };
}
