import { expect } from "chai";
import { murmur2 } from "../../../kernel/debugger/murmur2.js";

describe("murmur2", () => {
  // From ipykernel's murmur2_x86, with its seed.
  for (const [text, hash] of [
    ["", 3990065800],
    ["a", 2167009006],
    ["ab", 2805137849],
    ["abc", 3350977461],
    ["abcd", 804720481],
    ["const x = 1;\nx + 1", 2374132807],
    ["π ≈ 3.14159", 2635780682],
    ["𝒙 = 1", 1713413211],
  ] as const) {
    it(`${JSON.stringify(text)} → ${hash}`, () => {
      expect(murmur2(text, 0xc70f6907)).to.equal(hash);
    });
  }
});
