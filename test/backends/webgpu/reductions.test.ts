import { expect } from "chai";
import { axis as axisOf, literal, load, op, result } from "../../../compiler/expression.js";
import type { Accumulator, LoopKernel } from "../../../compiler/ir.js";
import { type DType, hostArray } from "../../../lang/dtype.js";
import { useGpu } from "./gpu.js";
import { at, axis, input, loopKernel, output, program, run, ulps } from "./programs.js";

/** y[r] = reduce over c of x[r, c]; for the argMax family, the position c. */
function rows(
  reduce: Accumulator["reduce"],
  shape: readonly [number, number],
  dtype: DType,
  type: DType = dtype,
): LoopKernel {
  const [r, c] = [axis("r", shape[0]), axis("c", shape[1])];
  const value = load(dtype, 0, at(r, c));
  const position = reduce.startsWith("arg") ? op("i32", "cast", axisOf(c)) : null;
  const accumulator: Accumulator = { name: "acc", type, reduce, value, position };
  const store = { index: axisOf(r), value: result(type, "acc"), add: false, guard: null, param: 1 };
  return loopKernel(
    [input(dtype), output(type)],
    [r],
    { loops: [c], accumulators: [accumulator] },
    { stores: [store] },
  );
}

const random = (n: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898) * 2);

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** What each reduction of a row is. */
const meaning: Record<Accumulator["reduce"], (row: readonly number[]) => number> = {
  sum: (row) => row.reduce((a, b) => a + b, 0),
  prod: (row) => row.reduce((a, b) => a * b, 1),
  max: (row) => Math.max(...row),
  min: (row) => Math.min(...row),
  argMax: (row) => row.indexOf(Math.max(...row)),
  argMin: (row) => row.indexOf(Math.min(...row)),
};

/** Values among ones, and where the first NaN is (−1: there is none). */
const special: [values: number[], nanAt: number][] = [
  [[1, 2, 3, 4], -1],
  [[5, 5, 0.5, 0.5], -1],
  [[-inf, 0, inf, inf], -1],
  [[1, nan, 9, nan], 1],
  [[nan, inf, -inf, 0], 0],
];

