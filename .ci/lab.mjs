/**
 * `npm run lab`: sets up what is missing, registers the kernel in `.venv` and opens JupyterLab on
 * notebooks/. Further arguments go to JupyterLab: `npm run lab -- --no-browser --port 9999`.
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { inRoot, python, root, setUp } from "./setup.mjs";

const { missing, ok } = setUp("kernelspec");
if (!ok || "Jupyter" in missing || "kernelspec" in missing) {
  console.error("npm run lab failed: JupyterLab or the kernel is not installed (see above)");
  process.exit(1);
}

const asRoot = process.getuid?.() === 0 ? ["--allow-root"] : [];
const options = [`--ServerApp.root_dir=${inRoot("notebooks")}`, ...asRoot];
const args = ["-m", "jupyter", "lab", ...options, ...process.argv.slice(2)];
const lab = spawn(python, args, { cwd: root, stdio: "inherit" });

// Ctrl-C reaches JupyterLab from the terminal; this process only waits for its answer.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => lab.kill("SIGTERM"));
lab.on("exit", (code) => process.exit(code ?? 1));
