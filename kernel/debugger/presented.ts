/** What the presenter in the engine and the debugger in the front agree on. */

/** `Symbol.for` name of the presenter on the engine's globalThis. */
export const PRESENTER = "hypatia.presenter";

/** The presenter, as JavaScript. */
export const PRESENTER_REFERENCE = `globalThis[Symbol.for("${PRESENTER}")]`;

/** So many parts of a value are listed: JupyterLab hangs over ten thousand rows. */
export const MOST_PARTS = 500;

/** A value as the debugger lists it. */
export interface Presented {
  readonly value: string;
  readonly type: string;
  /** Whether it can be opened. */
  readonly parts: boolean;
}
