/**
 * Stopping user code on the engine's main thread, its state kept.
 *
 * The control thread (control.ts) hears the request and makes V8 call `interrupt` below on the
 * main thread, through the inspector, wherever that thread is: in a loop, a callback, or idle.
 *
 * - User code on the stack: it is terminated. A plain `terminateExecution` from outside aborts
 *   Node when a timer callback is running or AsyncLocalStorage was used, because Node's stack of
 *   async ids is then left unbalanced; so it is cleared first, and a timer is armed again, because
 *   the one whose callback dies would otherwise be the last that runs.
 * - No user code on the stack, a cell pending: it waits for a promise. The cell is given up, and
 *   any continuation of it that wakes later is terminated as it starts.
 * - Native code on the stack: `interrupt` is not called until it returns. The flag is for it to
 *   poll: `globalThis[Symbol.for("hypatia.interruptFlag")]`, an Int32Array over shared memory,
 *   whose address native code takes; 1 asks to stop, 0 is normal.
 */
import { type AsyncLocalStorage, createHook, executionAsyncResource } from "node:async_hooks";
import { Session } from "node:inspector";
import type { Outputs } from "../types.js";
import { findPlace, Interrupted } from "./place.js";
import { INTERRUPT_FLAG, INTERRUPT_HOOK, SHARED } from "./shared.js";
import {
  clearAsyncIdStack,
  disarm,
  neverInlined,
  prepareNode,
  releaseTimer,
} from "./termination.js";

/** What every asynchronous call remembers: the run that started it. */
export interface RunContext {
  readonly origin: string;
  /** It began with a message of the front end to a comm. */
  readonly handlesMessage: boolean;
  /** Takes what the run prints and shows, in place of the front. */
  readonly sink?: Outputs | undefined;
  /** The run's own, also where parts of it print elsewhere. */
  readonly progress: Progress;
}

export interface Progress {
  /** Set when the run was interrupted while it waited: its continuations must not go on. */
  cancelled: boolean;
  /** Callbacks and continuations, counted from the first interrupt of a waiting run on. */
  steps: number;
  /** The cell whose function a message of the front end has led to. */
  home?: string;
}

export const newProgress = (): Progress => ({ cancelled: false, steps: 0 });

export interface Interrupts {
  /**
   * Serves a request: what the control thread makes V8 call, see {@link install}. True where it
   * cannot be served at this very place: a moment later it can.
   */
  interrupt(): boolean;
  /** Calls `body`; an interrupt that arrives in it waits for its end, and follows at once. */
  uninterrupted(body: () => void): void;
  /** Whether a run was interrupted before it began. */
  cameBefore(sequence: number): boolean;
  /** Whether a request has not been served yet. */
  wanted(): boolean;
  /** Whether code was terminated for it: whatever else was waiting may be lost with that. */
  terminated(): boolean;
  /** The request was served: native code may run again. */
  settled(): void;
  /** What the run that is being stopped ends with; its stack says where that was. */
  error(): Interrupted;
  /** No continuation of this run goes on. */
  cancel(context: RunContext): void;
}

/** At this look the main thread is taken to be in a loop that nothing milder ends. */
const POISON_AT = 3;

/** The context of what belongs to no run. */
const NOBODY: RunContext = { origin: "", handlesMessage: false, progress: newProgress() };

/**
 * @param shared words shared with the control thread, see SHARED
 * @param runs what is under way, by sequence number
 * @param onStopped called from a fresh turn of the event loop after an interrupt
 * @param onDropped called likewise after what an interrupted run had left was terminated as it woke
 */
