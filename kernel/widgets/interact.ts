import { outputs } from "../display/channel.js";
import { display } from "../display/display.js";
import { vbox } from "./box.js";
import type { Control } from "./control.js";
import { widgetHost } from "./host.js";
import { createRegion } from "./region.js";

/** Controls by name, for values by name. */
export type Controls<V> = { readonly [K in keyof V]: Control<V[K]> };

/**
 * Shows the controls, and below them what `f` makes of their values; `f` is called again whenever
 * one of them changes. All that a call prints and shows takes the place of the last call's,
 * its result comes last, and an error of a later call is shown there too. Of calls that overlap,
 * because `f` is asynchronous, the latest counts.
 *
 * The result follows the controls also when the page is loaded again; what shows notebooks without
 * widgets shows it as it was last. Throws what the first call of `f` throws.
 *
 * A cell that is run again adds an interaction and ends none: controls that it takes from an earlier
 * cell call the old `f` too, whose result is shown no more. Make the controls in the same cell.
 *
 * @example
 * interact({ n: slider(1, 10), log: checkbox() }, ({ n, log }) => plot(log ? exp(x) : x ** n));
 */
export function interact<V extends object>(
  controls: Controls<V>,
  f: (values: V) => PromiseLike<unknown>,
): Promise<void>;
export function interact<V extends object>(controls: Controls<V>, f: (values: V) => unknown): void;
export function interact(
  controls: Controls<Record<string, unknown>>,
  f: (values: Record<string, unknown>) => unknown,
): void | Promise<void> {
  const { attribution, toCellError } = widgetHost();
  const named = Object.entries(controls);
  for (const [name, control] of named) {
    if (control.label === "") control.label = name;
  }
  display(vbox(Object.values(controls)));
  const region = createRegion(outputs(), attribution);
  const call = (): unknown =>
    f(Object.fromEntries(named.map(([name, { value }]) => [name, value])));
  for (const [, control] of named) control.onChange(() => region.fill(call, toCellError));
  return region.fill(call);
}
