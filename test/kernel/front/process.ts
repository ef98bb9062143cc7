/** A kernel process for tests, with a client. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Connection } from "../../../kernel/wire/connection.js";
import { type Client, connect, connectionFile, freeConnection } from "./client.js";

export interface TestKernel {
  readonly client: Client;
  readonly connection: Connection;
  readonly process: ChildProcess;
  readonly state: string;
  /** What the front itself wrote; nothing is expected. */
  said(): string;
  stop(): Promise<void>;
}

/** A test that fails stops no kernel of its own: they end with the tests. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

const STANDIN = fileURLToPath(new URL("./standin.js", import.meta.url));

const MAIN = fileURLToPath(new URL("../../../kernel/main.js", import.meta.url));

/** @param options.cells the kernel as people have it; else a stand-in, whose cells are JavaScript */
export async function startKernel(
  options: {
    transport?: "tcp" | "ipc";
    address?: string;
    env?: NodeJS.ProcessEnv;
    cells?: "typescript";
  } = {},
): Promise<TestKernel> {
  const state = mkdtempSync(join(tmpdir(), "hypatia-test-"));
  const connection = await freeConnection(options.transport, options.address);
  const file = join(state, "connection.json");
  writeFileSync(file, connectionFile(connection), { mode: 0o600 });
  const program =
    options.cells === "typescript" ? [MAIN, "kernel", "--connection-file"] : [STANDIN];
  const child = spawn(process.execPath, [...program, file], {
    env: { ...process.env, HYPATIA_STATE: state, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
    });
  }
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const early = gone.then(() => {
    throw new Error(`the kernel ended: ${said}`);
  });
  early.catch(() => {});
  const client = await Promise.race([connect(connection), early]);
  return {
    client,
    connection,
    process: child,
    state,
    said: () => said,
    async stop() {
      client.close();
      child.kill("SIGTERM");
      const limit = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await gone;
      clearTimeout(limit);
      rmSync(state, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
