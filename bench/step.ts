/**
 * Suite `step`: one step of gradient descent on the MNIST network. 784-500-10, tanh, softmax
 * cross-entropy, batch 100, f32: forward, backward and update.
 */
import {
  add,
  compile,
  config,
  crossEntropy,
  dot,
  grad,
  ivector,
  matrix,
  multiply,
  shared,
  subtract,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from "hypatia";
import { weyl } from "./inputs.js";
import { startPeer } from "./peer.js";
import { type Contender, race } from "./race.js";
import type { Suite } from "./report.js";

const [batch, inputs, hidden, classes] = [100, 784, 500, 10];

/** A product of [m, k] and [k, n] takes 2 m k n; the first layer's input needs no gradient. */
const flops = 2 * batch * hidden * (2 * inputs + 3 * classes);

/** The compiled step with its state at the beginning, as a function that gives the loss. */
function makeStep(): () => Tensor {
  const x = matrix("x", ["batch", inputs]);
  const y = ivector("y", ["batch"]);
  const w = shared(tensor(weyl(inputs * hidden, 0.1, -0.5), { shape: [inputs, hidden] }), "w");
  const b = shared(zeros([hidden]), "b");
  const v = shared(tensor(weyl(hidden * classes, 0.1, -0.5), { shape: [hidden, classes] }), "v");
  const c = shared(zeros([classes]), "c");
  const logits = add(dot(tanh(add(dot(x, w), b)), v), c);
  const loss = crossEntropy(logits, y);
  const parameters = [w, b, v, c];
  const gradients = grad(loss, parameters);
  const step = compile([x, y], loss, {
    updates: parameters.map((p, i) => [p, subtract(p, multiply(0.1, gradients[i]!))]),
  });
  const xs = tensor(weyl(batch * inputs), { shape: [batch, inputs] });
  const ys = tensor(Int32Array.from({ length: batch }, (_, i) => (i * 7) % classes));
  return () => step(xs, ys);
}

export const step: Suite = {
  name: "step",
  about: "MNIST step: 784-500-10, tanh, softmax cross-entropy, batch 100, f32, on the CPU",
  async *run() {
    const peer = await startPeer("numpy_peer.py");
    if (peer === null) throw new Error("bench: the step suite needs .venv with NumPy");
    config.backend = "cpu";
    try {
      const fresh = makeStep();
      const losses = [fresh().item(), fresh().item(), fresh().item()];
      await peer.check("step", losses, 1e-4);
      yield {
        name: "MNIST step",
        flops,
        standings: await race([onCpu(makeStep()), peer.contender("step", "NumPy")], {
          // A training loop runs for long: turns in which caches and threads are warm.
          rounds: 21,
          turn: 300,
          pause: 200,
        }),
      };
    } finally {
      peer.close();
    }
  },
};

/**
 * Runs a function whose results stay where they are, as they do in a training loop. Only the CPU
 * is timed right: a GPU's queue would still be working when the clock stops.
 */
export function onCpu(run: () => Tensor): Contender {
  const ranOn = run().value().stats?.backend;
  if (ranOn !== "cpu") throw new Error(`bench: this ran on ${ranOn ?? "nothing"}, not on the cpu`);
  return {
    name: "Hypatia",
    run(iterations) {
      const began = performance.now();
      for (let i = 0; i < iterations; i++) run();
      return performance.now() - began;
    },
  };
}
