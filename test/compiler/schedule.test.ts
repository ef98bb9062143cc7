import { expect } from "chai";
import { describeKernel, describeSchedule } from "../../compiler/describe.js";
import type { GraphSpec } from "../../compiler/graph-spec.js";
import { lower } from "../../compiler/lower.js";
import * as h from "../../lang/index.js";
import type { Tensor } from "../../lang/tensor.js";
import { classifier, regression } from "./networks.js";
import { graphOfTensors } from "./tensors.js";

type Updates = readonly (readonly [Tensor, Tensor])[];

const kernelsOf = (spec: GraphSpec): string[] =>
  lower(spec).steps.map(({ kernel }) => describeKernel(kernel));

const f32 = (name: string, ...shape: number[]): Tensor => h.symbol(name, { shape });

const x = f32("x", 100, 784);
const w = f32("w", 784, 500);
const b = f32("b", 500);
const u = f32("u", 500, 500);
const hidden = f32("h", 100, 500);
const logits = f32("logits", 100, 10);
const row = f32("row", 784);
const big = f32("big", 1000, 1000);
const long = f32("long", 1000000);
const heads = f32("heads", 8, 64, 32);
const labels = h.symbol("labels", { shape: [100], dtype: "i32" });

const standardized = (t: Tensor, axis: number): Tensor => {
  const centred = h.subtract(t, h.mean(t, axis, { keepDims: true }));
  const variance = h.mean(h.square(centred), axis, { keepDims: true });
  return h.divide(centred, h.sqrt(h.add(variance, 1e-5)));
};

const z = h.add(h.dot(x, w), b);
const m = f32("m", 784, 500);
const g = h.dot(h.transpose(x), hidden);
const m1 = h.add(h.multiply(m, 0.9), g);

