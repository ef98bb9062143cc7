/** The kernel at the level of the wire, through a client; cells are plain JavaScript here. */
import { createHmac } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Subscriber } from "zeromq";
import { endpoint } from "../../../kernel/wire/connection.js";
import type { Message } from "../../../kernel/wire/message.js";
import { alive, until } from "../../faults/kernel.js";
import { connect, type Reply, resultText } from "./client.js";
import { startKernel, type TestKernel } from "./process.js";

const types = ({ outputs }: Reply): string[] => outputs.map(({ header }) => header.msg_type);
const contents = ({ outputs }: Reply, type: string) =>
  outputs.filter(({ header }) => header.msg_type === type).map(({ content }) => content);
const streamed = (reply: Reply, name: string): string =>
  contents(reply, "stream")
    .filter((content) => content.name === name)
    .map(({ text }) => text)
    .join("");
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The most memory that the front has had, in megabytes; Linux tells. */
const mostMemory = ({ process: { pid } }: TestKernel): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

describe("kernel", () => {
  let kernel: TestKernel;
  const run = (code: string, options?: object) => kernel.client.execute(code, { ...options });
  const ask = (type: string, content: object = {}) => kernel.client.request(type, { ...content });

  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.stop());
  afterEach(() => expect(kernel.said(), "the front's own stdout and stderr").to.equal(""));

  describe("requests", () => {
    it("kernel_info", async () => {
      const { reply, outputs } = await ask("kernel_info_request");
      expect(reply.content).to.include({ status: "ok", protocol_version: "5.5" });
      expect(reply.content.language_info).to.include({ codemirror_mode: "typescript" });
      expect(types({ reply, outputs })).to.deep.equal(["status", "status"]);
    });
    it("kernel_info also on control", async () => {
      const { reply } = await kernel.client.request(
        "kernel_info_request",
        {},
        { channel: "control" },
      );
      expect(reply.content.status).to.equal("ok");
    });
    it("execute: busy, input, streams, result, idle, in this order", async () => {
      const reply = await run("console.log('a'); console.error('b'); 1 + 1");
      const expected = ["status", "execute_input", "stream", "stream", "execute_result", "status"];
      expect(types(reply)).to.deep.equal(expected);
      expect(resultText(reply)).to.equal("2");
    });
    it("the count rises by one a stored cell", async () => {
      const { reply: first } = await run("1");
      await run("1", { store_history: false });
      await run("1", { silent: true });
      const { reply: next } = await run("1");
      const [before, after] = [first, next].map(({ content }) => Number(content.execution_count));
      expect(after! - before!).to.equal(1);
    });
    it("silent: nothing but status", async () => {
      expect(types(await run("1 + 1", { silent: true }))).to.deep.equal(["status", "status"]);
    });
    it("an error: one error output and the same in the reply", async () => {
      const reply = await run("undefinedName");
      const [error] = contents(reply, "error");
      expect(reply.reply.content).to.include({ status: "error", ename: "ReferenceError" });
      expect(error).to.include({ ename: "ReferenceError", evalue: "undefinedName is not defined" });
    });
    it("a syntax error", async () => {
      expect((await run("1 +")).reply.content).to.include({ ename: "SyntaxError" });
    });
    it("user_expressions: each on its own", async () => {
      const { reply } = await run("var u = 6", { user_expressions: { a: "u * 7", b: "nope" } });
      const values = reply.content.user_expressions as Record<string, Record<string, unknown>>;
      expect(values.a).to.deep.include({ status: "ok", data: { "text/plain": "42" } });
      expect(values.b).to.include({ status: "error", ename: "ReferenceError" });
    });
    it("is_complete", async () => {
      expect((await ask("is_complete_request", { code: "1" })).reply.content.status).to.equal(
        "complete",
      );
      const open = { status: "incomplete", indent: "  " };
      expect((await ask("is_complete_request", { code: "if (1) {" })).reply.content).to.include(
        open,
      );
    });
    it("complete counts in code points, both ways", async () => {
      const { reply } = await ask("complete_request", { code: "😀; 𝑥y + 1", cursor_pos: 5 });
      expect(reply.content).to.deep.include({ matches: ["𝑥y𝑥y"], cursor_start: 3, cursor_end: 5 });
    });
    it("inspect shows the live value", async () => {
      await run("var seen = 'live'");
      const { reply } = await ask("inspect_request", { code: "seen", cursor_pos: 4 });
      const data = reply.content.data as Record<string, string>;
      expect(data["text/plain"]).to.equal("var seen\n\n'live'");
    });
    it("inspect of a value that cannot be shown is answered all the same", async () => {
      await run("var bad = { get [Symbol.for('nodejs.util.inspect.custom')]() { throw 1 } }; 0");
      const { reply } = await ask("inspect_request", { code: "bad", cursor_pos: 3 });
      expect(reply.content.found).to.equal(true);
    });
    it("a request with a wrong field gets an error reply that names it", async () => {
      const { reply } = await ask("execute_request", { code: 5 });
      expect(reply.content.evalue).to.equal("execute_request: code: got 5, expected a string");
      const { reply: second } = await ask("history_request", { hist_access_type: "all" });
      expect(second.content.evalue).to.contain('expected "tail", "range" or "search"');
    });
    it("stop_on_error aborts what was queued, and nothing after", async () => {
      const all = [run("throw new Error('x')"), run("1"), run("2")];
      const statuses = (await Promise.all(all)).map(({ reply }) => reply.content.status);
      expect(statuses).to.deep.equal(["error", "aborted", "aborted"]);
      expect((await run("3")).reply.content.status).to.equal("ok");
    });
    it("without stop_on_error the queue goes on", async () => {
      const all = [run("throw new Error('x')", { stop_on_error: false }), run("1")];
      const statuses = (await Promise.all(all)).map(({ reply }) => reply.content.status);
      expect(statuses).to.deep.equal(["error", "ok"]);
    });
    it("others are answered while a cell runs", async () => {
      const running = run("console.log('spins'); for (;;);");
      await kernel.client.output(({ content }) => content.text === "spins\n");
      await ask("complete_request", { code: "ab", cursor_pos: 2 });
      await ask("inspect_request", { code: "ab", cursor_pos: 2 });
      expect(await kernel.client.heartbeat()).to.equal("ping");
      await kernel.client.request("interrupt_request", {}, { channel: "control" });
      expect((await running).reply.content.ename).to.equal("Interrupted");
    });
    it("history: tail, range, search", async () => {
      await run("var needle1 = 1");
      await run("var needle1 = 1");
      const get = async (content: object) =>
        (await ask("history_request", { output: false, raw: true, ...content })).reply.content
          .history as [number, number, string][];
      const tail = await get({ hist_access_type: "tail", n: 2 });
      expect(tail.map(([, , code]) => code)).to.deep.equal(["var needle1 = 1", "var needle1 = 1"]);
      const found = await get({
        hist_access_type: "search",
        pattern: "var needle?*",
        unique: true,
      });
      expect(found).to.have.lengthOf(1);
      const line = tail[0]![1];
      const range = await get({
        hist_access_type: "range",
        session: 0,
        start: line,
        stop: line + 1,
      });
      expect(range).to.deep.equal([tail[0]]);
    });
    it("history is on disk, for its owner only", () => {
      const file = join(kernel.state, "history.jsonl");
      expect(readFileSync(file, "utf8")).to.contain("needle1");
      expect(statSync(file).mode & 0o777).to.equal(0o600);
    });
  });

  describe("output", () => {
    it("streams and displays keep their order", async () => {
      const reply = await run(`for (let i = 0; i < 3; i++) {
        process.stdout.write("o" + i); outputs.display({ data: { "text/plain": "d" + i }, metadata: {} });
      }`);
      const order = reply.outputs.map(
        ({ content }) =>
          content.text ?? (content.data as Record<string, unknown> | undefined)?.["text/plain"],
      );
      expect(order.filter(Boolean)).to.deep.equal(["o0", "d0", "o1", "d1", "o2", "d2"]);
    });
    it("of subprocesses and native code is caught, before idle", async () => {
      const reply = await run(
        "process.getBuiltinModule('node:child_process').execSync('echo out; echo err >&2', { stdio: 'inherit' })",
      );
      expect(streamed(reply, "stdout")).to.equal("out\n");
      expect(streamed(reply, "stderr")).to.equal("err\n");
    });
    it("of a timer goes to the cell that started it", async () => {
      const first = await run("setTimeout(() => console.log('later'), 300); 0");
      await run("1");
      const late = await kernel.client.output((message) => message.content.text === "later\n");
      expect(late.parent.msg_id).to.equal(first.reply.parent.msg_id);
    });
    it("an unhandled rejection is shown and kills nothing", async () => {
      await run("var kept = 1; Promise.reject(new Error('lost one')); 0");
      await kernel.client.output((message) => String(message.content.text).includes("lost one"));
      expect(resultText(await run("kept"))).to.equal("1");
    });
    it("an error in a timer too", async () => {
      await run("setTimeout(() => { throw new Error('late one') }, 10); 0");
      await kernel.client.output((message) => String(message.content.text).includes("late one"));
      expect(resultText(await run("kept"))).to.equal("1");
    });
  });

  describe("input", () => {
    it("prompt asks, password hides", async () => {
      const asked: unknown[] = [];
      kernel.client.onInput = (content) => {
        asked.push(content);
        return "answer";
      };
      expect(resultText(await run("[prompt('name? '), password('secret? ')].join()"))).to.equal(
        "'answer,answer'",
      );
      expect(asked).to.deep.equal([
        { prompt: "name? ", password: false },
        { prompt: "secret? ", password: true },
      ]);
    });
    it("with allow_stdin false it fails at once", async () => {
      const { reply } = await run("prompt('name? ')", { allow_stdin: false });
      expect(reply.content).to.include({ ename: "InputError" });
    });
  });

  describe("comms", () => {
    before(() =>
      run(`var heard = []; comms.register("echo", (comm, { data }) => {
        comm.send({ opened: data });
        comm.onMessage = ({ data, buffers }) => {
          console.log("handling"); comm.send({ back: data.n }, { buffers });
        };
        comm.onClose = () => heard.push("closed");
      }); 0`),
    );
    const sent = (reply: Reply, type: string): Message[] =>
      reply.outputs.filter(({ header }) => header.msg_type === type);

    it("open, message with buffers, close; outputs belong to the message", async () => {
      const open = await ask("comm_open", { comm_id: "c", target_name: "echo", data: { hi: 1 } });
      expect(sent(open, "comm_msg")[0]?.content.data).to.deep.equal({ opened: { hi: 1 } });
      const reply = await kernel.client.request(
        "comm_msg",
        { comm_id: "c", data: { n: 5 } },
        { buffers: [Buffer.from([1, 2])] },
      );
      const [back] = sent(reply, "comm_msg");
      expect(back?.content).to.deep.equal({ comm_id: "c", data: { back: 5 } });
      expect([...back!.buffers[0]!]).to.deep.equal([1, 2]);
      expect(streamed(reply, "stdout")).to.equal("handling\n");
      const info = await ask("comm_info_request", { target_name: "echo" });
      expect(info.reply.content.comms).to.deep.equal({ c: { target_name: "echo" } });
      await ask("comm_close", { comm_id: "c", data: {} });
      expect(resultText(await run("heard.join()"))).to.equal("'closed'");
      expect((await ask("comm_info_request")).reply.content.comms).to.deep.equal({});
    });
    it("an unknown target is closed", async () => {
      const open = await ask("comm_open", { comm_id: "d", target_name: "nobody", data: {} });
      expect(sent(open, "comm_close")[0]?.content.comm_id).to.equal("d");
    });
    it("one whose target fails is closed, too", async () => {
      await run("comms.register('failing', () => { throw new Error('no comm'); }); 0");
      const open = await ask("comm_open", { comm_id: "f", target_name: "failing", data: {} });
      expect(sent(open, "comm_close").map(({ content }) => content.comm_id)).to.deep.equal(["f"]);
      expect((await ask("comm_info_request")).reply.content.comms).to.deep.equal({});
    });
    it("opened from a cell", async () => {
      const reply = await run("comms.open('mine', { a: 1 }, { id: 'm' }).close(); 0");
      expect(sent(reply, "comm_open")[0]?.content).to.deep.equal({
        comm_id: "m",
        target_name: "mine",
        data: { a: 1 },
      });
      expect(sent(reply, "comm_close")).to.have.lengthOf(1);
    });
  });

  describe("deaths of the engine are reported in the cell, and a fresh one follows:", () => {
    const cases: readonly [string, string, string, RegExp][] = [
      ["process.exit", "process.exit(3)", "EngineExit", /process\.exit\(3\)/],
      ["SIGKILL", "process.kill(process.pid, 'SIGKILL')", "EngineDied", /SIGKILL/],
      ["SIGSEGV", "process.kill(process.pid, 'SIGSEGV'); for (;;);", "EngineDied", /SIGSEGV/],
      ["abort", "process.abort()", "EngineDied", /SIGABRT/],
    ];
    for (const [name, code, ename, words] of cases) {
      it(name, async () => {
        await run("var before = 1");
        const { reply } = await run(code);
        expect(reply.content.ename).to.equal(ename);
        expect(reply.content.evalue)
          .to.match(words)
          .and.match(/variables are lost/);
        expect(resultText(await run("typeof before"))).to.equal("'undefined'");
      }).timeout(60_000);
    }
    it("process.exit adds nothing to what was printed", async () => {
      // Later than at once: the engine's control thread, which Node would wait for, is there.
      const reply = await run("new Promise(() => setTimeout(() => process.exit(3), 500))");
      expect(streamed(reply, "stderr")).to.equal("");
    });
    it("what was printed just before is not lost", async () => {
      const reply = await run("console.log('last words'); process.kill(process.pid, 'SIGKILL')");
      expect(streamed(reply, "stdout")).to.equal("last words\n");
    });
    it("while idle: said, and the next cell runs", async () => {
      await run("setTimeout(() => process.kill(process.pid, 'SIGKILL'), 20); 0");
      await kernel.client.output((message) => /EngineDied/.test(String(message.content.text)));
      expect(resultText(await run("1 + 1"))).to.equal("2");
    });
    it("stack overflow is an ordinary error", async () => {
      expect((await run("(function f() { f() })()")).reply.content.ename).to.equal("RangeError");
    });
    it("also where output is written", async () => {
      const { reply } = await run(`
        const fs = process.getBuiltinModule("node:fs"), { writeSync } = fs;
        const { syncBuiltinESMExports } = process.getBuiltinModule("node:module");
        fs.writeSync = () => { throw new RangeError("Maximum call stack size exceeded") };
        syncBuiltinESMExports();
        try { console.log("lost") } finally { Object.assign(fs, { writeSync }); syncBuiltinESMExports(); }
      `);
      expect(reply.content.ename).to.equal("RangeError");
    });
  });

  describe("bad messages are dropped, logged, and the kernel goes on:", () => {
    const log = (): string => readFileSync(join(kernel.state, "kernel.log"), "utf8");
    const header = JSON.stringify({ msg_id: "m", msg_type: "execute_request", session: "s" });
    const content = JSON.stringify({ code: "globalThis.broken = true" });
    const signed = (json: readonly string[], key: string): Buffer[] => {
      const hmac = createHmac("sha256", key);
      for (const frame of json) hmac.update(frame);
      return ["<IDS|MSG>", hmac.digest("hex"), ...json].map((frame) => Buffer.from(frame));
    };
    const good = [header, "{}", "{}", content];
    const cases: readonly [string, () => Buffer[], RegExp][] = [
      ["unsigned", () => signed(good, "x").with(1, Buffer.alloc(0)), /unsigned/],
      ["another key", () => signed(good, "x"), /wrong signature/],
      ["not JSON", () => signed([header, "{}", "{}", "{"], kernel.connection.key), /not JSON/],
      ["no frames to speak of", () => [Buffer.from("hello")], /no <IDS\|MSG>/],
      [
        "an unknown type",
        () =>
          signed([header.replace("execute", "launch"), "{}", "{}", "{}"], kernel.connection.key),
        /unknown message type "launch_request"/,
      ],
    ];
    for (const [name, frames, words] of cases) {
      it(name, async () => {
        await kernel.client.raw("shell", frames());
        await kernel.client.raw("control", frames());
        expect(resultText(await run("typeof broken"))).to.equal("'undefined'");
        expect(log()).to.match(words);
      });
    }
  });
});

