/**
 * Drives the kernel with Jupyter's own clients: each unittest case of the Python files in this
 * folder is a test here, by name. The kernel under test is installed into a folder of its own.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { need, python, root, skip } from "../needs.js";
import { type Installation, installKernel } from "./installation.js";

const folder = join(root, "test", "jupyter");
const runner = join(folder, "runner.py");
/** Python files that hold no tests. */
const frame = ["runner.py", "client.py"];

type Listed = { readonly file: string; readonly id: string; readonly name: string };
type Ended = {
  readonly id: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly detail: string;
};

describe("jupyter", function () {
  this.timeout(600_000);
  let installed: Installation | undefined;

  before(function () {
    need(this, "Jupyter");
    installed = installKernel();
  });
  after(() => installed?.remove());

  for (const [file, tests] of Object.entries(listed())) {
    describe(file.replace(/\.py$/, ""), () => {
      let session: Session;
      before(() => {
        const chosen = tests.map((test) => test.id);
        session = start(join(folder, file), chosen, installed?.env ?? {});
      });
      after(() => session?.stop());
      for (const { id, name } of tests) {
        it(name, async function () {
          const { state, detail } = await session.end(id);
          if (state === "failed") throw new Error(detail);
          if (state === "skipped") skip(this, detail);
        });
      }
    });
  }
});

/** The tests of each file; a machine without Jupyter has one stand-in, to be named as skipped. */
function listed(): Record<string, Listed[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".py") && !frame.includes(name));
  if (!existsSync(python)) {
    return Object.fromEntries(files.map((file) => [file, [{ file, id: "", name: "all tests" }]]));
  }
  const args = [runner, "list", ...files.map((name) => join(folder, name))];
  const lines = execFileSync(python, args, { encoding: "utf8" }).trim().split("\n");
  const tests = lines.map((line): Listed => JSON.parse(line));
  return Object.fromEntries(
    files.map((file) => [file, tests.filter((test) => test.file === join(folder, file))]),
  );
}

type Session = { end(id: string): Promise<Ended>; stop(): void };

/** Runs a file's tests in one Python process; `end` waits for one of them. */
function start(file: string, ids: readonly string[], env: NodeJS.ProcessEnv): Session {
  const child: ChildProcess = spawn(python, [runner, "run", file, ...ids], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Map<string, Ended>();
  const waiting = new Map<string, (value: Ended) => void>();
  let said = "";
  let gone: string | null = null;

  const settle = (value: Ended) => {
    ended.set(value.id, value);
    waiting.get(value.id)?.(value);
    waiting.delete(value.id);
  };
  const lost = (id: string): Ended => ({
    id,
    state: "failed",
    detail: `Python ended (${gone}) before this test did\n${said.slice(-4000)}`,
  });
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on("line", (line) => settle(JSON.parse(line)));
  }
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  child.on("close", (code, signal) => {
    gone = signal ?? `exit ${code}`;
    for (const id of waiting.keys()) settle(lost(id));
  });

  return {
    end(id) {
      const value = ended.get(id) ?? (gone === null ? null : lost(id));
      return value !== null
        ? Promise.resolve(value)
        : new Promise((resolve) => {
            waiting.set(id, resolve);
          });
    },
    stop: () => child.kill("SIGTERM"),
  };
}
