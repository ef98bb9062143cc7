import type { CompiledFunction } from "../../lang/compile.js";
import { formatShape } from "../../lang/size.js";
import { Tensor } from "../../lang/tensor.js";
import type { MimeBundle } from "../types.js";
import { escapeControls, escapeHtml } from "./escape.js";
import { page } from "./style.js";
import { costsOf } from "./tensor.js";

export const isCompiledFunction = (value: unknown): value is CompiledFunction =>
  typeof value === "function" && ["inputs", "updates", "compiled"].every((key) => key in value);

/** A compiled function: what it takes, gives and updates, and what its last call cost. */
export function functionBundle(of: CompiledFunction): MimeBundle {
  const inputs = of.inputs.map((input) => typed(input.name, input));
  const outputs = outputsOf(of.outputs);
  const updates = of.updates.map(([variable]) => typed(variable.name, variable));
  const costs = of.stats === undefined ? ["not called yet"] : ["last call", ...costsOf(of.stats)];
  const head = `${of.name}(${inputs.join(", ")}) → ${outputs}`;
  const lines = [
    head,
    ...(updates.length === 0 ? [] : [`  updates ${updates.join(", ")}`]),
    `  ${costs.join(" · ")}`,
  ];
  const part = (text: string): string => `<span class="hy-type">${escapeHtml(text)}</span>`;
  const updated = updates.length === 0 ? "" : `updates ${updates.map(part).join(", ")}<br>`;
  const markup =
    `<div>${part(head)}</div>` +
    `<div class="hy-head">${updated}${escapeHtml(costs.join(" · "))}</div>`;
  return {
    data: { "text/plain": escapeControls(lines.join("\n")), "text/html": page(markup) },
    metadata: {},
  };
}

const typed = (name: string, { dtype, shape }: Tensor): string =>
  `${name === "" ? "" : `${name}: `}${dtype} ${formatShape(shape)}`;

function outputsOf(outputs: CompiledFunction["outputs"]): string {
  if (outputs === null || outputs === undefined) return "nothing";
  if (outputs instanceof Tensor) return typed("", outputs);
  if (Array.isArray(outputs)) return `[${outputs.map((each) => typed("", each)).join(", ")}]`;
  return `{ ${Object.entries(outputs)
    .map(([name, each]) => typed(name, each))
    .join(", ")} }`;
}
