/** Makes the snapshot for a kernel that found none, and gives up when that kernel is gone. */
import { makeSnapshot } from "./snapshot.js";

const stop = new AbortController();
process.on("disconnect", () => stop.abort());
await makeSnapshot(stop.signal).catch(() => {}); // A read-only disk, say: the next one waits too.
process.disconnect?.();
