/** Suite `ops`: single expressions, beside the same in NumPy. The names are numpy_peer.py's. */
import {
  add,
  argMax,
  compile,
  config,
  dot,
  exp,
  max,
  multiply,
  shared,
  softmax,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
} from "hypatia";
import { weyl } from "./inputs.js";
import { startPeer } from "./peer.js";
import { race } from "./race.js";
import type { Suite } from "./report.js";
import { onCpu } from "./step.js";

interface Work {
  readonly name: string;
  readonly expression: () => Tensor;
  readonly flops?: number;
  /** What must be read and written at least. */
  readonly bytes?: number;
}

/** Inputs are shared variables: on the device before the clock runs. */
function input(...shape: readonly number[]): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return shared(tensor(weyl(size), { shape }), "x");
}

const chain = (n: number): Tensor =>
  multiply(tanh(add(multiply(input(n), input(n)), input(n))), 0.5);

const product = (name: string, m: number, k: number, n: number, transposed = ""): Work => ({
  name: `dot ${name}`,
  expression: () =>
    dot(
      transposed === "a" ? transpose(input(k, m)) : input(m, k),
      transposed === "b" ? transpose(input(n, k)) : input(k, n),
    ),
  flops: 2 * m * k * n,
});

const square = 2000 * 2000;
const works: readonly Work[] = [
  { name: "tanh(x*w+b)*s 1M", expression: () => chain(1e6), bytes: 16e6 },
  { name: "tanh(x*w+b)*s 10M", expression: () => chain(1e7), bytes: 16e7 },
  { name: "exp 1M", expression: () => exp(input(1e6)), bytes: 8e6 },
  { name: "softmax 1000x1000", expression: () => softmax(input(1000, 1000)), bytes: 8e6 },
  { name: "softmax 100x10", expression: () => softmax(input(100, 10)), bytes: 8e3 },
  { name: "sum 10M", expression: () => sum(input(1e7)), bytes: 4e7 },
  { name: "sum rows 2000x2000", expression: () => sum(input(2000, 2000), 1), bytes: 4 * square },
  { name: "sum columns 2000x2000", expression: () => sum(input(2000, 2000), 0), bytes: 4 * square },
  { name: "max rows 2000x2000", expression: () => max(input(2000, 2000), 1), bytes: 4 * square },
  {
    name: "argMax rows 2000x2000",
    expression: () => argMax(input(2000, 2000), 1),
    bytes: 4 * square,
  },
  product("100x784x500", 100, 784, 500),
  product("784'x100x500", 784, 100, 500, "a"),
  product("100x10x500'", 100, 10, 500, "b"),
  product("512x512x512", 512, 512, 512),
  product("1024x1024x1024", 1024, 1024, 1024),
  {
    name: "transpose 2000x2000",
    expression: () => transpose(input(2000, 2000)),
    bytes: 8 * square,
  },
];

export const ops: Suite = {
  name: "ops",
  about: "single expressions in f32 on the CPU, against NumPy",
  async *run() {
    const peer = await startPeer("numpy_peer.py");
    if (peer === null) throw new Error("bench: the ops suite needs .venv with NumPy");
    config.backend = "cpu";
    try {
      for (const { name, expression, ...amount } of works) {
        const run = compile([], expression());
        await peer.check(name, Array.from(run().data().subarray(0, 1000), Number), 1e-3);
        const standings = await race([onCpu(run), peer.contender(name, "NumPy")]);
        yield { name, standings, ...amount };
      }
    } finally {
      peer.close();
    }
  },
};
