/** Details of the messaging specification, each as a client sees it; cells are plain JavaScript. */
import { networkInterfaces } from "node:os";
import { expect } from "chai";
import { Subscriber } from "zeromq";
import { endpoint } from "../../../kernel/wire/connection.js";
import { decode, type Message } from "../../../kernel/wire/message.js";
import { createSigner } from "../../../kernel/wire/signature.js";
import { until } from "../../faults/kernel.js";
import { skip } from "../../needs.js";
import type { Reply } from "./client.js";
import { startKernel, type TestKernel } from "./process.js";

const contents = ({ outputs }: Reply, type: string) =>
  outputs.filter(({ header }) => header.msg_type === type).map(({ content }) => content);

describe("protocol", () => {
  let kernel: TestKernel;
  const run = (code: string, options?: object) => kernel.client.execute(code, { ...options });

  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.stop());
  afterEach(() => {
    expect(kernel.said(), "the front's own stdout and stderr").to.equal("");
    expect(kernel.client.surprises).to.deep.equal([]);
  });

  it("an aborted cell's reply has its status and nothing else", async () => {
    const [, { reply }] = await Promise.all([run("throw new Error('x')"), run("1")]);
    expect(reply.content).to.deep.equal({ status: "aborted" });
  });

  it("a silent cell that fails aborts nothing", async () => {
    const all = [run("throw new Error('x')", { silent: true }), run("1")];
    const statuses = (await Promise.all(all)).map(({ reply }) => reply.content.status);
    expect(statuses).to.deep.equal(["error", "ok"]);
  });

  it("requests other than cells are not aborted", async () => {
    const failing = run("throw new Error('x')");
    const others = ["kernel_info_request", "comm_info_request"].map((type) =>
      kernel.client.request(type, {}),
    );
    const statuses = (await Promise.all(others)).map(({ reply }) => reply.content.status);
    expect(statuses).to.deep.equal(["ok", "ok"]);
    await failing;
  });

  it("a request that is answered while a cell runs does not leave the kernel idle", async () => {
    const cell = kernel.client.send("execute_request", { code: "new Promise(() => {})" });
    const { reply } = await kernel.client.request("comm_info_request", {});
    await kernel.client.output(
      ({ header, parent, content }) =>
        header.date >= reply.header.date &&
        parent.msg_id === undefined &&
        content.execution_state === "busy",
    );
    await kernel.client.request("interrupt_request", {}, { channel: "control" });
    const { outputs } = await kernel.client.finish(cell);
    const states = outputs.flatMap(({ content }) => content.execution_state ?? []);
    expect(states).to.deep.equal(["busy", "idle"]);
  });

  it("an execute_reply says when its cell was started", async () => {
    const before = Date.now();
    const [first, second] = await Promise.all([
      run("late = Date.now() + 200; while (Date.now() < late); 0"),
      run("1"),
    ]);
    const started = [first, second].map(({ reply }) => Date.parse(String(reply.metadata.started)));
    expect(started[0]).to.be.within(before, Date.now());
    expect(started[1]! - started[0]!).to.be.at.least(200);
    expect((await kernel.client.request("comm_info_request", {})).reply.metadata).to.deep.equal({});
  });

  it("what a user expression prints belongs to its request", async () => {
    const reply = await run("0", { user_expressions: { a: "console.log('aside'), 1" } });
    expect(contents(reply, "stream")).to.deep.equal([{ name: "stdout", text: "aside\n" }]);
    expect(contents(reply, "execute_result")).to.have.lengthOf(1);
  });

  it("a user expression that is no text is refused by name", async () => {
    const { reply } = await run("0", { user_expressions: { a: 5 } });
    expect(reply.content.evalue).to.equal(
      "execute_request: user_expressions: a: got 5, expected a string",
    );
  });

  it("a refused cell's reply has the count all the same", async () => {
    const { reply: last } = await run("1");
    const { reply } = await kernel.client.request("execute_request", { code: 5 });
    expect(reply.content.status).to.equal("error");
    expect(reply.content.execution_count).to.equal(last.content.execution_count);
  });

  it("a failing cell has no user expressions, and each failing expression its own error", async () => {
    const failed = await run("throw new Error('x')", { user_expressions: { a: "1" } });
    expect(failed.reply.content.user_expressions).to.deep.equal({});
    const { reply } = await run("0", { user_expressions: { a: "nope", b: "2" } });
    const { a, b } = reply.content.user_expressions as Record<string, Record<string, unknown>>;
    expect(Object.keys(a!).sort()).to.deep.equal(["ename", "evalue", "status", "traceback"]);
    expect(b).to.deep.equal({ status: "ok", data: { "text/plain": "2" }, metadata: {} });
  });

  it("a user expression may have any name", async () => {
    const named = JSON.parse('{ "__proto__": "1", "constructor": "2" }');
    const { reply } = await run("0", { user_expressions: named });
    const values = reply.content.user_expressions as Record<string, { data: unknown }>;
    expect(Object.entries(values).map(([name, { data }]) => [name, data])).to.deep.equal([
      ["__proto__", { "text/plain": "1" }],
      ["constructor", { "text/plain": "2" }],
    ]);
  });

  it("a message of an unknown type has busy and idle, and no reply", async () => {
    for (const channel of ["shell", "control"] as const) {
      // Not among the requests that the client expects a reply to: a reply is a surprise.
      const id = kernel.client.send("create_subshell", {}, { channel });
      const { outputs } = await kernel.client.finish(id);
      expect(outputs.map(({ content }) => content.execution_state)).to.deep.equal(["busy", "idle"]);
    }
  });

  it("an integer may be larger than JavaScript counts exactly", async () => {
    const end = { hist_access_type: "range", session: 0, start: 1, stop: Number(2n ** 63n - 1n) };
    await run("'counted'");
    const { reply } = await kernel.client.request("history_request", end);
    expect(JSON.stringify(reply.content.history)).to.contain("'counted'");
  });

  it("the count of a cell that is not stored is the last one's, also in execute_input", async () => {
    const { reply } = await run("1");
    const count = reply.content.execution_count;
    const unstored = await run("2", { store_history: false });
    expect(unstored.reply.content.execution_count).to.equal(count);
    expect(contents(unstored, "execute_input")[0]?.execution_count).to.equal(count);
    const silent = await run("", { silent: true });
    expect(silent.reply.content.execution_count).to.equal(count);
  });

  it("a malformed comm message is answered by busy and idle only", async () => {
    for (const type of ["comm_open", "comm_msg", "comm_close"]) {
      const { outputs } = await kernel.client.request(type, { comm_id: 5 });
      expect(outputs.map(({ content }) => content.execution_state)).to.deep.equal(["busy", "idle"]);
    }
  });

  it("comm_info lists one target, or all", async () => {
    await run("for (const t of ['p', 'q']) comms.open(t, {}, { id: 'of-' + t }); 0");
    const ask = async (content: object) =>
      (await kernel.client.request("comm_info_request", { ...content })).reply.content.comms;
    const p = { "of-p": { target_name: "p" } };
    expect(await ask({ target_name: "p" })).to.deep.equal(p);
    expect(await ask({ target_name: "none" })).to.deep.equal({});
    expect(await ask({})).to.deep.equal({ ...p, "of-q": { target_name: "q" } });
  });

  it("kernel_info has the specification's fields, and advertises no subshells", async () => {
    const { reply } = await kernel.client.request("kernel_info_request", {});
    const { language_info: language, ...info } = reply.content;
    expect(info).to.have.all.keys(
      ...["status", "protocol_version", "implementation", "implementation_version", "banner"],
      ...["help_links", "supported_features", "debugger"],
    );
    expect(info.supported_features).to.deep.equal(["debugger"]);
    expect(language).to.include({
      name: "typescript",
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    });
  });

  it("replies and outputs have the request's header as their parent, as it was sent", async () => {
    const { reply, outputs } = await run("console.log('x'); 1");
    for (const { parent } of [reply, ...outputs]) {
      expect(parent).to.deep.include({ msg_type: "execute_request", version: "5.5" });
      expect(parent).to.deep.equal(reply.parent);
    }
  });

  it("a subscriber of one topic is welcomed under that topic", async () => {
    const { connection } = kernel;
    const subscriber = new Subscriber({ linger: 0 });
    subscriber.connect(endpoint(connection, "iopub"));
    subscriber.subscribe("stream");
    const frames = await subscriber.receive();
    subscriber.close();
    const decoded = decode(frames, createSigner(connection.key, connection.scheme));
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(frames[0]?.toString()).to.equal("stream");
    expect(decoded.message.header.msg_type).to.equal("iopub_welcome");
    expect(decoded.message.content).to.deep.equal({ subscription: "stream" });
  });
});

