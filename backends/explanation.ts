/** What the compiler did with a graph, as text that a person reads. */
import { describe } from "../compiler/describe.js";
import type { PassTrace } from "../compiler/passes.js";
import type { Program } from "../compiler/program.js";
import type { Node } from "../lang/graph.js";
import { topologicalOrder } from "../lang/node.js";
import { formatShape } from "../lang/size.js";

const section = (title: string, body: string): string =>
  `── ${title} ${"─".repeat(Math.max(3, 74 - title.length))}\n${body}\n`;

/** The passes: how many nodes each left, and the rules that fired in it. */
export function describePasses(traces: readonly PassTrace[]): string {
  return traces
    .map(({ pass, fired, nodesBefore, nodesAfter, milliseconds }) => {
      const head = `${pass.padEnd(14)}${nodesBefore} → ${nodesAfter} nodes, ${milliseconds.toFixed(2)} ms`;
      const rules = [...fired].map(([name, times]) => (times > 1 ? `${name} ×${times}` : name));
      return rules.length > 0 ? `${head}\n    ${rules.join(", ")}` : head;
    })
    .join("\n");
}

/** One line per node: `%3 = mul(%1, %2)  f32 [2, 3]`. */
export function describeGraph(roots: readonly Node[]): string {
  const order = topologicalOrder(roots);
  const names = new Map(order.map((of, i) => [of, `%${i}`]));
  return order
    .map((of) => {
      const inputs = of.inputs.map((input) => names.get(input)).join(", ");
      const label =
        of.op === "symbol"
          ? ` ${of.attrs.name}`
          : of.op === "shared"
            ? ` ${of.attrs.state.name}`
            : of.op === "literal"
              ? ` ${of.attrs.value}`
              : `(${inputs})`;
      return `${names.get(of)} = ${of.op}${label}  ${of.dtype} ${formatShape(of.shape)}`;
    })
    .join("\n");
}

/** Everything: passes with the rules that fired, kernels and memory plan, generated source. */
export function explainProgram(
  name: string,
  backend: string,
  traces: readonly PassTrace[],
  program: Program,
  sources: readonly string[],
): string {
  const distinct = [...new Set(sources)];
  return [
    section(`${name}: passes`, describePasses(traces)),
    section("graph", describeGraph(traces[traces.length - 1].roots)),
    section("kernels and memory", describe(program)),
    section(`source for ${backend}`, distinct.join("\n")),
  ].join("\n");
}
