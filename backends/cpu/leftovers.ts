/**
 * Files that live only while something is being written, in folders that several processes share.
 * Their names tell their owner, so that whoever comes later can remove what one that was killed has
 * left, and nothing of one that is at work, also where machines or containers share a folder.
 */
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readlinkSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** A fresh name with this prefix for a file of this process. */
export const ownName = (prefix: string): string =>
  `${prefix}${machine()}-${process.pid}-${randomBytes(8).toString("hex")}`;

/** Removes files of such names whose process is gone. What cannot be removed is left. */
export function removeLeftovers(folder: string, prefix: string): void {
  for (const name of read(folder)) {
    if (!name.startsWith(prefix)) continue;
    const [owner, pid] = name.slice(prefix.length).split("-");
    if (owner !== machine() || isAlive(Number(pid))) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // another user's
    }
  }
}

function read(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Names where process numbers mean the same: the host, and on Linux the container. */
function machine(): string {
  return createHash("sha256").update(`${hostname()} ${processNumbers()}`).digest("hex").slice(0, 8);
}

function processNumbers(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
