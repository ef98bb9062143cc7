/** Closed expressions: what shares a program, and that what is left open can be put back. */
import { expect } from "chai";
import { abstractData } from "../../backends/abstraction.js";
import * as h from "../../backends/hypatia.js";
import { abstractSizes } from "../../backends/size-abstraction.js";
import type { GraphSpec } from "../../compiler/graph-spec.js";
import { bindSizes } from "../../compiler/sizes.js";
import type { TypedArray } from "../../lang/dtype.js";
import type { Node } from "../../lang/graph.js";
import { node, rebuild, withInputs } from "../../lang/node.js";
import { run } from "../compiler/build.js";
import { memoryInUse } from "../memory.js";
import { table } from "../ops/table.js";

const graphOf = (inputs: readonly Node[], outputs: readonly Node[]): GraphSpec => ({
  name: "value",
  inputs,
  outputs,
  updates: [],
});

/** What a program is given for a value. */
const dataOf = ({ data }: h.Value): TypedArray => data;

/** The expressions with numbers in the place of the symbols that stand for them. */
const withIntegers = (roots: readonly Node[], first: number, integers: readonly h.Value[]) =>
  rebuild(roots, (old, inputs) => {
    const integer = integers.findIndex(
      (_, k) => old.op === "symbol" && old.attrs.name === `data${first + k}`,
    );
    if (integer < 0) return withInputs(old, inputs);
    const { dtype, data } = integers[integer];
    const isBig = dtype === "i64" || dtype === "u64";
    return node("literal", [], { dtype, value: isBig ? BigInt(data[0]) : Number(data[0]) });
  });

describe("an expression without its sizes", () => {
  for (const [group, cases] of Object.entries(table))
    it(`is the same with them put back, and has its value: ${group}`, () => {
      for (const of of cases) {
        const inputs = of.inputs.map(({ data, ...type }) => h.tensor([...data], type));
        const { roots, symbols, values, starts } = abstractData([of.build(...inputs).node]);
        const generic = abstractSizes(roots, symbols);
        if (generic === null) continue;
        const open = graphOf(generic.symbols, generic.roots);
        const sized = bindSizes(open, generic.sizes).outputs;
        expect(withIntegers(sized, symbols.length, generic.integers), of.name).to.deep.equal(roots);
        const valuesOf = (graph: GraphSpec, sizes: ReadonlyMap<string, number>): number[] => {
          const all = [...values, ...generic.integers];
          const data = new Map(graph.inputs.map((leaf, i) => [leaf, dataOf(all[i])]));
          return Array.from(run(graph, data, sizes)[0], Number);
        };
        const want = valuesOf(graphOf(symbols, roots), starts);
        const got = valuesOf(open, new Map([...starts, ...generic.sizes]));
        const wrong = got.findIndex(
          (x, i) => !(Object.is(x, want[i]) || Math.abs(x - want[i]) <= 1e-5 * Math.abs(want[i])),
        );
        expect(wrong, of.name).to.equal(-1);
        expect(got.length, of.name).to.equal(want.length);
      }
    });
});

