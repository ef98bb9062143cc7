/** Whole graphs, through the compiler, on the GPU: the same as the js backend, to a few ulp. */
import { expect } from "chai";
import { jsBackend } from "../../../backends/js/index.js";
import { grad } from "../../../compiler/gradient.js";
import type { GraphSpec } from "../../../compiler/graph-spec.js";
import { lower } from "../../../compiler/lower.js";
import { optimize } from "../../../compiler/passes.js";
import type { Program } from "../../../compiler/program.js";
import { type DType, isFloat, type TypedArray } from "../../../lang/dtype.js";
import type { Node } from "../../../lang/graph.js";
import * as l from "../../../lang/index.js";
import { topologicalOrder } from "../../../lang/node.js";
import type { Dim, SizeBindings } from "../../../lang/size.js";
import { namedSize } from "../../../lang/size.js";
import { dataFor } from "../../compiler/build.js";
import { useGpu } from "./gpu.js";
import { execute } from "./programs.js";

const f32 = (name: string, ...shape: Dim[]) => l.symbol(name, { dtype: "f32", shape });
const of = (dtype: DType, name: string, ...shape: Dim[]) => l.symbol(name, { dtype, shape });

const x = f32("x", 6, 5);
const y = f32("y", 6, 5);
const row = f32("row", 5);
const w = f32("w", 5, 4);
const n = of("i32", "n", 7);
const m = of("i32", "m", 7);
const b = of("u8", "b", 4, 6);
const t = of("bool", "t", 6, 5);
const cube = f32("cube", 3, 4, 5);
const labels = of("i32", "labels", 6);

/** What is computed, from symbols; the last number is the allowed relative error. */
const cases: [name: string, outputs: l.Tensor[], tolerance?: number][] = [
  ["arithmetic", [l.add(x, y), l.subtract(x, 3), l.multiply(x, row), l.divide(x, l.exp(y))]],
  [
    "powers",
    [l.power(l.abs(x), y), l.square(x), l.power(x, 3), l.sqrt(l.abs(x)), l.rsqrt(l.exp(x))],
  ],
  ["rounding", [l.floor(x), l.ceil(x), l.round(l.multiply(x, 2)), l.trunc(x), l.sign(x)]],
  ["float division", [l.floorDivide(x, y), l.mod(x, y)]],
  [
    "functions",
    [l.exp(x), l.log(l.abs(x)), l.sin(x), l.cos(x), l.tanh(x), l.sigmoid(x), l.softplus(x)],
  ],
  [
    "more functions",
    [l.erf(x), l.expm1(x), l.log1p(l.abs(x)), l.gelu(x), l.atan2(x, y), l.tan(x)],
    1e-5,
  ],
  [
    "comparison and logic",
    [l.less(x, y), l.equal(n, m), l.logicalAnd(l.greater(x, 0), t), l.isNan(x)],
  ],
  ["where, clip, minimum", [l.where(t, x, y), l.clip(x, -1, 1), l.minimum(x, y), l.maximum(x, 0)]],
  [
    "integers",
    [l.add(n, m), l.multiply(n, -3), l.floorDivide(n, m), l.mod(n, m), l.bitwiseXor(n, m)],
  ],
  ["bytes", [l.add(b, b), l.cast(b, "f32"), l.sum(b, 1), l.max(b)]],
  ["reductions", [l.sum(x), l.mean(x, 0), l.max(x, 1), l.prod(x, 1), l.std(x)]],
  ["truth over axes", [l.all(t, 0), l.any(t, 1)]],
  ["positions of extremes", [l.argMax(x, 1), l.argMin(x, 0), l.argMax(x)]],
  ["softmax and friends", [l.softmax(x), l.logSoftmax(x), l.logSumExp(x, 0)], 1e-5],
  ["products", [l.dot(x, w), l.matmul(l.transpose(x), y), l.dot(x, row), l.outer(row, row)], 1e-5],
  ["a batch of products", [l.matmul(cube, l.transpose(cube, [0, 2, 1]))], 1e-5],
  ["a dense layer", [l.tanh(l.add(l.dot(x, w), f32("bias", 4)))], 1e-5],
  [
    "movement",
    [l.transpose(cube, [2, 0, 1]), l.reshape(cube, [12, 5]), l.flip(x, 0), l.concat([x, y], 1)],
  ],
  [
    "stack, pad, split",
    [
      l.stack([x, y], 1),
      l.pad(x, [
        [1, 2],
        [0, 3],
      ]),
      ...l.split(x, 3, 0),
    ],
  ],
  ["indexing", [l.take(x, labels, 0), x.at(2), x.at(l.range(0, 6, 2)), l.oneHot(labels, 7)]],
  ["sorting", [l.argSort(x), l.sort(x, 0), l.sort(n)]],
  ["random numbers", [l.random.uniform([50], { key: l.random.key(3) })]],
  ["normal numbers", [l.random.normal([50], { key: l.random.key(4) })], 1e-5],
  ["a permutation", [l.random.permutation(40, { key: l.random.key(5) })]],
  ["cross-entropy and its gradient", crossEntropy(), 1e-4],
  ["a gradient through indexing", [grad(l.sum(l.square(l.take(x, labels, 0))), x)], 1e-5],
];

