import { inspect } from "node:util";
import { isClosed } from "../../lang/evaluation.js";
import { Tensor } from "../../lang/tensor.js";
import { arrayText } from "./array.js";

/**
 * Lets `console.log` and its like write what a tensor is worth, as Python's `print` does:
 * `loss 0.25`, or the values in brackets. Tensors with free symbols, and those inside lists and
 * objects, stay their types. Throws what computing the values throws.
 */
export function printTensors(target: Console): void {
  for (const method of ["log", "info", "debug", "warn", "error"] as const) {
    const write = target[method].bind(target);
    target[method] = (...values: readonly unknown[]) => write(...values.map(printed));
  }
}

function printed(value: unknown): unknown {
  if (!(value instanceof Tensor) || !isClosed(value.node)) return value;
  const text = arrayText(value.value());
  return { [inspect.custom]: () => text }; // a string in front would be taken for a format
}
