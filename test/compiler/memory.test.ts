import { expect } from "chai";
import fc from "fast-check";
import { jsBackend } from "../../backends/js/index.js";
import { lower } from "../../compiler/lower.js";
import { alignedBytes, alignment, placeTemporaries } from "../../compiler/memory.js";
import type { BufferPlan, Program, Step } from "../../compiler/program.js";
import type { Node } from "../../lang/graph.js";
import { namedSize } from "../../lang/size.js";
import { apply, dataFor, graphOf, make, matmul, max, scaled, symbol, transpose } from "./build.js";
import { classifier } from "./networks.js";
import { expectSameAsNodes } from "./program.js";

/** For each update, the input that it overwrites. */
const inPlace = (program: Program): (number | null)[] =>
  program.buffers.flatMap(({ role }) => (role.kind === "output" ? [role.inPlaceOf] : []));

const w = symbol("w", [6, 6]);
const v = symbol("v", [6, 6]);
const x = symbol("x", [3, 6]);
const rows = symbol("rows", [3], "i32");
const chosen = make("gather", [make("concat", [v, w], { axis: 0 }), rows], { axis: 0 });

const updates: [string, Node[], Node[], [Node, Node][], (number | null)[]][] = [
  ["elementwise", [w], [], [[w, scaled(w, 2)]], [0]],
  ["its own transpose", [w], [], [[w, apply("add", w, transpose(w, 1, 0))]], [null]],
  ["a product with itself", [w], [], [[w, matmul(w, w)]], [null]],
  ["a product's epilogue", [w, x], [], [[w, apply("sub", w, matmul(transpose(x, 1, 0), x))]], [0]],
  [
    "a row softmax's last stage",
    [w],
    [],
    [
      [
        w,
        apply(
          "sub",
          w,
          make("expand", [make("reshape", [max(w, 1)], { shape: [6, 1] })], { shape: [6, 6] }),
        ),
      ],
    ],
    [0],
  ],
  ["others read the old value before", [w, x], [matmul(x, w)], [[w, scaled(w, 2)]], [null, 0]],
  [
    "others read it at positions from data",
    [w, v, rows],
    [scaled(w, 2), chosen],
    [[w, scaled(w, 2)]],
    [null, null, 0],
  ],
  [
    "others read the new value after",
    [w, x],
    [matmul(x, scaled(w, 2))],
    [[w, scaled(w, 2)]],
    [null, 0],
  ],
  [
    "one reads old and new",
    [w, x],
    [matmul(matmul(x, w), scaled(w, 2))],
    [[w, scaled(w, 2)]],
    [null, 0],
  ],
  [
    "a swap",
    [w, v],
    [],
    [
      [w, v],
      [v, w],
    ],
    [0, null],
  ],
  ["nothing new", [w], [], [[w, w]], [0]],
  [
    "two variables in one kernel, each reading the other",
    [w, v],
    [],
    [
      [w, apply("add", w, v)],
      [v, apply("sub", w, v)],
    ],
    [0, 1],
  ],
  ["a value that is also an output", [w], [scaled(w, 2)], [[w, scaled(w, 2)]], [null, 0]],
];

describe("memory: updates in place", () => {
  for (const [name, inputs, outputs, pairs, expected] of updates) {
    const graph = graphOf(inputs, outputs, pairs);
    it(`${name}: ${expected.map((p) => p ?? "new")}`, () => {
      expect(inPlace(lower(graph))).to.deep.equal(expected);
    });
    it(`${name}: right values`, () => expectSameAsNodes(graph));
  }

  it("every parameter of a training step", () => {
    const program = lower(classifier({ batch: 100, input: 784, hidden: 500, output: 10 }));
    expect(inPlace(program)).to.deep.equal([null, 2, 3, 4, 5]);
  });

  it("overwrites the very buffer, and only then", () => {
    const run = (node: Node): boolean => {
      const graph = graphOf([w], [], [[w, node]]);
      const given = jsBackend.upload("f64", dataFor(w));
      const [got] = jsBackend.compile(lower(graph)).run([given], []);
      return got === given;
    };
    expect(run(scaled(w, 2))).to.equal(true);
    expect(run(matmul(w, w))).to.equal(false);
  });
});

const temporary = (bytes: number): BufferPlan => ({
  dtype: "u8",
  length: bytes,
  role: { kind: "temporary", offset: 0 },
});

/** Steps that only use buffers. */
const using = (...buffers: readonly number[][]): Step[] =>
  buffers.map((used) => ({
    kernel: { kind: "loop", name: "k", params: [], grid: [], stages: [] },
    buffers: used,
  }));

const offsets = (plans: readonly BufferPlan[], steps: readonly Step[]) =>
  placeTemporaries(plans, steps).buffers.map(({ role }) =>
    role.kind === "temporary" ? role.offset : null,
  );

describe("memory: temporaries", () => {
  const [a, b, c] = [temporary(100), temporary(60), temporary(128)];
  it("alive together, side by side", () => {
    expect(offsets([a, b, c], using([0, 1, 2]))).to.deep.equal([0, 128, 192]);
  });
  it("alive after each other, in one place", () => {
    expect(offsets([a, b, c], using([0], [1], [2]))).to.deep.equal([0, 0, 0]);
  });
  it("a gap is filled", () => {
    expect(offsets([a, b, c, b], using([0, 1], [1, 2], [2, 3]))).to.deep.equal([0, 128, 0, 128]);
  });
  it("symbolic sizes lie behind", () => {
    const n = namedSize("n");
    const symbolic: BufferPlan = { ...a, dtype: "f32", length: n };
    const { arena, buffers } = placeTemporaries([symbolic, a], using([0], [1]));
    expect(buffers[0].role).to.deep.equal({ kind: "temporary", offset: 128 });
    expect(arena).to.not.equal(128);
  });

  it("never overlap while alive, and are aligned", () => {
    const buffer = fc.record({ bytes: fc.nat(500), first: fc.nat(9), length: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(buffer, { maxLength: 12 }), (made) => {
        const plans = made.map(({ bytes }) => temporary(bytes));
        const steps = using(
          ...Array.from({ length: 15 }, (_, time) =>
            made.flatMap(({ first, length }, i) =>
              time === first || time === first + length ? [i] : [],
            ),
          ),
        );
        const { buffers, arena } = placeTemporaries(plans, steps);
        const places = buffers.map((plan, i) => {
          const start = plan.role.kind === "temporary" ? Number(plan.role.offset) : 0;
          return { ...made[i], start, end: start + Number(alignedBytes(plan)) };
        });
        for (const p of places) {
          expect(p.start % alignment).to.equal(0);
          expect(p.end).to.be.at.most(Number(arena));
          for (const q of places)
            if (p !== q && p.first <= q.first && q.first <= p.first + p.length)
              expect(p.end <= q.start || q.end <= p.start, "apart").to.equal(true);
        }
      }),
    );
  });
});
