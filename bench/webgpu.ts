/**
 * `node dist/bench/webgpu.js`: what the WebGPU backend reaches on this machine's adapter. Smaller
 * sizes on SwiftShader, whose speed says nothing but whether it works.
 */
import * as h from "../backends/hypatia.js";
import { openWebgpu } from "../backends/webgpu/index.js";

const gpu = openWebgpu();
const { device, hardware } = gpu.capabilities;
gpu.dispose();
console.log(`${device}${hardware ? "" : " (not hardware)"}`);

h.config.backend = "webgpu";
const repeats = hardware ? 50 : 1;

/** Shortest time of a call in milliseconds, over several batches of calls that the GPU queues. */
function time(call: () => h.Tensor): number {
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < 4; batch++) {
    const started = performance.now();
    let last = call();
    for (let i = 1; i < repeats; i++) last = call();
    last.item();
    best = Math.min(best, (performance.now() - started) / repeats);
  }
  return best;
}

function report(name: string, milliseconds: number, work: number, unit: string): void {
  const rate = (work / milliseconds / 1e6).toFixed(1);
  console.log(`${name.padEnd(40)} ${milliseconds.toFixed(3).padStart(10)} ms ${rate} ${unit}`);
}

const noise = (...shape: number[]): h.Tensor =>
  h.random.uniform(shape, { key: h.random.key(shape.length) });

/** A function that computes all of `y` and hands out one element, which costs nothing to read. */
function cornerOf(input: readonly h.Tensor[], y: h.Tensor): (...x: h.Tensor[]) => h.Tensor {
  const f = h.compile(input, [y, h.sum(h.reshape(y, [-1]).at(h.range(0, 1)))]);
  return (...x) => f(...x)[1];
}

const products: [m: number, n: number, k: number][] = hardware
  ? [
      [100, 500, 784],
      [784, 500, 100],
      [100, 10, 500],
      [1024, 1024, 1024],
      [4096, 4096, 4096],
    ]
  : [
      [100, 500, 784],
      [256, 256, 256],
    ];
for (const [m, n, k] of products) {
  const [a, b] = [h.matrix("a", [m, k]), h.matrix("b", [k, n])];
  const [x, y] = [noise(m, k), noise(k, n)];
  x.data();
  y.data();
  const f = cornerOf([a, b], h.dot(a, b));
  report(
    `dot ${m} × ${k} · ${k} × ${n}`,
    time(() => f(x, y)),
    2 * m * n * k,
    "GFLOP/s",
  );
}

const size = hardware ? 2 ** 24 : 2 ** 18;
const v = h.vector("v", [size]);
const data = noise(size);
data.data();
const chain = cornerOf([v], h.tanh(h.add(h.multiply(v, 2), 1)));
report(
  `tanh(2v + 1), ${size} elements`,
  time(() => chain(data)),
  8 * size,
  "GB/s",
);
const total = h.compile([v], h.sum(v));
report(
  `sum of ${size} elements`,
  time(() => total(data)),
  4 * size,
  "GB/s",
);

const rows = h.matrix("rows", [size / 1024, 1024]);
const soft = cornerOf([rows], h.softmax(rows));
const table = h.reshape(data, [size / 1024, 1024]);
table.data();
report(
  `softmax of ${size / 1024} rows of 1024`,
  time(() => soft(table)),
  8 * size,
  "GB/s",
);

const batch = 100;
const [image, label] = [h.matrix("x", [batch, 784]), h.ivector("y", [batch])];
const layer = (n: number, m: number, name: string) =>
  h.shared(h.multiply(h.subtract(noise(n, m), 0.5), 0.1), name);
const [w, c] = [layer(784, 500, "w"), h.shared(h.zeros([500]), "c")];
const [u, d] = [layer(500, 10, "u"), h.shared(h.zeros([10]), "d")];
const hidden = h.tanh(h.add(h.dot(image, w), c));
const loss = h.mean(h.crossEntropy(h.add(h.dot(hidden, u), d), label));
const parameters = [w, c, u, d];
const gradients = h.grad(loss, parameters);
const step = h.compile([image, label], loss, {
  updates: parameters.map((p, i) => [p, h.subtract(p, h.multiply(0.1, gradients[i]!))] as const),
});
const [images, labels] = [noise(batch, 784), h.mod(h.arange(batch), 10)];
images.data();
const digits = h.cast(labels, "i32");
digits.data();
const flops = 2 * batch * 784 * 500 * 2 + 2 * batch * 500 * 10 * 3;
report(
  "MNIST training step",
  time(() => step(images, digits)),
  flops,
  "GFLOP/s",
);
