/** The first notebook by hand: opened in JupyterLab, all cells run, looked at. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { type Installation, installKernel } from "../jupyter/installation.js";
import { need, root } from "../needs.js";
import { complaints, type Lab, outputText, photograph, runAll, startLab } from "./lab.js";

describe("JupyterLab in Chromium", function () {
  this.timeout(600_000);
  let installed: Installation | undefined;
  let lab: Lab | undefined;
  let page: Page;

  before(async function () {
    need(this, "Jupyter", "Chromium");
    installed = installKernel();
    lab = await startLab(join(root, "notebooks"), installed);
    page = await lab.open("01-mnist.ipynb");
  });
  after(async () => {
    await lab?.close();
    installed?.remove();
  });

  it("runs all cells of notebook 01 without a complaint", async () => {
    await runAll(page, 400_000);
    mkdirSync(join(root, "out"), { recursive: true });
    await page.screenshot({ path: join(root, "out", "01-mnist-lab.png") });
    await photograph(page, join(root, "out", "01-mnist-lab-whole.png"));
    expect(await complaints(page)).to.deep.equal([]);
  });

  it("shows shapes, dtypes, backend and timings in the output area", async () => {
    const text = await outputText(page);
    expect(text).to.match(/784\s*[×,x]\s*500/);
    expect(text).to.match(/\bf32\b/);
    expect(text).to.match(/\b(cpu|js|webgpu)\b/);
    expect(text).to.match(/run\s+[\d.]+\s*(ns|µs|ms|s)\b/);
  });

  it("reports the accuracy on the test digits", async () => {
    const found = (await outputText(page)).match(/test accuracy:?\s*([\d.]+)\s*%/i);
    expect(Number(found?.[1])).to.be.at.least(97.5);
  });

  it("shows pictures and plots as pictures", async () => {
    const pictures = await page.locator(".jp-OutputArea-output img, .jp-OutputArea-output svg");
    expect(await pictures.count()).to.be.greaterThan(2);
  });
});