export function createInterrupts(
  shared: Int32Array,
  contexts: AsyncLocalStorage<RunContext>,
  runs: ReadonlyMap<number, unknown>,
  onStopped: () => void,
  onDropped: () => void,
): Interrupts {
  const session = new Session();
  session.connect();
  let deferred = false;
  let cancelled = 0;
  let stoppedAt: Interrupted | null = null;
  let looks = 0;
  let hasTerminated = false;

  const wanted = () => Atomics.load(shared, SHARED.flag) === 1;
  const cameBefore = (sequence: number) => Atomics.load(shared, SHARED.upTo) >= sequence;
  const isPending = (): boolean => {
    for (const sequence of runs.keys()) if (cameBefore(sequence)) return true;
    return false;
  };
  /** Without a run, a callback that an earlier cell left behind may be what keeps us busy. */
  const concerned = () => runs.size === 0 || isPending();

  /** The control thread may have raised it meanwhile for a run that is under way. */
  const lowerFlag = (): void => {
    Atomics.store(shared, SHARED.flag, 0);
    if (isPending()) Atomics.store(shared, SHARED.flag, 1);
  };

  /** One that inherited a cancelled run's context would be terminated too, and so on for ever. */
  const setOwnTimer = (callback: () => void, ms: number): void => {
    contexts.run(NOBODY, () => setTimeout(callback, ms));
  };

  const terminate = (): void => {
    hasTerminated = wanted();
    releaseTimer();
    setOwnTimer(() => {}, 1);
    clearAsyncIdStack();
    session.post("Runtime.terminateExecution");
  };

  const interrupt = (): boolean => {
    if (!wanted()) return false;
    if (!concerned()) {
      lowerFlag(); // It came after its run had finished, and the next one must not pay for it.
      return false;
    }
    const { code, mustFinish, uninterrupted, error } = findPlace();
    if (mustFinish) return true; // Not even a timer of ours may be set now.
    setOwnTimer(onStopped, 0);
    if (code === "idle") return false;
    if (++looks >= POISON_AT) poison();
    if (code === "internal") return false; // The control thread asks again.
    stoppedAt = error;
    if (uninterrupted) deferred = true;
    else terminate();
    return false;
  };
  /**
   * Ends a loop of microtasks (`for (;;) await null`). It spends most of its time in Node's promise
   * hooks, where V8 swallows a termination. One that happens in a microtask of its own is not
   * swallowed, and takes the queue with it.
   */
  const poison = (): void =>
    queueMicrotask(() => {
      if (wanted() && concerned()) terminate();
    });

  function uninterrupted(body: () => void): void {
    // One that was left, where code was terminated, would end what has to end the run.
    deferred = false;
    try {
      body();
    } finally {
      if (deferred) {
        deferred = false;
        terminate();
      }
    }
  }

  /** Terminates what a cancelled run had left; that drops every microtask that waits, also others'. */
  const drop = (): void => {
    setOwnTimer(onDropped, 0);
    terminate();
  };
  const guard = createHook({
    before() {
      const progress = contexts.getStore()?.progress;
      if (progress === undefined) return;
      progress.steps++;
      if (!progress.cancelled) return;
      const resource = executionAsyncResource();
      // Node ends the process for what is terminated before a callback of native code: that goes on
      // until it starts something new.
      if (!disarm(resource) && resource instanceof Promise) drop();
    },
    init() {
      if (contexts.getStore()?.progress.cancelled === true) drop();
    },
  });

  return {
    interrupt,
    uninterrupted: neverInlined(uninterrupted),
    cameBefore,
    wanted,
    terminated: () => hasTerminated,
    error: () => stoppedAt ?? withoutPlace(),
    settled() {
      stoppedAt = null;
      looks = 0;
      hasTerminated = false;
      lowerFlag();
    },
    cancel(context) {
      context.progress.cancelled = true;
      if (cancelled++ === 0) guard.enable();
    },
  };
}

/** Lets the control thread find `interrupt`, and native code the flag. */
export function install({ interrupt }: Interrupts, shared: Int32Array): void {
  prepareNode();
  Object.defineProperty(globalThis, Symbol.for(INTERRUPT_HOOK), { value: interrupt });
  Object.defineProperty(globalThis, Symbol.for(INTERRUPT_FLAG), {
    value: shared.subarray(SHARED.flag, SHARED.flag + 1),
  });
}

function withoutPlace(): Interrupted {
  const error = new Interrupted();
  error.stack = `${error}`;
  return error;
}
