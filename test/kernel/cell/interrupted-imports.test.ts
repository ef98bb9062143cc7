/** A module whose loading was interrupted can be imported again. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { resultText } from "../front/client.js";
import { startKernel, type TestKernel } from "../front/process.js";

/** Each says that it has begun, and takes longer than the test until it interrupts; once. */
const once = (code: string): string =>
  "if (Reflect.get(globalThis, 'begun') === undefined) {" +
  ` Reflect.set(globalThis, 'begun', true); console.log('begun'); ${code} }`;
const SPINS = once("for (const end = Date.now() + 20_000; Date.now() < end; );");
const AWAITS = once("await new Promise((done) => setTimeout(done, 5000));");
const FILES = {
  "spins.mjs": `${SPINS} export const value = 1;`,
  "spins.cjs": `${SPINS} exports.value = 1;`,
  "spins.ts": `${SPINS} export const value: number = 1;`,
  "awaits.mjs": `${AWAITS} export const value = 1;`,
  "awaits.ts": `${AWAITS} export const value: number = 1;`,
  "leads-to-spins.mjs": 'import "./spins.mjs"; export const value = 1;',
  "leads-to-awaits.mjs": 'import "./awaits.mjs"; export const value = 1;',
  "leads-to-both.ts": 'import "./awaits.ts"; import "./spins.ts"; export const value = 1;',
};

describe("an import that was interrupted", function () {
  this.timeout(60_000);
  let folder: string;
  let kernel: TestKernel;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hypatia-imports-"));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    kernel = await startKernel({ cells: "typescript" });
  });
  afterEach(() => kernel.stop());

  async function interrupted(code: string): Promise<void> {
    const id = kernel.client.send("execute_request", { code });
    await kernel.client.output(({ content }) => String(content.text).startsWith("begun"));
    await kernel.client.request("interrupt_request", {}, { channel: "control" });
    const { reply } = await kernel.client.finish(id);
    expect(reply.content).to.include({ ename: "Interrupted" });
  }
  async function expectValue(code: string): Promise<void> {
    const reply = await kernel.client.execute(code);
    expect(resultText(reply), JSON.stringify(reply.reply.content)).to.equal("1");
  }

  for (const name of Object.keys(FILES)) {
    it(`of ${name} can be repeated`, async () => {
      const code = `import { value } from "${join(folder, name)}"; value`;
      await interrupted(code);
      await expectValue(code);
      await expectValue(code);
    });
  }
  it("leaves what another file needs of it", async () => {
    await interrupted(`import "${join(folder, "spins.mjs")}"`);
    await expectValue(`import { value } from "${join(folder, "leads-to-spins.mjs")}"; value`);
  });
  it("by require can be repeated", async () => {
    const code = `require("${join(folder, "spins.cjs")}").value as number`;
    await interrupted(code);
    await expectValue(code);
  });
  it("leaves alone what was loaded before", async () => {
    writeFileSync(join(folder, "kept.mjs"), "export const state = { value: 0 };");
    const kept = `import { state } from "${join(folder, "kept.mjs")}";`;
    await kernel.client.execute(`${kept} state.value = 1;`);
    await interrupted(`import "${join(folder, "spins.mjs")}"`);
    await expectValue(`${kept} state.value`);
  });
});
