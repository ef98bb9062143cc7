/** Code that does not end where the debugger runs it: limits, and interrupts. */
import { expect } from "chai";
import type { JsonObject } from "../../../kernel/wire/message.js";
import { type Reply, resultText } from "../front/client.js";
import type { TestKernel } from "../front/process.js";
import { type DebugClient, type Row, startDebugging } from "./client.js";

const ENDLESS = "(() => { for (;;); })()";
/** One that prints when it has begun. */
const endless = (name: string) => `(() => { console.log("begun: ${name}"); for (;;); })()`;

/** Variables that a line of the panel cannot show: what shows them does not end. */
const variables: Readonly<Record<string, string>> = {
  inspected: `new (class { [Symbol.for("nodejs.util.inspect.custom")]() { ${ENDLESS} } })()`,
  tagged: `({ get [Symbol.toStringTag]() { return ${ENDLESS}; } })`,
  made: `({ get constructor() { return ${ENDLESS}; } })`,
  proxied: `new Proxy({}, { getPrototypeOf() { return ${ENDLESS}; } })`,
  listed: `new Proxy({}, { ownKeys() { return ${ENDLESS}; } })`,
};

describe("code without an end in the debugger", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  let debug: DebugClient;

  before(async () => {
    ({ kernel, debug } = await startDebugging());
    const spin = "function spin(name: number): number { console.log(`begun: ${name}`); for (;;); }";
    await kernel.client.execute(`let kept = 7;\n${spin}`);
  });
  after(() => kernel.stop());

  const interrupt = () => kernel.client.request("interrupt_request", {}, { channel: "control" });
  const begun = (name: string) =>
    kernel.client.output(({ content }) => content.text === `begun: ${name}\n`);
  const status = async (reply: Promise<Reply>) => (await reply).reply.content.status;
  const result = async (code: string): Promise<unknown> =>
    resultText(await kernel.client.execute(code));
  const evaluate = async (expression: string, more: JsonObject = {}): Promise<unknown> =>
    (await debug.ask("evaluate", { expression, ...more })).result;
  /** The next cell stops, evaluates and goes on. */
  async function expectUsable(): Promise<void> {
    const running = kernel.client.execute("debugger;\nkept");
    expect((await debug.stopped()).line).to.equal(1);
    const [top] = await debug.frames();
    expect(await evaluate("kept + 1", { frameId: top!.id })).to.equal("8");
    await debug.ask("continue", { threadId: 1 });
    expect(await status(running)).to.equal("ok");
  }

  for (const context of ["watch", "repl"]) {
    it(`an interrupt ends an evaluation (${context}) with the stopped cell`, async () => {
      const running = kernel.client.execute("const here = 1;\ndebugger;\nfor (;;);");
      await debug.stopped();
      const [top] = await debug.frames();
      const code = `kept + ${endless(context)}`;
      const told = evaluate(code, { frameId: top!.id, context }).catch(String);
      await begun(context);
      const before = performance.now();
      await interrupt();
      expect(await told).to.contain("interrupted");
      expect(await status(running)).to.equal("error");
      // Far from the evaluation's own limit of 10 s.
      expect(performance.now() - before).to.be.below(8000);
      await expectUsable();
    });
  }

  it("an interrupt ends an evaluation where nothing is stopped", async () => {
    const told = evaluate(endless("alone")).catch(String);
    await begun("alone");
    await interrupt();
    expect(await told).to.contain("interrupted");
    await expectUsable();
  });

  for (const [name, breakpoint] of [
    ["a condition", { condition: "spin(1) > 1" }],
    ["a logpoint", { logMessage: "spin: {spin(2)}" }],
  ] as const) {
    it(`an interrupt ends ${name} with its cell`, async () => {
      const code = `let a = 1;\na += 1;\na // ${name}`;
      const { sourcePath: path } = await debug.ask("dumpCell", { code });
      const breakpoints = [{ line: 2, ...breakpoint }];
      await debug.ask("setBreakpoints", { source: { path }, breakpoints });
      const running = kernel.client.execute(code);
      await begun(name === "a condition" ? "1" : "2");
      await interrupt();
      expect((await running).reply.content).to.include({ ename: "Interrupted" });
      await debug.ask("setBreakpoints", { source: { path }, breakpoints: [] });
      await expectUsable();
    });
  }

  it("a value that does not end when it is shown hides no other", async () => {
    const cell = Object.entries(variables).map(([name, code]) => `const ${name} = ${code};`);
    await kernel.client.execute(cell.join("\n"));
    for (const within of [40_000, 4000]) {
      const before = performance.now();
      const { variables: listed } = await debug.ask("inspectVariables");
      expect(performance.now() - before, "the second time it is known").to.be.below(within);
      const rows = new Map((listed as Row[]).map(({ name, value }) => [name, value]));
      for (const name of Object.keys(variables)) {
        expect(rows.get(name), name).to.match(/cannot be shown: .* took longer than 1 s/);
      }
      expect(rows.get("kept")).to.equal("7");
    }
    await expectUsable();
  });

  it("nor does one in a stopped cell", async () => {
    const running = kernel.client.execute(`const one = ${variables.tagged}, two = 2;\ndebugger;`);
    await debug.stopped();
    const locals = await debug.scope("Locals");
    expect(locals.one!.value).to.match(/cannot be shown: .* took longer than 1 s/);
    expect(locals.two!.value).to.equal("2");
    const [top] = await debug.frames();
    expect(await evaluate("two", { frameId: top!.id })).to.equal("2");
    await debug.ask("continue", { threadId: 1 });
    expect(await status(running)).to.equal("ok");
  });

  it("an interrupt ends what shows a value", async () => {
    await kernel.client.execute(
      `const slow = { get [Symbol.toStringTag]() { return ${endless("shown")}; } };\n` +
        `const rows = [${variables.listed}];`,
    );
    const told = debug.ask("richInspectVariables", { variableName: "slow" }).catch(String);
    await begun("shown");
    await interrupt();
    expect(await told).to.contain("interrupted");
    await expectUsable();
  });

  it("a getter is not called where it is listed", async () => {
    await kernel.client.execute(`const lazy = { get x() { return ${ENDLESS}; }, y: 2 };`);
    const { variables: listed } = await debug.ask("inspectVariables");
    const row = (listed as Row[]).find(({ name }) => name === "lazy");
    expect(row!.value).to.equal("{ x: [Getter], y: 2 }");
    const parts = await debug.open(row!.variablesReference);
    expect(parts.y!.value).to.equal("2");
    expect(parts.x!.value).to.equal("ƒ get x");
  });

  it("an endless evaluation loop of microtasks", async () => {
    const loop = 'void (async () => { console.log("begun: loop"); for (;;) await null; })(); 1';
    const told = evaluate(loop).catch(String);
    await begun("loop");
    await interrupt();
    await told;
    expect(await result("kept")).to.equal("7");
  });
});
