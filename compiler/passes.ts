/** The compiler's passes, top to bottom: each graph → graph, with a verifier and a trace. */
import { internal } from "../lang/error.js";
import type { Node, OpName } from "../lang/graph.js";
import { topologicalOrder } from "../lang/node.js";
import { ops } from "../lang/ops.js";
import type { GraphSpec } from "./graph-spec.js";
import { canonicalize, erase } from "./rewrite/canonicalize.js";
import { type Firings, rewriter } from "./rewrite/driver.js";
import type { Rule } from "./rewrite/rule.js";
import { specialize } from "./rewrite/specialize.js";
import { stabilize } from "./rewrite/stabilize.js";

export interface Pass {
  readonly name: string;
  /** Tried in this order. A later pass keeps the forms that earlier ones made. */
  readonly rules: readonly Rule[];
  /** Ops that may not be left when it is done. */
  readonly removes: readonly OpName[];
}

/** Derivatives have been taken before: `grad` is graph → graph as well. */
export const passes: readonly Pass[] = [
  { name: "canonicalize", rules: canonicalize, removes: [] },
  { name: "stabilize", rules: [...stabilize, ...canonicalize], removes: [] },
  {
    name: "specialize",
    rules: [...erase, ...specialize, ...canonicalize],
    removes: ["stopGradient"],
  },
];

const rewriters = passes.map((pass) => rewriter(pass.rules));

/** What one pass did. */
export interface PassTrace {
  readonly pass: string;
  readonly fired: Firings;
  readonly nodesBefore: number;
  readonly nodesAfter: number;
  readonly milliseconds: number;
  readonly roots: readonly Node[];
}

/** Runs all passes; `trace` gets a record of each. */
export function optimize(graph: GraphSpec, trace: PassTrace[] = []): GraphSpec {
  let roots: Node[] = [...graph.outputs, ...graph.updates.map((update) => update.node)];
  let nodes = topologicalOrder(roots).length;
  passes.forEach((pass, i) => {
    const start = performance.now();
    const rewritten = rewriters[i](roots);
    const order = topologicalOrder(rewritten.roots);
    verify(pass, order);
    trace.push({
      pass: pass.name,
      fired: rewritten.fired,
      nodesBefore: nodes,
      nodesAfter: order.length,
      milliseconds: performance.now() - start,
      roots: rewritten.roots,
    });
    roots = rewritten.roots;
    nodes = order.length;
  });
  return {
    ...graph,
    outputs: roots.slice(0, graph.outputs.length),
    updates: graph.updates.map((update, i) => ({
      ...update,
      node: roots[graph.outputs.length + i],
    })),
  };
}

/** Every node is what its op's row says, and none is left that the pass should have removed. */
function verify(pass: Pass, order: readonly Node[]): void {
  for (const of of order) {
    if (pass.removes.includes(of.op)) throw internal(`${of.op} is left after ${pass.name}`);
    const { arity } = ops[of.op];
    if (arity !== "many" && of.inputs.length !== arity)
      throw internal(`${of.op} has ${of.inputs.length} inputs after ${pass.name}`);
  }
}
