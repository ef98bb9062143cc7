/** Tells Jupyter of the kernel: a folder with kernel.json and logos where Jupyter looks for it. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface InstallOptions {
  /** The folder's name, by which clients ask for the kernel; lower-case letters, digits, - . _ */
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly place: Place;
}

/** Whose Jupyter: this user's, the active Python environment's, or that of a given prefix. */
export type Place =
  | { readonly kind: "user" }
  | { readonly kind: "sys-prefix" }
  | { readonly kind: "prefix"; readonly directory: string };

/** This folder in the package, seen from dist/kernelspec/. */
const SOURCE = new URL("../../kernelspec/", import.meta.url);
const LOGOS = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"] as const;
const MAIN = fileURLToPath(new URL("../kernel/main.js", import.meta.url));

/** Writes the kernelspec and returns its folder. Replaces an older one of the same name. */
export function install({ name, displayName, place }: InstallOptions): string {
  const folder = specFolder(name, place);
  const spec = JSON.parse(readFileSync(new URL("kernel.json", SOURCE), "utf8")) as {
    argv: string[];
    display_name: string;
  };
  const names: Readonly<Record<string, string>> = { "{node}": process.execPath, "{main}": MAIN };
  spec.argv = spec.argv.map((argument) => names[argument] ?? argument);
  if (displayName !== undefined) spec.display_name = displayName;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  for (const logo of LOGOS) copyFileSync(new URL(logo, SOURCE), join(folder, logo));
  return folder;
}

/** Removes the kernelspec; returns its folder, or null if there was none. */
export function uninstall({ name, place }: InstallOptions): string | null {
  const folder = specFolder(name, place);
  if (!existsSync(join(folder, "kernel.json"))) return null;
  rmSync(folder, { recursive: true });
  return folder;
}

/** The kernelspecs of ours that this user's Jupyter and the active environment can see. */
export function installed(): string[] {
  const places: Place[] = [{ kind: "user" }, { kind: "sys-prefix" }];
  return places.flatMap((place) => {
    try {
      const kernels = join(dataDirectory(place), "kernels");
      return readdirSync(kernels)
        .map((name) => join(kernels, name))
        .filter((folder) => isOurs(join(folder, "kernel.json")));
    } catch {
      return []; // No such environment, or no kernels in it.
    }
  });
}

function isOurs(file: string): boolean {
  try {
    const { argv } = JSON.parse(readFileSync(file, "utf8")) as { argv?: unknown };
    return Array.isArray(argv) && argv.includes(MAIN);
  } catch {
    return false;
  }
}

function specFolder(name: string, place: Place): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new Error(
      `--name: got ${JSON.stringify(name)}, expected lower-case letters, digits, "-", "." or "_"`,
    );
  }
  return join(dataDirectory(place), "kernels", name);
}

function dataDirectory(place: Place): string {
  switch (place.kind) {
    case "user":
      return userDirectory();
    case "sys-prefix":
      return join(sysPrefix(), "share", "jupyter");
    case "prefix":
      return join(place.directory, "share", "jupyter");
    default:
      return place satisfies never;
  }
}

/** jupyter_core's `jupyter_data_dir`. */
function userDirectory(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  switch (platform()) {
    case "darwin":
      return join(homedir(), "Library", "Jupyter");
    case "win32":
      return join(APPDATA ?? homedir(), "jupyter");
    default:
      return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
  }
}

/** The active environment: a virtual or conda one, else that of the `python3` on PATH. */
function sysPrefix(): string {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const named = VIRTUAL_ENV || CONDA_PREFIX;
  if (named) return named;
  try {
    const args = ["-c", "import sys; print(sys.prefix)"];
    const stdio = ["ignore", "pipe", "ignore"] as const;
    return execFileSync("python3", args, { encoding: "utf8", stdio: [...stdio] }).trim();
  } catch {
    throw new Error("--sys-prefix: no active environment and no python3; use --prefix DIR");
  }
}
