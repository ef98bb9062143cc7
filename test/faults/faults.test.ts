/** The quick rows of the fault table; `npm run faults` runs all of them. */
import { expect } from "chai";
import { skip } from "../needs.js";
import { type Ground, inflict, leave } from "./fault.js";
import { faults } from "./table.js";

/** `npm run faults` asks how long it takes; here, on any machine, whether it comes to the end. */
const WITHIN_MS = 60_000;

describe("faults", () => {
  const ground: Ground = { shared: null };
  after(() => leave(ground));
  for (const fault of faults.filter(({ quick }) => quick)) {
    it(fault.name, async function () {
      this.timeout(180_000);
      const reason = fault.missing?.() ?? null;
      if (reason !== null) skip(this, reason);
      const expected = { ...fault.expect, within: WITHIN_MS };
      const outcome = await inflict({ ...fault, expect: expected }, ground);
      expect(outcome.wrong).to.deep.equal([]);
    });
  }
});
