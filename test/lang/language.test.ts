/** Shapes, dtypes and messages: what is known about an expression before anything runs. */
import { expect } from "chai";
import fc from "fast-check";
import * as h from "../../lang/index.js";
import { broadcastShapes } from "../../lang/operand.js";

const x = h.matrix("x", ["batch", 784]);
const w = h.matrix("w", [784, 500]);
const labels = h.ivector("labels", ["batch"]);
const f = (...shape: number[]): h.Tensor => h.zeros(shape);
const i32 = (...shape: number[]): h.Tensor => h.zeros(shape, { dtype: "i32" });
const bool = h.tensor([true, false, true]);
const key = h.random.key(1);
const { range } = h;

const types: [h.Tensor, string][] = [
  [h.scalar("s"), "s: f32 []"],
  [h.vector("v"), "v: f32 [v.shape[0]]"],
  [x, "x: f32 [batch, 784]"],
  [h.dmatrix("d", [2, null]), "d: f64 [2, d.shape[1]]"],
  [h.lscalar("l"), "l: i64 []"],
  [h.bvector("b", [3]), "b: bool [3]"],
  [h.symbol("u", { dtype: "u8", shape: [x.shape[0], 28] }), "u: u8 [batch, 28]"],
  [h.tensor(1), "f32 []"],
  [h.tensor([[1, 2]]), "f32 [1, 2]"],
  [h.tensor([true]), "bool [1]"],
  [h.tensor([1n]), "i64 [1]"],
  [h.tensor(new Uint8Array(6), { shape: [2, 3] }), "u8 [2, 3]"],
  [h.tensor([new Float64Array(3), new Float64Array(3)]), "f64 [2, 3]"],
  [h.tensor([]), "f32 [0]"],
  [h.add(x, 1), "f32 [batch, 784]"],
  [h.add(i32(2), 1), "i32 [2]"],
  [h.add(i32(2), x.shape[0]), "i32 [2]"],
  [h.divide(h.sum(x), x.shape[0]), "f32 []"],
  [h.add(i32(2), 1.5), "f32 [2]"],
  [h.multiply(2, h.zeros([2], { dtype: "f64" })), "f64 [2]"],
  [h.divide(i32(2), 2), "f32 [2]"],
  [h.add(i32(2), [1, 2]), "i32 [2]"],
  [h.add(bool, bool), "i32 [3]"],
  [h.power(i32(2), -1), "f32 [2]"],
  [h.less(x, 0), "bool [batch, 784]"],
  [h.sum(bool), "i32 []"],
  [h.mean(bool), "f32 []"],
  [h.mean(x, 0), "f32 [784]"],
  [h.sum(x, -1, { keepDims: true }), "f32 [batch, 1]"],
  [h.argMax(x, 1), "i32 [batch]"],
  [h.dot(x, w), "f32 [batch, 500]"],
  [h.matmul(f(5, 1, 2, 3), f(4, 3, 2)), "f32 [5, 4, 2, 2]"],
  [x.T, "f32 [784, batch]"],
  [h.reshape(x, [-1, 28, 28]), "f32 [batch, 28, 28]"],
  [h.flatten(x), "f32 [784·batch]"],
  [h.concat([x, x]), "f32 [2·batch, 784]"],
  [h.stack([x, x], -1), "f32 [batch, 784, 2]"],
  [h.expandDims(x, 1), "f32 [batch, 1, 784]"],
  [x.at(0), "f32 [784]"],
  [x.at("...", range(10)), "f32 [batch, 10]"],
  [x.at(range(10)), "f32 [min(10, batch), 784]"],
  [x.at(range(1, null)), "f32 [batch - min(1, batch), 784]"],
  [x.at(labels), "f32 [batch, 784]"],
  [x.at([0, -1, 2], 5), "f32 [3]"],
  [h.crossEntropy(h.dot(x, w), labels), "f32 []"],
  [h.oneHot(labels, 10), "f32 [batch, 10]"],
  [h.random.normal([2, 3]), "f32 [2, 3]"],
  [h.random.permutation(5), "i32 [5]"],
  [x.tanh().mean(0).reshape([28, -1]), "f32 [28, 28]"],
];

describe("types of expressions", () => {
  for (const [of, text] of types) it(text, () => expect(String(of)).to.equal(text));
});

