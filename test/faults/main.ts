/**
 * `npm run faults [-- WORD...]`: what can go wrong, made to happen to a real kernel, as a table of
 * what the user saw, the time to recover and what was lost. Words choose rows by their names.
 */
import { stripVTControlCharacters } from "node:util";
import { type Ground, inflict, leave, type Outcome } from "./fault.js";
import { faults } from "./table.js";

const words = process.argv.slice(2);
const chosen = faults.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
const NAME = Math.max(...faults.map(({ name }) => name.length));

console.log(`${"fault".padEnd(NAME)}  recovered      lost       what the user saw`);
const ground: Ground = { shared: null };
const outcomes: Outcome[] = [];
for (const fault of chosen) {
  const outcome = await inflict(fault, ground);
  outcomes.push(outcome);
  console.log(line(outcome));
}
await leave(ground);

const wrong = outcomes.filter((outcome) => outcome.wrong.length > 0);
const skipped = outcomes.filter((outcome) => outcome.skipped !== undefined);
const right = outcomes.length - wrong.length - skipped.length;
console.log(`\n${right} as promised, ${wrong.length} not, ${skipped.length} skipped`);
process.exit(wrong.length === 0 ? 0 : 1);

function line({ name, saw, ms, lost, wrong, skipped }: Outcome): string {
  const start = name.padEnd(NAME);
  if (skipped !== undefined) return `${start}  skipped: ${skipped}`;
  const time = `${ms.toFixed(0)} ms`.padStart(9);
  const said = stripVTControlCharacters(saw).replace(/\s+/g, " ").slice(0, 160);
  const complaints = wrong.map((text) => `\n${" ".repeat(NAME)}  NOT AS PROMISED: ${text}`);
  return `${start}  ${time}  ${lost.padStart(10)}  ${said}${complaints.join("")}`;
}
