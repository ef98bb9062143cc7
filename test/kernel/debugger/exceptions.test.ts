/** Exception breakpoints: what stops where, in the kernel as people have it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject, Message } from "../../../kernel/wire/message.js";
import { resultText } from "../front/client.js";
import type { TestKernel } from "../front/process.js";
import { type DebugClient, startDebugging } from "./client.js";

/** Cells in which `THROW` throws, with the line of it. */
const uncaught: Readonly<Record<string, string>> = {
  "at once": "THROW",
  "after a timer": "WAIT\nTHROW",
  "after a microtask": "await null;\nTHROW",
  "in an async function that is awaited": "async function f() {\nWAIT\nTHROW\n}\nawait f();",
  "in one awaited late": "WAIT\nasync function f() {\nWAIT\nTHROW\n}\nawait f();",
  "in one of several": "async function f() {\nWAIT\nTHROW\n}\nWAIT\nawait Promise.all([1, f()]);",
  "in a handler of a promise": "WAIT\nawait WAITING.then(() => {\nTHROW\n});",
  "in an async iterator":
    "async function* g() {\nyield 1;\nTHROW\n}\nfor await (const x of g()) x;",
  "in a callback": "WAIT\n[1].map(() => {\nTHROW\n});",
  "behind a finally": "WAIT\ntry {\nTHROW\n} finally {\nString(1);\n}",
  "after a caught one": "WAIT\ntry { throw 1; } catch {}\nTHROW",
  "in the tensor language": "WAIT\nconst sizes = [2, 3];\nreshape(ones([5]), sizes); // THROW",
  "in a timer": "setTimeout(() => {\nTHROW\n}, 1);\nWAIT",
  "in a promise of nobody's": "void (async () => {\nWAIT\nTHROW\n})();\nWAIT",
  "in interact": "interact({ n: slider(0, 9) }, () => {\nTHROW\n});",
  "in an async interact":
    "await interact({ n: slider(0, 9) }, async () => {\nawait null;\nTHROW\n});",
};

const caught: Readonly<Record<string, string>> = {
  "at once": "try {\nTHROW\n} catch {}",
  "after a timer": "WAIT\ntry {\nTHROW\n} catch {}",
  "around a call": "WAIT\nfunction f() {\nTHROW\n}\ntry { f(); } catch {}",
  "around an await": "async function f() {\nWAIT\nTHROW\n}\nWAIT\ntry { await f(); } catch {}",
  "two functions up":
    "async function f() {\nWAIT\nTHROW\n}\nasync function g() { await f(); }\ntry { await g(); } catch {}",
  "with .catch": "async function f() {\nWAIT\nTHROW\n}\nawait f().catch(() => {});",
  "with allSettled": "async function f() {\nWAIT\nTHROW\n}\nawait Promise.allSettled([f()]);",
  "around a callback": "WAIT\ntry { [1].map(() => {\nTHROW\n}); } catch {}",
  "of Node's": 'try { await (await import("node:fs/promises")).readFile("/none"); } catch {}',
};

/** Files, at whose top level `THROW` throws. */
const files: Readonly<Record<string, string>> = {
  "at once": "export const a = 1;\nTHROW",
  "in a function": "function f(): void {\nTHROW\n}\n[1].map(f);",
  "after an await": "WAIT\nTHROW",
  "behind a try": "try { throw 1; } catch {}\ntry {\nTHROW\n} finally {\nString(1);\n}",
  "in a catch": "try { throw 1; } catch {\nTHROW\n}",
};

/** Files that catch what they throw; what the cell throws after them is met all the same. */
const catching: Readonly<Record<string, string>> = {
  "at once": "try {\nTHROW\n} catch {}",
  "around a function": "function f(): void {\nTHROW\n}\ntry { f(); } catch {}",
  "in an async function": "async function f() {\nTHROW\n}\nawait f().catch(() => {});",
};

const WAITING = "new Promise<void>((done) => setTimeout(done, 5))";
const written = (code: string): string =>
  code
    .replaceAll("WAITING", WAITING)
    .replaceAll("WAIT", `await ${WAITING};`)
    .replace(/^THROW/m, 'throw new Error("here"); // THROW');
const lineOf = (code: string): number =>
  code.split("\n").findIndex((line) => line.includes("THROW")) + 1;

