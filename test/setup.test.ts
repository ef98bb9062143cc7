/** .ci/setup.mjs, which `npm test` has just run: a second run finds all done. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { need, root } from "./needs.js";

const setUp = (...steps: string[]) =>
  spawnSync(process.execPath, [join(root, ".ci", "setup.mjs"), ...steps], { encoding: "utf8" });

describe("set-up", () => {
  it("does nothing, and says nothing, when all is there", function () {
    need(this, "Jupyter");
    const { stdout, stderr, status } = setUp("packages", "python");
    expect({ stdout, stderr, status }).to.deep.equal({ stdout: "", stderr: "", status: 0 });
  });

  it("refuses a step that there is not, and names those there are", () => {
    const { stderr, status } = setUp("nonsense");
    expect(status).to.equal(1);
    expect(stderr).to.match(/no step "nonsense".*build.*kernelspec/);
  });
});
