/** The soak, in small; `npm run soak` goes on for minutes or hours. */
import { expect } from "chai";
import { createPlace, removePlace, startRealKernel } from "../faults/kernel.js";
import { skip } from "../needs.js";
import { growth, isFlat, measurable } from "./memory.js";
import { soak } from "./soak.js";

const CELLS = 150;

describe("soak", () => {
  it(`${CELLS} cells of three clients, with interrupts and other requests`, async function () {
    if (process.platform !== "linux") skip(this, "ends processes as Linux does");
    this.timeout(240_000);
    const place = createPlace();
    const kernel = await startRealKernel(place, measurable(place));
    const report = await soak(kernel, { clients: 3, seed: 7, more: (cells) => cells < CELLS });
    await kernel.stop();
    removePlace(place);
    expect(report.problems).to.deep.equal([]);
    expect(report.cells).to.equal(CELLS);
  });

  for (const [rounds, flat] of [
    [[1, 2, 3], null],
    [[50, 90, 100, 101, 100, 99, 100, 100], true],
    [[50, 90, 100, 102, 104, 106, 108, 110], false],
  ] as const) {
    it(`memory of ${rounds.join(", ")} MB: ${flat === null ? "too short" : flat ? "flat" : "grows"}`, () => {
      const grown = growth(rounds.map((mb, i) => [150 * i, mb]));
      expect(grown === null ? null : isFlat(grown, 3)).to.equal(flat);
    });
  }

  it("a slope is by 1,000 cells", () => {
    const grown = growth(Array.from({ length: 40 }, (_, i) => [500 * i, 100 + i]));
    expect(grown).to.deep.equal({ from: 115, to: 135, slope: 2 });
  });
});