describe("closed expressions", () => {
  before(() => {
    h.config.backend = "js";
  });
  after(() => {
    h.config.backend = "auto";
  });

  const values = (rows: number, columns: number): h.Tensor =>
    h.reshape(h.multiply(h.arange(rows * columns, { dtype: "f32" }), 0.5), [rows, columns]);
  /** How many of the expressions had a program made for them. */
  const made = (expressions: readonly h.Tensor[]): number =>
    expressions.filter((x) => (x.value().stats?.build ?? 0) > 0).length;
  const sweeps: [what: string, f: (x: h.Tensor) => h.Tensor][] = [
    ["elementwise", (x) => h.exp(h.multiply(x, -2))],
    ["reductions", (x) => h.sum(h.square(x))],
    ["reductions of axes", (x) => h.subtract(x, h.mean(x, 0))],
    ["products", (x) => h.dot(h.transpose(x), x)],
    ["flattened", (x) => h.multiply(h.reshape(x, [-1]), 3.3)],
    ["joined", (x) => h.concat([x, h.multiply(x, 2)])],
    ["cut", (x) => h.add(x.at(h.range(1, x.shape[0] as number)), 0.1)],
    ["turned round", (x) => h.add(h.flip(x, 0), 0.7)],
    ["random", (x) => h.random.normal(x.shape as number[])],
  ];
  const counts: [what: string, f: (i: number) => h.Tensor][] = [
    ["factors", (i) => h.sin(h.multiply(h.arange(10), 100 + i))],
    ["terms", (i) => h.add(h.tensor([1, 2], { dtype: "i64" }), 1001 + 3 * i)],
    ["starts and stops", (i) => h.arange(11 + i, 500 + 7 * i)],
    ["divisors", (i) => h.mod(h.arange(50), 11 + 3 * i)],
    ["positions", (i) => h.take(h.multiply(h.arange(100), 0.5), h.add(h.arange(10), 9 + i))],
  ];
  for (const [what, f] of counts)
    it(`of many integers have two programs at most, and their values: ${what}`, () => {
      const expressions = [0, 1, 2, 4, 8].map(f);
      expect(made(expressions)).to.be.most(2);
      const own = h.compile([], expressions)();
      expect(expressions.map((x) => x.toArray())).to.deep.equal(own.map((x) => x.toArray()));
    });
  for (const [what, f] of sweeps)
    it(`of many shapes have two programs at most: ${what}`, () => {
      expect(made([7, 12, 33, 61, 100].map((rows) => f(values(rows, 5))))).to.be.most(2);
    });

  it("take the stable form of what has ones or zeros that were shown before", () => {
    for (const shown of [h.ones([2]), h.zeros([2])]) shown.value();
    const x = h.shared([1000, -1000], "x");
    const softplus = h.sum(h.log(h.add(1, h.exp(x))));
    expect(softplus.item()).to.equal(1000);
    expect(h.grad(softplus, x).toArray()).to.deep.equal([1, 0]);
  });

  it("are computed from the last that was read, however many there were before", () => {
    const w = h.shared(1, "w");
    let x: h.Tensor = h.tensor(0);
    for (let i = 0; i < 3000; i++) {
      x = h.add(h.multiply(x, 0.5), w);
      x.value();
    }
    expect(x.item()).to.equal(2);
    w.set(3);
    expect(h.add(h.multiply(0, x), w).item()).to.equal(3);
  });

  it("take bounded memory in a long loop; what was dropped is computed again, in its steps", () => {
    const ones = h.tensor(new Float32Array(1 << 18).fill(1)); // 1 MiB
    const late: h.Tensor[] = [];
    let x: h.Tensor = ones;
    let held: h.Tensor | null = null;
    for (let i = 1; i <= 800; i++) {
      x = x.multiply(0.5).add(ones);
      x.value();
      if (i === 3) late.push(x.subtract(1)); // not read before the end
      if (i === 4) held = x;
    }
    const value = held!.value();
    expect(process.memoryUsage().arrayBuffers).to.be.below(720e6);
    expect(late[0].max().item()).to.equal(0.875);
    expect(held!.value()).to.equal(value);
    expect(held!.min().item()).to.equal(1.9375);
  });

  it("of a shared variable do not keep the values that it had", () => {
    const w = h.shared(new Float32Array(1 << 18), "w"); // 1 MiB
    const before = memoryInUse();
    for (let i = 0; i < 60; i++) w.set(w.multiply(0.5).add(1));
    expect(memoryInUse() - before).to.be.below(20e6);
    expect(w.max().item()).to.equal(2);
  });

  it("over numbers and shared variables are let go of while a loop goes on", () => {
    const w = h.shared(new Float32Array(1 << 18), "w"); // 1 MiB
    const before = memoryInUse();
    for (let i = 0; i < 60; i++) w.add(i + 0.1).value();
    for (let i = 0; i < 60; i++) h.full([1 << 18], i + 0.1).value();
    expect(memoryInUse() - before).to.be.below(20e6);
  });

  it("that draw again and again share a program", () => {
    expect(made(Array.from({ length: 5 }, () => h.random.uniform([3, 9])))).to.be.most(1);
    const [a, b] = [h.random.uniform([3, 9]), h.random.uniform([3, 9])].map((x) => x.toArray());
    expect(a).not.to.deep.equal(b);
  });

  it("are explained with the number of their kernels", () => {
    expect(h.explain(h.exp(h.tensor([1, 2]))).text).to.match(/^1 kernel$/m);
  });

  it("have the same values by a shared program as by one of their own", () => {
    const f = (x: h.Tensor) => h.softmax(h.multiply(x, 0.3), 1);
    const sizes = [
      [3, 4],
      [5, 6],
      [9, 2],
      [70, 40],
    ];
    for (const [rows, columns] of sizes) {
      const own = h.compile([], f(values(rows, columns)))();
      expect(f(values(rows, columns)).toArray()).to.deep.equal(own.toArray());
    }
  });

  it("tell a mistake by the numbers and the place of the expression at hand", () => {
    const pick = (n: number, position: number) => h.take(values(n, 2), [0, position], 0);
    for (const n of [4, 5, 6]) {
      pick(n, 1).value();
      const bad = pick(n, n);
      expect(() => bad.value()).to.throw(h.HypatiaError, `positions from -${n} to ${n - 1}`);
    }
    const here = h.take(values(6, 2), [0, 17], 0);
    let site: string | undefined;
    try {
      here.value();
    } catch (error) {
      if (error instanceof h.HypatiaError) site = error.details.site?.stack;
    }
    expect(site).to.equal(here.node.site.stack);
  });
});
