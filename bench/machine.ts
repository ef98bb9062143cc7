/** What the measurements ran on, with the peak that a matrix product could reach. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { script } from "./peer.js";
import type { Machine } from "./report.js";

export function thisMachine(): Machine {
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  return { processor, cores: availableParallelism(), load: loadavg()[0] ?? 0, peak: measurePeak() };
}

/** Compiles and runs peak.c; null when there is no compiler. */
function measurePeak(): Machine["peak"] {
  const folder = mkdtempSync(join(tmpdir(), "hypatia-peak-"));
  const program = join(folder, "peak");
  try {
    const flags = ["-O2", "-march=native", "-pthread"];
    execFileSync("cc", [...flags, script("peak.c"), "-o", program], { stdio: "ignore" });
    const { one, all } = JSON.parse(execFileSync(program, { encoding: "utf8" }));
    return { one, all };
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
