/**
 * Sets up what the repository's commands need, on a machine that has only Node and Python 3.
 *
 *     node .ci/setup.mjs build python
 *
 * Plain JavaScript over Node's own modules, since it runs before anything is installed. Each step
 * first asks whether its work is already done, by comparing contents, so a second run costs well
 * under a second. A step that fails says which things will be missing and how to get them.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const inRoot = (...parts) => join(root, ...parts);
export const python = inRoot(".venv", "bin", "python");

/** The folders that TypeScript compiles; the same list as tsconfig's `include`. */
const sourceFolders = ["lang", "compiler", "backends", "kernel", "kernelspec", "test", "bench"];

/**
 * The steps, by name: those that each one needs first, and a function that does it and returns
 * what stays missing, `{ thing: why }`: empty when all is well. When a `vital` step fails, nothing
 * after it can work.
 */
const steps = {
  debian: { after: [], run: installDebianPackages },
  packages: { after: [], run: installNodePackages, vital: true },
  python: { after: ["debian"], run: installPythonPackages },
  build: { after: ["packages"], run: build, vital: true },
  snapshot: { after: ["build"], run: makeSnapshot },
  kernelspec: { after: ["snapshot", "python"], run: registerKernel },
};

/**
 * Does the wanted steps and those before them, in the table's order. `missing` says by name what
 * could not be had and why; `ok` is false when a vital step failed.
 */
export function setUp(...wanted) {
  const chosen = new Set();
  const choose = (name) => {
    if (!Object.hasOwn(steps, name)) {
      throw new Error(`setup: no step "${name}"; there are ${Object.keys(steps).join(", ")}`);
    }
    for (const earlier of steps[name].after) choose(earlier);
    chosen.add(name);
  };
  for (const name of wanted) choose(name);

  const missing = {};
  for (const [name, step] of Object.entries(steps)) {
    if (!chosen.has(name)) continue;
    const lacking = step.run(missing);
    Object.assign(missing, lacking);
    for (const [thing, why] of Object.entries(lacking)) say(`missing: ${thing}: ${why}`);
    if (step.vital && Object.keys(lacking).length > 0) return { missing, ok: false };
  }
  return { missing, ok: true };
}

/** What a machine may lack outside the repository, how to see it, and what it is for. */
const debianPackages = [
  {
    thing: "C compiler",
    present: () => ["cc", "gcc", "clang"].some(onPath),
    packages: ["gcc", "libc6-dev"],
    use: "the cpu backend (js takes over)",
  },
  {
    thing: "Chromium",
    present: () => ["chromium", "chromium-browser", "google-chrome"].some(onPath),
    packages: ["chromium", "fonts-dejavu-core"],
    use: "the browser tests, and WebGPU without a GPU",
  },
  {
    thing: "Python's venv",
    present: () => findPython() !== null,
    packages: ["python3-venv"],
    use: "JupyterLab and nbconvert",
  },
];

