/** `hypatia doctor`: what this machine has, what will be used, and how to get the rest. */
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";
import { detectProcessor, findCompiler } from "../backends/cpu/toolchain.js";
import { config, probeBackends } from "../backends/hypatia.js";
import { installed } from "../kernelspec/install.js";

interface Finding {
  readonly what: string;
  /** Null when it is missing; `otherwise` says what that means and how to get it. */
  readonly found: string | null;
  readonly otherwise: string;
  readonly needed?: true;
}

/** Prints one line a finding; returns whether everything needed is there. */
export function examine(print: (line: string) => void): boolean {
  const compiler = findCompiler();
  const backends = probeBackends();
  const usable = backends.filter((probe) => "backend" in probe);
  const findings: readonly Finding[] = [
    {
      what: "Node",
      found: nodeVersion(),
      otherwise: "too old: install Node 20.19 or later",
      needed: true,
    },
    { what: "processor", found: processor(), otherwise: "" },
    {
      what: "C compiler",
      found: typeof compiler === "string" ? null : compilerName(compiler.command),
      otherwise:
        typeof compiler === "string"
          ? `${compiler}; js computes instead, much slower: install gcc or clang`
          : "",
    },
    ...backends.map((probe) => ({
      what: `${probe.name} backend`,
      found: "backend" in probe ? device(probe.backend.capabilities) : null,
      otherwise: "reason" in probe ? firstLineOf(probe.reason) : "",
    })),
    {
      what: "in use",
      found: `config.backend = "${config.backend}"${
        config.backend === "auto" ? `: ${choice(usable)}` : ""
      }`,
      otherwise: "",
    },
    {
      what: "Jupyter",
      found: jupyter(),
      otherwise: "none on PATH: `hypatia run` works without it; to get it: pip install jupyterlab",
    },
    {
      what: "kernelspec",
      found: installed().join(", ") || null,
      otherwise: "not installed for this user: run `hypatia install`",
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

function processor(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const { arch, vectorBytes } = detectProcessor();
  const model = cpus()[0]?.model.trim() || arch;
  return `${model}, ${availableParallelism()} threads, ${8 * vectorBytes}-bit vectors, ${memory}`;
}

function compilerName([command, ...args]: readonly [string, ...string[]]): string {
  return firstLine(command, ...args, "--version") ?? command;
}

type Usable = Extract<ReturnType<typeof probeBackends>[number], { readonly backend: unknown }>;

function device({ device, hardware }: Usable["backend"]["capabilities"]): string {
  return hardware ? device : `${device} (software: correct, but slow)`;
}

/** What `auto` comes to: the first backend that runs on hardware of its own. */
function choice(usable: readonly Usable[]): string {
  const first = usable.find(({ backend }) => backend.capabilities.hardware) ?? usable.at(-1);
  return first?.name ?? "nothing";
}

function jupyter(): string | null {
  if (firstLine("jupyter", "--version") === null) return null;
  const lab = firstLine("jupyter", "lab", "--version");
  return lab === null ? "without JupyterLab" : `JupyterLab ${lab}`;
}

function firstLine(command: string, ...args: string[]): string | null {
  try {
    return firstLineOf(
      execFileSync(command, args, {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 20_000,
      }),
    );
  } catch {
    return null;
  }
}

function firstLineOf(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "";
}
