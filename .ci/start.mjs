/**
 * `npm start`: sets up what is missing, runs the first notebook in batch through nbconvert and the
 * real kernel, and says what came out and where it is.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { inRoot, python, root, setUp } from "./setup.mjs";

const notebook = inRoot("notebooks", "01-mnist.ipynb");
const out = inRoot("out");
const executed = join(out, "01-mnist.ipynb");
const page = join(out, "01-mnist.html");

/** What the notebook prints that a person wants to see at once. */
const telling = [/^test accuracy:/, /^time per step:/];

const { missing, ok } = setUp("kernelspec");
if (!ok) process.exit(1);
mkdirSync(out, { recursive: true });

if ("Jupyter" in missing || "kernelspec" in missing) {
  const main = inRoot("dist", "kernel", "main.js");
  console.log("Running notebooks/01-mnist.ipynb without Jupyter (no HTML page) …");
  run(process.execPath, [main, "run", notebook, "--output", executed]);
} else {
  const nbconvert = ["-m", "nbconvert", "--log-level=ERROR", "--output-dir", out];
  const patience = "--ExecutePreprocessor.timeout=900";
  console.log("Running notebooks/01-mnist.ipynb through nbconvert …");
  run(python, [...nbconvert, "--to=notebook", "--execute", patience, notebook]);
  run(python, [...nbconvert, "--to=html", executed]);
}

for (const pattern of telling) {
  const lines = printedLines(executed).filter((line) => pattern.test(line));
  if (lines.length === 0) fail(`the notebook printed no line like ${pattern}`);
  for (const line of lines) console.log(line);
}
console.log(`Executed notebook: ${relative(root, executed)}`);
if (!("Jupyter" in missing)) console.log(`As a page:         ${relative(root, page)}`);

/** The lines that a notebook's cells printed or showed as plain text. */
function printedLines(path) {
  const { cells } = JSON.parse(readFileSync(path, "utf8"));
  return cells
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.text ?? output.data?.["text/plain"] ?? "")
    .flatMap((text) => (Array.isArray(text) ? text.join("") : text).split("\n"));
}

function run(command, args) {
  const { status, signal } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) fail(`${command} ${args.join(" ")} ended with ${signal ?? `exit ${status}`}`);
}

function fail(reason) {
  console.error(`npm start failed: ${reason}`);
  process.exit(1);
}