describe("exception breakpoints", function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  let debug: DebugClient;

  before(async () => {
    ({ kernel, debug } = await startDebugging());
  });
  after(() => kernel.stop());

  const taken = new Set<Message>();
  /** What the client was told at each stop. */
  const texts: unknown[] = [];
  /** The lines at which the debugger stops what a message sets off. */
  async function stops(type: string, content: JsonObject): Promise<unknown[]> {
    const id = kernel.client.send(type, content);
    const lines: unknown[] = [];
    for (;;) {
      const message = await kernel.client.output(
        (message) =>
          !taken.has(message) &&
          ((message.header.msg_type === "debug_event" && message.content.event === "stopped") ||
            (message.content.execution_state === "idle" && message.parent.msg_id === id)),
      );
      taken.add(message);
      if (message.header.msg_type === "status") return lines;
      texts.push((message.content.body as JsonObject).text);
      lines.push((await debug.frames())[0]!.line);
      await debug.ask("continue", { threadId: 1 });
    }
  }
  const execute = (code: string) => stops("execute_request", { code });

  describe("none", () => {
    it("the cell fails without a stop", async () => {
      await debug.ask("setExceptionBreakpoints", { filters: [] });
      expect(await execute(written("try {\nTHROW\n} catch {}\nthrow 1;"))).to.deep.equal([]);
    });
  });

  describe("all", () => {
    before(() => debug.ask("setExceptionBreakpoints", { filters: ["all"] }));

    it("stops also where it is caught, and says what was thrown", async () => {
      expect(await execute('try {\n  throw new Error("inner");\n} catch {}')).to.deep.equal([2]);
      expect(texts.at(-1)).to.equal("Error: inner");
    });
  });

  describe("uncaught stops", () => {
    before(() => debug.ask("setExceptionBreakpoints", { filters: ["uncaught"] }));

    for (const [name, code] of Object.entries(uncaught)) {
      const text = written(code);
      it(name, async () => expect(await execute(text)).to.deep.equal([lineOf(text)]));
    }

    describe("at the top level of a file", () => {
      const folder = mkdtempSync(join(tmpdir(), "hypatia-test-"));
      after(() => rmSync(folder, { recursive: true }));
      const file = (name: string, text: string): string => {
        const path = join(folder, `${name.replaceAll(" ", "-")}.ts`);
        writeFileSync(path, `${text}\nexport {};\n`);
        return JSON.stringify(path);
      };

      for (const [name, code] of Object.entries(files)) {
        it(name, async () => {
          const text = written(code);
          const cell = `import ${file(name, text)};`;
          expect(await execute(cell)).to.deep.equal([lineOf(text)]);
        });
      }
      it("that another imports", async () => {
        const text = written("const b = 1;\nTHROW");
        const cell = `import ${file("outer", `import ${file("inner", text)};`)};`;
        expect(await execute(cell)).to.deep.equal([lineOf(text)]);
      });
      for (const [name, code] of Object.entries(catching)) {
        it(`but not where it is caught ${name}`, async () => {
          const cell = written(
            `import ${file(`caught ${name}`, written(code))};\ntry { throw 1; } catch {}\nTHROW`,
          );
          expect(await execute(cell)).to.deep.equal([lineOf(cell)]);
        });
      }
    });

    it("in an async function of a file that was imported", async () => {
      const folder = mkdtempSync(join(tmpdir(), "hypatia-test-"));
      const path = join(folder, "late.ts");
      const text = written("export async function late(): Promise<void> {\nWAIT\nTHROW\n}");
      writeFileSync(path, text);
      const cell = `import { late } from ${JSON.stringify(path)};\nawait late();`;
      expect(await execute(cell)).to.deep.equal([lineOf(text)]);
      rmSync(folder, { recursive: true });
    });

    for (const [kind, word] of [
      ["a plain", ""],
      ["an async", "async "],
    ] as const) {
      for (const how of ["n.onChange(", "interact({ n }, "]) {
        it(`in ${kind} function of ${how}…)`, async () => {
          const wait = word === "" ? "" : "await null;";
          const code = `${how}${word}() => {\n${wait}\nif (n.value > 0) throw new Error("here"); // THROW\n});`;
          await kernel.client.execute("const n = slider(0, 9);");
          await kernel.client.execute(code);
          const id = String(resultText(await kernel.client.execute("n.id")));
          const data = { method: "update", state: { value: 5 }, buffer_paths: [] };
          const content = { comm_id: id.slice(1, -1), data };
          expect(await stops("comm_msg", content)).to.deep.equal([lineOf(code)]);
        });
      }
    }
  });

  describe("uncaught does not stop what is caught", () => {
    before(() => debug.ask("setExceptionBreakpoints", { filters: ["uncaught"] }));

    for (const [name, code] of Object.entries(caught)) {
      it(name, async () => expect(await execute(written(code))).to.deep.equal([]));
    }
  });
});
