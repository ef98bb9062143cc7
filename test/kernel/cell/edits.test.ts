/** Edits of a text, and the way back from the result. */
import { expect } from "chai";
import fc from "fast-check";
import { applyEdits, lineIndex, originalPosition } from "../../../kernel/cell/edits.js";
import { decodeMappings } from "../../../kernel/cell/transpile.js";
import { patchChecker } from "../../../kernel/cell/typescript.js";

describe("edits", () => {
  const table: [source: string, edits: [number, number, string][], text: string][] = [
    [
      "a + b",
      [
        [0, 0, "add("],
        [2, 3, ","],
        [5, 5, ")"],
      ],
      "add(a , b)",
    ],
    [
      "ab",
      [
        [1, 1, "("],
        [1, 1, ")"],
      ],
      "a()b",
    ],
    [
      "ab",
      [
        [1, 2, "B"],
        [1, 1, "-"],
      ],
      "a-B",
    ],
    [
      "a\nb",
      [
        [2, 3, "c"],
        [0, 1, "xyz"],
      ],
      "xyz\nc",
    ],
    ["", [[0, 0, "x"]], "x"],
  ];
  for (const [source, edits, text] of table) {
    it(`${JSON.stringify(source)} → ${JSON.stringify(text)}`, () => {
      const list = edits.map(([start, end, t]) => ({ start, end, text: t }));
      expect(applyEdits(source, list).text).to.equal(text);
    });
  }

  it("refuses edits that overlap", () => {
    const edits = [
      { start: 0, end: 2, text: "" },
      { start: 1, end: 3, text: "" },
    ];
    expect(() => applyEdits("abc", edits)).to.throw("internal: edits overlap");
  });

  it("leads every character that was kept back to where it was", () => {
    const source = fc
      .array(fc.constantFrom("a", "b", " ", "\n", "\r\n", "😀", "\u2028"), { maxLength: 40 })
      .map((parts) => parts.join(""));
    const insertions = fc.array(fc.tuple(fc.nat(60), fc.constantFrom("x", "add(", ", ")));
    fc.assert(
      fc.property(source, insertions, (text, list) => {
        const edits = list.map(([at, added]) => {
          // A line break of two characters is one.
          let start = Math.min(at, text.length);
          if (text[start] === "\n" && text[start - 1] === "\r") start++;
          return { start, end: start, text: added };
        });
        const result = applyEdits(text, edits);
        const place = lineIndex(text);
        const generated = lineIndex(result.text);
        let from = 0;
        for (let offset = 0; offset < text.length; offset++) {
          for (const edit of edits) if (edit.start === offset) from += edit.text.length;
          const { line, column } = generated(from++);
          expect(originalPosition(result.map, line, column)).to.deep.equal(place(offset));
        }
      }),
    );
  });

  it("decodes the mappings of a source map", () => {
    expect(decodeMappings("AAAA,IAAI;;ACAA,CAAE")).to.deep.equal([
      [1, 1, 1, 1],
      [1, 5, 1, 5],
      [3, 1, 1, 5],
      [3, 2, 1, 7],
    ]);
  });

  it("refuses a TypeScript that it was not made for", () => {
    expect(() => patchChecker("function createTypeChecker(host) {\n")).to.throw(
      /internal: cannot teach TypeScript's checker about tensors/,
    );
  });
});
