/** How many threads the pool should have: the physical cores that this process may really use. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * `HYPATIA_THREADS` if it is set, else the number of distinct physical cores among the processors
 * that affinity allows, limited by the control group's CPU quota. A second hardware thread of a core
 * adds nothing to code that keeps the vector units busy, and much to the time of a fork and join.
 */
export function threadCount(environment: NodeJS.ProcessEnv = process.env): number {
  const wanted = Number(environment.HYPATIA_THREADS);
  if (Number.isInteger(wanted) && wanted >= 1) return Math.min(wanted, 256);
  return Math.max(1, Math.min(allowedCores(), Math.ceil(cpuQuota())));
}

function allowedCores(): number {
  const status = read("/proc/self/status");
  const allowed = parseList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "");
  if (allowed.length === 0) return availableParallelism();
  const cores = new Set<string>();
  for (const cpu of allowed) {
    const topology = `/sys/devices/system/cpu/cpu${cpu}/topology/`;
    const siblings =
      read(`${topology}core_cpus_list`) || read(`${topology}thread_siblings_list`) || String(cpu);
    cores.add(siblings.trim());
  }
  return Math.min(cores.size, availableParallelism());
}

/** CPUs' worth of time that the control group grants, version 2 or 1; Infinity without a limit. */
function cpuQuota(): number {
  const ratio = (quota: number, period: number) =>
    quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
  const [quota, period] = read("/sys/fs/cgroup/cpu.max").trim().split(/\s+/).map(Number);
  if (quota !== undefined && period !== undefined) return ratio(quota, period);
  return ratio(
    Number(read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us")),
    Number(read("/sys/fs/cgroup/cpu/cpu.cfs_period_us")),
  );
}

/** "0-3,8" → [0, 1, 2, 3, 8]. */
export function parseList(text: string): number[] {
  const cpus: number[] = [];
  for (const part of text.split(",")) {
    const [first = Number.NaN, last = first] = part
      .split("-")
      .map((word) => Number.parseInt(word, 10));
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
