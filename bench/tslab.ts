/**
 * tslab, the TypeScript kernel that people use today, for the benchmark alone: nothing of Hypatia
 * depends on it. `npm run bench -- kernel --tslab` installs it into a folder of its own.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../.hypatia/tslab/", import.meta.url));
const program = join(folder, "node_modules", "tslab", "bin", "tslab");

/** Where Jupyter finds tslab's kernel; a text says why there is none. */
export function findTslab(install: boolean): { readonly jupyterPath: string } | string {
  if (!existsSync(program) && !install) {
    return "tslab is not installed; `npm run bench -- kernel --tslab` installs it in .hypatia/tslab";
  }
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    // Its zeromq carries its binaries: no install script has to run.
    const options = ["--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
    const done = spawnSync("npm", ["install", ...options, "tslab@1.0.22"], { encoding: "utf8" });
    const said = `${done.stdout ?? ""}${done.stderr ?? ""}`.trimEnd().split("\n");
    if (done.status !== 0) return `tslab does not install: ${said.at(-1) ?? done.error?.message}`;
  }
  const spec = join(folder, "share", "jupyter", "kernels", "tslab");
  mkdirSync(spec, { recursive: true });
  const argv = [process.execPath, program, "kernel", "--config-path={connection_file}"];
  const description = { argv, display_name: "tslab", language: "typescript" };
  writeFileSync(join(spec, "kernel.json"), JSON.stringify(description));
  return { jupyterPath: join(folder, "share", "jupyter") };
}
