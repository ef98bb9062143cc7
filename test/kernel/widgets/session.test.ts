/** Widgets in the kernel as people have it: callbacks that fail, that do not end, that come early. */
import { expect } from "chai";
import type { JsonObject, Message } from "../../../kernel/wire/message.js";
import { startKernel, type TestKernel } from "../front/process.js";

describe("widgets in a session", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await startKernel({ cells: "typescript" });
  });
  after(() => kernel.stop());

  async function result(code: string): Promise<string> {
    const { outputs } = await kernel.client.execute(code);
    const shown = outputs.find(({ header }) => header.msg_type === "execute_result");
    return String((shown?.content.data as JsonObject | undefined)?.["text/plain"]);
  }
  /** Moves a slider as a page does; the id of the message. */
  async function move(name: string, value: number): Promise<string> {
    const id = (await result(`${name}.id`)).slice(1, -1);
    const data = { method: "update", state: { value }, buffer_paths: [] };
    return kernel.client.send("comm_msg", { comm_id: id, data });
  }
  const idle = (id: string): Promise<Message> =>
    kernel.client.output(
      ({ content, parent }) => content.execution_state === "idle" && parent.msg_id === id,
    );
  const printed = (text: RegExp): Promise<Message> =>
    kernel.client.output(({ content }) => text.test(String(content.text)));

  it("show the error of a callback under its cell, with the line", async () => {
    const code =
      "const a = slider(0, 9);\na.onChange((v) => {\n  throw new RangeError(`bad ${v}`);\n});";
    await kernel.client.execute(code);
    await idle(await move("a", 4));
    const { content, parent } = await printed(/RangeError.*bad 4/);
    expect(parent.msg_type).to.equal("execute_request");
    expect(content.text).to.match(/line 3, column 9[\s\S]*throw new RangeError/);
  });

  it("let an interrupt end a callback that does not end, and go on", async () => {
    const { reply } = await kernel.client.execute(
      'const b = slider(0, 9);\nb.onChange((v) => {\n  console.log("in", v);\n  for (; v < 5; );\n});',
    );
    const moved = await move("b", 3);
    await printed(/^in 3/);
    await kernel.client.request("interrupt_request", {}, { channel: "control" });
    await idle(moved);
    const { content, parent } = await printed(/Interrupted/);
    expect(content.text).to.contain("line 4");
    // Where the callback prints, not in the cell that ran last: `b.id`.
    expect(parent.msg_id).to.equal(reply.parent.msg_id);
    expect(await result("b.value")).to.equal("3");
    await idle(await move("b", 6));
    expect((await printed(/^in 6/)).parent.msg_type).to.equal("execute_request");
  });

  it("take their turn when a cell that runs waits for something", async () => {
    await kernel.client.execute(
      'const c = slider(0, 9);\nc.onChange((v) => console.log("c is", v));',
    );
    const id = (await result("c.id")).slice(1, -1);
    const running = kernel.client.execute(
      'console.log("begun");\nfor (const end = Date.now() + 300; Date.now() < end; );\nconst early = c.value;\n' +
        "while (c.value !== 7) await new Promise((done) => setTimeout(done, 10));\n[early, c.value]",
    );
    await printed(/^begun/);
    const data = { method: "update", state: { value: 7 }, buffer_paths: [] };
    kernel.client.send("comm_msg", { comm_id: id, data });
    const { outputs } = await running;
    const shown = outputs.find(({ header }) => header.msg_type === "execute_result");
    expect((shown!.content.data as JsonObject)["text/plain"]).to.equal("[ 0, 7 ]");
    await printed(/^c is 7/);
  });
});
