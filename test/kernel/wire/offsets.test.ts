import { expect } from "chai";
import fc from "fast-check";
import { toCodePoints, toUtf16 } from "../../../kernel/wire/offsets.js";

describe("wire/offsets", () => {
  const table: readonly [string, number, number][] = [
    ["abc", 2, 2],
    ["𝑥 = 1", 1, 2],
    ["𝑥 = 1", 3, 4],
    ["a😀b😀c", 4, 6],
    ["a😀b😀c", 5, 7],
    ["", 0, 0],
    ["é", 1, 1],
  ];
  for (const [text, codePoints, utf16] of table) {
    it(`${JSON.stringify(text)}: ${codePoints} code points = ${utf16} units`, () => {
      expect(toUtf16(text, codePoints)).to.equal(utf16);
      expect(toCodePoints(text, utf16)).to.equal(codePoints);
    });
  }
  it("positions outside the text are clamped", () => {
    expect(toUtf16("𝑥", 9)).to.equal(2);
    expect(toUtf16("𝑥", -1)).to.equal(0);
    expect(toCodePoints("𝑥", 9)).to.equal(1);
  });
  it("are each other's inverse at every code point", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const points = [...text];
        for (let n = 0; n <= points.length; n++) {
          expect(toUtf16(text, n)).to.equal(points.slice(0, n).join("").length);
          expect(toCodePoints(text, toUtf16(text, n))).to.equal(n);
        }
      }),
    );
  });
});
