/**
 * `hypatia kernel` as Jupyter starts it, for faults: its own home, caches and connection file in
 * a temporary folder, below a shell that can be killed as a front end is.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../../kernel/wire/connection.js";
import { type Client, connect, connectionFile, freeConnection } from "../kernel/front/client.js";
import { root } from "../needs.js";

const MAIN = join(root, "dist", "kernel", "main.js");

export interface Place {
  /** Holds everything below. */
  readonly folder: string;
  readonly state: string;
  readonly cache: string;
}

export interface Setting {
  readonly env?: NodeJS.ProcessEnv;
  /** A shell command that comes first, in the process that becomes the kernel: `ulimit -f 100`. */
  readonly before?: string;
}

export interface RealKernel {
  readonly place: Place;
  readonly connection: Connection;
  readonly connectionFile: string;
  readonly client: Client;
  /** The front process. */
  readonly pid: number;
  /** What started it, as a front end does. */
  readonly parent: number;
  /** What the kernel wrote: its log. */
  said(): string;
  stop(): Promise<void>;
}

export function createPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "hypatia-fault-"));
  const place = { folder, state: join(folder, "state"), cache: join(folder, "cache") };
  for (const below of [place.state, place.cache]) mkdirSync(below, { mode: 0o700 });
  return place;
}

export function removePlace({ folder }: Place): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

export async function startRealKernel(
  place: Place = createPlace(),
  { env = {}, before = ":" }: Setting = {},
): Promise<RealKernel> {
  const connection = await freeConnection();
  const file = join(place.folder, `connection-${connection.key}.json`);
  writeFileSync(file, connectionFile(connection), { mode: 0o600 });
  const command = `(${before}; exec "$@") & echo $!; wait`;
  const kernel = [process.execPath, MAIN, "kernel", "--connection-file", file];
  const parent = spawn("sh", ["-c", command, "sh", ...kernel], {
    cwd: root,
    env: {
      ...process.env,
      HYPATIA_STATE: place.state,
      HYPATIA_CACHE: place.cache,
      XDG_CACHE_HOME: place.cache,
      HYPATIA_BACKEND: "cpu",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [parent.stdout, parent.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
    });
  }
  const early = new Promise<never>((_, fail) => {
    parent.once("exit", () => fail(new Error(`the kernel ended: ${said}`)));
  });
  early.catch(() => {});
  const client = await Promise.race([connect(connection), early]);
  const pid = Number.parseInt(said, 10);
  return {
    place,
    connection,
    connectionFile: file,
    client,
    pid,
    parent: parent.pid!,
    said: () => said.slice(said.indexOf("\n") + 1),
    async stop() {
      client.close();
      parent.kill("SIGKILL");
      if (alive(pid)) process.kill(pid, "SIGTERM");
      await until(() => !alive(pid), 10_000);
      if (alive(pid)) process.kill(pid, "SIGKILL");
    },
  };
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return processState(pid) !== "Z";
}

function processState(pid: number): string {
  try {
    return stat(pid)[0] ?? "";
  } catch {
    return ""; // No /proc here.
  }
}

/** A process and all below it. */
export function family(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(Number(name))] as const);
  const below = (above: number): number[] =>
    parents.filter(([, parent]) => parent === above).flatMap(([child]) => [child, ...below(child)]);
  return [pid, ...below(pid)];
}

function parentOf(pid: number): number {
  try {
    return Number(stat(pid)[1]);
  } catch {
    return 0; // It ended in the meantime.
  }
}

/** What was started as this process. */
export const commandOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").trim();

/** User and system time of a process, in ms. A tick is 10 ms on Linux. */
export function cpuTime(pid: number): number {
  const fields = stat(pid);
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Memory of a process in MB: what it has, or the most that it had at once. */
export function memory(pid: number, which: "now" | "at most" = "now"): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const line = which === "now" ? /VmRSS:\s+(\d+)/ : /VmHWM:\s+(\d+)/;
  return Number(line.exec(text)?.[1]) / 1024;
}

/** What follows `pid (name)`, where the name may hold anything, also parentheses. */
function stat(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits until something is so; says whether it is. */
export async function until(done: () => boolean, within: number): Promise<boolean> {
  const deadline = performance.now() + within;
  while (!done() && performance.now() < deadline) await sleep(20);
  return done();
}
