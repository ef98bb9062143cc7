/** Where breakpoints and frames are, in cells and files whose text is not what runs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { TestKernel } from "../front/process.js";
import { type DebugClient, startDebugging } from "./client.js";

/** Cells; `◉` marks the line of the breakpoint, `▸` those to which `next` leads. */
const cells: Readonly<Record<string, string>> = {
  operators: "const a = w + 1;\n◉const b = a * 2 - w;\n▸const c = -b;\nc.shape",
  "statements of several lines":
    "const a = w\n  + 1\n  + 2;\n◉const b = [\n  a * 2,\n];\n▸b.length",
  "the middle of a statement": "const a = [\n  w * 2,\n  ◉sum(w).item(),\n];\n▸a.length",
  "lines that end with CRLF":
    "const a = w + 1;\r\n◉const b = a * 2;\r\n▸const c = b - w;\r\nc.shape",
  "such lines, transpiled": "enum E { a }\r\nconst a = w + E.a;\r\n◉const b = a * 2;\r\n▸b.shape",
  "astral characters":
    'const s = "😀😀";\n◉const t = "𝒙" + s + w.shape[0] + (w * 2).shape;\n▸t.length',
  imports: 'import * as os from "node:os";\n◉const a = w + os.cpus().length;\n▸a.shape',
  "imports, transpiled":
    'import * as os from "node:os";\nenum E { a }\n◉const a = w + os.cpus().length;\n▸a.shape',
  types: "interface X {\n  a: number;\n}\ntype Y = X;\n◉const x: Y = { a: 1 };\n▸x.a",
  "magic lines": "!true\n%time w + 1\n◉const z = 1;\n▸z",
  "decorated methods":
    "function d(x: any, c: any) { return x; }\nclass M {\n  @d run() {\n    ◉const y = w * 2;\n    ▸return y;\n  }\n}\nnew M().run().shape",
};

const lineOf = (text: string, mark: string): number =>
  text.split("\n").findIndex((line) => line.includes(mark)) + 1;

describe("lines in the debugger", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  let debug: DebugClient;

  before(async () => {
    ({ kernel, debug } = await startDebugging());
    await kernel.client.execute("const w = tensor([1, 2]);");
  });
  after(() => kernel.stop());

  for (const [name, marked] of Object.entries(cells)) {
    it(name, async () => {
      const code = marked.replace(/[◉▸]/gu, "");
      await debug.breakAt(code, lineOf(marked, "◉"));
      const running = kernel.client.execute(code);
      const lines = [(await debug.stopped()).line];
      await debug.ask("next", { threadId: 1 });
      lines.push((await debug.stopped()).line);
      expect(lines).to.deep.equal([lineOf(marked, "◉"), lineOf(marked, "▸")]);
      await debug.breakAt(code);
      await debug.ask("continue", { threadId: 1 });
      expect((await running).reply.content.status).to.equal("ok");
    });
  }

  it("a file that is transpiled, and changed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hypatia-test-"));
    const path = join(folder, "moved.ts");
    const breakpoints = [{ line: 4 }];
    for (const first of ["enum Kind { a, b }", "enum Kind {\na, b }"]) {
      const text = `${first}\nexport function f(n: number): number {\n  n += 1;\n  return n + Kind.b;\n}\n`;
      writeFileSync(path, text);
      const code = `import { f } from ${JSON.stringify(path)};\nf(${first.length})`;
      await debug.ask("setBreakpoints", { source: { path }, breakpoints });
      const running = kernel.client.execute(code);
      expect((await debug.stopped()).line).to.equal(4);
      const frames = await debug.frames();
      expect(frames.map(({ name, line }) => [name, line])).to.deep.equal([
        ["f", 4],
        [frames[1]!.name, 2],
      ]);
      await debug.ask("setBreakpoints", { source: { path }, breakpoints: [] });
      await debug.ask("continue", { threadId: 1 });
      expect((await running).reply.content.status).to.equal("ok");
    }
    rmSync(folder, { recursive: true });
  });
});
