/** Processes that cells have started: interrupted with the cell, ended with the engine. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeSync } from "node:fs";

/** Sends a signal to everything below `pid`, not to itself. */
export function signalDescendants(pid: number, signal: NodeJS.Signals): void {
  const all = processes();
  const signalBelow = (above: number): void => {
    for (const child of all) {
      if (child.parent !== above) continue;
      signalBelow(child.pid);
      try {
        process.kill(child.pid, signal);
      } catch {
        // It ended in the meantime, or is not ours to signal.
      }
    }
  };
  signalBelow(pid);
}

/** Ends an engine and what its cells have started, also what has left the engine's group. */
export function endEngine(pid: number): void {
  signalDescendants(pid, "SIGKILL");
  endGroup(pid);
  kill(pid);
}

/** Ends the engine that calls this; `why` is the last that the front hears from it. */
export function endThisEngine(why: string): void {
  try {
    writeSync(2, `internal: the engine ends itself: ${why}\n`);
  } catch {
    // Nobody listens: the front is gone, which is why.
  }
  endEngine(process.pid);
}

/**
 * Ends what an engine has left behind. It leads a process group of its own (front/engine.ts), by
 * which its children are found when it is already dead.
 */
export function endGroup(leader: number): void {
  kill(-leader);
}

function kill(target: number): void {
  try {
    process.kill(target, "SIGKILL");
  } catch {
    // Nobody is left, or this system has no process groups.
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
}

/** Every process of the machine; none if it cannot be found out. */
function processes(): Process[] {
  try {
    return fromProc();
  } catch {
    return fromPs();
  }
}

function fromProc(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "latin1");
        // `pid (name) state ppid …`, where the name may hold anything, also parentheses.
        const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return []; // It ended in the meantime.
      }
    });
}

/** macOS has no /proc. */
function fromPs(): Process[] {
  try {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
    return lines.map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return { pid: pid ?? 0, parent: parent ?? 0 };
    });
  } catch {
    return [];
  }
}
