/**
 * `npm run soak [-- --minutes N | --hours N | --cells N] [--clients N] [--seed N]`: the soak, with
 * a line each round, for three minutes or as long as is asked for.
 */
import { parseArgs } from "node:util";
import { createPlace, removePlace, startRealKernel } from "../faults/kernel.js";
import type { Gauge } from "./gauge.js";
import { growth, isFlat, measurable } from "./memory.js";
import { soak } from "./soak.js";

/**
 * MB by which two looks at the same memory differ. What is resident depends on when V8 gives back
 * pages; it is looked at because it has also what native code allocates.
 */
const NOISE: Readonly<Record<keyof Gauge, number>> = { retained: 3, resident: 60 };

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    hours: { type: "string" },
    cells: { type: "string" },
    clients: { type: "string", default: "3" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const minutes = values.hours === undefined ? Number(values.minutes) : Number(values.hours) * 60;
const deadline = performance.now() + minutes * 60_000;
const most = values.cells === undefined ? null : Number(values.cells);

const place = createPlace();
const kernel = await startRealKernel(place, measurable(place));
const HEAD = ["cells", "others", "interrupts", "cells/s", "front MB", "engine MB"];
const row = (cells: readonly unknown[]): void =>
  console.log(cells.map((cell, i) => String(cell).padStart(HEAD[i]!.length + 3)).join(""));
console.log(`seed ${values.seed}; memory: retained after a garbage collection`);
row(HEAD);
const begun = performance.now();
const report = await soak(kernel, {
  clients: Number(values.clients),
  seed: Number(values.seed),
  more: (cells) => (most === null ? performance.now() < deadline : cells < most),
  onRound({ cells, others, interrupts, memory }) {
    const { front, engine } = memory.at(-1)!;
    const rate = (1000 * cells) / (performance.now() - begun);
    const sizes = [front, engine].map(({ retained }) => retained.toFixed(1));
    row([cells, others, interrupts, rate.toFixed(1), ...sizes]);
  },
});
await kernel.stop();
removePlace(place);

for (const name of ["front", "engine"] as const) {
  for (const what of ["retained", "resident"] as const) {
    const grown = growth(report.memory.map((round) => [round.cells, round[name][what]]));
    if (grown === null) {
      console.log(`${name}, ${what}: too short a run to judge`);
      continue;
    }
    const { from, to, slope } = grown;
    const text = `${name}, ${what}: ${from.toFixed(1)} → ${to.toFixed(1)} MB`;
    console.log(`${text}, ${slope.toFixed(2)} MB per 1,000 cells`);
    if (!isFlat(grown, NOISE[what])) report.problems.push(`the memory of the ${name} grows`);
  }
}
for (const problem of report.problems) console.log(`problem: ${problem}`);
if (report.problems.length > 0) console.log(`the kernel's log:\n${kernel.said()}`);
console.log(`${report.cells} cells, ${report.problems.length} problems`);
process.exit(report.problems.length === 0 ? 0 : 1);
