/**
 * Makes the snapshot: for the set-up, or for a kernel that found none; gives up when that kernel
 * is gone.
 */
import { makeSnapshot } from "./snapshot.js";

const stop = new AbortController();
process.on("disconnect", () => stop.abort());
await makeSnapshot(stop.signal).catch((error: Error) => {
  console.error(error.message); // A read-only disk, say: the next kernel waits too.
  process.exitCode = 1;
});
process.disconnect?.();
