/** `hypatia kernel` itself: quick to start, quiet when idle, gone with its parent. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root, skip } from "../../needs.js";
import { type Client, connect, connectionFile, freeConnection } from "./client.js";

const MAIN = join(root, "dist", "kernel", "main.js");
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** User and system time of a process and its threads, in ms; a tick is 10 ms on Linux. */
const cpuTime = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

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
    rmSync(folder, { recursive: true, force: true });
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
    const deadline = Date.now() + 10_000;
    while ((alive(kernel) || alive(engine)) && Date.now() < deadline) await sleep(50);
    expect({ kernel: alive(kernel), engine: alive(engine) }).to.deep.equal({
      kernel: false,
      engine: false,
    });
  });

  it("uses no processor time when idle", async function () {
    if (process.platform !== "linux") skip(this, "looks at processes in /proc");
    const pids = [Number(said.trim()), Number(await value("process.pid"))];
    await sleep(2000); // The language service goes on warming up.
    const before = pids.map(cpuTime);
    await sleep(4000);
    const used = pids.map((pid, i) => cpuTime(pid) - before[i]!);
    expect(Math.max(...used)).to.be.below(100);
  });
});
