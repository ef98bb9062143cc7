import { expect } from "chai";
import fc from "fast-check";
import { endMark } from "../../../kernel/engine/protocol.js";
import { createMarkReader } from "../../../kernel/front/marks.js";

const TOKEN = "0123456789abcdef";

/** What the reader makes of chunks: texts joined between marks. */
function read(chunks: readonly Buffer[]): (string | number)[] {
  const seen: (string | number)[] = [];
  const reader = createMarkReader(TOKEN, {
    text(text) {
      const last = seen.at(-1);
      if (typeof last === "string") seen[seen.length - 1] = last + text;
      else seen.push(text);
    },
    mark: (id) => seen.push(id),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return seen;
}
const one = (text: string) => read([Buffer.from(text)]);

describe("front/marks", () => {
  const mark = endMark(TOKEN, 7);
  const table: readonly [string, (string | number)[]][] = [
    ["text", ["text"]],
    [mark, [7]],
    [`a${mark}b`, ["a", 7, "b"]],
    [`${mark}${endMark(TOKEN, 12)}`, [7, 12]],
    ["a\0b", ["a\0b"]],
    [mark.slice(0, -1), [mark.slice(0, -1)]],
    [mark.slice(0, 9), [mark.slice(0, 9)]],
    [endMark("another", 7), [endMark("another", 7)]],
    [`\0hypatia:${mark}`, ["\0hypatia:", 7]],
  ];
  for (const [text, expected] of table) {
    it(`${JSON.stringify(text)} → ${JSON.stringify(expected)}`, () => {
      expect(one(text)).to.deep.equal(expected);
    });
  }

  it("are found however the bytes are cut, and characters stay whole", () => {
    const pieces = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.nat(1000)));
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const text = pieces.map((p) => (typeof p === "number" ? endMark(TOKEN, p) : p)).join("");
        const bytes = Buffer.from(text);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        expect(read(chunks)).to.deep.equal(read([bytes]));
      }),
    );
  });
});
