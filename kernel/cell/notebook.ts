/**
 * What `!`, `%` and `%%` lines do, as functions: every cell has them under the name `notebook`.
 *
 *     await notebook.shell("git status")
 *     await notebook.time(() => step(x, y))
 */
import { spawn } from "node:child_process";
import { constants, homedir } from "node:os";
import { resolve } from "node:path";
import { inspect } from "node:util";
import type { HelpWanted, MimeBundle, Payload } from "../types.js";
import type { Scope } from "./scope.js";
import { readSource } from "./sources.js";

/** What the notebook's functions need from the engine. */
export interface NotebookHost {
  readonly scope: Scope;
  /** Computes what a value stands for, so that a clock measures it. */
  settle(value: unknown): void;
  /** What makes something to look at of a text: `html`, `svg`, `markdown`, `latex`. */
  readonly renderers: Readonly<Record<string, (text: string) => unknown>>;
  /** What a value looks like. */
  toMimeBundle(value: unknown): MimeBundle | null;
  /** Asks something of the client that ran the cell. */
  ask(payload: Payload | HelpWanted): void;
  /** The session's names are gone: the checker must not know them either. */
  forgotten(): void;
  getBackend(): string;
  setBackend(name: string): void;
}

/** One name of the session. */
export interface NameEntry {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

export interface TimeitOptions {
  /** Calls a round; as many as take 50 ms, if not given. */
  readonly loops?: number;
  /** 7, if not given. */
  readonly rounds?: number;
}

export interface Notebook {
  /**
   * Run a command in the system's shell; its output appears as it comes. Returns the exit status
   * and says so when it is not 0. `!command` on a line of its own does this.
   * @example
   * await notebook.shell("ls -l")
   */
  shell(command: string): Promise<number>;
  /**
   * Run `text` as the input of a program. Throws if it ends with another status than 0. A cell
   * that begins with `%%bash` (sh, zsh, python3, node, script) does this.
   * @example
   * await notebook.script("bash", "for f in *.ts; do wc -l $f; done")
   */
  script(program: string, text: string): Promise<void>;
  /**
   * Call `work` once, print how long it took, and return its result. Tensors are computed. `%time
   * expression` does this, and for a whole cell `%%time` on its first line.
   * @example
   * const loss = await notebook.time(() => step(x, y))
   */
  time<T>(work: () => T | Promise<T>): Promise<T>;
  /**
   * Call `work` many times and print the mean time of a call with its standard deviation. Tensors
   * are computed, but those that are equal only once: to time the computation, compile it, and time
   * calls of that function. `%timeit expression` does this, also with the options `-n LOOPS -r
   * ROUNDS`, and for a whole cell `%%timeit` on its first line, with what is not to be timed behind.
   * @example
   * const product = compile([], dot(a, b));
   * await notebook.timeit(() => product(), { loops: 100, rounds: 3 })
   */
  timeit(work: () => unknown, options?: TimeitOptions): Promise<void>;
  /** The names that cells have declared, with their types and values. `%who` does this. */
  who(): NameEntry[];
  /** Forget all names that cells have declared. `%reset` does this. */
  reset(): void;
  /**
   * Change the working directory, to home without an argument, to the one before with "-", and
   * return it. `%cd FOLDER` does this.
   */
  cd(folder?: string): string;
  /**
   * The environment, one of its variables, or that variable set. Throws for one that is not set.
   * `%env NAME=value` does this.
   */
  env(): Record<string, string>;
  env(name: string, value?: string): string;
  /**
   * Put the text of a file, or of an http(s) address, in the place of the cell, to be looked at and
   * run. `%load FILE` does this.
   */
  load(source: string): Promise<void>;
  /** Make a cell with this text below the running one, or in its place. */
  nextInput(text: string, replace?: boolean): void;
  /** Show something in the client's pager; in JupyterLab that is below the cell. */
  page(value: unknown): void;
  /**
   * Show in the pager what is known of a name: signature, documentation, value; if asked for, the
   * source, too. `name?` and `name??` do this, as the last line of a cell.
   * @example
   * notebook.help("zeros")
   */
  help(name: string, withSource?: boolean): void;
  /** Ask a console to end, with its kernel if not told otherwise. `exit` and `quit` do this. */
  exit(keepKernel?: boolean): void;
  /** The backend that computes, or a choice of one. `%backend cpu` does this. */
  backend(name?: string): string;
  /** Show text as "html", "svg", "markdown" or "latex". `%%html` cells do this. */
  show(kind: string, text: string): unknown;
  /** Start the clock that `stopClock` reads: what `%time const x = …` does. */
  startClock(): void;
  /** Print the time since `startClock`. */
  stopClock(): void;
}

let current: NotebookHost | null = null;

/** The engine says what `notebook` works on. */
export function setNotebookHost(host: NotebookHost): void {
  current = host;
}

function host(): NotebookHost {
  if (current === null) throw new Error("notebook: there is no notebook outside of the kernel");
  return current;
}

let clock = 0;

export const notebook: Notebook = {
  async shell(command) {
    const status = await run(command, [], null, true);
    if (status !== 0) console.log(`[exit status ${status}]`);
    return status;
  },

  async script(program, text) {
    const [name = "", ...args] = program.split(/\s+/);
    if (name === "") throw new TypeError('notebook.script: no program; write "%%script bash"');
    const status = await run(name, args, text, false);
    if (status !== 0) throw new Error(`${program} ended with exit status ${status}`);
  },

  async time(work) {
    const start = performance.now();
    const result = await work();
    host().settle(result);
    console.log(`time: ${formatTime(performance.now() - start)}`);
    return result;
  },

  async timeit(work, { loops, rounds = 7 } = {}) {
    const once = async (times: number): Promise<number> => {
      const start = performance.now();
      for (let i = 0; i < times; i++) {
        const result = work();
        host().settle(result instanceof Promise ? await result : result);
      }
      return performance.now() - start;
    };
    await once(1); // what the first call compiles is not what the others cost
    let times = loops ?? 1;
    while (loops === undefined && times < 1e7 && (await once(times)) < roundLength) times *= 2;
    const means: number[] = [];
    for (let i = 0; i < rounds; i++) means.push((await once(times)) / times);
    const mean = means.reduce((sum, t) => sum + t, 0) / rounds;
    const variance = means.reduce((sum, t) => sum + (t - mean) ** 2, 0) / Math.max(rounds - 1, 1);
    console.log(
      `${formatTime(mean)} ± ${formatTime(Math.sqrt(variance))} a call ` +
        `(mean ± standard deviation of ${rounds} rounds of ${times})`,
    );
  },

  who() {
    const { scope } = host();
    return Object.keys(scope.names)
      .filter((name) => scope.has(name))
      .map((name) => {
        const value = scope.valueOf(name);
        return { name, type: typeName(value), value: summary(value) };
      });
  },

  reset() {
    host().scope.clear();
    host().forgotten();
  },

  cd(folder = homedir()) {
    if (folder === "-" && previous === null) throw new Error("cd -: there is no folder before");
    const to = folder === "-" ? previous! : folder.replace(/^~(?=\/|$)/, homedir());
    const from = process.cwd();
    try {
      process.chdir(to);
    } catch (error) {
      const reason = error instanceof Error ? error.message.split(",")[0] : error;
      throw new Error(`cd: cannot go to ${resolve(to)}: ${reason}`);
    }
    previous = from;
    return process.cwd();
  },

  env: ((name?: string, value?: string) => {
    if (name === undefined) return { ...process.env };
    if (value !== undefined) process.env[name] = value;
    const found = process.env[name];
    if (found !== undefined) return found;
    throw new Error(`env: ${name} is not set; %env ${name}=VALUE sets it`);
  }) as Notebook["env"],

  async load(source) {
    notebook.nextInput(`// %load ${source}\n${await readSource(source)}`, true);
  },

  nextInput(text, replace = false) {
    host().ask({ source: "set_next_input", text, replace });
  },

  page(value) {
    const data =
      typeof value === "string" ? { "text/plain": value } : host().toMimeBundle(value)?.data;
    host().ask({ source: "page", data: data ?? { "text/plain": "" }, start: 0 });
  },

  help(name, withSource = false) {
    host().ask({ source: "page", about: name, detail: withSource ? 1 : 0 });
  },

  exit(keepKernel = false) {
    host().ask({ source: "ask_exit", keepkernel: keepKernel });
  },

  backend(name) {
    if (name !== undefined) host().setBackend(name);
    return host().getBackend();
  },

  show(kind, text) {
    const { renderers } = host();
    const render = Object.hasOwn(renderers, kind) ? renderers[kind] : undefined;
    if (render !== undefined) return render(text);
    throw new TypeError(
      `notebook.show: cannot show "${kind}"; it takes ${Object.keys(renderers).join(", ")}`,
    );
  },

  startClock() {
    clock = performance.now();
  },

  stopClock() {
    console.log(`time: ${formatTime(performance.now() - clock)}`);
  },
};

const roundLength = 50; // ms

/** For `cd -`. */
let previous: string | null = null;

/** Its output goes straight to the engine's own, where the front picks it up in order. */
function run(
  command: string,
  args: readonly string[],
  input: string | null,
  shell: boolean,
): Promise<number> {
  return new Promise((done, fail) => {
    const stdin = input === null ? "ignore" : "pipe";
    const child = spawn(command, args, { shell, stdio: [stdin, "inherit", "inherit"] });
    child.on("error", (error) => {
      fail(new Error(`cannot run ${command}: ${error.message}`, { cause: error }));
    });
    // As shells have it.
    child.on("close", (code, signal) => done(code ?? 128 + constants.signals[signal!]));
    child.stdin?.on("error", () => {}); // it ended without reading everything
    child.stdin?.end(input);
  });
}

/** `1.23 ms`; three digits that count. */
export function formatTime(ms: number): string {
  const units: readonly (readonly [number, string])[] = [
    [1000, "s"],
    [1, "ms"],
    [1e-3, "µs"],
    [1e-6, "ns"],
  ];
  const [size, unit] = units.find(([limit]) => ms >= limit) ?? units.at(-1)!;
  return `${Number((ms / size).toPrecision(3))} ${unit}`;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "function") return /^class\b/.test(String(value)) ? "class" : "function";
  if (typeof value !== "object") return typeof value;
  return Object.getPrototypeOf(value)?.constructor?.name ?? "object";
}

/** A few words about a value; nothing of it is computed for that. */
function summary(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "function") return value.name;
  if (Array.isArray(value)) return `${value.length} elements`;
  if (typeof value !== "object" || value === null) return String(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return `{ ${Object.keys(value).slice(0, 8).join(", ")} }`;
  }
  try {
    const ownText = Reflect.get(value, "toString") !== Object.prototype.toString;
    return (ownText ? String(value) : inspect(value, inOneLine)).slice(0, 60);
  } catch (error) {
    return `(cannot be shown: ${error})`;
  }
}

const inOneLine = { depth: 0, compact: true, breakLength: Number.POSITIVE_INFINITY } as const;
