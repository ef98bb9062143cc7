/** Putting numbers in place of symbolic sizes, through a whole graph. */
import { HypatiaError } from "../lang/error.js";
import type { Node } from "../lang/graph.js";
import { node, rebuild, topologicalOrder } from "../lang/node.js";
import {
  bindDim,
  type Size,
  type SizeBindings,
  type SizeVariable,
  variablesOf,
} from "../lang/size.js";
import type { GraphSpec } from "./graph-spec.js";

/** The symbolic sizes in a graph's shapes and attributes, each once, in order of appearance. */
export function sizesOf(graph: GraphSpec): SizeVariable[] {
  const found = new Map<string, SizeVariable>();
  const roots = [...graph.inputs, ...graph.outputs, ...graph.updates.map((update) => update.node)];
  for (const of of topologicalOrder(roots)) {
    for (const dim of of.shape) variablesOf(dim, found);
    if (of.op === "size" || of.op === "slice" || of.op === "pad") collectSizes(of.attrs, found);
  }
  return [...found.values()];
}

function collectSizes(attr: unknown, found: Map<string, SizeVariable>): void {
  if (typeof attr !== "object" || attr === null) return;
  if (isSize(attr)) variablesOf(attr, found);
  else for (const part of Object.values(attr)) collectSizes(part, found);
}

/**
 * The graph for given sizes. Every op's shape rule runs again on the numbers, so a mismatch that
 * could not be proved when the expression was built is reported here, by the op and where it was
 * built.
 */
export function bindSizes(graph: GraphSpec, bindings: SizeBindings): GraphSpec {
  if (bindings.size === 0) return graph;
  const roots = [...graph.inputs, ...graph.outputs, ...graph.updates.map((update) => update.node)];
  const bound = rebuild(roots, (old, inputs) => bindNode(old, inputs, bindings));
  const outputsFrom = graph.inputs.length;
  const updatesFrom = outputsFrom + graph.outputs.length;
  return {
    ...graph,
    inputs: bound.slice(0, outputsFrom),
    outputs: bound.slice(outputsFrom, updatesFrom),
    updates: graph.updates.map((update, i) => ({ ...update, node: bound[updatesFrom + i] })),
  };
}

function bindNode(old: Node, inputs: readonly Node[], bindings: SizeBindings): Node {
  if (old.op === "constant" || old.op === "shared" || old.op === "literal") return old;
  try {
    return node(old.op, inputs, bindAttrs(old.attrs, bindings) as never, old.site);
  } catch (error) {
    if (error instanceof HypatiaError && !error.details.site) throw error.at(old.site);
    throw error;
  }
}

const isSize = (attr: object): attr is Size => "terms" in attr && "key" in attr;

/** Attributes are numbers, texts, sizes, and arrays and records of them. */
function bindAttrs(attr: unknown, bindings: SizeBindings): unknown {
  if (typeof attr !== "object" || attr === null) return attr;
  if (isSize(attr)) return bindDim(attr, bindings);
  if (Array.isArray(attr)) return attr.map((part) => bindAttrs(part, bindings));
  return Object.fromEntries(
    Object.entries(attr).map(([name, part]) => [name, bindAttrs(part, bindings)]),
  );
}
