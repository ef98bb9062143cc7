/** What is evaluated where a cell is stopped is in the cells' language. */
import { expect } from "chai";
import type { JsonObject } from "../../../kernel/wire/message.js";
import { type Reply, resultText } from "../front/client.js";
import type { TestKernel } from "../front/process.js";
import { type DebugClient, startDebugging } from "./client.js";

describe("evaluation in a stopped cell", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  let debug: DebugClient;

  before(async () => {
    ({ kernel, debug } = await startDebugging());
    await kernel.client.execute("const w = tensor([1, 2]), n = 100;\nlet steps = 3;");
  });
  after(() => kernel.stop());

  const cell = [
    "class Point { constructor(readonly x: number) {} }",
    "function scaled(n: number, by: typeof w) {",
    "  const twice = 2 * n;",
    "  const point = new Point(n);",
    '  const pairs = [{ key: "a", n }];',
    "  const moved = by * twice;",
    "  return moved;",
    "}",
    "const out = scaled(4, w);",
    "out",
  ].join("\n");

  const resume = () => debug.ask("continue", { threadId: 1 });
  const status = async (reply: Promise<Reply>) => (await reply).reply.content.status;
  const printed = ({ outputs }: Reply) =>
    outputs.flatMap(({ content, header }) => (header.msg_type === "stream" ? content.text : []));
  async function evaluate(expression: string): Promise<unknown> {
    const [top] = await debug.frames();
    return (await debug.ask("evaluate", { expression, frameId: top!.id })).result;
  }
  /** Sets one breakpoint in the cell; the answer about it. */
  async function breakWith(line: number, more: JsonObject): Promise<JsonObject> {
    const { sourcePath: path } = await debug.ask("dumpCell", { code: cell });
    const given = { source: { path }, breakpoints: [{ line, ...more }] };
    const { breakpoints } = await debug.ask("setBreakpoints", given);
    return (breakpoints as JsonObject[])[0]!;
  }

  describe("an expression", () => {
    let running: Promise<Reply>;
    before(async () => {
      await debug.breakAt(cell, 7);
      running = kernel.client.execute(cell);
      expect((await debug.stopped()).line).to.equal(7);
    });
    after(async () => {
      await debug.breakAt(cell);
      await resume();
      expect(await status(running)).to.equal("ok");
    });

    it("that is a tensor is computed when it is opened", async () => {
      const { moved, by } = await debug.scope("Locals");
      expect(by!.value).to.equal("f32 [2] = [ 1, 2 ]");
      expect(moved!.value).to.match(/^f32 \[2\] · /);
      const { values, shape } = await debug.open(moved!.variablesReference);
      expect([values!.value, shape!.value]).to.deep.equal(["[ 8, 16 ]", "[ 2 ]"]);
      expect((await debug.scope("Locals")).moved!.value).to.equal("f32 [2] = [ 8, 16 ]");
    });

    for (const [text, expected] of [
      ["(w + 1).toArray()", "[ 2, 3 ]"],
      ["(by * n).toArray()", "[ 4, 8 ]"],
      ["sum(moved ** 2).item()", "320"],
      ["-w", "f32 [2] = [ -1, -2 ]"],
      ['-vector("v")', /^f32 \[.*\] · /],
      ["n", "4"],
      ["(n as number)!", "4"],
      ["n satisfies number; n + 1;", "5"],
      ["{ n, twice }", "{ n: 4, twice: 8 }"],
      ["const a: number[] = [n]; a", "[ 4 ]"],
      ["[1, 2].map((i): number => i * n)", "[ 4, 8 ]"],
      ["steps = n + 3", "7"],
      ["steps", "7"],
      ["point.x // its place", "4"],
      ["this", "undefined"],
      ["(async () => { await 1; })()", /^Promise/],
    ] as const) {
      it(text, async () => {
        const found = await evaluate(text);
        if (typeof expected === "string") expect(found).to.equal(expected);
        else expect(found).to.match(expected);
      });
    }

    for (const [text, expected] of [
      ["missing + 1", "missing is not defined"],
      ["n +", "Expression expected"],
      ["await 1", "nothing can be awaited"],
      ["w = 1", "Assignment to constant variable 'w'"],
      ["reshape(w, [3])", "the number of elements differs"],
    ] as const) {
      it(`${text} → ${expected}`, async () => {
        expect(await evaluate(text).catch(String)).to.contain(expected);
      });
    }

    it("in a console says what failed", async () => {
      const [top] = await debug.frames();
      const asked = { expression: "missing", frameId: top!.id, context: "repl" };
      const told = "ReferenceError: missing is not defined";
      expect((await debug.ask("evaluate", asked)).result).to.equal(told);
      // JupyterLab asks for the variables again only of a frame that it does not know.
      const [again] = await debug.frames();
      expect(again!.id).to.be.above(top!.id);
      expect(await debug.ask("evaluate", { expression: "n", frameId: top!.id })).to.include({
        result: "4",
      });
    });

    it("that is a large tensor is cut", async () => {
      const [top] = await debug.frames();
      const expression = "arange(1e6)";
      const found = await debug.ask("evaluate", { expression, frameId: top!.id });
      const { values } = await debug.open(Number(found.variablesReference));
      const all = await debug.open(values!.variablesReference);
      expect(Object.keys(all)).to.have.length(500);
      expect(all["499"]!.value).to.equal("499");
    });

    it("that is an error opens to its stack", async () => {
      const [top] = await debug.frames();
      const expression = 'new Error("outer", { cause: [1] })';
      const found = await debug.ask("evaluate", { expression, frameId: top!.id });
      const parts = await debug.open(Number(found.variablesReference));
      expect(parts).to.have.keys("message", "stack", "cause");
    });

    it("that does not end is ended", async () => {
      expect(await evaluate("(() => { for (;;); })()").catch(String)).to.contain("took longer");
      expect(await evaluate("n")).to.equal("4");
    });

    it("prints where the cell prints", async () => {
      await evaluate("console.log(`n is ${n}`)");
      const told = await kernel.client.output(({ content }) => content.text === "n is 4\n");
      expect(told.parent.msg_type).to.equal("execute_request");
    });
  });

  describe("a breakpoint", () => {
    const stopsAt = async (line: number) => {
      const running = kernel.client.execute(cell);
      expect((await debug.stopped()).line).to.equal(line);
      await resume();
      expect(await status(running)).to.equal("ok");
    };
    const runsThrough = async () => {
      const reply = await kernel.client.execute(cell);
      expect(reply.reply.content.status).to.equal("ok");
      return reply;
    };
    afterEach(() => debug.breakAt(cell));

    it("with a condition that is true", async () => {
      await breakWith(7, { condition: "sum(by * n).item() === 12" });
      await stopsAt(7);
    });
    it("with one that is not", async () => {
      await breakWith(7, { condition: "sum(by * n).item() > 12" });
      await runsThrough();
    });
    it("with one that fails stops", async () => {
      await breakWith(7, { condition: "missing.x > 1" });
      await stopsAt(7);
    });
    it("with one that is no code is refused, and the reason told", async () => {
      const { verified, message } = await breakWith(7, { condition: "n >" });
      expect({ verified, message }).to.deep.equal({
        verified: false,
        message: "n >: Expression expected.",
      });
      await runsThrough();
    });
    it("with a message prints it and goes on", async () => {
      await breakWith(7, { logMessage: "n is {n}, w + n is {w + n}{'!'}" });
      const [text] = printed(await runsThrough());
      expect(text).to.match(/^n is 4, w \+ n is f32 \[2\] .*!\n$/);
    });
    it("with a message and a condition", async () => {
      await breakWith(7, { logMessage: "here", condition: "n > 4" });
      expect(printed(await runsThrough())).to.deep.equal([]);
    });
  });

  describe("copying", () => {
    it("a variable of a function becomes one of the notebook, with its type", async () => {
      await debug.breakAt(cell, 7);
      const running = kernel.client.execute(cell);
      await debug.stopped();
      const [top] = await debug.frames();
      for (const name of ["twice", "moved", "point", "pairs"]) {
        await debug.ask("copyToGlobals", {
          srcVariableName: name,
          dstVariableName: name,
          srcFrameId: top!.id,
        });
      }
      const notebook = await debug.scope("Notebook");
      expect(notebook).to.include.keys("twice", "moved", "point", "pairs");
      expect(notebook.twice!.value).to.equal("8");
      const refused = { srcVariableName: "missing", dstVariableName: "x", srcFrameId: top!.id };
      expect(await debug.ask("copyToGlobals", refused).catch(String)).to.contain("missing");
      await debug.breakAt(cell);
      await resume();
      expect(await status(running)).to.equal("ok");

      expect(resultText(await kernel.client.execute("(moved + twice).toArray()"))).to.equal(
        "[ 16, 24 ]",
      );
      expect(resultText(await kernel.client.execute("point.x + pairs[0].n"))).to.equal("8");
      const wrong = await kernel.client.execute("twice.nothing");
      expect(wrong.reply.content.evalue).to.contain("does not exist on type 'number'");
      const code = "pairs[0].k";
      const content = { code, cursor_pos: code.length };
      const { reply } = await kernel.client.request("complete_request", content);
      expect(reply.content.matches).to.deep.equal(["key"]);
      await kernel.client.execute("twice += 1");
      expect(resultText(await kernel.client.execute("twice"))).to.equal("9");
    });
  });
});
