import { expect } from "chai";
import { axis as axisOf, dim, load, op, result } from "../../../compiler/expression.js";
import type { DotKernel, Operand } from "../../../compiler/ir.js";
import { multiplyDims, namedSize, variablesOf } from "../../../lang/size.js";
import { useGpu } from "./gpu.js";
import { at, dotKernel, input, output, program, run } from "./programs.js";

const random = (n: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(i * 78.233 + 1));

type Sizes = readonly [m: number, n: number, k: number];
const plain = (param: number, width: number, batch: number[] = []): Operand => ({
  param,
  offset: 0,
  batch,
  row: width,
  column: 1,
});
const transposed = (param: number, width: number): Operand => ({
  param,
  offset: 0,
  batch: [],
  row: 1,
  column: width,
});

/** The product stored as it is. */
const whole: Parameters<typeof dotKernel>[1]["stores"] = (batch, m, n) => [
  { param: 2, index: at(...batch, m, n), value: result("f32", "dot"), add: false, guard: null },
];

function matrix(
  sizes: Sizes,
  a: (i: number, p: number) => number,
  b: (p: number, j: number) => number,
) {
  const [m, n, k] = sizes;
  return Float32Array.from({ length: m * n }, (_, at) => {
    let sum = 0;
    for (let p = 0; p < k; p++) sum += a(Math.floor(at / n), p) * b(p, at % n);
    return sum;
  });
}

function expectClose(got: ArrayLike<number | bigint>, want: Float32Array, tolerance: number): void {
  expect(got.length).to.equal(want.length);
  let worst = 0;
  want.forEach((value, i) => {
    const error = Math.abs(Number(got[i]) - value);
    if (!(error <= worst)) worst = error;
  });
  expect(worst, "largest error").at.most(tolerance);
}

const params = [input("f32", "a"), input("f32", "b"), output("f32", "y")];

/** SwiftShader takes seconds to compile a kernel with tiles in workgroup memory. */
const shapes: Record<"software" | "hardware", Sizes[]> = {
  software: [
    [1, 1, 1],
    [3, 5, 7],
    [4, 4, 16],
    [64, 64, 64],
    [65, 33, 31],
    [100, 10, 500],
    [1, 200, 40],
    [200, 1, 40],
    [5, 6, 0],
  ],
  hardware: [
    [65, 33, 31],
    [1, 40, 16],
  ],
};

