/** Compiled functions and shared variables: arguments, updates, givens, and their mistakes. */
import { expect } from "chai";
import * as h from "../../backends/hypatia.js";

const x = h.matrix("x", ["batch", 2]);
const y = h.vector("y", ["batch"]);
const i = h.ivector("i");
const byte = h.symbol("byte", { dtype: "u8", shape: [2] });
const sums = h.compile([x, y], h.sum(h.multiply(x, h.expandDims(y, 1)), 1), { name: "sums" });
const twice = h.compile([i], h.multiply(i, 2));
const overSize = h.compile([x], h.add(h.multiply(h.mean(x, 0), x.shape[0]), [0, 0]));
const plus = h.compile([byte], h.add(byte, 1));

before(() => {
  h.config.backend = "js";
});
after(() => {
  h.config.backend = "auto";
});

describe("compiled functions", () => {
  const takes: [what: string, run: () => h.Tensor, expected: unknown][] = [
    [
      "nested arrays",
      () =>
        sums(
          [
            [1, 2],
            [3, 4],
          ],
          [1, 10],
        ),
      [3, 70],
    ],
    ["tensors", () => sums(h.tensor([[1, 2]]), h.tensor([2])), [6]],
    ["other sizes", () => sums(h.ones([3, 2]), [1, 2, 3]), [2, 4, 6]],
    ["no rows", () => sums(h.ones([0, 2]), []), []],
    ["its own results", () => sums(h.ones([1, 2]), sums([[1, 2]], [1])), [6]],
    ["typed arrays", () => sums([[1, 2]], Float32Array.of(5)), [15]],
    ["dtypes that it holds exactly", () => sums([[1, 2]], Uint8Array.of(5)), [15]],
    ["values", () => sums([[1, 2]], h.tensor([3]).value()), [9]],
    ["integers for an integer input", () => twice([1, 2, 3]), [2, 4, 6]],
    [
      "sizes as numbers",
      () =>
        overSize([
          [1, 2],
          [3, 4],
        ]),
      [4, 6],
    ],
    ["a Buffer", () => plus(Buffer.from([1, 2])), [2, 3]],
  ];
  for (const [what, run, expected] of takes)
    it(`take ${what}`, () => expect(run().toArray()).to.deep.equal(expected));

  const refuses: [what: string, run: () => unknown, ...message: RegExp[]][] = [
    ["another rank", () => sums([1, 2], [1]), /^sums: x \(argument 1\).*axes/, /f32 \[batch, 2\]/],
    ["another size", () => sums(h.ones([3, 3]), [1]), /x .*axis 1/, /got: +f32 \[3, 3\]/],
    ["sizes that disagree", () => sums(h.ones([3, 2]), [1]), /y \(argument 2\)/, /batch is 3/],
    ["another dtype", () => sums([[1, 2]], Float64Array.of(1)), /another dtype/, /got: +f64/],
    ["an i64 for f32", () => sums([[1, 2]], h.tensor([1n])), /another dtype/, /cast\("f32"\)/],
    ["fractions for integers", () => twice([0.5]), /i \(argument 1\).*i32 cannot hold 0.5/],
    ["too large integers", () => plus([0, 256]), /u8 cannot hold 256/],
    ["ragged rows", () => sums([[1, 2], [3]], [1, 1]), /ragged/],
    ["flat data for a matrix", () => sums(new Float32Array(4), [1, 1]), /shape: \[\.\.\.\]/],
    ["a symbol as a value", () => twice(i), /depends on symbols: i/],
    // @ts-expect-error one argument too few
    ["too few arguments", () => sums([[1, 2]]), /got: +1/, /expected: 2: x: f32/],
  ];
  for (const [what, run, ...messages] of refuses)
    it(`refuse ${what}`, () => {
      for (const message of messages) expect(run).to.throw(h.HypatiaError, message);
    });

  const mistakes: [what: string, run: () => unknown, message: RegExp][] = [
    ["a symbol left free", () => h.compile([x], sums.outputs), /symbols without values: y/],
    [
      "a namesake of the symbol",
      () => h.compile([h.vector("y")], h.sum(y)),
      /without values: y[\s\S]*an earlier y, and this is a new one: build it again/,
    ],
    ["an input that is no symbol", () => h.compile([h.add(y, 1)], y), /input 0 is not a symbol/],
    ["an input given twice", () => h.compile([y, y], y), /y is given twice/],
    [
      "a value asked of a symbolic tensor",
      () => h.sum(x).item(),
      /depends on symbols: x\n.*\n.*compile\(\[x\]/,
    ],
  ];
  for (const [what, run, message] of mistakes)
    it(`cannot be made with ${what}`, () => expect(run).to.throw(h.HypatiaError, message));

  it("give results in the arrangement of their outputs", () => {
    const parts = h.compile([y], { total: h.sum(y), largest: h.max(y) })([1, 2]);
    expect([parts.total.item(), parts.largest.item()]).to.deep.equal([3, 2]);
    const [total, largest] = h.compile([y], [h.sum(y), h.max(y)])([1, 2]);
    expect([total.item(), largest.item()]).to.deep.equal([3, 2]);
  });

  it("replace givens, all at once", () => {
    const [a, b] = [h.scalar("a"), h.scalar("b")];
    const swapped = h.compile([a, b], h.subtract(a, b), {
      givens: [
        [a, b],
        [b, a],
      ],
    });
    expect(swapped(5, 3).item()).to.equal(-2);
  });

  it("replace symbols by data", () => {
    for (const data of [h.tensor([1, 2]), [1, 2], Float32Array.of(1, 2)]) {
      const f = h.compile([], h.sum(h.multiply(y, 2)), { givens: [[y, data]] });
      expect(f().item()).to.equal(6);
    }
  });

  it("check a symbolic size that was broadcast to a number", () => {
    const v = h.vector("v", ["n"]);
    const five = h.broadcastTo(v, [5]);
    expect(String(five)).to.equal("f32 [5]");
    const slope = h.compile([v], h.grad(h.sum(h.square(five)), v));
    expect(slope([1, 2, 3, 4, 5]).toArray()).to.deep.equal([2, 4, 6, 8, 10]);
    expect(() => h.compile([v], five)([1, 2, 3])).to.throw(
      h.HypatiaError,
      /^broadcastTo: .*\n.*\[3\]/,
    );
  });
});

describe("shared variables", () => {
  it("are updated from the values before the call", () => {
    const [a, b] = [h.shared(1, "a"), h.shared(2, "b")];
    const swap = h.compile([], null, {
      updates: [
        [a, b],
        [b, h.add(a, b)],
      ],
    });
    expect(swap()).to.equal(undefined);
    swap();
    expect([a.get().item(), b.get().item()]).to.deep.equal([3, 5]);
  });

  it("keep what get returned, whatever is updated later", () => {
    const w = h.shared([1, 2], "w");
    const before = w.get();
    h.compile([], null, { updates: [[w, h.add(w, 1)]] })();
    expect([before.toArray(), w.toArray()]).to.deep.equal([
      [1, 2],
      [2, 3],
    ]);
  });

  it("are read anew by expressions that were evaluated before", () => {
    const w = h.shared([1, 2], "w");
    const doubled = h.multiply(w, 2);
    expect(doubled.toArray()).to.deep.equal([2, 4]);
    w.set([5, 6]);
    expect(doubled.toArray()).to.deep.equal([10, 12]);
  });

  it("are what a run that failed left of them, also for what was computed before", () => {
    const [w, last] = [h.shared([1, 2], "w"), h.shared([0], "last")];
    const [position, table] = [h.ivector("position", [1]), h.shared([7, 8, 9], "table")];
    const step = h.compile([position], null, {
      updates: [
        [w, h.add(w, 1)],
        [last, h.take(table, position)],
      ],
    });
    step([0]);
    const total = h.sum(w);
    expect(total.item()).to.equal(5);
    expect(() => step([3])).to.throw(h.HypatiaError, "out of bounds");
    const [a, b] = w.get().toArray(1);
    expect(total.item()).to.equal(a + b);
  });

  it("do not share the memory that they were made from, unless borrowed", () => {
    const data = Float32Array.of(1, 2);
    const [own, lent] = [h.shared(data), h.shared(data, "lent", { borrow: true })];
    data[0] = 9;
    expect([own.toArray(), lent.toArray()]).to.deep.equal([
      [1, 2],
      [9, 2],
    ]);
  });

  const w = h.shared([1, 2], "w");
  const mistakes: [what: string, run: () => unknown, message: RegExp][] = [
    ["a value of another shape", () => w.set([1]), /does not fit w\n.*f32 \[1\]\n.*f32 \[2\]/],
    ["a value of another dtype", () => w.set(Float64Array.of(1, 2)), /does not fit w\n.*f64/],
    ["a dtype that differs", () => h.shared(h.tensor([1]), "", { dtype: "f64" }), /not f64/],
    [
      "an update of another shape",
      () => h.compile([], null, { updates: [[w, h.zeros([3])]] }),
      /updates: the value for w has another shape/,
    ],
    [
      "an update of another dtype",
      () => h.compile([], null, { updates: [[w, h.zeros([2], { dtype: "f64" })]] }),
      /updates: the value for w has another dtype/,
    ],
    [
      "two updates",
      () =>
        h.compile([], null, {
          updates: [
            [w, 1],
            [w, 2],
          ],
        }),
      /w is updated twice/,
    ],
  ];
  for (const [what, run, message] of mistakes)
    it(`refuse ${what}`, () => expect(run).to.throw(h.HypatiaError, message));
});

describe("closed tensors", () => {
  it("are computed once", () => {
    const closed = h.exp(h.add(h.tensor([1, 2]), 1));
    expect(closed.value()).to.equal(closed.value());
  });

  it("have numbers, nested arrays and typed arrays", () => {
    expect(h.sum(h.tensor([1, 2, 3])).item()).to.equal(6);
    expect(h.any(h.tensor([false, true])).item()).to.equal(1);
    expect(h.less(h.tensor([[1, 3]]), 2).toArray()).to.deep.equal([[true, false]]);
    expect(h.tensor([[1, 2]]).toArray(2)[0][1]).to.equal(2);
    expect(h.less([1, 3], 2).toArray(1)).to.deep.equal([1, 0]);
    expect(h.tensor([10, 20, 30]).at([2, -3]).toArray()).to.deep.equal([30, 10]);
    expect(h.tensor([1n]).data()).to.deep.equal(BigInt64Array.of(1n));
  });

  const mistakes: [what: string, run: () => unknown, message: RegExp][] = [
    ["one number of many", () => h.tensor([1, 2]).item(), /exactly one element/],
    ["arrays of another depth", () => h.tensor([1]).toArray(2), /does not have 2 axes/],
    ["numbers that are too large", () => h.tensor(2n ** 60n).item(), /cannot hold 11529/],
  ];
  for (const [what, run, message] of mistakes)
    it(`refuse ${what}`, () => expect(run).to.throw(h.HypatiaError, message));
});
