/** Errors from deep inside a library name the line of the cell, in the kernel as people have it. */
import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { startKernel, type TestKernel } from "../front/process.js";

const library = "data:text/javascript,export const dive = (n) => (n && dive(n - 1)) || null.deep";

const cells: readonly (readonly [source: string, place: string])[] = [
  ["const x = ones([2, 2]);\nx.reshape([3, 2])", "In [1], line 2, column 3"],
  [
    `const library = "${library}";\nconst { dive } = await import(library); dive(40)`,
    "In [2], line 2, column 41",
  ],
];

describe("errors from deep inside a library", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await startKernel({ cells: "typescript" });
  });
  after(() => kernel.stop());

  for (const [source, place] of cells) {
    it(source.split("\n")[1]!, async () => {
      const { reply } = await kernel.client.execute(source);
      const shown = (reply.content.traceback as string[]).join("\n");
      expect(stripVTControlCharacters(shown)).to.contain(place);
    });
  }
});