describe("kernel on IPC", () => {
  it("works the same", async () => {
    const kernel = await startKernel({ transport: "ipc" });
    expect(resultText(await kernel.client.execute("6 * 7"))).to.equal("42");
    await kernel.stop();
  });
});

/** Hundreds of megabytes, on a machine that may have other things to do. */
const MOST_MS = 150_000;

describe("kernel with much output", () => {
  let kernel: TestKernel;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.stop());
  /** Runs the cell; the front may grow to so many megabytes, where the system tells. */
  const run = async (code: string, most: number): Promise<Reply> => {
    const id = kernel.client.send("execute_request", { code });
    const reply = await kernel.client.finish(id, MOST_MS);
    if (process.platform === "linux") expect(mostMemory(kernel)).to.be.below(most);
    return reply;
  };
  const lines = Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join("");

  it("100,000 lines arrive whole before idle, also when another client vanishes", async () => {
    const other = await connect(kernel.connection);
    const going = other.output(({ header }) => header.msg_type === "stream");
    const all = run("for (let i = 0; i < 100000; i++) console.log(i)", 200);
    await going;
    other.close();
    expect(streamed(await all, "stdout") === lines).to.equal(true);
  }).timeout(MOST_MS);

  it("200 MB of lines pass through little memory", async () => {
    const line = "'0123456789'.repeat(2e4)";
    const code = `for (let i = 0; i < 1000; i++) console.log(i + ${line})`;
    const pieces = streamed(await run(code, 300), "stdout").split("0123456789".repeat(2e4));
    const numbers = Array.from({ length: 1000 }, (_, i) => (i === 0 ? "0" : `\n${i}`));
    expect(pieces).to.deep.equal([...numbers, "\n"]);
  }).timeout(MOST_MS);

  it("a display of 100 MB arrives whole", async () => {
    const text = "'0123456789'.repeat(1e7)";
    const code = `outputs.display({ data: { 'text/plain': ${text} }, metadata: {} })`;
    const [shown] = contents(await run(code, 1000), "display_data");
    const data = shown?.data as { "text/plain": string };
    expect(data["text/plain"] === "0123456789".repeat(1e7)).to.equal(true);
  }).timeout(MOST_MS);
});

