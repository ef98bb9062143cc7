/**
 * `npm run soak [-- --minutes N | --hours N | --cells N] [--clients N] [--seed N]`: the soak, with
 * a line each round, for three minutes or as long as is asked for.
 */
import { parseArgs } from "node:util";
import { createPlace, removePlace, startRealKernel } from "../faults/kernel.js";
import { isFlat, soak } from "./soak.js";

/** MB by which a process may grow in the second half of the run. */
const SLACK = 60;

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
const kernel = await startRealKernel(place);
console.log(`seed ${values.seed}\n   cells    others  interrupts   front MB  engine MB`);
const report = await soak(kernel, {
  clients: Number(values.clients),
  seed: Number(values.seed),
  more: (cells) => (most === null ? performance.now() < deadline : cells < most),
  onRound({ cells, others, interrupts, memory }) {
    const { front, engine } = memory.at(-1)!;
    const numbers = [cells, others, interrupts, front.toFixed(0), engine.toFixed(0)];
    const widths = [8, 10, 12, 11, 11];
    console.log(numbers.map((number, i) => String(number).padStart(widths[i]!)).join(""));
  },
});
await kernel.stop();
removePlace(place);

for (const name of ["front", "engine"] as const) {
  const flat = isFlat(
    report.memory.map((round) => round[name]),
    SLACK,
  );
  if (flat === false) report.problems.push(`the memory of the ${name} grows`);
  else console.log(`${name}: ${flat === null ? "too short a run to judge its memory" : "flat"}`);
}
for (const problem of report.problems) console.log(`problem: ${problem}`);
console.log(`${report.cells} cells, ${report.problems.length} problems`);
process.exit(report.problems.length === 0 ? 0 : 1);
