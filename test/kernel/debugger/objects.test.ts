/** Objects in the debugger's panel: what a method works on, and fields that only its class can read. */
import { expect } from "chai";
import type { TestKernel } from "../front/process.js";
import { type DebugClient, type Row, startDebugging } from "./client.js";

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

  it("lists the first of very many properties, and how many there are", async () => {
    await kernel.client.execute(
      "const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, i]));",
    );
    const { variables } = await debug.ask("inspectVariables");
    const { variablesReference } = (variables as Row[]).find(({ name }) => name === "wide")!;
    const rows = Object.values(await debug.open(variablesReference));
    expect(rows).to.have.length(501);
    expect(rows[499]).to.include({ name: "key499", value: "499" });
    expect(rows[500]).to.include({ name: "…", value: "9500 more" });
  });
});
