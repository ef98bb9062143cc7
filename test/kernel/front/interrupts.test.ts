/** Interrupts, at the level of the wire: where a cell can be, and that nothing else is lost. */
import { expect } from "chai";
import { encode } from "../../../kernel/wire/message.js";
import { createSigner } from "../../../kernel/wire/signature.js";
import { type Reply, resultText } from "./client.js";
import { startKernel, type TestKernel } from "./process.js";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What a person may wait for an interrupt, on a machine that has other things to do. The promise is
 * 200 ms; `npm run faults` measures it.
 */
const INTERRUPT_MS = 1000;

let kernel: TestKernel;
const run = (code: string) => kernel.client.execute(code);
const interrupt = () => kernel.client.request("interrupt_request", {}, { channel: "control" });
/** Runs a cell and interrupts it as soon as it has printed. */
const interrupted = async (code: string): Promise<{ reply: Reply; ms: number }> => {
  const id = kernel.client.send("execute_request", { code });
  await kernel.client.output(
    ({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id,
  );
  await sleep(30);
  const since = performance.now();
  await interrupt();
  const reply = await kernel.client.finish(id);
  return { reply, ms: performance.now() - since };
};

describe("interrupts keep the state, in", () => {
  before(async () => {
    kernel = await startKernel();
    await run("var state = 'kept'");
  });
  after(() => kernel.stop());
  afterEach(() => expect(kernel.said(), "the front's own stdout and stderr").to.equal(""));

  const cases: readonly [string, string][] = [
    ["a loop", "while (true);"],
    ["a pending await", "new Promise(() => {})"],
    ["a loop after an await", "(async () => { await null; while (true); })()"],
    [
      "an await in a loop",
      "(async () => { for (;;) await new Promise((r) => setTimeout(r, 5)) })()",
    ],
    ["a loop of microtasks", "(async () => { for (;;) await null })()"],
    ["a timer callback", "new Promise(() => setTimeout(() => { while (true); }, 1))"],
    ["an immediate", "new Promise(() => setImmediate(() => { while (true); }))"],
    ["printing", "for (;;) console.log('more')"],
    ["a regular expression", "/^(a+)+$/.test('a'.repeat(60) + 'b')"],
    [
      "a sort with a callback",
      "Array.from({length:1e5}, Math.random).sort((a, b) => { for (let i = 0; i < 1e5; i++); return a - b })",
    ],
    [
      "many immediates",
      "new Promise(() => { const f = () => { for (let i = 0; i < 1e4; i++); setImmediate(f) }; for (let i = 0; i < 20; i++) f() })",
    ],
    [
      "async scopes",
      "const { AsyncResource } = process.getBuiltinModule('node:async_hooks'); for (;;) new AsyncResource('X').runInAsyncScope(() => {})",
    ],
    ["timers set and cleared", "for (;;) clearTimeout(setTimeout(() => {}, 3))"],
    ["deep recursion", "(function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) })(60)"],
    ["execSync", "process.getBuiltinModule('node:child_process').execSync('sleep 60')"],
    ["Atomics.wait", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"],
  ];
  for (const [name, code] of cases) {
    it(name, async () => {
      // On a busy machine the first may be slower; what an interrupt itself needs is the best.
      let best = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < 5 && best >= INTERRUPT_MS; attempt++) {
        const { reply, ms } = await interrupted(`console.log('go'); ${code}`);
        expect(reply.reply.content).to.include({ status: "error", ename: "Interrupted" });
        best = Math.min(best, ms);
      }
      expect(best).to.be.below(INTERRUPT_MS);
      expect(resultText(await run("state"))).to.equal("'kept'");
    });
  }
  it("a cell after one whose vm scripts ran out of time while they printed", async () => {
    await run(`for (let i = 0; i < 20; i++) {
      const script = "for (;;) console.log('more')";
      try { process.getBuiltinModule("node:vm").runInThisContext(script, { timeout: 5 }) } catch {}
    }`);
    const { reply } = await interrupted("console.log('go'); /^(a+)+$/.test('a'.repeat(60) + 'b')");
    expect(reply.reply.content).to.include({ ename: "Interrupted" });
    expect(resultText(await run("state"))).to.equal("'kept'");
  });
  it("the same cell ten times in a row", async () => {
    for (let i = 0; i < 10; i++) {
      const { reply } = await interrupted("console.log('go'); while (true);");
      expect(reply.reply.content).to.include({ ename: "Interrupted" });
    }
    expect(resultText(await run("state"))).to.equal("'kept'");
  });
  it("a queue: the running cell ends, the others are aborted", async () => {
    const all = [run("console.log('first'); while (true);"), run("1"), run("2")];
    await kernel.client.output(({ content }) => content.text === "first\n");
    await interrupt();
    const statuses = (await Promise.all(all)).map(({ reply }) => reply.content.status);
    expect(statuses).to.deep.equal(["error", "aborted", "aborted"]);
  });
  it("an interrupted loop with awaits does not go on in the background", async () => {
    await interrupted(
      "var n = 0; console.log('go'); (async () => { for (;;) { n++; await new Promise((r) => setTimeout(r, 5)); } })()",
    );
    const first = resultText(await run("n"));
    await sleep(100);
    expect(resultText(await run("n"))).to.equal(first);
  });
  it("nothing, when no cell runs", async () => {
    await interrupt();
    expect(resultText(await run("state"))).to.equal("'kept'");
  });
  it("a callback that an earlier cell left spinning", async () => {
    await run("setTimeout(() => { console.log('left'); while (true); }, 20); 0");
    await kernel.client.output(({ content }) => content.text === "left\n");
    await interrupt();
    expect(resultText(await run("state"))).to.equal("'kept'");
  });
  it("native code that polls the flag", async () => {
    const { reply } = await interrupted(
      "console.log('go'); const flag = globalThis[Symbol.for('hypatia.interruptFlag')]; " +
        "while (Atomics.load(flag, 0) === 0); throw new Error('stopped')",
    );
    expect(reply.reply.content).to.include({ ename: "Interrupted" });
  });
  it("an input request", async () => {
    kernel.client.onInput = () => undefined;
    const { reply } = await interrupted("console.log('go'); prompt('?')");
    expect(reply.reply.content).to.include({ ename: "Interrupted" });
    kernel.client.onInput = () => "again";
    expect(resultText(await run("prompt('?')"))).to.equal("'again'");
  });
  it("a cell that its interrupt has overtaken on its way to the kernel", async () => {
    const { client, connection } = kernel;
    const signer = createSigner(connection.key, connection.scheme);
    // Half a second on its way is too long, and possible on a busy machine: one of five is in time.
    const enames: unknown[] = [];
    for (let i = 0; i < 5 && !enames.includes("Interrupted"); i++) {
      await run("state = 'kept'");
      const content = { code: "state = 'lost'" };
      const cell = encode({ type: "execute_request", content }, client.session, signer);
      await sleep(5); // The headers' dates have milliseconds.
      await interrupt();
      const { msg_id: id } = JSON.parse(Buffer.from(cell[2]!).toString());
      await client.raw("shell", cell);
      const { outputs } = await client.finish(id);
      const error = outputs.find(({ header }) => header.msg_type === "error");
      enames.push(error?.content.ename);
    }
    expect(enames).to.include("Interrupted");
    expect(resultText(await run("state"))).to.equal("'kept'");
  });
});

describe("what an interrupted cell has left", () => {
  beforeEach(async () => {
    kernel = await startKernel();
  });
  afterEach(() => kernel.stop());

  const among: readonly [string, string[]][] = [
    ["", []],
    [
      ", after interrupts among timers",
      [
        "new Promise(() => setTimeout(() => { while (true); }, 1))",
        "new Promise(() => setInterval(() => { while (true); }, 1))",
        ...Array.from({ length: 20 }, () => "for (;;) clearTimeout(setTimeout(() => {}, 3))"),
      ],
    ],
  ];
  const leaveOneBehind = async (earlier: string[]) => {
    for (const code of earlier) await interrupted(`console.log('go'); ${code}`);
    await run("var state = 'kept', open; var door = new Promise((f) => { open = f })");
    await interrupted("console.log('go'); (async () => { await door; state = 'lost' })()");
  };
  for (const [when, earlier] of among) {
    it(`takes no reply with it of a cell that waits for the same${when}`, async () => {
      await leaveOneBehind(earlier);
      const waiting = "(async () => { setTimeout(open, 20); await door; return 'through' })()";
      const { reply } = await run(waiting);
      expect(reply.content).to.include({ status: "error", ename: "Interrupted" });
      expect(reply.content.evalue).to.include("run it again");
      expect(resultText(await run(waiting))).to.equal("'through'");
      expect(resultText(await run("state"))).to.equal("'kept'");
    });
    it(`does not end the next cell, which waits for something else${when}`, async () => {
      await leaveOneBehind(earlier);
      const other =
        "(async () => { setTimeout(open, 20); await new Promise((f) => setTimeout(f, 900)); return 'through' })()";
      expect(resultText(await run(other))).to.equal("'through'");
      expect(resultText(await run("state"))).to.equal("'kept'");
    });
  }
});