const patterns: [string, Tensor[], string[], Updates?][] = [
  ["an elementwise chain", [h.tanh(h.add(h.multiply(x, 2), 1))], ["grid 78400; 1 store"]],
  ["a broadcast row", [h.add(x, row)], ["grid 100 × 784; 1 store"]],
  ["a transposed operand", [h.add(big, h.transpose(big))], ["grid 1000 × 1000; 1 store"]],
  [
    "softmax over rows",
    [h.softmax(logits)],
    ["grid 100; max over 10; sum over 10; 1 store over 10"],
  ],
  [
    "softmax over columns",
    [h.softmax(logits, 0)],
    ["grid 10; max over 100; sum over 100; 1 store over 100"],
  ],
  ["log-softmax", [h.logSoftmax(logits)], ["grid 100; max over 10; sum over 10; 1 store over 10"]],
  [
    "cross-entropy",
    [h.crossEntropy(logits, labels)],
    [
      "grid 100; max over 10; sum over 10; sum over 10; 1 store",
      "grid once; sum over 100; 1 store",
    ],
  ],
  [
    "layer norm",
    [standardized(hidden, 1)],
    ["grid 100; sum over 500; sum over 500; 1 store over 500"],
  ],
  [
    "batch norm",
    [standardized(hidden, 0)],
    ["grid 500; sum over 100; sum over 100; 1 store over 100"],
  ],
  [
    "batch norm of many rows",
    [standardized(big, 0)],
    ["grid 1000; sum over 1000; 1 store; sum over 1000; 1 store", "grid 1000 × 1000; 1 store"],
  ],
  ["a small full sum", [h.sum(logits)], ["grid once; sum over 1000; 1 store"]],
  [
    "a large full sum",
    [h.sum(long)],
    ["grid 256; sum over 3906; 1 store", "grid once; sum over 64; sum over 256; 1 store"],
  ],
  [
    "a large sum over two axes",
    [h.sum(h.square(big))],
    ["grid 1000; sum over 1000; 1 store", "grid once; sum over 1000; 1 store"],
  ],
  [
    "softmax of a long vector",
    [h.softmax(long)],
    [
      "grid 256; max over 3906; 1 store",
      "grid once; max over 64; max over 256; 1 store",
      "grid 1000000; 1 store",
      "grid 256; sum over 3906; 1 store",
      "grid once; sum over 64; sum over 256; 1 store",
      "grid 1000000; 1 store",
    ],
  ],
  ["column sums", [h.sum(x, 0)], ["grid 784; sum over 100; 1 store"]],
  [
    "two reductions of one array",
    [h.sum(x, 1), h.max(x, 1)],
    ["grid 100; sum, max over 784; 2 stores"],
  ],
  ["two elementwise outputs", [h.exp(x), h.tanh(x)], ["grid 78400; 2 stores"]],
  ["a dense layer", [h.tanh(z)], ["(100 × 784) · (784 × 500); 1 store"]],
  [
    "a dense layer before and after its activation",
    [z, h.tanh(z)],
    ["(100 × 784) · (784 × 500); 2 stores"],
  ],
  [
    "a product and its row sums",
    [h.tanh(z), h.sum(h.tanh(z), 1)],
    ["(100 × 784) · (784 × 500); 1 store", "grid 100; sum over 500; 1 store"],
  ],
  [
    "two products added",
    [h.tanh(h.add(z, h.dot(hidden, u)))],
    ["(100 × 784) · (784 × 500); 1 store", "(100 × 500) · (500 × 500); 1 store"],
  ],
  [
    "a product of a transpose and a slice",
    [h.dot(h.transpose(x), h.at(hidden, null, h.range(0, 100)))],
    ["(784 × 100)ᵀ · (100 × 100); 1 store"],
  ],
  [
    "a product of an elementwise operand",
    [h.dot(h.exp(x), w)],
    ["grid 78400; 1 store", "(100 × 784) · (784 × 500); 1 store"],
  ],
  [
    "batched products",
    [h.matmul(heads, h.swapAxes(heads, 1, 2))],
    ["8 products of (64 × 32) · (32 × 64)ᵀ; 1 store"],
  ],
  [
    "attention",
    [h.matmul(h.softmax(h.matmul(heads, h.swapAxes(heads, 1, 2))), heads)],
    [
      "8 products of (64 × 32) · (32 × 64)ᵀ; 1 store",
      "grid 512; max over 64; sum over 64; 1 store over 64",
      "8 products of (64 × 64) · (64 × 32); 1 store",
    ],
  ],
  ["matrix times vector", [h.tanh(h.dot(x, row))], ["grid 100; sum over 784; 1 store"]],
  ["vector times matrix", [h.dot(row, w)], ["grid 500; sum over 784; 1 store"]],
  ["vector times vector", [h.dot(row, row)], ["grid once; sum over 784; 1 store"]],
  ["an outer product", [h.outer(row, b)], ["grid 784 × 500; 1 store"]],
  [
    "a descent step",
    [],
    ["(784 × 100)ᵀ · (100 × 500); 1 store"],
    [[w, h.subtract(w, h.multiply(0.1, g))]],
  ],
  [
    "a momentum step",
    [],
    ["(784 × 100)ᵀ · (100 × 500); 2 stores"],
    [
      [m, m1],
      [w, h.subtract(w, h.multiply(0.1, m1))],
    ],
  ],
  [
    "an update that others read",
    [h.sum(w, 0)],
    ["grid 500; sum over 784; 1 store", "grid 392000; 1 store"],
    [[w, h.multiply(w, 2)]],
  ],
  [
    "a swap",
    [],
    ["grid 392000; 1 store", "grid 392000; 1 store"],
    [
      [m, w],
      [w, m],
    ],
  ],
  [
    "an update with its own transpose",
    [],
    ["grid 500 × 500; 1 store"],
    [[u, h.add(u, h.transpose(u))]],
  ],
  ["one output twice", [h.exp(x), h.exp(x)], ["grid 78400; 2 stores"]],
  ["an input as output", [x], ["grid 78400; 1 store"]],
  [
    "a reshaped output of a product",
    [h.reshape(h.dot(x, w), [50, 1000])],
    ["(100 × 784) · (784 × 500); 1 store"],
  ],
  [
    "a product in another shape",
    [h.tanh(h.reshape(z, [10, 10, 500]))],
    ["(100 × 784) · (784 × 500); 1 store"],
  ],
  [
    "an expensive row, repeated",
    [h.multiply(x, h.exp(row))],
    ["grid 784; 1 store", "grid 100 × 784; 1 store"],
  ],
  ["a cheap row, repeated", [h.multiply(x, h.add(row, 1))], ["grid 100 × 784; 1 store"]],
  ["concat", [h.tanh(h.concat([x, x]))], ["grid 200 × 784; 1 store"]],
  [
    "pad",
    [
      h.exp(
        h.pad(logits, [
          [1, 1],
          [2, 2],
        ]),
      ),
    ],
    ["grid 102 × 14; 1 store"],
  ],
  ["rows by position", [h.multiply(h.take(w, labels), 2)], ["grid 100 × 500; 1 store, checks"]],
  [
    "an output and its row sums",
    [h.exp(x), h.sum(h.exp(x), 1)],
    ["grid 100; sum, 1 store over 784; 1 store"],
  ],
  [
    "an output and its column sums",
    [h.exp(x), h.sum(h.exp(x), 0)],
    ["grid 784; sum, 1 store over 100; 1 store"],
  ],
  ["argMax", [h.argMax(logits, 1)], ["grid 100; argMax over 10; 1 store"]],
  ["sort", [h.sort(logits, 1)], ["argSort of 100 × 10 × 1", "grid 100 × 10; 1 store, checks"]],
  [
    "random numbers",
    [h.random.normal([100, 10], { key: h.random.key(1) })],
    ["grid 1000; 1 store"],
  ],
];

