/**
 * What a test needs from the machine. A test that cannot run here is skipped by name and with a
 * reason; it never passes silently.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root, seen from dist/test/. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The Python of `.venv`, with JupyterLab, nbconvert, jupyter_client and NumPy. */
export const python = join(root, ".venv", "bin", "python");

/** Debian's Chromium, which the browser tests drive and which ships SwiftShader; null if none. */
export const chromium = findCommand("chromium", "chromium-browser", "google-chrome");

const things = {
  "C compiler": () => findCommand("cc", "gcc", "clang") !== null,
  Chromium: () => chromium !== null,
  Jupyter: () => canExecute(python),
} satisfies Record<string, () => boolean>;

/**
 * Skips the current test or suite unless the machine has these things. The first line of a test
 * or of a suite's `before` hook: `before(function () { need(this, "Chromium"); })`.
 */
export function need(context: Mocha.Context, ...wanted: readonly (keyof typeof things)[]): void {
  const missing = wanted.filter((thing) => !things[thing]());
  if (missing.length > 0) skip(context, `not found: ${missing.join(", ")}`);
}

/** Reasons by suite, for skips in a `before` hook, or by test. */
const reasons = new WeakMap<Mocha.Runnable | Mocha.Suite, string>();

/** Skips the current test, or the suite whose `before` hook this is, and keeps why. */
export function skip(context: Mocha.Context, reason: string): never {
  const runnable = context.runnable();
  const suite = "type" in runnable && runnable.type === "hook" ? runnable.parent : undefined;
  reasons.set(suite ?? runnable, reason);
  return context.skip();
}

/** Why a test was skipped: its own reason, or that of the nearest suite around it. */
export function reasonOf(test: Mocha.Runnable): string | null {
  const own = reasons.get(test);
  if (own !== undefined) return own;
  for (let suite = test.parent; suite !== undefined; suite = suite.parent) {
    const reason = reasons.get(suite);
    if (reason !== undefined) return reason;
  }
  return null;
}

/** Full path of the first of these commands that is on PATH; null when none is. */
export function findCommand(...names: readonly string[]): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(canExecute) ?? null;
}

function canExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
