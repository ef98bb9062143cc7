import { readFileSync } from "node:fs";
import { expect } from "chai";
import { type ArrayOptions, arrayText } from "../../../kernel/display/array.js";
import { scalarText } from "../../../kernel/display/numbers.js";

interface Recorded {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
  readonly options: ArrayOptions;
  readonly text: string;
}

/** Tests run from dist/, the recording stays in the source. */
const recording = new URL(
  "../../../../test/kernel/display/golden/array-text.json",
  import.meta.url,
);
const recorded: readonly Recorded[] = JSON.parse(readFileSync(recording, "utf8"));
const words: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN };

describe("display/array: text as numpy.array2string writes it", () => {
  recorded.forEach(({ dtype, shape, data, options, text }, place) => {
    it(`${place}: ${dtype} [${shape}] ${JSON.stringify(options)}`, () => {
      const numbers = data.map((entry) => words[entry] ?? Number(entry));
      expect(arrayText({ dtype, shape, data: numbers }, options)).to.equal(text);
    });
  });
});

describe("display/numbers: one number alone", () => {
  const table: readonly [dtype: string, value: number | bigint | boolean, text: string][] = [
    ["f32", Math.fround(0.1), "0.1"],
    ["f64", Math.fround(0.1), "0.10000000149011612"],
    ["f32", 16777216, "16777216"],
    ["f32", Math.fround(1e-30), "1e-30"],
    ["f32", NaN, "NaN"],
    ["i64", 2n ** 60n, "1152921504606846976"],
    ["bool", 1, "true"],
    ["u8", 200, "200"],
  ];
  for (const [dtype, value, text] of table) {
    it(`${dtype} ${value} → ${text}`, () => {
      expect(scalarText(dtype, value)).to.equal(text);
    });
  }
});
