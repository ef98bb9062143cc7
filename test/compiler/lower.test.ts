import { expect } from "chai";
import { lower } from "../../compiler/lower.js";
import type { Node } from "../../lang/graph.js";
import * as h from "../../lang/index.js";
import { namedSize } from "../../lang/size.js";
import type { Tensor } from "../../lang/tensor.js";
import { apply, graphOf, make, symbol } from "./build.js";
import { classifier, regression } from "./networks.js";
import { expectSameAsNodes } from "./program.js";
import { graphOfTensors } from "./tensors.js";

const f64 = (name: string, ...shape: number[]): Tensor => h.symbol(name, { shape, dtype: "f64" });

const a = f64("a", 6, 7);
const b = f64("b", 7, 5);
const cube = f64("cube", 3, 4, 5);
const four = f64("four", 2, 3, 4, 5);
const long = f64("long", 40001);
const tall = f64("tall", 9000, 4);
const flat = f64("flat", 200, 200);
const bytes = h.symbol("bytes", { shape: [40000], dtype: "u8" });
const whole = h.symbol("whole", { shape: [4, 6], dtype: "i32" });
const row = f64("row", 7);
const labels = h.symbol("labels", { shape: [6], dtype: "i32" });

type Axes = readonly [readonly number[], readonly number[]];
const dot = (x: Tensor, y: Tensor, contract: Axes, batch: Axes = [[], []]): Tensor =>
  new h.Tensor(make("dot", [x.node, y.node], { contract, batch }) as never);

const values: [string, Tensor[]][] = [
  ["a reduction in two steps", [h.sum(long), h.max(long), h.min(long)]],
  ["a product in two steps", [h.prod(h.add(h.multiply(long, 1e-5), 1))]],
  ["a widening sum in two steps", [h.sum(bytes)]],
  ["few columns of many rows", [h.sum(tall, 0), h.max(tall, 0)]],
  ["a reduction over two long axes", [h.mean(h.square(flat))]],
  ["softmax of a long vector", [h.softmax(long)]],
  [
    "layer norm",
    [h.divide(h.subtract(a, h.mean(a, 1, { keepDims: true })), h.std(a, 1, { keepDims: true }))],
  ],
  ["attention", [h.matmul(h.softmax(h.matmul(cube, h.swapAxes(cube, 1, 2))), cube)]],
  ["a product of integers", [h.dot(whole, h.transpose(whole))]],
  ["a product of transposes", [h.dot(h.transpose(b), h.transpose(a))]],
  [
    "a product of slices",
    [h.dot(h.at(a, h.range(1, 5), h.range(null, null, -2)), h.at(b, h.range(0, 4)))],
  ],
  [
    "a product over two axes",
    [
      dot(four, cube, [
        [2, 3],
        [1, 2],
      ]),
    ],
  ],
  [
    "a product over axes apart",
    [
      dot(four, cube, [
        [1, 3],
        [0, 2],
      ]),
    ],
  ],
  [
    "a product over axes in another order",
    [
      dot(
        four,
        four,
        [
          [1, 3],
          [1, 3],
        ],
        [[0], [0]],
      ),
    ],
  ],
  ["a product with axes of both kinds in the middle", [dot(four, four, [[2], [2]], [[1], [1]])]],
  ["an outer product of matrices", [dot(a, whole.cast("f64"), [[], []])]],
  ["a product with a broadcast operand", [h.dot(h.broadcastTo(row, [6, 7]), b)]],
  ["a product with a product", [h.tanh(h.dot(h.dot(a, b), h.transpose(b)))]],
  ["matrix and vector", [h.dot(a, row), h.dot(row, b), h.dot(row, row)]],
  ["an epilogue in another shape", [h.tanh(h.reshape(h.dot(a, b), [2, 3, 5]))]],
  ["a transposed epilogue", [h.exp(h.transpose(h.dot(a, b)))]],
  ["rows by label after a product", [h.take(h.dot(a, b), h.mod(labels, 3))]],
  [
    "a sum of products of heads",
    [h.reshape(h.transpose(h.matmul(four, h.swapAxes(four, 2, 3)), [0, 2, 1, 3]), [8, 12])],
  ],
  ["nothing", [h.sum(f64("none", 0, 3), 0), h.exp(f64("empty", 0)), h.concat([row, f64("no", 0)])]],
];

