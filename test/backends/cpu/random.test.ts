import { expect } from "chai";
import fc from "fast-check";
import type { Backend } from "../../../backends/backend.js";
import { openCpu } from "../../../backends/cpu/index.js";
import { jsBackend } from "../../../backends/js/index.js";
import { lower } from "../../../compiler/lower.js";
import type { Program } from "../../../compiler/program.js";
import type { TypedArray } from "../../../lang/dtype.js";
import type { DeviceBuffer } from "../../../lang/value.js";
import { dataFor } from "../../compiler/build.js";
import { type Choice, randomGraph } from "../../compiler/random-graph.js";
import { firstDifference } from "./cases.js";

const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.nat(999),
  fc.nat(12),
  fc.nat(12),
  fc.nat(11),
  fc.nat(11),
);

function outputs<B extends DeviceBuffer>(
  backend: Backend<B>,
  program: Program,
  data: readonly TypedArray[],
  dtypes: readonly DeviceBuffer["dtype"][],
  sizes: readonly number[],
): TypedArray[] {
  const executable = backend.compile(program);
  const inputs = data.map((array, i) => backend.upload(dtypes[i], array));
  return executable.run(inputs, sizes).map((buffer) => backend.download(buffer));
}

describe("random graphs on the cpu", function () {
  this.timeout(240_000);
  const cpu = openCpu();
  for (const symbolic of [false, true])
    it(`agree with js, with ${symbolic ? "symbolic" : "known"} sizes`, () => {
      fc.assert(
        fc.property(
          fc.array(choice, { minLength: 1, maxLength: 25 }),
          fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }),
          fc.nat(1000),
          (choices, picks, seed) => {
            const { graph, sizes } = randomGraph(choices, picks, symbolic);
            const program = lower(graph);
            const data = graph.inputs.map((leaf) => dataFor(leaf, seed, sizes));
            const dtypes = graph.inputs.map(({ dtype }) => dtype);
            const values = program.sizes.map(({ key }) => sizes.get(key)!);
            const want = outputs(jsBackend, program, data, dtypes, values);
            outputs(cpu, program, data, dtypes, values).forEach((got, i) => {
              expect(firstDifference(got, want[i], 1e-9), `output ${i}`).to.equal(null);
            });
          },
        ),
        // A fixed seed: each new graph costs a run of the compiler, the ones seen before do not.
        { seed: 20_260, numRuns: Number(process.env.HYPATIA_RANDOM_RUNS ?? 25) },
      );
    });
});