const misuses: [what: string, run: () => unknown, ...message: RegExp[]][] = [
  ["shapes", () => h.add(f(2, 3), f(4)), /^add: .*broadcast/, /got: +\[2, 3\] and \[4\]/],
  ["a named size", () => h.add(x, f(10, 784)).at(range(11, 12), 0, 0), /^at: too many/],
  ["two sizes", () => h.add(h.matrix("a", ["n", 3]), h.matrix("b", ["n", 4])), /axis -1 differ/],
  ["inner sizes", () => h.dot(f(2, 3), f(2, 3)), /^dot: the inner sizes/, /\(3\).*\(2\)/],
  ["inner sizes", () => h.matmul(w, w), /^matmul: /, /axis 1 .*\(500\).*axis 0 .*\(784\)/],
  ["scalars", () => h.matmul(1, x), /^matmul: an operand is a scalar/, /multiply/],
  ["dtypes", () => h.add(h.zeros(1, { dtype: "u64" }), i32(1)), /^add: u64 and i32/, /cast/],
  ["a number", () => h.add(h.zeros(1, { dtype: "u8" }), 300), /^add: the number 300/],
  ["numbers for a list", () => h.max(3, 5), /^max: axis 5 does not exist/, /max\(\[a, b\]\)/],
  ["an axis", () => h.sum(f(2, 3), 2), /^sum: axis 2 does not exist/, /-2 to 1/],
  ["axes", () => h.sum(f(2, 3), [0, -2]), /given twice/],
  ["an empty axis", () => h.max(f(0, 3), 0), /^max: an empty axis/],
  ["reshape", () => h.reshape(f(2, 3), [4]), /^reshape: /, /6 elements/, /4 elements/],
  ["reshape -1", () => h.reshape(f(2, 3), [4, -1]), /no size for -1 fits/],
  ["squeeze", () => h.squeeze(f(2, 3), 0), /^squeeze: axis 0 has size 2/],
  ["broadcastTo", () => h.broadcastTo(f(3), [2, 4]), /^broadcastTo: /],
  ["concat", () => h.concat([f(2, 3), f(2, 4)]), /^concat: /, /beside axis 0/],
  ["stack", () => h.stack([f(2), f(3)]), /^stack: the shapes differ/],
  ["a size that is not there", () => h.zeros([x.shape[2]]), /^zeros: undefined is not a size/],
  ["arange", () => h.arange(x.shape[2]), /^arange: undefined is not a size/],
  ["a symbolic size as a number", () => Number(x.shape[0]), /^size: the size batch is not known/],
  ["concat of ranks", () => h.concat([f(2, 3, 4), f(2, 3)], 2), /^concat: the numbers of axes/],
  ["nothing", () => h.concat([]), /nothing to join/],
  ["split", () => h.split(f(5), 2), /^split: /, /2 parts/],
  ["sizes of parts", () => h.split(f(5), [3, -1, 3]), /^split: -1 is not a size/],
  ["sizes of parts", () => h.split(f(5), [2.5, 2.5]), /^split: 2.5 is not a size/],
  [
    "axes of a product",
    () =>
      h.tensordot(x, x, [
        [0, 0],
        [0, 1],
      ]),
    /^tensordot: .* pair up/,
  ],
  ["axes of a product", () => h.tensordot(x, x, -1), /^tensordot: .* pair up/, /axes -1 for/],
  ["axes of a product", () => h.tensordot(x, x, 1.5), /^tensordot: .* pair up/],
  ["axes of a product", () => h.tensordot(x, x, 3), /^tensordot: .* pair up/],
  ["positions", () => f(3).at(3), /^at: position 3 is outside axis 0/, /-3 to 2/],
  ["positions", () => f(3).at(-4), /position -4/],
  ["indexes", () => f(3).at(0, 0), /too many positions/],
  ["masks", () => f(3).at(bool), /positions must be integers/, /where/],
  ["lists", () => f(3).at([0.5]), /^at: i32 cannot hold 0.5/],
  ["lists of truth values", () => f(3).at([true] as never), /positions must be integers/, /where/],
  ["ranges", () => range(0, 1, 0), /^range: the step 0/],
  ["labels", () => h.crossEntropy(f(2, 3), i32(3)), /labels do not fit/, /i32 \[3\]/],
  ["ragged data", () => h.tensor([[1, 2], [3]]), /ragged/, /1 at \[1\]/, /2, as in/],
  ["ragged data", () => h.tensor([[1], 2]), /ragged/, /a number at \[1\]/],
  ["data", () => h.tensor("1" as never), /not tensor data/, /string/],
  ["data", () => h.tensor([1.5], { dtype: "i32" }), /i32 cannot hold 1.5 \(at \[0\]\)/],
  ["data", () => h.tensor([[0], [256]], { dtype: "u8" }), /u8 cannot hold 256 \(at \[1\]\[0\]\)/],
  ["a shape", () => h.tensor(new Uint8Array(5), { shape: [2, 3] }), /5 elements/, /\[2, 3\]/],
  ["a dtype", () => h.zeros(2, { dtype: "float" as never }), /no dtype "float"/],
  ["a size", () => h.zeros([-1]), /-1 is not a size/],
  ["a symbol's sizes", () => h.matrix("x", [3]), /^matrix: x has another number of axes/],
  ["a key", () => h.random.uniform([2], { key: f(2) }), /^random.uniform: this is not a key/],
  ["a seed", () => h.random.key(0.5), /not a seed/],
  ["a number for a key", () => h.random.foldIn(key, -1), /^random.foldIn: u32 cannot hold -1/],
  ["a number for a key", () => h.random.foldIn(key, 1.5), /^random.foldIn: u32 cannot hold 1.5/],
  ["numbers for a key", () => h.random.foldIn(key, i32(3)), /^random.foldIn: /, /i32 \[3\]/],
  ["a fraction for a key", () => h.random.foldIn(key, f()), /^random.foldIn: /, /cast/],
  ["a range of integers", () => h.random.integers(3, 3), /^random.integers: /],
  ["a large integer", () => h.tensor(2n ** 60n).item(), /^item: a JavaScript number cannot hold/],
  ["native operators", () => Number(x), /cannot be used as a JavaScript number/, /item/],
  ["a backend", () => Object.assign(h.config, { backend: "gpu" }), /no backend "gpu"/],
];

