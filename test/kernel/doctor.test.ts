import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../needs.js";

describe("hypatia doctor", () => {
  const examine = (env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [join(root, "dist", "kernel", "main.js"), "doctor"], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    });

  it("names everything once, and says what is used", () => {
    const { stdout, status } = examine({ HYPATIA_BACKEND: "js" });
    const names = stdout
      .trim()
      .split("\n")
      .map((line) => line.slice(2, 18).trim());
    expect(names).to.deep.equal([
      "Node",
      "processor",
      "C compiler",
      "webgpu backend",
      "cpu backend",
      "js backend",
      "in use",
      "Jupyter",
      "kernelspec",
    ]);
    expect(stdout).to.contain(`✓ Node            ${process.versions.node}`);
    expect(stdout).to.contain('config.backend = "js"');
    expect(status).to.equal(0);
  });

  it("without a compiler: says what computes instead, and how to get one", () => {
    const { stdout } = examine({ HYPATIA_CC: "no-such-compiler" });
    expect(stdout).to.match(/^– C compiler +.*no-such-compiler.*js computes.*install gcc/m);
    expect(stdout).to.match(/^– cpu backend/m);
    expect(stdout).to.match(/in use +config\.backend = "auto": (js|webgpu)$/m);
  });
});
