/** `hypatia kernel` itself: quick to start, quiet when idle, gone with its parent. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { alive, cpuTime, sleep, until } from "../../faults/kernel.js";
import { root, skip } from "../../needs.js";
import { type Client, connect, connectionFile, freeConnection } from "./client.js";

const MAIN = join(root, "dist", "kernel", "main.js");

describe("hypatia kernel", () => {
  let folder = "";
  let child: ChildProcess;
  let client: Client;
  let said = "";
  /** The kernel's own parent is a shell, which can be killed. */
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "hypatia-kernel-"));
    const connection = await freeConnection();
    const file = join(folder, "connection.json");
    writeFileSync(file, connectionFile(connection));
    const command = `"${process.execPath}" "${MAIN}" kernel --connection-file "${file}" & echo $!; wait`;
    child = spawn("sh", ["-c", command], {
      env: { ...process.env, HYPATIA_STATE: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        said += chunk;
      });
    }
    client = await connect(connection);
  });
  afterEach(() => {
    client.close();
    if (alive(Number(said.trim()))) process.kill(Number(said.trim()), "SIGKILL");
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  const value = async (code: string): Promise<string> => {
    const { outputs } = await client.execute(code);
    const result = outputs.find(({ header }) => header.msg_type === "execute_result");
    return String((result?.content.data as Record<string, unknown>)?.["text/plain"]);
  };

  it("runs TypeScript and tensors, and says nothing itself", async () => {
    expect(await value("const n: number = 6; n * 7")).to.equal("42");
    expect(await value("(vector('v') * 2).shape.length")).to.equal("1");
    expect(said.trim()).to.match(/^\d+$/);
  });

  it("ends with its engine when its parent dies", async () => {
    const kernel = Number(said.trim());
    const engine = Number(await value("process.pid"));
    expect(alive(kernel) && alive(engine)).to.equal(true);
    child.kill("SIGKILL");
    await until(() => !alive(kernel) && !alive(engine), 40_000); // A quarter of it is promised.
    expect({ kernel: alive(kernel), engine: alive(engine) }).to.deep.equal({
      kernel: false,
      engine: false,
    });
  });

  it("uses no processor time when idle", async function () {
    if (process.platform !== "linux") skip(this, "looks at processes in /proc");
    const pids = [Number(said.trim()), Number(await value("process.pid"))];
    // The language goes on warming up for a while, the longer the more the machine has to do.
    let used = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 10 && used >= 50; i++) {
      const before = pids.map(cpuTime);
      await sleep(3000);
      used = Math.max(...pids.map((pid, i) => cpuTime(pid) - before[i]!));
    }
    expect(used, "ms in three seconds").to.be.below(50);
  });
});
