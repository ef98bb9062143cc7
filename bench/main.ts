/**
 * `npm run bench [-- SUITE...] [--json] [--tslab]`: Hypatia beside its peers, in the same run. A ratio below
 * one means that Hypatia took less time.
 */
import { parseArgs } from "node:util";
import { kernel } from "./kernel.js";
import { thisMachine } from "./machine.js";
import { ops } from "./ops.js";
import { cells, heading, line, type Machine, type Row, type Suite } from "./report.js";
import { step } from "./step.js";

const suites: readonly Suite[] = [step, ops, kernel];
/** Wide enough for every cell; a fixed width lets each row be printed when it is ready. */
const widths = [24, 8, 8, 9, 5, 14, 7];

const { values, positionals } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    /** Install tslab, for the kernel suite to measure. */
    tslab: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  const names = suites.map((suite) => suite.name).join(", ");
  console.error(`bench: no suite ${unknown.join(", ")}; there are ${names}`);
  process.exit(2);
}
const chosen = suites.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

const machine = thisMachine();
if (!values.json) describe(machine);
const results: { name: string; rows: Row[]; remarks: string[] }[] = [];
for (const suite of chosen) {
  if (!values.json) {
    console.log(`\n${suite.name}: ${suite.about}`);
    console.log(line(heading, widths));
  }
  const rows: Row[] = [];
  const remarks: string[] = [];
  try {
    for await (const row of suite.run(values)) {
      if ("remark" in row) {
        remarks.push(row.remark);
        if (!values.json) console.log(row.remark);
        continue;
      }
      rows.push(row);
      if (!values.json) console.log(line(cells(row, machine), widths));
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  results.push({ name: suite.name, rows, remarks });
}
if (values.json) console.log(JSON.stringify({ machine, suites: results }, null, 2));

function describe({ processor, cores, load, peak }: Machine): void {
  console.log(`${processor}, ${cores} cores, Node ${process.versions.node}`);
  if (load > cores / 2) {
    console.log(
      `others use the machine (load ${load.toFixed(1)}): times and ratios are unreliable`,
    );
  }
  console.log(
    peak === null
      ? "peak unknown: no C compiler"
      : `peak f32: ${peak.one.toFixed(0)} GFLOP/s on one core, ${peak.all.toFixed(0)} on all`,
  );
}
