/** JupyterLab's debugger panel on our kernel, by mouse. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { type Installation, installKernel } from "../jupyter/installation.js";
import { need, root } from "../needs.js";
import { type Lab, outputText, startLab } from "./lab.js";

const code = [
  "const rates = tensor([0.5, 0.25]);",
  "function double(step: number): number {",
  "  const twice = 2 * step;",
  "  return twice;",
  "}",
  "double(21)",
].join("\n");

const notebook = {
  cells: [
    {
      id: "one",
      cell_type: "code",
      execution_count: null,
      metadata: {},
      outputs: [],
      source: code,
    },
  ],
  metadata: {
    kernelspec: { name: "hypatia", display_name: "Hypatia (TypeScript)", language: "typescript" },
    language_info: { name: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

describe("JupyterLab's debugger in Chromium", function () {
  this.timeout(300_000);
  let installed: Installation | undefined;
  let lab: Lab | undefined;
  let page: Page;
  let panel: Locator;
  let variables: Locator;

  before(async function () {
    need(this, "Jupyter", "Chromium");
    installed = installKernel();
    const folder = join(installed.folder, "notebooks");
    mkdirSync(folder);
    writeFileSync(join(folder, "debug.ipynb"), JSON.stringify(notebook));
    lab = await startLab(folder, installed);
    page = await lab.open("debug.ipynb");
    page.setDefaultTimeout(60_000);
    panel = page.locator("#jp-debugger-sidebar");
    variables = panel.locator(".jp-DebuggerVariables-body").first();
  });
  after(async () => {
    await lab?.close();
    installed?.remove();
  });

  it("is offered, and starts", async () => {
    const button = page.locator(".jp-DebuggerBugButton");
    await page.getByText(/\| Idle$/).waitFor();
    await button.click();
    await page.locator(".jp-DebuggerBugButton[aria-pressed='true']").waitFor();
    const tab = page.locator("[data-id='jp-debugger-sidebar']");
    if (!(await panel.isVisible())) await tab.click();
    await panel.waitFor();
  });

  it("stops at a breakpoint set in the gutter", async () => {
    const lines = page.locator(".jp-CodeCell .cm-breakpoint-gutter .cm-gutterElement:visible");
    await lines.nth(3).click();
    await page.locator(".jp-DebuggerBreakpoint").waitFor();
    await page.locator(".jp-CodeCell .cm-content").click();
    await page.keyboard.press("Shift+Enter");
    await page.locator(".jp-DebuggerEditor-highlight").first().waitFor();
    const stopped = await page.locator(".jp-CodeCell .jp-DebuggerEditor-highlight").innerText();
    expect(stopped.trim()).to.equal("return twice;");
  });

  it("shows the stack and the variables", async () => {
    const names = panel.locator(".jp-DebuggerCallstackFrame-name");
    await names.first().waitFor();
    const frames = await names.allInnerTexts();
    expect(frames).to.deep.equal(["double", "In [1]"]);
    await variables.getByText("twice").first().waitFor();
    expect(await variables.innerText()).to.match(/step[\s\S]*21[\s\S]*twice[\s\S]*42/);
    mkdirSync(join(root, "out"), { recursive: true });
    await page.screenshot({ path: join(root, "out", "debugger-lab.png") });
  });

  it("goes on to the result, and then lists the notebook's variables", async () => {
    await panel.locator("[data-command='debugger:continue'], [title^='Continue']").first().click();
    await page.locator(".jp-OutputArea-executeResult").waitFor();
    expect(await outputText(page)).to.contain("42");
    expect(await page.locator(".jp-DebuggerEditor-highlight").count()).to.equal(0);
    await variables.getByText("rates").first().waitFor();
    expect(await variables.innerText()).to.contain("f32 [2] = [ 0.5, 0.25 ]");
  });
});