describe("protocol on an IPv6 address", () => {
  it("works the same", async function () {
    const addresses = Object.values(networkInterfaces()).flat();
    if (!addresses.some((info) => info?.address === "::1")) skip(this, "this machine has no ::1");
    const kernel = await startKernel({ address: "::1" });
    expect((await kernel.client.execute("1")).reply.content.status).to.equal("ok");
    expect(await kernel.client.heartbeat()).to.equal("ping");
    await kernel.stop();
  });
});

describe("protocol at shutdown", () => {
  it("by a signal, a waiting cell gets its reply and nobody is told of a request", async () => {
    const kernel = await startKernel();
    const { client } = kernel;
    const id = client.send("execute_request", { code: "console.log('on'); new Promise(() => {})" });
    await client.output(({ header }) => header.msg_type === "stream");
    kernel.process.kill("SIGTERM");
    expect((await client.finish(id)).reply.content.status).to.equal("error");
    expect(await until(() => kernel.process.exitCode !== null, 30_000)).to.equal(true);
    const told = client.output(({ header }) => header.msg_type === "shutdown_reply", 100);
    expect(
      await told.then(
        () => "told",
        () => "not told",
      ),
    ).to.equal("not told");
    await kernel.stop();
  });

  it("a cell that comes after the request is aborted", async () => {
    const kernel = await startKernel();
    const { client } = kernel;
    const asked = client.send("shutdown_request", { restart: false });
    const late = client.send("execute_request", { code: "1" });
    expect((await client.finish(asked)).reply.content.status).to.equal("ok");
    const { reply, outputs } = await client.finish(late);
    expect(reply.content).to.deep.equal({ status: "aborted" });
    expect(outputs.map(({ content }) => content.execution_state)).to.deep.equal(["busy", "idle"]);
    await kernel.stop();
  });

  for (const channel of ["shell", "control"] as const) {
    it(`is answered on ${channel}, told on iopub, and no cell is left without a reply`, async () => {
      const kernel = await startKernel();
      const { client } = kernel;
      const cells = ["console.log('on'); while (true);", "1"].map((code) =>
        client.send("execute_request", { code }),
      );
      await client.output(({ header }) => header.msg_type === "stream");
      const asked = client.request("shutdown_request", { restart: true }, { channel });
      const told = await client.output(({ header }) => header.msg_type === "shutdown_reply");
      const { reply } = await asked;
      expect(reply.content).to.deep.equal({ status: "ok", restart: true });
      expect(told.content).to.deep.equal(reply.content);
      expect(told.parent).to.deep.equal(reply.parent);
      const ends = await Promise.all(cells.map((id) => client.finish(id)));
      const statuses = ends.map((end: Reply) => [
        end.reply.content.status,
        end.reply.content.evalue,
      ]);
      expect(statuses).to.deep.equal([
        ["error", "the kernel was shut down while the cell ran"],
        ["aborted", undefined],
      ]);
      const lasts = ends.map(({ outputs }): Message => outputs.at(-1)!);
      expect(lasts.map(({ content }) => content.execution_state)).to.deep.equal(["idle", "idle"]);
      await until(() => kernel.process.exitCode !== null, 30_000);
      expect(kernel.process.exitCode).to.equal(0);
      expect(kernel.said()).to.equal("");
      await kernel.stop();
    });
  }
});
