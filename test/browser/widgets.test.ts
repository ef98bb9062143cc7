/** Widgets by hand: ipywidgets in JupyterLab, moved with the keyboard and the mouse. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { type Installation, installKernel } from "../jupyter/installation.js";
import { need, root } from "../needs.js";
import { complaints, type Lab, notebook, runAll, startLab } from "./lab.js";

const cells = [
  `const n = slider(1, 10), rate = slider(0, 1, { label: "learning rate", value: 0.1 });
const how = dropdown(["sum", "product"]), on = checkbox(false, { label: "negative" });
const name = text("Ada"), go = button("go", () => console.log("hello " + name.value));
vbox([n, rate, how, on, name, go])`,
  `interact({ n, how, on }, ({ n, how, on }) => {
  const x = arange(1, n + 1);
  console.log("of", n);
  const found = (how === "sum" ? sum(x) : prod(x)).item();
  return html('<b class="result">' + (on ? -found : found) + "</b>");
})`,
  'n.onChange((value) => console.log("n is", value));',
  'on.onChange((value) => { if (value) throw new Error("no negatives"); });',
  "0",
];

describe("widgets in JupyterLab", function () {
  this.timeout(600_000);
  let installed: Installation | undefined;
  let lab: Lab | undefined;
  let page: Page;

  before(async function () {
    need(this, "Jupyter", "Chromium");
    installed = installKernel();
    const folder = join(installed.folder, "notebooks");
    mkdirSync(folder);
    writeFileSync(join(folder, "widgets.ipynb"), notebook(cells));
    lab = await startLab(folder, installed);
    page = await lab.open("widgets.ipynb");
    await runAll(page, 120_000);
  });
  after(async () => {
    await lab?.close();
    installed?.remove();
  });
  afterEach(async () => {
    mkdirSync(join(root, "out"), { recursive: true });
    await page.screenshot({ path: join(root, "out", "widgets-lab.png") });
  });

  const cell = (number: number): Locator => page.locator(".jp-CodeCell").nth(number - 1);
  const result = () => cell(2).locator(".result");
  /** The slider `n`, in the cell that made it and where `interact` shows it again. */
  const slider = (number: number) => cell(number).locator(".widget-slider [role=slider]").first();

  it("shows each kind of control, with its whole label", async () => {
    const first = cell(1);
    const label = first.locator(".widget-label", { hasText: "learning rate" });
    await label.waitFor();
    const kinds = ["slider", "dropdown", "checkbox", "text", "button"];
    const counts = await Promise.all(kinds.map((kind) => first.locator(`.widget-${kind}`).count()));
    expect(counts).to.deep.equal([2, 1, 1, 1, 1]);
    const clipped = await label.evaluate((el) => el.scrollWidth > el.clientWidth);
    expect(clipped).to.equal(false);
    expect(await label.getAttribute("title")).to.be.oneOf([null, ""]);
  });

  it("follows a slider moved with the keyboard", async () => {
    await said(result(), "1");
    await slider(2).focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
    await said(result(), "15");
    await said(cell(1).locator(".widget-readout").first(), "5");
    // What the function printed, and then what it returned; nothing of the earlier calls.
    await said(cell(2).locator(".jp-OutputArea-child").nth(1), "of 5\\s*15");
  });

  it("prints in the cell that listens", async () => {
    await cell(3).locator(".jp-OutputArea-output", { hasText: "n is 5" }).waitFor();
  });

  it("follows a slider dragged with the mouse", async () => {
    const handle = await slider(1).boundingBox();
    const track = await cell(1).locator(".widget-slider .noUi-target").first().boundingBox();
    if (handle === null || track === null) throw new Error("the slider is not to be seen");
    const y = handle.y + handle.height / 2;
    await page.mouse.move(handle.x + handle.width / 2, y);
    await page.mouse.down();
    await page.mouse.move(track.x + track.width + 40, y, { steps: 10 });
    await page.mouse.up();
    await said(result(), "55");
  });

  it("follows a menu", async () => {
    await cell(2).locator("select").selectOption("product");
    await said(result(), "3628800");
  });

  it("shows the error of a handler in its cell, and goes on", async () => {
    await cell(2).locator("input[type=checkbox]").click();
    await said(result(), "-3628800");
    await cell(4).locator(".jp-OutputArea-output", { hasText: "no negatives" }).waitFor();
  });

  it("calls the button's function, with the text typed", async () => {
    const field = cell(1).locator(".widget-text input");
    await field.fill("Grace");
    await field.press("Enter");
    await cell(1).locator("button", { hasText: "go" }).click();
    await cell(1).locator(".jp-OutputArea-output", { hasText: "hello Grace" }).waitFor();
  });

  it("moves the controls when the program changes the value", async () => {
    await cell(5).locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("n.value = 3;");
    await page.keyboard.press("Shift+Enter");
    await said(cell(1).locator(".widget-readout").first(), "3");
    await said(result(), "-6");
  });

  it("has nothing else to complain about", async () => {
    const said = await complaints(page);
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/no negatives/);
  });

  it("finds its widgets again when the page is loaded again", async () => {
    await page.locator('jp-button[data-command="docmanager:save"]').click();
    await page.locator(".jp-mod-dirty").first().waitFor({ state: "detached" });
    await page.reload();
    await page.waitForSelector(".jp-Notebook .jp-Cell");
    await said(cell(1).locator(".widget-readout").first(), "3");
    await slider(1).focus();
    await page.keyboard.press("ArrowRight");
    await said(cell(1).locator(".widget-readout").first(), "4");
    await said(result(), "-24");
  });

  it("shows them as they were saved when the kernel is gone", async () => {
    await page.locator('jp-button[data-command="docmanager:save"]').click();
    await page.locator(".jp-mod-dirty").first().waitFor({ state: "detached" });
    await page.getByRole("menuitem", { name: "Kernel", exact: true }).click();
    await page.getByRole("menuitem", { name: "Shut Down Kernel", exact: true }).click();
    await page.getByText("No Kernel").first().waitFor();
    await page.reload();
    await page.waitForSelector(".jp-Notebook .jp-Cell");
    await said(cell(1).locator(".widget-readout").first(), "4");
    await said(cell(2).locator(".widget-readout").first(), "4");
    await said(result(), "-24");
  });
});

/** Waits until an element says this and nothing else. */
async function said(element: Locator, text: string): Promise<void> {
  await element.filter({ hasText: new RegExp(`^\\s*${text}\\s*$`) }).waitFor();
}
