import { expect } from "chai";
import fc from "fast-check";
import { dataFor, run } from "./build.js";
import { interpret } from "./node-interpreter.js";
import { type Choice, randomGraph } from "./random-graph.js";

const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.nat(999),
  fc.nat(12),
  fc.nat(12),
  fc.nat(11),
  fc.nat(11),
);

const close = (a: number, b: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

describe("lowering random graphs", () => {
  for (const symbolic of [false, true])
    it(`computes what the nodes say, with ${symbolic ? "symbolic" : "known"} sizes`, () => {
      fc.assert(
        fc.property(
          fc.array(choice, { minLength: 1, maxLength: 25 }),
          fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }),
          fc.nat(1000),
          (choices, picks, seed) => {
            const { graph, sizes } = randomGraph(choices, picks, symbolic);
            const data = new Map(graph.inputs.map((leaf) => [leaf, dataFor(leaf, seed, sizes)]));
            const roots = [...graph.outputs, ...graph.updates.map(({ node }) => node)];
            const want = interpret(roots, data, sizes);
            run(graph, data, sizes).forEach((got, i) => {
              const expected = [...want[i]].map(Number);
              const wrong = [...got]
                .map(Number)
                .findIndex((value, j) => !close(value, expected[j]));
              expect(wrong, `output ${i} (${roots[i].op}): ${got} instead of ${want[i]}`).to.equal(
                -1,
              );
            });
          },
        ),
        { numRuns: Number(process.env.HYPATIA_RANDOM_RUNS ?? 300) },
      );
    });
});