function installDebianPackages() {
  const lacking = debianPackages.filter((entry) => !entry.present());
  if (lacking.length === 0) return {};
  const wanted = lacking.flatMap((entry) => entry.packages);
  const command = ["apt-get", "install", "-y", "--no-install-recommends", ...wanted];
  if (onPath("apt-get") && process.getuid?.() === 0) {
    say(`Debian packages: ${wanted.join(" ")}`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    quietly("apt-get", ["update"], { env });
    quietly(command[0], command.slice(1), { env });
  }
  const still = lacking.filter((entry) => !entry.present());
  const hint = onPath("apt-get") ? `sudo ${command.join(" ")}` : "see your system's packages";
  return Object.fromEntries(
    still.map((entry) => [entry.thing, `needed for ${entry.use}; to get it: ${hint}`]),
  );
}

/**
 * Nothing here runs an install script: zeromq, koffi and webgpu carry their binaries inside. npm's
 * own record of what it installed is compared with the lock file, package by package.
 */
function installNodePackages() {
  if (installedAsLocked()) return {};
  if (lstatSync(inRoot("node_modules"), { throwIfNoEntry: false })?.isSymbolicLink()) {
    say("node_modules is a link and differs from package-lock.json: left as it is");
    return {};
  }
  say("npm packages: npm ci");
  const done = quietly("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  return done ? {} : { "npm packages": "npm ci failed (its output is above)" };
}

function installedAsLocked() {
  const record = inRoot("node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  const locked = JSON.parse(readFileSync(inRoot("package-lock.json"), "utf8")).packages;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === "" || (entry.optional && !(path in installed))) return true;
    return installed[path]?.version === entry.version;
  });
}

/** Compiles to dist/ when a source differs from those of the last compilation without errors. */
function build() {
  const sources = sourceFolders.flatMap((folder) => filesUnder(inRoot(folder)));
  const stamp = inRoot("dist", ".sources");
  const key = digest(
    ["tsconfig.json", "package-lock.json"].map((name) => inRoot(name)),
    sources,
  );
  if (isStamped(stamp, key)) return {};
  say("build: tsc");
  removeOrphans();
  const compiler = inRoot("node_modules", "typescript", "bin", "tsc");
  const outcome = spawnSync(process.execPath, [compiler, "-p", root], { stdio: "inherit" });
  if (outcome.status !== 0) return { build: "tsc reported errors (above)" };
  mkdirSync(inRoot("dist"), { recursive: true });
  writeFileSync(stamp, key);
  return {};
}

/** A test whose source was deleted must not go on running: dist/ holds nothing without a source. */
function removeOrphans() {
  for (const folder of sourceFolders) {
    for (const path of filesUnder(inRoot("dist", folder))) {
      const stem = relative(inRoot("dist"), path).match(/^(.*?)(\.d\.ts|\.js)(\.map)?$/)?.[1];
      if (stem !== undefined && !existsSync(inRoot(`${stem}.ts`))) rmSync(path);
    }
  }
}

/** The language, warm, in the user's cache: without it each session's first cell waits. */
function makeSnapshot() {
  const done = quietly(process.execPath, [inRoot("dist", "kernel", "cell", "maker.js")]);
  return done ? {} : { snapshot: "sessions will begin a second or two slower" };
}

/** `.venv` with exactly the versions of requirements.txt, thus without pip's resolver. */
function installPythonPackages() {
  const requirements = inRoot(".ci", "requirements.txt");
  const stamp = inRoot(".venv", ".requirements");
  const key = digest([requirements]);
  if (isStamped(stamp, key) && existsSync(python)) return {};
  const host = findPython();
  if (host === null) {
    return { Jupyter: "no Python of version 3.11 or later with venv and pip was found" };
  }
  say(`Python packages: .venv from ${host}`);
  const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--no-input", "--no-deps"];
  const done =
    (existsSync(python) || quietly(host, ["-m", "venv", inRoot(".venv")])) &&
    quietly(python, [...pip, "--quiet", "-r", requirements]);
  if (!done) return { Jupyter: "its packages could not be installed (pip's output is above)" };
  writeFileSync(stamp, key);
  return {};
}

/** Registers this checkout's kernel in `.venv`, where JupyterLab and nbconvert look for it. */
function registerKernel(missing) {
  if ("Jupyter" in missing) return {};
  const main = inRoot("dist", "kernel", "main.js");
  const spec = inRoot(".venv", "share", "jupyter", "kernels", "hypatia", "kernel.json");
  const stamp = inRoot(".venv", ".kernelspec");
  const key = digest([main], filesUnder(inRoot("kernelspec")));
  const ours = existsSync(spec) && readFileSync(spec, "utf8").includes(JSON.stringify(main));
  if (ours && isStamped(stamp, key)) return {};
  say("kernel: registered in .venv");
  if (!quietly(process.execPath, [main, "install", "--prefix", inRoot(".venv")])) {
    return { kernelspec: "hypatia install failed (its output is above)" };
  }
  writeFileSync(stamp, key);
  return {};
}

/** The first Python that can make the environment, by path; null when there is none. */
function findPython() {
  const probe = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
  const names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  const works = (name) => spawnSync(name, ["-c", probe], { stdio: "ignore" }).status === 0;
  return names.find(works) ?? null;
}

function onPath(command) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => folder !== "" && existsSync(join(folder, command)));
}

/** Runs a command without showing it, unless it fails: then the end of what it printed. */
function quietly(command, args, options = {}) {
  const limit = { timeout: 20 * 60_000, maxBuffer: 1 << 28 };
  const stdio = ["ignore", "pipe", "pipe"];
  const outcome = spawnSync(command, args, { cwd: root, stdio, ...limit, ...options });
  if (outcome.status === 0) return true;
  const said = `${outcome.stdout ?? ""}${outcome.stderr ?? ""}`.trimEnd().split("\n");
  process.stderr.write(`${said.slice(-30).join("\n")}\n`);
  const end = outcome.error?.message ?? outcome.signal ?? `exit ${outcome.status}`;
  say(`failed (${end}): ${command} ${args.join(" ")}`);
  return false;
}

/** All files under a folder, sorted, so that digests do not depend on the file system's order. */
function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function digest(...lists) {
  const hash = createHash("sha256").update(process.version);
  for (const path of lists.flat()) hash.update(`\0${path}\0`).update(readFileSync(path));
  return hash.digest("hex");
}

function isStamped(path, key) {
  return existsSync(path) && readFileSync(path, "utf8") === key;
}

function say(line) {
  console.log(`setup: ${line}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = setUp(...process.argv.slice(2)).ok ? 0 : 1;
}