function crossEntropy(): l.Tensor[] {
  const logits = l.dot(x, w);
  const loss = l.mean(l.crossEntropy(logits, l.mod(labels, 4)));
  return [loss, grad(loss, w)];
}

function compiled(outputs: readonly l.Tensor[]): { graph: GraphSpec; program: Program } {
  const roots = outputs.map((tensor) => tensor.node);
  const inputs = topologicalOrder(roots).filter(({ op }) => op === "symbol" || op === "constant");
  const graph = optimize({ name: "test", inputs, outputs: roots, updates: [] });
  return { graph, program: lower(graph) };
}

const inputOf = (leaf: Node, sizes?: SizeBindings): TypedArray =>
  leaf.op === "constant" ? leaf.attrs.value.data : dataFor(leaf, 7, sizes);

function compare(got: TypedArray, want: TypedArray, dtype: DType, tolerance: number): void {
  expect(got.length).to.equal(want.length);
  let worst = 0;
  for (const [i, value] of [...want].entries()) {
    const [a, e] = [Number(got[i]), Number(value)];
    if (Object.is(a, e) || a === e) continue;
    const error = Math.abs(a - e) / Math.max(1, Math.abs(e));
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
  }
  expect(worst, `largest error of ${dtype}`).at.most(isFloat(dtype) ? tolerance : 0);
}

for (const tuning of ["software", "hardware"] as const)
  describe(`webgpu: graphs as for ${tuning}`, () => {
    const gpu = useGpu({ tuning });

    for (const [name, outputs, tolerance = 2e-6] of cases)
      it(name, () => {
        const { graph, program } = compiled(outputs);
        const inputs = graph.inputs.map((leaf) => inputOf(leaf));
        const want = execute(jsBackend, program, jsBackend.compile(program), inputs);
        const got = execute(gpu(), program, gpu().compile(program), inputs);
        outputs.forEach(({ dtype }, i) => {
          compare(got[i]!, want[i]!, dtype, tolerance);
        });
      });

    it("symbolic sizes: a softmax layer for several batches", () => {
      const batch = namedSize("rows");
      const input = f32("input", batch, 5);
      const outputs = [l.softmax(l.dot(input, w)), l.mean(l.max(input, 1))];
      const { graph, program } = compiled(outputs);
      const executable = gpu().compile(program);
      for (const rows of [1, 70, 3000]) {
        const sizes = new Map(program.sizes.map(({ key }) => [key, rows]));
        const inputs = graph.inputs.map((leaf) => inputOf(leaf, sizes));
        const values = program.sizes.map(() => rows);
        const want = execute(jsBackend, program, jsBackend.compile(program), inputs, values);
        const got = execute(gpu(), program, executable, inputs, values);
        got.forEach((array, i) => {
          compare(array, want[i]!, "f32", 1e-5);
        });
      }
    });

    it("an index out of bounds is told as the js backend tells it", () => {
      const { graph, program } = compiled([l.take(x, labels, 0)]);
      const inputs = graph.inputs.map((leaf) =>
        leaf === labels.node ? Int32Array.of(0, 1, 2, 3, 4, 6) : inputOf(leaf),
      );
      const failure = (run: () => unknown): string => {
        try {
          run();
        } catch (error) {
          return String(error);
        }
        return "no error";
      };
      const want = failure(() => execute(jsBackend, program, jsBackend.compile(program), inputs));
      expect(want).to.contain("HypatiaError");
      expect(failure(() => execute(gpu(), program, gpu().compile(program), inputs))).to.equal(want);
    });
  });
