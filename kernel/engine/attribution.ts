/** Whose output it is: code that runs later, or whose output is wanted in another place. */
import type { AsyncLocalStorage } from "node:async_hooks";
import type { Outputs } from "../types.js";
import { newProgress, type RunContext } from "./interrupt.js";
import type { Origin } from "./protocol.js";
import { call } from "./uncaught.js";

export interface Attribution {
  /**
   * `f`, to be called later, as from a widget. When it handles a message of the front end, which
   * has no place for output, what it prints and shows goes where it goes now; when a cell leads to
   * the call, it goes to that cell. It never fails: its errors, also those of a promise that it
   * returns, are shown in the same place.
   */
  bind<A extends readonly unknown[]>(
    f: (...args: A) => unknown,
  ): (...args: A) => void | Promise<void>;
  /** Runs `f`; what it prints and shows, also in its timers and promises, goes to `sink`. */
  capture<T>(sink: Outputs, f: () => T): T;
  /** Runs `f`; what it leads to goes on when the run is interrupted. */
  outlive<T>(f: () => T): T;
}

/** @param show tells of an error that nobody awaits, on behalf of the code that runs */
export function createAttribution(
  contexts: AsyncLocalStorage<RunContext>,
  origin: () => Origin,
  show: (error: unknown) => void,
): Attribution {
  /** Within the run that goes on: unless `changes` say otherwise, its interrupt stops the code too. */
  function runAs<T>(
    changes: Partial<Pick<RunContext, "origin" | "sink" | "progress">>,
    f: () => T,
  ): T {
    const run = contexts.getStore();
    const context = {
      origin: origin(),
      sink: run?.sink,
      handlesMessage: run?.handlesMessage ?? false,
      progress: run?.progress ?? newProgress(),
      ...changes,
    };
    return contexts.run(context, f);
  }

  return {
    bind(f) {
      const home = { origin: origin(), sink: contexts.getStore()?.sink };
      return (...args) => {
        const run = contexts.getStore();
        const place = run?.handlesMessage ? home : { sink: home.sink };
        if (run?.handlesMessage) run.progress.home = home.origin;
        const act = (): void | Promise<void> => {
          const result = f(...args);
          return result instanceof Promise ? result : undefined;
        };
        return runAs(place, () => call(act, show));
      };
    },
    capture: (sink, f) => runAs({ sink }, f),
    outlive: (f) => runAs({ progress: newProgress() }, f),
  };
}
