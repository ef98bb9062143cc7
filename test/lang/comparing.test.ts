/** What other people's functions make of tensors: assertions of equality, JSON. */
import assert from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import * as h from "../../backends/hypatia.js";
import { grad, matrix } from "../../backends/hypatia.js";

const x = matrix("x");
const large = h.arange(0, 5000, 1, { dtype: "f32" });

const same: [string, unknown, unknown][] = [
  ["elements", h.add(h.ones([2]), 1), h.tensor([2, 2])],
  ["NaN and the sign of zero", h.tensor([NaN, -0]), h.tensor([NaN, 0])],
  ["large integers", h.tensor([2n ** 60n]), h.tensor([2n ** 60n])],
  ["many elements", large, h.add(large, 0.0)],
  ["the part of an object", { w: h.ones([2, 2]) }, { w: h.ones([2, 2]) }],
  ["expressions of symbols", h.tanh(x), h.tanh(x)],
];
const different: [string, unknown, unknown][] = [
  ["elements", h.tensor([1, 2]), h.tensor([1, 3])],
  ["shapes", h.ones([2, 3]), h.ones([3, 2])],
  ["dtypes", h.ones([2]), h.ones([2], { dtype: "f64" })],
  ["large integers", h.tensor([2n ** 60n]), h.tensor([2n ** 60n + 1n])],
  ["one of many elements", large, h.add(large, h.equal(large, 4321))],
  ["the part of an object", { w: h.ones([2]) }, { w: h.zeros([2]) }],
  ["expressions of symbols", h.tanh(x), h.exp(x)],
  ["symbols of one name", x, matrix("x")],
];

describe("tensors in other people's functions", () => {
  for (const [what, a, b] of same) {
    it(`are deeply equal: ${what}`, () => {
      assert.deepEqual(a, b);
      assert.deepStrictEqual(a, b);
      expect(a).to.deep.equal(b);
      expect(isDeepStrictEqual(a, b)).to.equal(true);
    });
  }
  for (const [what, a, b] of different) {
    it(`are not deeply equal: ${what}`, () => {
      assert.notDeepEqual(a, b);
      assert.notDeepStrictEqual(a, b);
      expect(a).not.to.deep.equal(b);
    });
  }

  it("are shown by an assertion that fails", () => {
    const compare = () => assert.deepStrictEqual(h.tensor([[1, 2]]), h.tensor([[1, 2.5]]));
    expect(compare).to.throw("f32 [1, 2]: 1, 2.5");
  });

  it("are nested arrays in JSON", () => {
    const trained = { w: h.add(h.ones([2, 2]), 1), on: h.tensor(true), steps: h.tensor(3n) };
    expect(JSON.stringify(trained)).to.equal('{"w":[[2,2],[2,2]],"on":true,"steps":3}');
    expect(() => JSON.stringify({ g: grad(h.sum(h.exp(x)), x) })).to.throw("depends on symbols: x");
  });
});
