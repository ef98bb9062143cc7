/** Errors that a cell catches and prints or shows, in the kernel as people have it. */
import { expect } from "chai";
import { resultText } from "../front/client.js";
import { startKernel, type TestKernel } from "../front/process.js";

const lines = (...all: string[]) => `${all.join("\n")}\n`;

const table: readonly (readonly [source: string, printed: string])[] = [
  [
    "function f(n: number) { throw new RangeError('bad') }\ntry { f(1) } catch (e) { console.log(e) }",
    lines(
      "RangeError: bad",
      "    at f (In [1], line 1, column 31)",
      "    at In [1], line 2, column 7",
    ),
  ],
  [
    "try {\n  f(2);\n} catch (e) { console.error('got', { e }) }",
    lines(
      "got {",
      "  e: RangeError: bad",
      "      at f (In [1], line 1, column 31)",
      "      at In [2], line 2, column 3",
      "}",
    ),
  ],
  [
    "try { ones([2]) + ones([3]) } catch (e) { console.log(e) }",
    lines(
      "HypatiaError: add: the shapes do not broadcast: the sizes on axis -1 differ",
      "  got:      [2] and [3]",
      "  expected: equal sizes, or 1, on every axis counted from the right",
      "  try:      reshape, transpose or expandDims one of them",
      "    … 9 frames of libraries",
      "    at In [3], line 1, column 17",
    ),
  ],
  [
    "console.log(new Error('outer', { cause: new Error('inner') }))",
    lines(
      "Error: outer",
      "    at In [4], line 1, column 13 {",
      "  [cause]: Error: inner",
      "      at In [4], line 1, column 41",
      "}",
    ),
  ],
  ["console.log('hypatia-cell:a\\n  at home')", lines("hypatia-cell:a", "  at home")],
];

describe("errors that a cell prints", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await startKernel({ cells: "typescript" });
  });
  after(() => kernel.stop());

  for (const [source, printed] of table) {
    it(source.split("\n").at(-1)!, async () => {
      const { outputs } = await kernel.client.execute(source);
      const said = outputs.filter(({ header }) => header.msg_type === "stream");
      expect(said.map(({ content }) => content.text).join("")).to.equal(printed);
    });
  }

  it("as its value", async () => {
    const reply = await kernel.client.execute("[new Error('shown'), 1]");
    expect(resultText(reply)).to.equal(
      "[\n  Error: shown\n      at In [6], line 1, column 2,\n  1\n]",
    );
  });
});
