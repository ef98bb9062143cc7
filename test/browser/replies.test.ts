/** What a reply asks of JupyterLab, over encrypted sockets: a page below the cell, a loaded cell. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { type Installation, installKernel } from "../jupyter/installation.js";
import { need } from "../needs.js";
import { complaints, type Lab, notebook, runAll, startLab } from "./lab.js";

const cells = ["logSumExp?", "%load cell.ts", "%%time\nconst six: number = 6;\nsix * 7"];

describe("replies in JupyterLab", function () {
  this.timeout(600_000);
  let installed: Installation | undefined;
  let lab: Lab | undefined;
  let page: Page;
  const cell = (number: number): Locator => page.locator(".jp-CodeCell").nth(number - 1);

  before(async function () {
    need(this, "Jupyter", "Chromium");
    installed = installKernel();
    const folder = join(installed.folder, "notebooks");
    mkdirSync(folder);
    writeFileSync(join(folder, "cell.ts"), "const loaded = 1;\n");
    writeFileSync(join(folder, "replies.ipynb"), notebook(cells));
    const required = { "MappingKernelManager.transport_encryption": "required" };
    lab = await startLab(folder, installed, required);
    page = await lab.open("replies.ipynb");
    await runAll(page, 120_000);
  });
  after(async () => {
    await lab?.close();
    installed?.remove();
  });

  it("the kernel got keys", () => {
    const folder = join(installed!.folder, "runtime");
    const file = readdirSync(folder).find((name) => /^kernel-.*\.json$/.test(name))!;
    expect(JSON.parse(readFileSync(join(folder, file), "utf8"))).to.have.property(
      "curve_publickey",
    );
  });

  it("a page is shown below the cell that asked for it", async () => {
    const output = cell(1).locator(".jp-OutputArea-output");
    await output.filter({ hasText: "logSumExp(" }).waitFor();
    await output.locator("code").first().waitFor(); // Markdown, rendered.
  });

  it("a loaded text takes the place of its cell", async () => {
    const editor = cell(2).locator(".cm-content");
    await editor.getByText("const loaded = 1;").waitFor();
    expect(await editor.innerText()).to.match(/^\/\/ %load cell\.ts\nconst loaded = 1;/);
  });

  it("a cell is timed, shows its value, and is edited as TypeScript", async () => {
    const outputs = cell(3).locator(".jp-OutputArea-output");
    await outputs.filter({ hasText: /^\s*42\s*$/ }).waitFor();
    expect(await outputs.count()).to.equal(2);
    await outputs.filter({ hasText: /^\s*time: [\d.]+ (ns|µs|ms|s)\s*$/ }).waitFor();
    const language = await cell(3).locator(".cm-content").getAttribute("data-language");
    expect(language).to.equal("typescript");
  });

  it("and nothing complains", async () => {
    expect(await complaints(page)).to.deep.equal([]);
  });
});
