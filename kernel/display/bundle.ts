import { inspect } from "node:util";
import { Tensor } from "../../lang/tensor.js";
import type { MimeBundle } from "../types.js";
import { escapeControls } from "./escape.js";
import { functionBundle, isCompiledFunction } from "./function.js";
import { asRows, rowsBundle } from "./records.js";
import { asTensors, tensorBundle, tensorsBundle } from "./tensor.js";

/** Deno's protocol: a method under this key returns the data of a MIME bundle. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display");

/** A value that knows how it wants to be seen. */
export interface Displayable {
  readonly [displaySymbol]: () => Readonly<Record<string, unknown>>;
}

/**
 * What a front end is given to show `value`; null for `undefined`, which shows nothing.
 *
 * Tensors, also in short lists and records, are shown as values or as formulas, compiled functions
 * by what they take and give. Other values are asked themselves: a method `_repr_mimebundle_`,
 * returning data or `[data, metadata]` as in IPython, or Deno's `Symbol.for("Jupyter.display")`.
 * Arrays of flat records become tables, and everything else is written as Node's inspector does.
 * A value that fails to show itself is shown plainly, with what went wrong.
 *
 * Throws only for a tensor, what computing it throws: that is an error of the cell.
 */
export function toMimeBundle(value: unknown): MimeBundle | null {
  if (value === undefined) return null;
  if (value instanceof Tensor) return tensorBundle(value);
  const tensors = asTensors(value);
  if (tensors !== null) return tensorsBundle(tensors);
  try {
    return ownBundle(value) ?? knownBundle(value) ?? textBundle(inspectText(value));
  } catch (error) {
    return textBundle(`${bareText(value)}\n[showing it failed: ${bareText(error)}]`);
  }
}

/** A bundle with text alone. */
export function textBundle(text: string): MimeBundle {
  return { data: { "text/plain": text }, metadata: {} };
}

/** As Node's `util.inspect`, with limits that suit an output area and nothing for a terminal. */
export function inspectText(value: unknown): string {
  return escapeControls(
    inspect(value, {
      depth: 4,
      maxArrayLength: 100,
      maxStringLength: 10_000,
      breakLength: 100,
      compact: 3,
    }),
  );
}

/** What the value's own method says, checked, for it may come from anywhere. */
function ownBundle(value: unknown): MimeBundle | null {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return null;
  const own = methodOf(value, "_repr_mimebundle_") ?? methodOf(value, displaySymbol);
  if (own === null) return null;
  const result = own();
  const [data, metadata] = Array.isArray(result) ? result : [result, {}];
  if (!isRecord(data) || Object.keys(data).length === 0) return null;
  const text = typeof data["text/plain"] === "string" ? {} : { "text/plain": inspectText(value) };
  return { data: { ...data, ...text }, metadata: isRecord(metadata) ? metadata : {} };
}

function methodOf(value: object, name: string | symbol): (() => unknown) | null {
  const method: unknown = Reflect.get(value, name);
  return typeof method === "function" ? () => Reflect.apply(method, value, []) : null;
}

/** A plain object, not a promise: what shows itself must do so at once. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !("then" in value);
}

function knownBundle(value: unknown): MimeBundle | null {
  if (isCompiledFunction(value)) return functionBundle(value);
  const rows = asRows(value);
  return rows === null ? null : { data: rowsBundle(rows), metadata: {} };
}

/** Without asking the value anything. */
function bareText(value: unknown): string {
  if (value instanceof Error) return escapeControls(String(value.message));
  return `[${typeof value === "object" ? "object" : typeof value}]`;
}
