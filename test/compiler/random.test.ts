import fc from "fast-check";
import { expectSameAsNodes } from "./program.js";
import { type Choice, randomGraph } from "./random-graph.js";

const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.nat(999),
  fc.nat(12),
  fc.nat(12),
  fc.nat(11),
  fc.nat(11),
);

const numRuns = Number(process.env.HYPATIA_RANDOM_RUNS ?? 200);

describe("lowering random graphs", () => {
  for (const symbolic of [false, true])
    it(`computes what the nodes say, with ${symbolic ? "symbolic" : "known"} sizes`, () => {
      const property = fc.property(
        fc.array(choice, { minLength: 1, maxLength: 25 }),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }),
        fc.nat(1000),
        (choices, picks, seed) => {
          const { graph, sizes } = randomGraph(choices, picks, symbolic);
          expectSameAsNodes(graph, sizes, { seed });
        },
      );
      fc.assert(property, { numRuns });
    });
});
