/** The debugger over the wire, in the kernel as people have it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { connect, type Reply, resultText } from "../front/client.js";
import { startKernel, type TestKernel } from "../front/process.js";
import { type DebugClient, debugClient, type Row, startDebugging } from "./client.js";

describe("debugger", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  let debug: DebugClient;

  before(async () => {
    kernel = await startKernel({ cells: "typescript" });
    debug = debugClient(kernel.client);
  });
  after(() => kernel.stop());

  const start = (code: string): Promise<Reply> => kernel.client.execute(code);
  const status = async (reply: Promise<Reply>) => (await reply).reply.content.status;
  const result = async (reply: Promise<Reply>): Promise<unknown> => resultText(await reply);
  const evaluate = async (expression: string) => {
    const [top] = await debug.frames();
    return (await debug.ask("evaluate", { expression, frameId: top!.id })).result;
  };

  it("says how cells are named", async () => {
    const info = await debug.ask("debugInfo");
    expect(info).to.deep.include({ isStarted: false, hashMethod: "Murmur2", stoppedThreads: [] });
    const { sourcePath } = await debug.ask("dumpCell", { code: "1 + 1" });
    expect(sourcePath).to.match(/^\/.*hypatia_\d+\/\d+\.ts$/);
    expect(await debug.ask("source", { source: { path: sourcePath } })).to.deep.equal({
      content: "1 + 1",
    });
  });

  it("lists variables without being started", async () => {
    await start("const weights = tensor([[1, 2], [3, 4]]);\nlet steps = 3;");
    const { variables } = await debug.ask("inspectVariables");
    const rows = Object.fromEntries((variables as { name: string }[]).map((v) => [v.name, v]));
    expect(rows.steps).to.include({ value: "3", variablesReference: 0 });
    expect(rows.weights).to.include({ value: "f32 [2, 2] = [ [ 1, 2 ], [ 3, 4 ] ]" });
  });

  it("shows any value in a line", async () => {
    const values: Record<string, readonly [code: string, value: string | RegExp]> = {
      numbers: ["Array.from({ length: 1000 }, (_, i) => i)", /^\[ 0, 1, 2, .* 19, ... 980 more/],
      promise: ["Promise.resolve(1)", "Promise { 1 }"],
      text: ['"\\u001b[31m" + "x".repeat(1000)', /^'\\x1B\[31mx+/],
      stubborn: ["new Proxy({}, { ownKeys() { throw 1; } })", "(cannot be shown: 1)"],
      big: ["ones([1000, 1000])", "f32 [1000, 1000] · 1"],
      failures: [
        "[new Error('e'), { why: new RangeError('r') }]",
        /^\[ Error: e, \{ why: RangeError: r \} \]$/,
      ],
      parameter: ['vector("v")', /^v: f32 \[.*\] · v$/],
    };
    const cell = Object.entries(values).map(([name, [code]]) => `const ${name} = ${code};`);
    await start(cell.join("\n"));
    const { variables } = await debug.ask("inspectVariables");
    const rows = new Map((variables as Row[]).map(({ name, value }) => [name, value]));
    for (const [name, [, value]] of Object.entries(values)) {
      if (typeof value === "string") expect(rows.get(name)).to.equal(value);
      else expect(rows.get(name)).to.match(value);
      expect(rows.get(name)).to.not.contain("\n");
    }
  });

  it("a debugger statement stops nothing without a client", async () => {
    expect(await result(start("debugger;\n1 + 1"))).to.equal("2");
  });

  it("refuses to step before initialize", async () => {
    const refused = await debug.ask("next", { threadId: 1 }).catch(String);
    expect(refused).to.contain("send initialize first");
  });

  it("a client that disconnects lets a stopped cell go on", async () => {
    await debug.ask("initialize");
    const running = start("debugger;\n2 + 2");
    expect((await debug.stopped()).line).to.equal(1);
    await debug.ask("disconnect");
    // For the other clients.
    await debug.event("continued");
    await debug.event("terminated");
    expect(await result(running)).to.equal("4");
  });

  describe("started", () => {
    before(async () => {
      const { exceptionBreakpointFilters } = await debug.ask("initialize", {});
      expect(exceptionBreakpointFilters).to.have.length(2);
      await debug.ask("attach");
      await debug.event("initialized");
    });
    after(async () => {
      await debug.ask("disconnect");
      expect(await debug.ask("debugInfo")).to.include({ isStarted: false });
      expect(await result(start("debugger;\n1 + 1"))).to.equal("2");
    });

    const square = [
      "function square(n: number): number {",
      "  const twice = n * n;",
      "  return twice;",
      "}",
      "let sum = 0;",
      "for (let i = 1; i < 3; i++) {",
      "  sum += square(i);",
      "}",
      "sum + steps",
    ].join("\n");

    it("stops at a breakpoint, with stack, scopes and variables, and goes on", async () => {
      const path = await debug.breakAt(square, 3);
      const running = start(square);
      expect(await debug.stopped()).to.deep.equal({ reason: "breakpoint", line: 3 });
      const frames = await debug.frames();
      expect(frames.map(({ name, line }) => `${name}:${line}`)).to.deep.equal([
        "square:3",
        "In [5]:7",
      ]);
      expect(frames[0]!.source.path).to.equal(path);
      expect(await debug.ask("debugInfo")).to.deep.include({
        stoppedThreads: [1],
        breakpoints: [{ source: path, breakpoints: [{ line: 3 }] }],
      });
      const locals = await debug.scope("Locals");
      expect(Object.keys(locals)).to.have.members(["n", "twice"]);
      expect(locals.n).to.include({ value: "1" });
      const notebook = await debug.scope("Notebook");
      expect(notebook.steps).to.include({ value: "3" });
      const weights = await debug.open(notebook.weights!.variablesReference);
      expect(weights.dtype).to.include({ value: "'f32'" });
      expect(weights.values).to.include({ value: "[ [ 1, 2 ], [ 3, 4 ] ]" });

      expect(await evaluate("twice + steps")).to.equal("4");
      expect(await evaluate("{ n }")).to.equal("{ n: 1 }");
      expect(await evaluate("nothing").catch(String)).to.contain("nothing is not defined");
      await debug.breakAt(square, 2);
      await debug.ask("continue", { threadId: 1 });
      expect(await debug.stopped()).to.deep.equal({ reason: "breakpoint", line: 2 });
      expect(await evaluate("n = 10")).to.equal("10");
      await debug.breakAt(square);
      await debug.ask("continue", { threadId: 1 });
      expect(await result(running)).to.equal("104");
    });

    it("steps over, in and out", async () => {
      await debug.breakAt(square, 7);
      const running = start(square);
      expect(await debug.stopped()).to.deep.equal({ reason: "breakpoint", line: 7 });
      const lines: number[] = [];
      for (const how of ["stepIn", "next", "stepOut"]) {
        await debug.ask(how, { threadId: 1 });
        const { reason, line } = await debug.stopped();
        expect(reason).to.equal("step");
        lines.push(line);
      }
      expect(lines).to.deep.equal([2, 3, 6]);
      await debug.breakAt(square);
      await debug.ask("continue", { threadId: 1 });
      expect(await status(running)).to.equal("ok");
    });

    it("steps over the names of earlier cells and the tensor language", async () => {
      const code = "const first = weights;\nconst second = first + 1;\nsecond.shape";
      await debug.breakAt(code, 1);
      const running = start(code);
      expect((await debug.stopped()).line).to.equal(1);
      const lines: number[] = [];
      for (let i = 0; i < 2; i++) {
        await debug.ask("stepIn", { threadId: 1 });
        lines.push((await debug.stopped()).line);
      }
      expect(lines).to.deep.equal([2, 3]);
      const { first, second } = await debug.scope("Locals");
      expect(first!.value).to.match(/^f32 \[2, 2\] = /);
      expect(second!.value).to.match(/^f32 \[2, 2\] · /);
      await debug.ask("continue", { threadId: 1 });
      expect(await status(running)).to.equal("ok");
    });

    it("lines of transpiled cells are those of the text", async () => {
      const code = "enum Colour {\n  red,\n  blue,\n}\nconst x = Colour.blue;\nconst y = x + 1;";
      await debug.breakAt(code, 6);
      const running = start(code);
      expect((await debug.stopped()).line).to.equal(6);
      expect((await debug.scope("Locals")).x).to.include({ value: "1" });
      await debug.ask("continue", { threadId: 1 });
      expect(await status(running)).to.equal("ok");
    });

    it("a condition", async () => {
      const code = "let last = 0;\nfor (let i = 0; i < 5; i++) {\n  last = i;\n}";
      const { sourcePath: path } = await debug.ask("dumpCell", { code });
      const breakpoints = [{ line: 3, condition: "i === 3" }];
      await debug.ask("setBreakpoints", { source: { path }, breakpoints });
      const running = start(code);
      await debug.stopped();
      expect((await debug.scope("Locals")).i).to.include({ value: "3" });
      await debug.ask("continue", { threadId: 1 });
      expect(await status(running)).to.equal("ok");
    });

    it("steps over and out of functions in which a condition is false", async () => {
      const code = [
        "function inner(n: number): number {",
        "  return n * 2;",
        "}",
        "function outer(n: number): number {",
        "  let found = inner(n) + inner(n + 1);",
        "  found += 1;",
        "  return found;",
        "}",
        "let all = 0;",
        "for (let i = 0; i < 2; i++) {",
        "  all += outer(i);",
        "}",
        "all",
      ].join("\n");
      const { sourcePath: path } = await debug.ask("dumpCell", { code });
      const breakpoints = [
        { line: 2, condition: "[n].length > 1" },
        { line: 5, condition: "[n][0] === 0" },
        { line: 7, condition: "Math.max(n, 0) > 5" },
      ];
      await debug.ask("setBreakpoints", { source: { path }, breakpoints });
      const running = start(code);
      expect(await debug.stopped()).to.deep.equal({ reason: "breakpoint", line: 5 });
      const lines: unknown[] = [];
      for (const how of ["next", "next", "stepOut", "next", "next", "next"]) {
        await debug.ask(how, { threadId: 1 });
        const { reason, line } = await debug.stopped();
        lines.push(`${reason} ${line}`);
      }
      expect(lines).to.deep.equal(["step 6", "step 7", "step 10", "step 10", "step 11", "step 10"]);
      await debug.breakAt(code);
      await debug.ask("continue", { threadId: 1 });
      expect(await result(running)).to.equal("10");
    });

    it("stops in a TypeScript file that a cell imports", async () => {
      const folder = mkdtempSync(join(tmpdir(), "hypatia-test-"));
      const path = join(folder, "half.ts");
      writeFileSync(path, "export function half(n: number): number {\n  return n / 2;\n}\n");
      await debug.ask("setBreakpoints", { source: { path }, breakpoints: [{ line: 2 }] });
      const running = start(`import { half } from ${JSON.stringify(path)};\nhalf(8)`);
      expect((await debug.stopped()).line).to.equal(2);
      expect((await debug.frames())[0]!.source.path).to.equal(path);
      const { modules } = await debug.ask("modules");
      expect((modules as { path: string }[]).map((module) => module.path)).to.include(path);
      await debug.ask("continue", { threadId: 1 });
      expect(await result(running)).to.equal("4");
      rmSync(folder, { recursive: true });
    });

    it("pause stops a loop that runs", async () => {
      const running = start(
        "let go = true; console.log('loops');\nwhile (go) {\n  Math.random();\n}",
      );
      await kernel.client.output(({ content }) => content.text === "loops\n");
      await debug.ask("pause", { threadId: 1 });
      expect((await debug.stopped()).reason).to.equal("pause");
      expect(await evaluate("go = false")).to.equal("false");
      await debug.ask("continue", { threadId: 1 });
      expect(await status(running)).to.equal("ok");
    });

    it("an interrupt ends a stopped cell, and the next one stops again", async () => {
      for (let i = 0; i < 3; i++) {
        const running = start("debugger;\nfor (;;);");
        expect((await debug.stopped()).line).to.equal(1);
        await kernel.client.request("interrupt_request", {}, { channel: "control" });
        expect((await running).reply.content).to.include({ ename: "Interrupted" });
        await debug.event("continued");
      }
      expect(await result(start("steps"))).to.equal("3");
    });

    it("an interrupt ends a stopped cell that would be done in no time", async () => {
      for (let i = 0; i < 20; i++) {
        const running = start("debugger;\n1 + 1");
        expect((await debug.stopped()).line).to.equal(1);
        await kernel.client.request("interrupt_request", {}, { channel: "control" });
        expect((await running).reply.content).to.include({ ename: "Interrupted" });
        await debug.event("continued");
      }
    });

    it("answers every question, also when many are asked at once", async () => {
      const asked = Array.from({ length: 20 }, () => debug.ask("inspectVariables"));
      for (const { variables } of await Promise.all(asked)) {
        expect((variables as { name: string }[]).map(({ name }) => name)).to.include("weights");
      }
    });

    it("shows a variable as a cell does", async () => {
      const { data } = await debug.ask("richInspectVariables", { variableName: "weights" });
      expect(data).to.have.keys("text/plain", "text/html");
    });

    it("goes on with its breakpoints in a new engine", async () => {
      const code = "const fresh = 1;\nfresh + 1";
      await debug.breakAt(code, 2);
      const running = start(code);
      expect((await debug.stopped()).line).to.equal(2);
      await debug.ask("evaluate", { expression: "process.kill(process.pid, 9)" }).catch(() => {});
      expect(await status(running)).to.equal("error");
      expect(await debug.ask("debugInfo")).to.deep.include({ isStarted: true, stoppedThreads: [] });
      const again = start(code);
      expect((await debug.stopped()).line).to.equal(2);
      await debug.breakAt(code);
      await debug.ask("continue", { threadId: 1 });
      expect(await result(again)).to.equal("2");
    });
  });
});

describe("a stopped kernel", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  let debug: DebugClient;
  before(async () => {
    ({ kernel, debug } = await startDebugging());
  });
  after(() => kernel.stop());

  it("answers, tells every client, and can be shut down", async () => {
    const { client, connection } = kernel;
    const content = { code: "debugger;\n1 + 1", silent: false };
    client.send("execute_request", content);
    await debug.stopped();
    for (const channel of ["shell", "control"] as const) {
      const { reply } = await client.request("kernel_info_request", {}, { channel });
      expect(reply.content.status).to.equal("ok");
    }
    const asked = await client.request("complete_request", { code: "Math.sq", cursor_pos: 7 });
    expect(asked.reply.content.matches).to.include("sqrt");
    const other = await connect(connection);
    const info = await debugClient(other).ask("debugInfo");
    expect(info.stoppedThreads).to.deep.equal([1]);
    other.close();
    const gone = new Promise((resolve) => kernel.process.once("exit", resolve));
    const shutdown = await client.request(
      "shutdown_request",
      { restart: false },
      { channel: "control" },
    );
    expect(shutdown.reply.content.status).to.equal("ok");
    await debug.event("continued");
    expect(await gone).to.equal(0);
  });
});
