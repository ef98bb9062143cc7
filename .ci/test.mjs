/**
 * `npm test`: sets up what is missing and runs every test; the last line is
 * `N passed, N failed, N skipped`. `npm test -- lang jupyter` runs the files whose path contains
 * one of the words.
 *
 * The counts are read from the file in which test/reporter.ts records each test as it ends, so
 * that they are right also when a test takes the whole process down.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { inRoot, root, setUp } from "./setup.mjs";

const record = inRoot("out", "tests.jsonl");

const { missing, ok } = setUp("debian", "python", "snapshot");
if ("npm packages" in missing) finish({ passed: 0, failed: 1, skipped: 0 });

const words = process.argv.slice(2);
const files = readdirSync(inRoot("dist", "test"), { recursive: true })
  .map((path) => relative(root, inRoot("dist", "test", path)))
  .filter((path) => path.endsWith(".test.js"))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${words.join(" ")}`);
  finish({ passed: 0, failed: 1, skipped: 0 });
}

mkdirSync(inRoot("out"), { recursive: true });
rmSync(record, { force: true });
const mocha = inRoot("node_modules", "mocha", "bin", "mocha.js");
const reporter = join("dist", "test", "reporter.js");
const options = ["--reporter", reporter, "--reporter-option", `record=${record}`];
const outcome = spawnSync(process.execPath, [mocha, ...options, ...files], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
});

const counts = { passed: 0, failed: 0, skipped: 0 };
let running = null;
let ended = false;
const failures = [];
for (const line of readRecord()) {
  if (line.state === "started") running = line.title;
  else if (line.state === "ended") ended = true;
  else counts[line.state] += 1;
  if (line.state === "failed") failures.push(line);
}
if (!ended) {
  const how = outcome.signal ?? `exit ${outcome.status}`;
  for (const { title, error } of failures) console.error(`\n${title}\n${error}`);
  console.error(`\nThe tests' process died (${how}) in: ${running ?? "loading the test files"}`);
  counts.failed += 1;
} else if (outcome.status !== 0 && counts.failed === 0) {
  console.error(`\nThe tests' process ended with exit ${outcome.status} after its last test`);
  counts.failed += 1;
}
if (!ok) {
  console.error(`\nThe set-up failed: ${Object.keys(missing).join(", ")} (see the top)`);
  counts.failed += 1;
}
finish(counts);

function readRecord() {
  try {
    const lines = readFileSync(record, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  } catch {
    return []; // mocha died before its reporter was loaded
  }
}

function finish({ passed, failed, skipped }) {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed === 0 ? 0 : 1);
}
