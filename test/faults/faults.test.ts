/** The quick rows of the fault table; `npm run faults` runs all of them. */
import { expect } from "chai";
import { skip } from "../needs.js";
import { type Ground, inflict, leave } from "./fault.js";
import { faults } from "./table.js";

/** Beside other tests an interrupt may take longer than `npm run faults` allows it. */
const SLOW_MACHINE = 5;

describe("faults", () => {
  const ground: Ground = { shared: null };
  after(() => leave(ground));
  for (const fault of faults.filter(({ quick }) => quick)) {
    it(fault.name, async function () {
      this.timeout(180_000);
      const reason = fault.missing?.() ?? null;
      if (reason !== null) skip(this, reason);
      const within = fault.expect.within * SLOW_MACHINE;
      const outcome = await inflict({ ...fault, expect: { ...fault.expect, within } }, ground);
      expect(outcome.wrong).to.deep.equal([]);
    });
  }
});