describe("scheduling", () => {
  for (const [name, outputs, expected, updates = []] of patterns)
    it(name, () => {
      const got = kernelsOf(graphOfTensors(outputs, updates));
      expect(got).to.deep.equal(expected);
    });
  it("can be looked at", () => {
    let text = "";
    const { inputs, outputs } = graphOfTensors([h.softmax(h.dot(hidden, f32("v", 500, 10)))]);
    lower({ name: "traced", inputs, outputs, updates: [] }, (schedule) => {
      text = describeSchedule(schedule);
    });
    expect(text.split("\n")).to.deep.equal([
      "dot [100, 10]: dot* [100, 10]",
      "loop [100]: max [100] over [10], exp [100, 10] over [10], sum [100] over [10], " +
        "div* [100, 10] over [10]",
    ]);
  });

  it("a classifier's training step: five products and four small kernels", () => {
    const sizes = { batch: 100, input: 784, hidden: 500, output: 10 };
    expect(kernelsOf(classifier(sizes))).to.deep.equal([
      "(100 × 784) · (784 × 500); 1 store",
      "(100 × 500) · (500 × 10); 1 store",
      "grid 100; max, sum over 10; sum over 10; sum, 1 store over 10; 1 store",
      "grid once; sum over 100; 1 store",
      "(100 × 10) · (10 × 500)ᵀ; 1 store",
      "(784 × 100)ᵀ · (100 × 500); 1 store",
      "grid 500; sum over 100; 1 store",
      "(500 × 100)ᵀ · (100 × 10); 1 store",
      "grid 10; sum over 100; 1 store",
    ]);
  });

  it("a training step with a symbolic batch", () => {
    const sizes = { batch: "batch", input: 784, hidden: 500, output: 10 };
    expect(kernelsOf(regression(sizes))).to.deep.equal([
      "(batch × 784) · (784 × 10); 1 store",
      "grid 256; sum over ⌊10·batch/256⌋; 1 store",
      "grid once; sum over 10·batch - 256·⌊10·batch/256⌋; sum over 256; 1 store",
      "(784 × batch)ᵀ · (batch × 10); 1 store",
      "grid 10; sum over batch; 1 store",
    ]);
  });
});
