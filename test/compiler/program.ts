/** Running graphs on the js backend, and comparing the result with the naive interpreter's. */
import { expect } from "chai";
import type { GraphSpec } from "../../compiler/graph-spec.js";
import { dataFor, run } from "./build.js";
import { interpret } from "./node-interpreter.js";

const isClose = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));

/** Asserts that lowering and running a graph gives what its nodes say. */
export function expectSameAsNodes(
  graph: GraphSpec,
  sizes: ReadonlyMap<string, number> = new Map(),
  { seed = 1, tolerance = 1e-9 } = {},
): void {
  const data = new Map(graph.inputs.map((leaf) => [leaf, dataFor(leaf, seed, sizes)]));
  const roots = [...graph.outputs, ...graph.updates.map(({ node }) => node)];
  const expected = interpret(roots, data, sizes);
  run(graph, data, sizes).forEach((got, i) => {
    const [a, b] = [[...got].map(Number), [...expected[i]].map(Number)];
    const wrong = a.findIndex((value, j) => !isClose(value, b[j], tolerance));
    const what = `output ${i} (${roots[i].op}) at ${wrong}: ${a[wrong]} instead of ${b[wrong]}`;
    expect(wrong, what).to.equal(-1);
    expect(a).to.have.lengthOf(b.length);
  });
}