describe("kernel with a client that reads slowly", () => {
  it("waits for it: it gets everything", async () => {
    const kernel = await startKernel();
    const slow = new Subscriber({ receiveHighWaterMark: 10, linger: 0 });
    slow.connect(endpoint(kernel.connection, "iopub"));
    slow.subscribe("display_data");
    await slow.receive(); // Its welcome: nothing is lost from here on.
    const read = (async () => {
      let count = 0;
      for await (const _ of slow) {
        await sleep(1);
        if (++count === 3000) break;
      }
    })();
    const code =
      "for (let i = 0; i < 3000; i++) " +
      "outputs.display({ data: { 'text/plain': i + 'x'.repeat(8000) }, metadata: {} })";
    await kernel.client.request("execute_request", { code }, { within: MOST_MS });
    await read;
    slow.close();
    await kernel.stop();
  }).timeout(MOST_MS);
});

describe("kernel with a client that reads nothing", () => {
  it("serves the others, whole and in order", async () => {
    const kernel = await startKernel();
    const stuck = new Subscriber({ receiveHighWaterMark: 1, linger: 0 });
    stuck.connect(endpoint(kernel.connection, "iopub"));
    stuck.subscribe();
    await stuck.receive(); // Its welcome, and no more.
    const code =
      "for (let i = 0; i < 3000; i++) " +
      "outputs.display({ data: { 'text/plain': i + 'x'.repeat(1e5) }, metadata: {} })";
    const reply = await kernel.client.request("execute_request", { code }, { within: MOST_MS });
    const texts = contents(reply, "display_data").map(({ data }) =>
      Number.parseInt((data as Record<string, string>)["text/plain"]!, 10),
    );
    expect(texts).to.deep.equal(Array.from({ length: 3000 }, (_, i) => i));
    // While the stuck one is waited for, the engine waits too.
    if (process.platform === "linux") expect(mostMemory(kernel)).to.be.below(280);
    // It is waited for once: again for each message would be three seconds each.
    const since = performance.now();
    for (let i = 0; i < 10; i++) await kernel.client.execute("1");
    expect(performance.now() - since).to.be.below(10_000);
    expect(kernel.said()).to.equal("");
    stuck.close();
    await kernel.stop();
  }).timeout(MOST_MS);
});

