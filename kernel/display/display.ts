import { randomUUID } from "node:crypto";
import { textBundle, toMimeBundle } from "./bundle.js";
import { outputs } from "./channel.js";

/** Something on show that can be replaced by something else in the same place. */
export interface DisplayHandle {
  readonly id: string;
  /** Show `value` in place of what is shown now, wherever this display appears. */
  update(value: unknown): void;
}

export interface DisplayOptions {
  /** A name for the display, to update it from another cell. Chosen when left out. */
  readonly id?: string;
  /** Replace what the display `id` shows instead of adding a new one. */
  readonly update?: boolean;
}

/** What is on show already, and need not be shown again as the value of the cell. */
const handles = new WeakSet<object>();

export function isDisplayHandle(value: unknown): boolean {
  return typeof value === "object" && value !== null && handles.has(value);
}

/**
 * Show `value` now, in the middle of a cell, as the last expression of a cell would be shown.
 *
 * @example
 * const status = display("working …");
 * status.update("done");
 */
export function display(value: unknown, options: DisplayOptions = {}): DisplayHandle {
  if (options.update === true && options.id === undefined) {
    throw new TypeError("display: update needs the id of a display; pass { id, update: true }");
  }
  const id = options.id ?? randomUUID();
  const show = (shown: unknown, update: boolean): void =>
    outputs().display(toMimeBundle(shown) ?? textBundle("undefined"), { displayId: id, update });
  show(value, options.update ?? false);
  const handle: DisplayHandle = { id, update: (next) => show(next, true) };
  handles.add(handle);
  return handle;
}

/** Remove the outputs of this cell; with `wait`, only when the next one arrives, without a flash. */
export function clearOutput(wait = false): void {
  outputs().clear(wait);
}
