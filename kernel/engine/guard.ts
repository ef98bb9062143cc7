/**
 * Code of the person's that the inspector calls: what is typed into the debugger, getters and the
 * like of values that it shows.
 *
 * While the inspector serves one request, nothing else reaches the main thread through it, not even
 * an interrupt. What still ends such a call is a signal that Node's `vm` waits for beside it. The
 * control thread sends it: for an interrupt, and when the call has taken too long.
 */
import { executionAsyncId } from "node:async_hooks";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { SHARED } from "./shared.js";
import { clearAsyncIdStack } from "./termination.js";

/**
 * Returns what `f` returns and throws what it throws, or, when it had to be ended, `Unfinished`.
 * Calls must not overlap. Only for what the inspector calls: nothing else watches the time.
 */
export type Guard = <T>(limitMs: number, f: () => T) => T;

/** A guarded call was ended: it took too long, or was interrupted. */
export class Unfinished extends Error {
  override name = "Unfinished";
  readonly interrupted: boolean;

  constructor(limitMs: number, interrupted: boolean) {
    super(interrupted ? "interrupted" : `it took longer than ${limitMs / 1000} s, and was stopped`);
    this.interrupted = interrupted;
  }
}

const CALL = Symbol.for("hypatia.guardedCall");

/** @param shared words shared with the control thread, see SHARED */
export function createGuard(shared: Int32Array): Guard {
  const filename = fileURLToPath(import.meta.url);
  const script = new Script('globalThis[Symbol.for("hypatia.guardedCall")]()', { filename });
  let call = (): void => {};
  Object.defineProperty(globalThis, CALL, { value: () => call() });
  let last = 0;

  return <T>(limitMs: number, f: () => T): T => {
    const mine = ++last;
    const asyncId = executionAsyncId();
    const outcome: { value?: T; error?: { readonly thrown: unknown } } = {};
    call = () => {
      Atomics.store(shared, SHARED.limit, limitMs);
      Atomics.store(shared, SHARED.guarded, mine);
      try {
        outcome.value = f();
      } catch (thrown) {
        outcome.error = { thrown };
      }
      // Where the signal is on its way, it has to find this call: any other place would exit.
      if (Atomics.compareExchange(shared, SHARED.guarded, mine, 0) !== mine) for (;;);
    };
    try {
      script.runInThisContext({ breakOnSigint: true });
    } catch {
      Atomics.store(shared, SHARED.guarded, 0);
      // Node aborts when what has begun asynchronously is left without its end.
      if (executionAsyncId() !== asyncId) clearAsyncIdStack();
      throw new Unfinished(limitMs, Atomics.load(shared, SHARED.flag) === 1);
    }
    if (outcome.error !== undefined) throw outcome.error.thrown;
    return outcome.value as T;
  };
}

/** The control thread's side. */
export interface GuardWatch {
  /** Ends the call under way, if there is one. */
  end(): void;
  /** From now on, calls have to keep to their limits. */
  start(): void;
  /** Undoes one `start`. */
  stop(): void;
}

const LOOK_MS = 50;

export function createGuardWatch(shared: Int32Array): GuardWatch {
  let watchers = 0;
  let timer: NodeJS.Timeout | undefined;
  let seen = { call: 0, since: 0 };

  function end(): void {
    const call = Atomics.load(shared, SHARED.guarded);
    if (call <= 0 || Atomics.compareExchange(shared, SHARED.guarded, call, -call) !== call) return;
    process.kill(process.pid, "SIGINT");
  }

  function look(): void {
    const call = Atomics.load(shared, SHARED.guarded);
    const now = performance.now();
    if (call !== seen.call) seen = { call, since: now };
    else if (now - seen.since > Atomics.load(shared, SHARED.limit)) end();
  }

  return {
    end,
    start() {
      watchers++;
      timer ??= setInterval(look, LOOK_MS);
    },
    stop() {
      if (--watchers > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
