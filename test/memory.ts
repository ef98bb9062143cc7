/** Memory that is in use, for tests of what is let go of. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes of arrays that the garbage collector has to leave. */
export function memoryInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  collect();
  collect(); // Waits for the thread that frees what the first has found.
  return process.memoryUsage().arrayBuffers;
}
