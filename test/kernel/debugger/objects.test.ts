/** Objects in the debugger's panel: what a method works on, and fields that only its class can read. */
import { expect } from "chai";
import type { TestKernel } from "../front/process.js";
import { type DebugClient, startDebugging } from "./client.js";

const counter = [
  "class Counter {",
  "  #count = 5;",
  "  step(by: number) {",
  "    const add = () => { return this.#count + by; };",
  "    return add();",
  "  }",
  "}",
  "const plain = (by: number) => {",
  "  return by;",
  "};",
  "plain(new Counter().step(2))",
].join("\n");

describe("objects in the debugger", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  let debug: DebugClient;

  before(async () => {
    ({ kernel, debug } = await startDebugging());
  });
  after(() => kernel.stop());

  it("lists what a method works on, with its private fields", async () => {
    await debug.breakAt(counter, 4, 9);
    const running = kernel.client.execute(counter);
    expect(await debug.stopped()).to.include({ line: 4 });
    const { value, variablesReference } = (await debug.scope("Locals")).this!;
    expect(value).to.equal("Counter {}");
    expect((await debug.open(variablesReference))["#count"]).to.include({ value: "5" });
    await debug.ask("continue", { threadId: 1 });
    expect(await debug.stopped()).to.include({ line: 9 });
    expect(await debug.scope("Locals"), "a function of its own").to.have.keys("by");
    await debug.ask("continue", { threadId: 1 });
    expect((await running).reply.content.status).to.equal("ok");
  });
});
