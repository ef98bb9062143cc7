/** The kernel of this checkout, installed where only the tests see it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../needs.js";

export interface Installation {
  /** For Jupyter's programs: they find our kernel first, and nothing of the user's own Jupyter. */
  readonly env: NodeJS.ProcessEnv;
  /** A folder of one's own, removed with the installation. */
  readonly folder: string;
  remove(): void;
}

export function installKernel(): Installation {
  const folder = mkdtempSync(join(tmpdir(), "hypatia-jupyter-"));
  const main = join(root, "dist", "kernel", "main.js");
  execFileSync(process.execPath, [main, "install", "--prefix", folder], { stdio: "pipe" });
  return {
    folder,
    env: {
      ...process.env,
      JUPYTER_PATH: join(folder, "share", "jupyter"),
      JUPYTER_DATA_DIR: join(folder, "data"),
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
      HYPATIA_STATE: join(folder, "state"),
      PYTHONDONTWRITEBYTECODE: "1",
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
