/**
 * The cpu backend alone, kernel by kernel: `node dist/bench/cpu-kernels.js`.
 *
 * Times are of one run of a program through the whole executable; the median, and the best, which
 * on a machine that others use says more. HYPATIA_THREADS=1 gives the figures of one core.
 */
import { openCpu } from "../backends/cpu/index.js";
import { addIndex, axis, index, load, multiplyIndex, op, result } from "../compiler/expression.js";
import type { Axis, DotKernel, Kernel, LoopKernel, TranscendentalOp } from "../compiler/ir.js";
import type { Program } from "../compiler/program.js";

const cpu = openCpu();

/** A program of `times` steps over inputs of these lengths, the last of which is overwritten. */
function programOf(kernel: Kernel, lengths: readonly number[], times = 1): Program {
  return {
    name: "bench",
    sizes: [],
    arena: 0,
    messages: [],
    buffers: lengths.map((length, position) => ({
      dtype: "f32",
      length,
      role: { kind: "input", position },
    })),
    steps: Array.from({ length: times }, () => ({ kernel, buffers: lengths.map((_, i) => i) })),
  };
}

/** Median and best time of a run in microseconds. */
function time(program: Program): [median: number, best: number] {
  const executable = cpu.compile(program);
  const inputs = program.buffers.map(({ length }) =>
    cpu.upload(
      "f32",
      Float32Array.from({ length: Number(length) }, () => Math.random() - 0.5),
    ),
  );
  const times: number[] = [];
  const end = performance.now() + 700;
  do {
    const start = performance.now();
    executable.run(inputs, []);
    times.push(1000 * (performance.now() - start));
  } while (performance.now() < end);
  for (const buffer of inputs) cpu.free(buffer);
  executable.free();
  times.sort((a, b) => a - b);
  return [times[times.length >> 1], times[0]];
}

/** c[m, n] = a · b, with a or b given as their transposes. */
function product(m: number, n: number, k: number, form: string): Program {
  const [M, N, K] = [m, n, k].map((extent, i): Axis => ({ name: "mnk"[i], extent }));
  const at = addIndex(multiplyIndex(axis(M), index(n)), axis(N));
  const [ta, tb] = [form.includes("a"), form.includes("b")];
  const kernel: DotKernel = {
    kind: "dot",
    name: "product",
    dtype: "f32",
    params: [
      { name: "a", dtype: "f32", access: "read" },
      { name: "b", dtype: "f32", access: "read" },
      { name: "c", dtype: "f32", access: "write" },
    ],
    batch: [],
    m: M,
    n: N,
    k: K,
    a: { param: 0, offset: 0, batch: [], row: ta ? 1 : k, column: ta ? m : 1 },
    b: { param: 1, offset: 0, batch: [], row: tb ? 1 : n, column: tb ? k : 1 },
    stores: [{ param: 2, index: at, value: result("f32", "dot"), add: false, guard: null }],
  };
  return programOf(kernel, [m * k, k * n, m * n]);
}

/** y = f(x) over `length` elements, `times` over. */
function elementwise(name: TranscendentalOp | "neg", length: number, times = 1): Program {
  const i: Axis = { name: "i", extent: length };
  const value = op("f32", name, load("f32", 0, axis(i)));
  const kernel: LoopKernel = {
    kind: "loop",
    name,
    params: [
      { name: "x", dtype: "f32", access: "read" },
      { name: "y", dtype: "f32", access: "write" },
    ],
    grid: [i],
    stages: [
      {
        loops: [],
        accumulators: [],
        checks: [],
        stores: [{ param: 1, index: axis(i), value, add: false, guard: null }],
      },
    ],
  };
  return programOf(kernel, [length, length], times);
}

console.log(cpu.capabilities.device);
const products: [number, number, number, string][] = [
  [100, 500, 784, ""],
  [100, 10, 500, ""],
  [784, 500, 100, "a"],
  [500, 10, 100, "a"],
  [100, 500, 10, "b"],
  ...[64, 128, 256, 512, 1024].map((n): [number, number, number, string] => [n, n, n, ""]),
];
for (const [m, n, k, form] of products) {
  const [median, best] = time(product(m, n, k, form));
  const rate = (us: number) => `${((2 * m * n * k) / us / 1000).toFixed(0)} GFLOP/s`;
  const shape = `${m}×${k} · ${k}×${n} ${form && `(${form} transposed)`}`.padEnd(36);
  console.log(`${shape} ${median.toFixed(1)} µs, ${rate(median)}; best ${rate(best)}`);
}
for (const name of ["exp", "log", "tanh", "erf", "sigmoid", "sin"] as const) {
  const [, best] = time(elementwise(name, 16_384));
  console.log(`${name.padEnd(36)} ${((1000 * best) / 16_384).toFixed(3)} ns per element`);
}
for (const steps of [1, 8]) {
  const [median, best] = time(elementwise("neg", 16, steps));
  const text = `${steps} tiny kernel${steps > 1 ? "s" : ""}, whole run`.padEnd(36);
  console.log(`${text} ${median.toFixed(2)} µs; best ${best.toFixed(2)} µs`);
}
