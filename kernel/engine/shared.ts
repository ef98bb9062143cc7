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
  length: 4,
} as const;

/** `Symbol.for` names on the main thread's globalThis. */
export const INTERRUPT_HOOK = "hypatia.interrupt";
export const INTERRUPT_FLAG = "hypatia.interruptFlag";