describe("misuse of functions", () => {
  for (const [what, run, ...messages] of misuses)
    it(`${what}: ${messages[0].source}`, () => {
      for (const message of messages) expect(run).to.throw(h.HypatiaError, message);
    });
});

describe("expressions", () => {
  it("are the same object when they are built the same way", () =>
    expect(h.add(x, 1).node).to.equal(x.add(1).node));
  it("differ for symbols of one name", () =>
    expect(h.vector("a", [2]).node).not.to.equal(h.vector("a", [2]).node));
  it("know where they were built", () =>
    expect(h.exp(h.vector("v")).node.site.stack).to.include("language.test"));
  it("have every function of a tensor as a method", () => {
    const { softmax, takeAlongAxis, where, tril } = h.Tensor.prototype;
    for (const method of [softmax, takeAlongAxis, where, tril]) expect(method).to.be.a("function");
  });
});

describe("broadcasting", () => {
  /** NumPy's rule, said naively: pad with ones in front; each axis has one size besides 1. */
  function naive(shapes: readonly (readonly number[])[]): number[] | null {
    const rank = Math.max(...shapes.map((shape) => shape.length));
    const padded = shapes.map((shape) => [...Array(rank - shape.length).fill(1), ...shape]);
    const result = Array.from({ length: rank }, (_, axis) => {
      const sizes = new Set(padded.map((shape) => shape[axis]).filter((size) => size !== 1));
      return sizes.size > 1 ? null : ([...sizes][0] ?? 1);
    });
    return result.includes(null) ? null : (result as number[]);
  }

  const shape = fc.array(fc.constantFrom(0, 1, 1, 2, 3), { maxLength: 4 });

  it("agrees with NumPy's rule", () =>
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 3 }), (shapes) => {
        const expected = naive(shapes);
        if (expected === null)
          expect(() => broadcastShapes("op", shapes)).to.throw(h.HypatiaError, "op: ");
        else expect(broadcastShapes("op", shapes)).to.deep.equal(expected);
      }),
      { numRuns: 1000 },
    ));

  it("does not depend on the order of two operands", () =>
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        fc.pre(naive([a, b]) !== null);
        expect(h.add(f(...a), f(...b)).shape).to.deep.equal(h.add(f(...b), f(...a)).shape);
      }),
    ));
});