// Kernels for real hardware share a long row among the invocations of a workgroup.
for (const tuning of ["software", "hardware"] as const)
  describe(`webgpu: reductions as for ${tuning}`, () => {
    const gpu = useGpu({ tuning });

    for (const reduce of Object.keys(meaning) as Accumulator["reduce"][])
      it(`${reduce} of special values, in short and in long rows`, () => {
        const type = reduce.startsWith("arg") ? "i32" : "f32";
        for (const [values, nanAt] of special)
          for (const spread of [1, 1000, 10_001]) {
            const n = 4 * spread;
            const row = new Float32Array(n).fill(reduce === "sum" ? 0 : 1);
            values.forEach((value, i) => {
              row[i * spread] = value;
            });
            const text = program(rows(reduce, [2, n], "f32", type), [2 * n, 2]);
            const [got] = run(gpu(), text, [Float32Array.of(...row, ...row)]);
            const isPosition = type === "i32" && nanAt >= 0;
            const want = isPosition ? nanAt * spread : meaning[reduce]([...row]);
            expect([...got!], `${reduce} of ${values}`).to.deep.equal([want, want]);
          }
      });

    it("a row of −∞ has its extremes at 0", () => {
      const x = new Float32Array(600).fill(-inf);
      for (const reduce of ["argMax", "argMin"] as const) {
        const [got] = run(gpu(), program(rows(reduce, [2, 300], "f32", "i32"), [600, 2]), [x]);
        expect([...got!]).to.deep.equal([0, 0]);
      }
    });

    it("sum of rows and of everything", () => {
      for (const [r, c] of [
        [100, 500],
        [3, 70_000],
        [1, 1],
        [70_000, 3],
        [5, 0],
      ] as const) {
        const x = random(r * c);
        const [got] = run(gpu(), program(rows("sum", [r, c], "f32"), [r * c, r]), [x]);
        for (let row = 0; row < r; row += Math.ceil(r / 50)) {
          let want = 0;
          for (let i = 0; i < c; i++) want += x[row * c + i]!;
          expect(got![row], `row ${row} of ${r} × ${c}`).closeTo(
            want,
            2e-3 * Math.sqrt(c / 1000) + 1e-5,
          );
        }
      }
    });

    it("sums of truth values and of small integers in a wider type", () => {
      const [r, c] = [axis("r", 2), axis("c", 300)];
      const value = op("i32", "cast", load("bool", 0, at(r, c)));
      const kernel = loopKernel(
        [input("bool"), output("i32")],
        [r],
        {
          loops: [c],
          accumulators: [{ name: "s", type: "i32", reduce: "sum", value, position: null }],
        },
        {
          stores: [
            { param: 1, index: axisOf(r), value: result("i32", "s"), add: false, guard: null },
          ],
        },
      );
      const x = Uint8Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? 1 : 0));
      expect([...run(gpu(), program(kernel, [600, 2]), [x])[0]!]).to.deep.equal([100, 100]);
    });

    for (const dtype of ["bool", "u8", "i8", "i32", "u32"] as const)
      it(`max and min of ${dtype} start from its own range`, () => {
        const x = hostArray(dtype, 200);
        const extremes = { bool: [1, 1], u8: [7, 7], i8: [-5, -5], i32: [-9, -9], u32: [8, 8] };
        for (const i of x.keys()) x[i] = extremes[dtype][0]!;
        for (const reduce of ["max", "min"] as const) {
          const [got] = run(gpu(), program(rows(reduce, [2, 100], dtype), [200, 2]), [x]);
          expect([...got!]).to.deep.equal(extremes[dtype]);
        }
      });

    it("softmax in one kernel: three stages over the same loop", () => {
      const [n, k] = [7, 300];
      const [r, c] = [axis("r", n), axis("c", k)];
      const shifted = op(
        "f32",
        "exp",
        op("f32", "sub", load("f32", 0, at(r, c)), result("f32", "m")),
      );
      const kernel = loopKernel(
        [input("f32"), output("f32")],
        [r],
        {
          loops: [c],
          accumulators: [
            {
              name: "m",
              type: "f32",
              reduce: "max",
              value: load("f32", 0, at(r, c)),
              position: null,
            },
          ],
        },
        {
          loops: [c],
          // What the first pass stores, the last one reads.
          stores: [{ param: 1, index: at(r, c), value: shifted, add: false, guard: null }],
          accumulators: [{ name: "s", type: "f32", reduce: "sum", value: shifted, position: null }],
        },
        {
          loops: [c],
          stores: [
            {
              param: 1,
              index: at(r, c),
              value: op("f32", "div", load("f32", 1, at(r, c)), result("f32", "s")),
              add: false,
              guard: null,
            },
          ],
        },
      );
      const x = random(n * k);
      const [got] = run(gpu(), program(kernel, [n * k, n * k]), [x]);
      for (let row = 0; row < n; row++) {
        const own = [...x.subarray(row * k, (row + 1) * k)];
        const m = Math.max(...own);
        const s = own.reduce((total, v) => total + Math.exp(v - m), 0);
        own.forEach((v, i) => {
          expect(ulps(Number(got![row * k + i]), Math.fround(Math.exp(v - m) / s))).at.most(20);
        });
      }
    });

    it("two loops, two accumulators, a column sum", () => {
      const [c, i, j] = [axis("c", 50), axis("i", 20), axis("j", 30)];
      const x = load("f32", 0, at(i, j, c));
      const accumulator = (name: string, reduce: "sum" | "max"): Accumulator => ({
        name,
        type: "f32",
        reduce,
        value: x,
        position: null,
      });
      const store = (param: number, name: string) => ({
        param,
        index: axisOf(c),
        value: result("f32", name),
        add: false,
        guard: null,
      });
      const kernel = loopKernel(
        [input("f32"), output("f32", "s"), output("f32", "m")],
        [c],
        { loops: [i, j], accumulators: [accumulator("s", "sum"), accumulator("m", "max")] },
        { stores: [store(1, "s"), store(2, "m")] },
      );
      const data = random(30_000);
      const [sums, most] = run(gpu(), program(kernel, [30_000, 50, 50]), [data]);
      for (let column = 0; column < 50; column++) {
        const own = data.filter((_, at) => at % 50 === column);
        expect(sums![column]).closeTo(
          own.reduce((a, b) => a + b, 0),
          1e-3,
        );
        expect(most![column]).to.equal(Math.max(...own));
      }
    });

    it("stores that add up, in the order of the loop", () => {
      const [g, i] = [axis("g", 2), axis("i", 100)];
      const bin = op("index", "mod", axisOf(i), literal("index", 4));
      const index = op("index", "add", op("index", "mul", axisOf(g), literal("index", 4)), bin);
      const kernel = loopKernel(
        [input("f32"), { name: "y", dtype: "f32", access: "update" }],
        [g],
        {
          loops: [i],
          stores: [{ param: 1, index, value: load("f32", 0, at(g, i)), add: true, guard: null }],
        },
      );
      const x = Float32Array.from({ length: 200 }, (_, n) => n % 7);
      const [got] = run(gpu(), program(kernel, [200, 8]), [x, new Float32Array(8).fill(1)]);
      const want = new Array(8).fill(1);
      x.forEach((value, n) => {
        want[Math.floor(n / 100) * 4 + (n % 4)] += value;
      });
      expect([...got!]).to.deep.equal(want);
    });

    it("a check that fails ends the program with its message", () => {
      const i = axis("i", 10);
      const x = load("i32", 0, axisOf(i));
      const limit = (most: number) => op("bool", "lt", x, literal("i32", most));
      const kernel = loopKernel([input("i32"), output("i32")], [i], {
        checks: [
          { holds: limit(100), message: 0 },
          { holds: limit(50), message: 1 },
        ],
        stores: [{ param: 1, index: axisOf(i), value: x, add: false, guard: null }],
      });
      const messages = [100, 50].map(
        (size) => ({ op: "gather", axis: 0, size, site: {} }) as const,
      );
      const text = program(kernel, [10, 10], { messages });
      const of = (...values: number[]) => Int32Array.from({ length: 10 }, (_, n) => values[n] ?? 0);
      expect([...run(gpu(), text, [of(1, 2)])[0]!.slice(0, 2)]).to.deep.equal([1, 2]);
      expect(() => run(gpu(), text, [of(0, 70)])).to.throw("to 49");
      expect(() => run(gpu(), text, [of(0, 200)])).to.throw("to 99");
      expect([...run(gpu(), text, [of(3)])[0]!.slice(0, 2)]).to.deep.equal([3, 0]);
    });
  });