describe("kernel with little memory", () => {
  it("a full heap is reported as that, without V8's report of it, and a fresh engine follows", async () => {
    const kernel = await startKernel({ env: { NODE_OPTIONS: "--max-old-space-size=80" } });
    const reply = await kernel.client.execute(
      "for (var a = []; ; ) a.push(new Array(1e5).fill(0.5))",
    );
    expect(reply.reply.content.ename).to.equal("EngineOutOfMemory");
    expect(reply.reply.content.evalue).to.match(/heap is full.*variables are lost/);
    expect(streamed(reply, "stderr")).to.equal("");
    expect(resultText(await kernel.client.execute("1 + 1"))).to.equal("2");
    await kernel.stop();
  });
});

describe("kernel's end", () => {
  const pidOf = async (kernel: TestKernel): Promise<number> =>
    Number(resultText(await kernel.client.execute("process.pid")));

  it("shutdown_request is answered, then everything ends", async () => {
    const kernel = await startKernel();
    const engine = await pidOf(kernel);
    const { reply } = await kernel.client.request(
      "shutdown_request",
      { restart: false },
      { channel: "control" },
    );
    expect(reply.content).to.deep.equal({ status: "ok", restart: false });
    expect(await until(() => kernel.process.exitCode === 0 && !alive(engine), 30_000)).to.equal(
      true,
    );
    await kernel.stop();
  });
  it("a busy engine and its children end when the front is killed", async () => {
    const kernel = await startKernel();
    const engine = await pidOf(kernel);
    void kernel.client.execute("console.log('on'); for (;;);").catch(() => {});
    await kernel.client.output(({ content }) => content.text === "on\n");
    kernel.process.kill("SIGKILL");
    expect(await until(() => !alive(engine), 30_000)).to.equal(true);
    await kernel.stop();
  });
});
