import { expect } from "chai";
import fc from "fast-check";
import { axis, dim, index } from "../../compiler/expression.js";
import {
  addPositions,
  affineOf,
  boundsOf,
  flatten,
  floorDivPosition,
  isBelow,
  modPosition,
  reshapeCoordinates,
  scalePosition,
  shiftPosition,
  unflatten,
} from "../../compiler/index-map.js";
import type { Expression } from "../../compiler/ir.js";
import { type Dim, multiplyDims, namedSize, type Shape } from "../../lang/size.js";
import { valueOf } from "./interpreter.js";

const n = namedSize("n");
const m = namedSize("m");
const i = axis({ name: "i", extent: 6 });
const j = axis({ name: "j", extent: 4 });
const row = axis({ name: "row", extent: m });
const column = axis({ name: "column", extent: n });
const at = (outer: Expression, by: Dim, inner: Expression): Expression =>
  addPositions(scalePosition(outer, by), inner);

const identities: [string, Expression, Expression][] = [
  ["⌊(4i + j) / 4⌋ = i", floorDivPosition(at(i, 4, j), 4), i],
  ["(4i + j) mod 4 = j", modPosition(at(i, 4, j), 4), j],
  ["⌊(n·row + column) / n⌋ = row", floorDivPosition(at(row, n, column), n), row],
  ["(n·row + column) mod n = column", modPosition(at(row, n, column), n), column],
  ["⌊j / 4⌋ = 0", floorDivPosition(j, 4), index(0)],
  [
    "⌊(4i + j + 8) / 4⌋ = i + 2",
    floorDivPosition(shiftPosition(at(i, 4, j), 8), 4),
    shiftPosition(i, 2),
  ],
  ["⌊(4i + j) / 8⌋ = ⌊i / 2⌋", floorDivPosition(at(i, 4, j), 8), floorDivPosition(i, 2)],
  ["(4i + j) mod 8 = 4·(i mod 2) + j", modPosition(at(i, 4, j), 8), at(modPosition(i, 2), 4, j)],
  ["⌊⌊i / 2⌋ / 2⌋ = ⌊i / 4⌋", floorDivPosition(floorDivPosition(i, 2), 2), floorDivPosition(i, 4)],
  ["(i mod 4) mod 4 = i mod 4", modPosition(modPosition(i, 4), 4), modPosition(i, 4)],
  ["i + j = j + i", addPositions(i, j), addPositions(j, i)],
  ["i − i = 0", addPositions(i, scalePosition(i, -1)), index(0)],
  ["i · n + i = i · (n + 1)", addPositions(scalePosition(i, n), i), at(i, n, i)],
  ["⌊2n / 2⌋ = n", floorDivPosition(dim(multiplyDims(n, 2)), 2), dim(n)],
];

const reshapes: [Shape, Shape, string][] = [
  [[6, 4], [24], "split"],
  [[24], [6, 4], "merge"],
  [[6, 1, 4], [1, 6, 4], "units only"],
  [[2, 3, 4], [6, 4], "a part"],
  [[m, n], [multiplyDims(m, n)], "symbolic"],
];

describe("positions", () => {
  for (const [name, got, expected] of identities) it(name, () => expect(got).to.equal(expected));

  for (const [from, to, name] of reshapes)
    it(`there and back again: ${name}`, () => {
      const axes = to.map((extent, k) =>
        extent === 1 ? index(0) : axis({ name: `a${k}`, extent }),
      );
      const there = reshapeCoordinates(from, to, axes);
      expect(flatten(from, there)).to.equal(flatten(to, axes));
      expect(reshapeCoordinates(to, from, there)).to.deep.equal(axes);
    });

  it("keeps axes that a reshape does not touch", () => {
    const axes = [2, 3, 4].map((extent, k) => axis({ name: `a${k}`, extent }));
    expect(reshapeCoordinates([6, 4], [2, 3, 4], axes)[1]).to.equal(axes[2]);
  });

  it("knows where a condition always holds", () => {
    expect(isBelow(at(row, n, column), multiplyDims(m, n))).to.equal(null);
    expect(isBelow(i, 5)).to.not.equal(null);
  });

  it("has the value of what was written, and lies in its bounds", () => {
    const step = fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.nat(5), fc.nat(3), (steps, x, y) => {
        const bound = new Map<unknown, number>();
        if (i.kind === "axis") bound.set(i.axis, x);
        if (j.kind === "axis") bound.set(j.axis, y);
        let [made, value] = [at(i, 4, j), 4 * x + y];
        for (const [what, by] of steps) {
          if (what === 0) [made, value] = [scalePosition(made, by), value * by];
          else if (what === 1) [made, value] = [shiftPosition(made, by), value + by];
          else if (what === 2) [made, value] = [floorDivPosition(made, by), Math.floor(value / by)];
          else if (what === 3) [made, value] = [modPosition(made, by), value % by];
          else [made, value] = [addPositions(made, i), value + x];
        }
        expect(Number(valueOf(made, bound, []))).to.equal(value);
        const range = boundsOf(affineOf(made));
        if (range) expect(value).to.be.within(Number(range.min), Number(range.max));
      }),
    );
  });

  it("unflattens what was flattened", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }), (shape) => {
        const axes = shape.map((extent, k) =>
          extent === 1 ? index(0) : axis({ name: `a${k}`, extent }),
        );
        expect(unflatten(shape, flatten(shape, axes))).to.deep.equal(axes);
      }),
    );
  });
});
