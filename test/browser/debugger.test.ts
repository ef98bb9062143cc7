/** JupyterLab's debugger panel on our kernel, by mouse. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { type Installation, installKernel } from "../jupyter/installation.js";
import { need, root } from "../needs.js";
import { type Lab, startLab } from "./lab.js";

const code = [
  "const rates = tensor([0.5, 0.25]);",
  "function double(step: number): number {",
  "  const twice = 2 * step;",
  "  return twice;",
  "}",
  "double(21)",
].join("\n");

const caller = ["const moved = rates * 2;", "double(4) + moved.shape[0]"].join("\n");

const thrower = [
  "await new Promise<void>((done) => setTimeout(done, 20));",
  'throw new Error("too late");',
].join("\n");

const notebook = {
  cells: [code, caller, thrower].map((source, at) => ({
    id: `cell-${at + 1}`,
    cell_type: "code",
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  })),
  metadata: {
    kernelspec: { name: "hypatia", display_name: "Hypatia (TypeScript)", language: "typescript" },
    language_info: { name: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

describe("JupyterLab's debugger in Chromium", function () {
  this.timeout(600_000);
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
    panel = page.locator("#jp-debugger-sidebar");
    variables = panel.locator(".jp-DebuggerVariables-body").first();
  });
  after(async () => {
    await lab?.close();
    installed?.remove();
  });

  const cell = (number: number): Locator => page.locator(".jp-CodeCell").nth(number - 1);
  /** Sets a breakpoint, or removes it; then the kernel knows of so many. */
  async function breakAt(number: number, line: number, known: number): Promise<void> {
    const gutter = cell(number).locator(".cm-breakpoint-gutter .cm-gutterElement:visible");
    await gutter.nth(line - 1).click();
    const listed = page.locator(".jp-DebuggerBreakpoint");
    if (known > 0) await listed.nth(known - 1).waitFor({ state: "attached" });
    await listed.nth(known).waitFor({ state: "detached" });
  }
  async function run(number: number): Promise<void> {
    await cell(number).locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
  }
  async function press(command: string): Promise<void> {
    await panel.locator(`[data-command='debugger:${command}']`).first().click();
  }
  async function stoppedAt(line: string): Promise<void> {
    await page.locator(".jp-CodeCell .jp-DebuggerEditor-highlight", { hasText: line }).waitFor();
  }
  async function notStopped(): Promise<void> {
    await page.locator(".jp-DebuggerEditor-highlight").first().waitFor({ state: "detached" });
  }

  it("is offered, and starts", async () => {
    const button = page.locator(".jp-DebuggerBugButton");
    await page.getByText(/\| Idle$/).waitFor();
    await button.click();
    await page.locator(".jp-DebuggerBugButton[aria-pressed='true']").waitFor();
    const tab = page.locator("[data-id='jp-debugger-sidebar']");
    // JupyterLab may be about to open it, and a click closes what is open.
    while (!(await panel.isVisible())) {
      await tab.click();
      await panel.waitFor({ timeout: 10_000 }).catch(() => {});
    }
  });

  it("stops at a breakpoint set in the gutter", async () => {
    await breakAt(1, 4, 1);
    await run(1);
    await stoppedAt("return twice;");
  });

  it("shows the stack and the variables", async () => {
    const names = panel.locator(".jp-DebuggerCallstackFrame-name");
    await names.first().waitFor();
    const frames = await names.allInnerTexts();
    expect(frames).to.deep.equal(["double", "In [1]"]);
    await variables.filter({ hasText: /step.*21.*twice.*42/s }).waitFor();
    mkdirSync(join(root, "out"), { recursive: true });
    await page.screenshot({ path: join(root, "out", "debugger-lab.png") });
  });

  it("goes on to the result, and then lists the notebook's variables", async () => {
    await press("continue");
    await page.locator(".jp-OutputArea-executeResult", { hasText: "42" }).waitFor();
    await notStopped();
    await variables.filter({ hasText: "f32 [2] = [ 0.5, 0.25 ]" }).waitFor();
  });

  it("steps into a function of an earlier cell, and out again", async () => {
    await breakAt(1, 4, 0);
    await breakAt(2, 2, 1);
    await run(2);
    await stoppedAt("double(4)");
    await press("stepIn");
    await stoppedAt("const twice = 2 * step;");
    await press("next");
    await stoppedAt("return twice;");
  });

  it("evaluates the cells' language where it is stopped, and says what fails", async () => {
    await press("evaluate");
    const input = page.locator(".jp-CodeConsole-input .cm-content").first();
    const said = page.locator(".jp-CodeConsole .jp-OutputArea-output");
    for (const [text, answer] of [
      ["(rates * step).toArray()", "[ 2, 1 ]"],
      ["missing", "missing is not defined"],
    ] as const) {
      await input.click();
      await page.keyboard.type(text);
      await page.keyboard.press("Shift+Enter");
      await said.filter({ hasText: answer }).waitFor(); // And there is another line to type in.
    }
    await variables.getByText("twice").first().waitFor();
    await page.screenshot({ path: join(root, "out", "debugger-console-lab.png") });
  });

  it("copies a variable to the notebook", async () => {
    await variables.getByText("twice").first().click({ button: "right" });
    await page.locator(".lm-Menu-itemLabel", { hasText: "Copy Variable to Globals" }).click();
    await panel.locator("select").first().selectOption({ label: "Notebook" });
    await panel.locator(".jp-DebuggerVariables-name:text-is('twice')").waitFor();
    await press("continue");
    await cell(2).locator(".jp-OutputArea-executeResult", { hasText: "10" }).waitFor();
  });

  it("stops at an exception that nothing catches, also after an await", async () => {
    await panel.locator("[title='Pause on exception filter']").click();
    await page.locator(".lm-Menu-item", { hasText: "uncaught" }).click();
    await run(3);
    await stoppedAt("too late");
    await press("continue");
    await cell(3).locator(".jp-OutputArea-output", { hasText: "too late" }).first().waitFor();
  });

  it("is stopped, and the kernel is interrupted", async () => {
    await run(2);
    await stoppedAt("double(4)");
    await page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
    await cell(2).locator(".jp-OutputArea-output", { hasText: "Interrupted" }).first().waitFor();
    await notStopped();
  });
});
