/** `hypatia kernel`: the front process as Jupyter starts it. */
import { readConnection } from "../wire/connection.js";
import { serve } from "./kernel.js";
import { notebookSession } from "./parts.js";

const PARENT_CHECK_MS = 2000;

/** Serves until a client shuts the kernel down or the process that started it is gone. */
export async function runKernel(connectionFile: string): Promise<never> {
  const connection = readConnection(connectionFile);
  endWithParent();
  await serve({ connection, ...notebookSession() });
  process.exit(0);
}

/** When our parent dies, somebody else becomes it; its pipes to the engine end the engine too. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, PARENT_CHECK_MS).unref();
}
