/** `hypatia doctor`: what this machine has, what will be used, and how to get the rest. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { installed } from "../kernelspec/install.js";

interface Finding {
  readonly what: string;
  readonly found: string | null;
  /** What is used without it, and how to get it. */
  readonly otherwise: string;
  readonly needed?: true;
}

/** Prints one line a finding; returns whether everything needed is there. */
export async function examine(print: (line: string) => void): Promise<boolean> {
  const findings: readonly Finding[] = [
    {
      what: "Node",
      found: nodeVersion(),
      otherwise: "too old: install Node 20.19 or later",
      needed: true,
    },
    {
      what: "processor",
      found: processor(),
      otherwise: "unknown",
    },
    {
      what: "C compiler",
      found:
        firstLine("cc", "--version") ??
        firstLine("gcc", "--version") ??
        firstLine("clang", "--version"),
      otherwise: "none: the js backend computes, much slower; install gcc or clang",
    },
    {
      what: "Jupyter",
      found: jupyter(),
      otherwise: "none on PATH: `hypatia run` works without; pip install jupyterlab",
    },
    {
      what: "kernelspec",
      found: installed().join(", ") || null,
      otherwise: "not installed: run `hypatia install`",
    },
  ];
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, found, otherwise } of findings) {
    print(`${found === null ? "–" : "✓"} ${what.padEnd(width)}  ${found ?? otherwise}`);
  }
  return findings.every(({ found, needed }) => found !== null || !needed);
}

function nodeVersion(): string | null {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19) ? process.versions.node : null;
}

/** Vector extensions that the C printer makes use of, as Linux names them. */
const FEATURES = ["avx2", "fma", "avx512f", "asimd", "sve"];

function processor(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const model = cpus()[0]?.model.trim() ?? process.arch;
  return [model, `${availableParallelism()} threads`, ...features(), memory].join(", ");
}

function features(): string[] {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1];
    const flags = new Set(line?.split(" "));
    return FEATURES.filter((feature) => flags.has(feature));
  } catch {
    return [];
  }
}

function jupyter(): string | null {
  const version = firstLine("jupyter", "--version");
  if (version === null) return null;
  const lab = firstLine("jupyter", "lab", "--version");
  return lab === null ? "without JupyterLab" : `JupyterLab ${lab}`;
}

function firstLine(command: string, ...args: string[]): string | null {
  try {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    const text = execFileSync(command, args, {
      encoding: "utf8",
      stdio: [...stdio],
      timeout: 20_000,
    });
    return text.split("\n", 1)[0]?.trim() || null;
  } catch {
    return null;
  }
}
