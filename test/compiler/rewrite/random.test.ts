/** The whole list of passes against the graphs as they were built. */
import { assert } from "chai";
import fc from "fast-check";
import { optimize } from "../../../compiler/passes.js";
import { topologicalOrder } from "../../../lang/node.js";
import { evaluateOnJs, randomInputs } from "../evaluate.js";
import { type Choice, randomGraph } from "../random-graph.js";

const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.nat(999),
  fc.nat(12),
  fc.nat(12),
  fc.nat(11),
  fc.nat(11),
);

const numRuns = Number(process.env.HYPATIA_RANDOM_RUNS ?? 200);

/** Equal but for rounding: sums are taken in another order, products are merged. */
function assertClose(got: number, expected: number, scale: number): void {
  if (Number.isNaN(expected) || !Number.isFinite(scale)) return;
  assert.isAtMost(Math.abs(got - expected), 1e-4 * Math.max(1, scale), `${got} ≈ ${expected}`);
}

describe("rewriting random graphs", () => {
  const property = (check: (choices: Choice[], picks: number[], seed: number) => void): void =>
    fc.assert(
      fc.property(
        fc.array(choice, { minLength: 1, maxLength: 25 }),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }),
        fc.nat(1000),
        check,
      ),
      { numRuns },
    );

  it("keeps their values", () =>
    property((choices, picks, seed) => {
      const { graph } = randomGraph(choices, picks, false);
      const after = optimize(graph);
      const inputs = randomInputs([...graph.outputs, ...after.outputs], seed);
      // Values that other nodes take on say how large a rounding error may be.
      const all = topologicalOrder(graph.outputs).filter((of) => of.dtype === "f32");
      const scale = Math.max(1, ...evaluateOnJs(all, inputs).flat().map(Math.abs));
      const [x, y] = [evaluateOnJs(graph.outputs, inputs), evaluateOnJs(after.outputs, inputs)];
      x.forEach((values, i) => {
        assert.equal(values.length, y[i].length);
        values.forEach((value, k) => {
          assertClose(y[i][k], value, scale);
        });
      });
    }));

  it("comes to rest: a second time changes nothing", () =>
    property((choices, picks) => {
      const once = optimize(randomGraph(choices, picks, false).graph);
      const twice = optimize(once);
      twice.outputs.forEach((of, i) => {
        assert.strictEqual(of, once.outputs[i]);
      });
    }));
});
