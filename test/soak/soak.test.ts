/** The soak, in small; `npm run soak` goes on for minutes or hours. */
import { expect } from "chai";
import { createPlace, removePlace, startRealKernel } from "../faults/kernel.js";
import { skip } from "../needs.js";
import { isFlat, soak } from "./soak.js";

const CELLS = 150;

describe("soak", () => {
  it(`${CELLS} cells of three clients, with interrupts and other requests`, async function () {
    if (process.platform !== "linux") skip(this, "looks at memory in /proc");
    this.timeout(240_000);
    const place = createPlace();
    const kernel = await startRealKernel(place);
    const report = await soak(kernel, { clients: 3, seed: 7, more: (cells) => cells < CELLS });
    await kernel.stop();
    removePlace(place);
    expect(report.problems).to.deep.equal([]);
    expect(report.cells).to.equal(CELLS);
  });

  for (const [rounds, flat] of [
    [[1, 2, 3], null],
    [[50, 90, 100, 101, 100, 99, 100, 100], true],
    [[50, 90, 100, 110, 120, 130, 140, 150], false],
  ] as const) {
    it(`memory of ${rounds.join(", ")} MB: ${flat === null ? "too short" : flat ? "flat" : "grows"}`, () => {
      expect(isFlat(rounds, 20)).to.equal(flat);
    });
  }
});
