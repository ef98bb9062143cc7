/**
 * Loaded before the kernel's front by the soak (`node --import`). On SIGUSR2 each of its threads
 * collects its garbage; what is then left, in bytes, is written to the file `HYPATIA_GAUGE`.
 */
import { renameSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BroadcastChannel, isMainThread } from "node:worker_threads";

/** Of the process, after a collection: the heaps of its threads, and all that it has. */
export interface Gauge {
  readonly retained: number;
  readonly resident: number;
}

/** The front has one thread beside the first: the language's. */
const OTHERS = 1;

const file = process.env.HYPATIA_GAUGE ?? "";
const isFront = /[/\\]kernel[/\\](main|cell[/\\]worker)\.js$/.test(process.argv[1] ?? "");
if (file !== "" && isFront) listen();

function listen(): void {
  const channel = new BroadcastChannel("hypatia-gauge");
  let heaps: number[] = [];
  const add = (heap: number): void => {
    heaps.push(heap);
    if (heaps.length <= OTHERS) return;
    const retained = heaps.reduce((sum, bytes) => sum + bytes, 0);
    const gauge: Gauge = { retained, resident: process.memoryUsage().rss };
    writeFileSync(`${file}.new`, JSON.stringify(gauge));
    renameSync(`${file}.new`, file);
  };
  channel.onmessage = async ({ data }) => {
    if (isMainThread) add(Number(data));
    else channel.postMessage(await collect());
  };
  channel.unref();
  if (!isMainThread) return;
  process.on("SIGUSR2", async () => {
    heaps = [];
    channel.postMessage("measure");
    add(await collect());
  });
}

/** What is left of this thread's heap, and the memory outside that it holds. */
async function collect(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 10)); // for what is freed by callbacks
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
