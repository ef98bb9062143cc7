/** What a kernel's processes retain after their garbage is collected, and whether that grows. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorOf, shown } from "../faults/fault.js";
import { type Place, type RealKernel, type Setting, until } from "../faults/kernel.js";
import type { Gauge } from "./gauge.js";

/** MB. */
export interface Memory {
  /** After this many cells. */
  readonly cells: number;
  readonly front: Gauge;
  readonly engine: Gauge;
}

const GAUGE = new URL("./gauge.js", import.meta.url);
const WITHIN_MS = 60_000;

const gaugeFile = ({ folder }: Place): string => join(folder, "gauge.json");

/** What a kernel must be started with, to be measured. */
export const measurable = (place: Place): Setting => ({
  env: {
    HYPATIA_GAUGE: gaugeFile(place),
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import=${GAUGE}`.trim(),
  },
});

/** Between cells, of a kernel that is `measurable`. */
export async function measure(kernel: RealKernel, cells: number): Promise<Memory> {
  const file = gaugeFile(kernel.place);
  rmSync(file, { force: true });
  process.kill(kernel.pid, "SIGUSR2");
  if (!(await until(() => existsSync(file), WITHIN_MS))) {
    throw new Error("the front does not say what it retains");
  }
  const front = JSON.parse(readFileSync(file, "utf8")) as Gauge;
  const reply = await kernel.client.request(
    "execute_request",
    { code: ENGINE, silent: false, store_history: false },
    { within: WITHIN_MS },
  );
  const [retained, resident] = (shown(reply).match(/\d+/g) ?? []).map(Number);
  if (resident === undefined)
    throw new Error(`the engine does not say what it retains: ${errorOf(reply)}`);
  return { cells, front: inMB(front), engine: inMB({ retained: retained!, resident }) };
}

const inMB = ({ retained, resident }: Gauge): Gauge => ({
  retained: retained / 1e6,
  resident: resident / 1e6,
});

/** The engine measures itself. */
const ENGINE = `await (async () => {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  gc();
  await new Promise((resolve) => setTimeout(resolve, 20));
  gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return heapUsed + external + " " + rss;
})()`;

export interface Growth {
  readonly from: number;
  readonly to: number;
  /** Per 1,000 cells. */
  readonly slope: number;
}

/**
 * How memory, in MB, goes on growing after what the kernel keeps of old cells has reached its
 * limits: from the second quarter of the rounds to the last one, as medians. Null with too few
 * rounds to tell.
 */
export function growth(rounds: readonly (readonly [cells: number, mb: number])[]): Growth | null {
  if (rounds.length < 8) return null;
  const quarter = Math.floor(rounds.length / 4);
  const earlier = rounds.slice(quarter, 2 * quarter);
  const later = rounds.slice(-quarter);
  const median = (part: typeof rounds, column: 0 | 1) =>
    part.map((round) => round[column]).toSorted((a, b) => a - b)[part.length >> 1]!;
  const [from, to] = [median(earlier, 1), median(later, 1)];
  return { from, to, slope: (1000 * (to - from)) / (median(later, 0) - median(earlier, 0)) };
}

/** MB per 1,000 cells: the inputs that the history remembers, and little else. */
const SLOPE = 0.5;

/** @param noise MB by which two looks at the same memory differ */
export const isFlat = ({ from, to, slope }: Growth, noise: number): boolean =>
  to - from <= noise || slope <= SLOPE;