// Kernels for real hardware go through tiles in workgroup memory.
for (const tuning of ["software", "hardware"] as const)
  describe(`webgpu: matrix products as for ${tuning}`, () => {
    const gpu = useGpu({ tuning });

    for (const sizes of shapes[tuning])
      it(`${sizes.join(" × ")}, both operands either way round`, () => {
        const [m, n, k] = sizes;
        const [a, b] = [random(m * k), random(k * n)];
        for (const turnA of [false, true])
          for (const turnB of [false, true]) {
            const kernel = dotKernel(
              { m, n, k },
              {
                params,
                a: turnA ? transposed(0, m) : plain(0, k),
                b: turnB ? transposed(1, k) : plain(1, n),
                stores: whole,
              },
            );
            const [got] = run(gpu(), program(kernel, [m * k, k * n, m * n]), [a, b]);
            const want = matrix(
              sizes,
              (i, p) => a[turnA ? p * m + i : i * k + p]!,
              (p, j) => b[turnB ? j * k + p : p * n + j]!,
            );
            expectClose(got!, want, 1e-5 * (k + 1));
          }
      });

    it("large enough for the large tiles", () => {
      const [m, n, k] = [600, 900, 17];
      const [a, b] = [random(m * k), random(k * n)];
      const kernel = dotKernel(
        { m, n, k },
        { params, a: plain(0, k), b: plain(1, n), stores: whole },
      );
      const [got] = run(gpu(), program(kernel, [m * k, k * n, m * n]), [a, b]);
      expectClose(
        got!,
        matrix(
          [m, n, k],
          (i, p) => a[i * k + p]!,
          (p, j) => b[p * n + j]!,
        ),
        1e-4,
      );
    }).timeout(120_000);

    it("batches, one operand the same in all of them", () => {
      const [m, n, k] = [9, 10, 11];
      const [a, b] = [random(3 * m * k), random(k * n)];
      const kernel = dotKernel(
        { batch: [3], m, n, k },
        {
          params,
          a: plain(0, k, [m * k]),
          b: plain(1, n, [0]),
          stores: whole,
        },
      );
      const [got] = run(gpu(), program(kernel, [3 * m * k, k * n, 3 * m * n]), [a, b]);
      for (let batch = 0; batch < 3; batch++)
        expectClose(
          got!.slice(batch * m * n, (batch + 1) * m * n),
          matrix(
            [m, n, k],
            (i, p) => a[batch * m * k + i * k + p]!,
            (p, j) => b[p * n + j]!,
          ),
          1e-4,
        );
    });

    it("a bias and an activation in the epilogue, the product kept too", () => {
      const [m, n, k] = [10, 20, 30];
      const [a, b, bias] = [random(m * k), random(k * n), random(n)];
      const kernel: DotKernel = dotKernel(
        { m, n, k },
        {
          params: [
            input("f32", "a"),
            input("f32", "b"),
            output("f32", "y"),
            input("f32", "bias"),
            output("f32", "h"),
          ],
          a: plain(0, k),
          b: plain(1, n),
          stores: (batch, row, column) => {
            const sum = op("f32", "add", result("f32", "dot"), load("f32", 3, axisOf(column)));
            const value = op("f32", "tanh", sum);
            return [
              ...whole(batch, row, column),
              { param: 4, index: at(row, column), value, add: false, guard: null },
            ];
          },
        },
      );
      const text = program(kernel, [m * k, k * n, m * n, n, m * n]);
      const [product, hidden] = run(gpu(), text, [a, b, bias]);
      const want = matrix(
        [m, n, k],
        (i, p) => a[i * k + p]!,
        (p, j) => b[p * n + j]!,
      );
      expectClose(product!, want, 1e-4);
      expectClose(
        hidden!,
        want.map((v, i) => Math.tanh(v + bias[i % n]!)),
        1e-4,
      );
    });

    it("an update in place: w − 0.1 · xᵀd", () => {
      const [m, n, k] = [12, 7, 100];
      const [x, d, w] = [random(k * m), random(k * n), random(m * n)];
      const kernel = dotKernel(
        { m, n, k },
        {
          params: [
            input("f32", "x"),
            input("f32", "d"),
            { name: "w", dtype: "f32", access: "update" },
          ],
          a: transposed(0, m),
          b: plain(1, n),
          stores: (_, row, column) => {
            const old = load("f32", 2, at(row, column));
            const tenth = op("f32", "div", result("f32", "dot"), {
              kind: "literal",
              type: "f32",
              value: 10,
            });
            const value = op("f32", "sub", old, tenth);
            return [{ param: 2, index: at(row, column), value, add: false, guard: null }];
          },
        },
      );
      const executable = gpu().compile(program(kernel, [k * m, k * n, m * n]));
      const state = gpu().upload("f32", w);
      const given = [gpu().upload("f32", x), gpu().upload("f32", d), state];
      const [first] = executable.run(given, []);
      expect(first).to.equal(state);
      executable.run(given, []);
      const product = matrix(
        [m, n, k],
        (i, p) => x[p * m + i]!,
        (p, j) => d[p * n + j]!,
      );
      expectClose(
        gpu().download(state),
        w.map((v, i) => v - 0.2 * product[i]!),
        1e-4,
      );
    });

    it("integers wrap", () => {
      const kernel = dotKernel(
        { m: 1, n: 1, k: 2 },
        {
          params: [input("i32", "a"), input("i32", "b"), output("i32", "y")],
          dtype: "i32",
          a: plain(0, 2),
          b: plain(1, 1),
          stores: (_, m, n) => [
            { param: 2, index: at(m, n), value: result("i32", "dot"), add: false, guard: null },
          ],
        },
      );
      const inputs = [Int32Array.of(2 ** 30, 5), Int32Array.of(4, -3)];
      expect([...run(gpu(), program(kernel, [2, 2, 1]), inputs)[0]!]).to.deep.equal([-15]);
    });

    it("a matrix times itself: one buffer, bound once", () => {
      const a = random(100);
      const kernel = dotKernel(
        { m: 10, n: 10, k: 10 },
        {
          params: [input("f32", "a"), output("f32", "y")],
          a: plain(0, 10),
          b: transposed(0, 10),
          stores: (_, m, n) => [
            { param: 1, index: at(m, n), value: result("f32", "dot"), add: false, guard: null },
          ],
        },
      );
      const [got] = run(gpu(), program(kernel, [100, 100]), [a]);
      expectClose(
        got!,
        matrix(
          [10, 10, 10],
          (i, p) => a[i * 10 + p]!,
          (p, j) => a[j * 10 + p]!,
        ),
        1e-4,
      );
    });

    it("symbolic sizes: one executable for all of them", () => {
      const [batch, width] = [namedSize("batch"), namedSize("width")];
      const kernel = dotKernel(
        { m: batch, n: 3, k: width },
        {
          params,
          a: { param: 0, offset: 0, batch: [], row: width, column: 1 },
          b: plain(1, 3),
          stores: (_, m, n) => {
            const row = op("index", "mul", axisOf(m), dim(3));
            const index = op("index", "add", row, axisOf(n));
            return [{ param: 2, index, value: result("f32", "dot"), add: false, guard: null }];
          },
        },
      );
      const sizes = [...variablesOf(batch).values(), ...variablesOf(width).values()];
      const lengths = [multiplyDims(batch, width), multiplyDims(width, 3), multiplyDims(batch, 3)];
      const executable = gpu().compile(program(kernel, lengths, { sizes }));
      for (const [m, k] of [
        [5, 9],
        [1, 1],
        [70, 33],
        [5, 9],
      ] as const) {
        const [a, b] = [random(m * k), random(k * 3)];
        const [got] = executable.run([gpu().upload("f32", a), gpu().upload("f32", b)], [m, k]);
        const want = matrix(
          [m, 3, k],
          (i, p) => a[i * k + p]!,
          (p, j) => b[p * 3 + j]!,
        );
        expectClose(gpu().download(got!), want, 1e-4);
      }
    });
  });