describe("lowering", () => {
  for (const [name, outputs] of values) it(name, () => expectSameAsNodes(graphOfTensors(outputs)));

  it("a training step", () => {
    const sizes = { batch: 6, input: 7, hidden: 5, output: 4 };
    expectSameAsNodes(classifier(sizes), new Map(), { tolerance: 1e-5 });
  });

  it("a training step of any batch", () => {
    const graph = regression({ batch: "batch", input: 7, hidden: 0, output: 4 });
    const [batch] = lower(graph).sizes;
    for (const size of [0, 1, 6])
      expectSameAsNodes(graph, new Map([[batch.key, size]]), { tolerance: 1e-5 });
  });

  it("a full reduction of any size, shared out", () => {
    for (const reduce of [h.sum, h.prod, h.max, h.min]) {
      const x = h.symbol("x", { shape: ["rows", "columns"], dtype: "f64" });
      const graph = graphOfTensors([reduce(h.multiply(x, 0.5))]);
      const program = lower(graph);
      expect(program.steps).to.have.lengthOf(2);
      for (const [rows, columns] of [
        [1, 1],
        [5, 51],
        [16, 16],
        [257, 1],
        [100, 200],
      ])
        expectSameAsNodes(
          graph,
          new Map([
            ['"rows"', rows],
            ['"columns"', columns],
          ]),
        );
    }
    const empty = graphOfTensors([h.sum(h.symbol("x", { shape: ["rows"], dtype: "f64" }))]);
    expectSameAsNodes(empty, new Map([['"rows"', 0]]));
  });

  it("a chain longer than the stack is deep", () => {
    const x = symbol("x", [3]);
    let made: Node = x;
    for (let i = 0; i < 5000; i++) made = apply(i % 2 ? "tanh" : "neg", made);
    expectSameAsNodes(graphOf([x], [made]));
  });

  it("a tower of slices, whose elements are asked for at more and more places", () => {
    let made = h.symbol("x", { shape: [40], dtype: "f64" });
    for (let i = 0; i < 30; i++)
      made = h.add(h.at(made, h.range(1, null)), h.at(made, h.range(null, -1)));
    expectSameAsNodes(graphOfTensors([made]));
  });

  it("positions beyond the axis where padding is, which nobody asks for", () => {
    const padded = h.pad(h.take(row, h.arange(7)), [[2, 3]]);
    expectSameAsNodes(graphOfTensors([padded, h.sum(padded)]));
  });

  it("positions on two axes, each checked once, in one kernel", () => {
    const graph = graphOfTensors([a.at(labels, labels)]);
    expectSameAsNodes(graph);
    const { steps, messages } = lower(graph);
    expect(steps.map(({ kernel }) => kernel.kind)).to.deep.equal(["loop"]);
    expect(messages.map(({ axis, size }) => [axis, size])).to.deep.equal([
      [0, 6],
      [1, 7],
    ]);
  });

  it("positions that are sums of themselves, more often than numbers go", () => {
    let doubled = h.arange(6);
    for (let i = 0; i < 40; i++) doubled = h.add(doubled, h.mod(doubled, 2));
    let wrapped = h.arange(6);
    for (let i = 0; i < 40; i++) wrapped = h.add(wrapped, wrapped); // 2⁴⁰ i wraps to 0
    expectSameAsNodes(graphOfTensors([h.take(a, h.mod(doubled, 6)), h.take(a, wrapped)]));
  });

  it("says which sizes a run must pass", () => {
    const x = symbol("x", [namedSize("n"), namedSize("m")]);
    const program = lower(graphOf([x], [make("sum", [x], { axes: [0] })]));
    expect(program.sizes.map(({ name }) => name)).to.deep.equal(["n", "m"]);
  });

  it("names an input that is missing", () => {
    const x = symbol("x", [3]);
    expect(() => lower(graphOf([], [apply("neg", x)]))).to.throw(/internal: symbol is neither/);
  });
});
