/** Names and shared words by which the engine's main and control threads know each other. */

/** Indexes into the Int32Array that both see. */
export const SHARED = {
  /** 1 while an interrupt is wanted; native code polls it. */
  flag: 0,
  /** Runs up to this sequence number are to be interrupted. */
  upTo: 1,
  /** 1 when the answer to an input request is there; the main thread waits on it. */
  input: 2,
  /** The oldest run under way, 0 if there is none: an interrupt of an earlier one comes too late. */
  oldest: 3,
  /** The number of the guarded call under way, its negative once that is told to end; 0: none. */
  guarded: 4,
  /** How long that may take, in ms. */
  limit: 5,
  length: 6,
} as const;

/** `Symbol.for` names on the main thread's globalThis. */
export const INTERRUPT_HOOK = "hypatia.interrupt";
export const INTERRUPT_FLAG = "hypatia.interruptFlag";
