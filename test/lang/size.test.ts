/** Symbolic sizes against the arithmetic of the numbers that they stand for. */
import { expect } from "chai";
import fc from "fast-check";
import {
  addDims,
  asVariable,
  bindDim,
  type Dim,
  divideExactly,
  floorDivDims,
  formatDim,
  freshSize,
  maxDims,
  minDims,
  multiplyDims,
  namedSize,
  sameDim,
  subtractDims,
} from "../../lang/size.js";

const [n, m] = [namedSize("n"), namedSize("m")];
/** The variable's own key, under which bindings are looked up. */
const keyOf = (dim: Dim): string => asVariable(dim)!.key;
const bindingsOf = (i: number, j: number) =>
  new Map([
    [keyOf(n), i],
    [keyOf(m), j],
  ]);

/** A size beside the number that it must be where n and m are known. */
interface Model {
  readonly dim: Dim;
  readonly value: (n: number, m: number) => number;
}

const leaf: fc.Arbitrary<Model> = fc.oneof(
  fc.constant<Model>({ dim: n, value: (i) => i }),
  fc.constant<Model>({ dim: m, value: (_, j) => j }),
  fc.integer({ min: -3, max: 9 }).map<Model>((k) => ({ dim: k, value: () => k })),
);

const binary: [(a: Dim, b: Dim) => Dim, (a: number, b: number) => number][] = [
  [addDims, (a, b) => a + b],
  [subtractDims, (a, b) => a - b],
  [multiplyDims, (a, b) => a * b],
  [minDims, Math.min],
  [maxDims, Math.max],
];

const { model } = fc.letrec<{ model: Model }>((tie) => ({
  model: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom(...binary), tie("model"), tie("model")).map(([[op, f], a, b]) => ({
      dim: op(a.dim, b.dim),
      value: (i: number, j: number) => f(a.value(i, j), b.value(i, j)),
    })),
    fc.tuple(tie("model"), fc.integer({ min: 1, max: 5 })).map(([a, k]) => ({
      dim: floorDivDims(a.dim, k),
      value: (i: number, j: number) => Math.floor(a.value(i, j) / k),
    })),
  ),
}));

const values = fc.tuple(fc.nat(12), fc.nat(12));
/** Minus zero is zero. */
const plain = (value: Dim): Dim => (value === 0 ? 0 : value);

describe("size", () => {
  it("has the value of its arithmetic", () =>
    fc.assert(
      fc.property(model, values, ({ dim, value }, [i, j]) => {
        expect(plain(bindDim(dim, bindingsOf(i, j)))).to.equal(plain(value(i, j)));
      }),
      { numRuns: 1000 },
    ));

  it("binds its variables one by one to the same value", () =>
    fc.assert(
      fc.property(model, values, ({ dim, value }, [i, j]) => {
        const first = bindDim(dim, new Map([[keyOf(n), i]]));
        expect(plain(bindDim(first, new Map([[keyOf(m), j]])))).to.equal(plain(value(i, j)));
      }),
    ));

  it("is the same object for the same polynomial", () =>
    fc.assert(
      fc.property(model, model, ({ dim: a }, { dim: b }) => {
        expect(addDims(a, b)).to.equal(addDims(b, a));
        expect(multiplyDims(a, b)).to.equal(multiplyDims(b, a));
        expect(multiplyDims(addDims(a, b), subtractDims(a, b))).to.equal(
          subtractDims(multiplyDims(a, a), multiplyDims(b, b)),
        );
      }),
    ));

  it("says equal or different only where that holds for all values", () =>
    fc.assert(
      fc.property(model, model, values, (a, b, [i, j]) => {
        const same = sameDim(a.dim, b.dim);
        if (same !== null) expect(a.value(i, j) === b.value(i, j)).to.equal(same);
      }),
    ));

  const batch = namedSize("batch");
  const cases: [Dim, string][] = [
    [multiplyDims(2, batch), "2·batch"],
    [addDims(multiplyDims(2, batch), 1), "2·batch + 1"],
    [subtractDims(batch, 1), "batch - 1"],
    [subtractDims(batch, batch), "0"],
    [floorDivDims(multiplyDims(6, batch), 3), "2·batch"],
    [floorDivDims(batch, 2), "⌊batch/2⌋"],
    [minDims(10, batch), "min(10, batch)"],
    [minDims(0, batch), "0"],
    [maxDims(0, minDims(10, batch)), "min(10, batch)"],
    [maxDims(batch, addDims(batch, 3)), "batch + 3"],
  ];
  for (const [dim, text] of cases) it(text, () => expect(formatDim(dim)).to.equal(text));

  it("takes no name for an expression of other sizes", () => {
    // As the keys of n · m, 2 · n and n + m may be written, and of a fresh size called n.
    for (const name of ["m*$n", 'm"*"n', "2*n", 'n"+1*"m', "n#1", 'n"#1']) {
      const named = namedSize(name);
      for (const other of [multiplyDims(n, m), multiplyDims(2, n), addDims(n, m), freshSize("n")])
        expect(named, name).not.to.equal(other);
      expect(addDims(named, multiplyDims(n, m)), name).not.to.equal(multiplyDims(2, named));
    }
  });

  it("divides exactly or not at all", () => {
    expect(divideExactly(multiplyDims(6, n, m), multiplyDims(3, m))).to.equal(multiplyDims(2, n));
    expect(divideExactly(addDims(n, 1), 2)).to.equal(null);
    expect(divideExactly(n, m)).to.equal(null);
  });
});
