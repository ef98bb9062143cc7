/** Graphs of what the language builds, for the compiler's tests. */
import type { GraphSpec } from "../../compiler/graph-spec.js";
import { isGiven } from "../../compiler/schedule.js";
import { topologicalOrder } from "../../lang/node.js";
import type { Tensor } from "../../lang/tensor.js";

/** The graph of the outputs and updates; its inputs are their leaves. */
export function graphOfTensors(
  outputs: readonly Tensor[],
  updates: readonly (readonly [Tensor, Tensor])[] = [],
): GraphSpec {
  const roots = [...outputs, ...updates.flat()].map((tensor) => tensor.node);
  const inputs = topologicalOrder(roots).filter(isGiven);
  return {
    name: "test",
    inputs,
    outputs: outputs.map((tensor) => tensor.node),
    updates: updates.map(([leaf, { node }]) => ({ input: inputs.indexOf(leaf.node), node })),
  };
}
