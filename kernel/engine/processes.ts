/** Processes that cells have started: they end with the engine. */
import { readdirSync, readFileSync } from "node:fs";

/** Kills everything below `pid`, not itself. Does nothing where there is no /proc. */
export function killDescendants(pid: number | undefined): void {
  if (pid === undefined) return;
  for (const child of childrenOf(pid)) {
    killDescendants(child);
    try {
      process.kill(child, "SIGKILL");
    } catch {
      // It ended in the meantime.
    }
  }
}

/** The processes that `pid` has started and not yet waited for. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
        .split(" ")
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}
