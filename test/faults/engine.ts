/** Rows about the process that runs cells: how it can end, and what cannot end it. */
import { errorOf, everything, type Fault, shown, streamed } from "./fault.js";
import { alive, commandOf, family, sleep, until } from "./kernel.js";

/** A cell that brings the engine down, and what is then said. */
const deadly = (name: string, code: string, saw: RegExp): Fault => ({
  name,
  inject: async ({ run }) => errorOf(await run(code)),
  expect: { saw, lost: "variables", within: 10_000 },
});

/** A cell that goes wrong and harms nobody else. */
const harmless = (name: string, code: string, saw: RegExp): Fault => ({
  name,
  inject: async ({ run }) => everything(await run(code)),
  expect: { saw, lost: "nothing", within: 5_000 },
});

export const engineFaults: readonly Fault[] = [
  {
    name: "engine killed from outside",
    quick: true,
    async inject({ client, run, struck }) {
      const engine = Number(shown(await run("process.pid")));
      const id = client.send("execute_request", { code: "console.log('on'); while (true);" });
      await client.output(({ content }) => content.text === "on\n");
      struck();
      process.kill(engine, "SIGKILL");
      return errorOf(await client.finish(id));
    },
    expect: { saw: /SIGKILL.*variables are lost/, lost: "variables", within: 10_000 },
  },
  {
    ...deadly(
      "segmentation fault",
      'process.kill(process.pid, "SIGSEGV"); while (true);',
      /SIGSEGV.*variables are lost/,
    ),
    quick: true,
  },
  deadly(
    "segmentation fault in native code",
    'import koffi from "koffi";\n' +
      'koffi.load(null).func("void *memset(size_t, int, size_t)")(8, 1, 64);',
    /SIGSEGV.*variables are lost/,
  ),
  deadly("process.abort()", "process.abort()", /SIGABRT.*variables are lost/),
  { ...deadly("process.exit(3)", "process.exit(3)", /process\.exit\(3\) was called/), quick: true },
  {
    ...deadly(
      "loop that fills the heap",
      "const hoard: number[][] = []; while (true) hoard.push(new Array<number>(1e5).fill(0.5));",
      /heap is full.*variables are lost.*--max-old-space-size/,
    ),
    setting: () => ({ env: { NODE_OPTIONS: "--max-old-space-size=150" } }),
    expect: {
      saw: /heap is full.*variables are lost.*--max-old-space-size/,
      lost: "variables",
      within: 30_000,
    },
  },
  {
    ...harmless(
      "loop that fills the address space",
      "const buffers: Float64Array[] = []; while (true) buffers.push(new Float64Array(1e8));",
      /RangeError: .*allocation failed/,
    ),
    setting: () => ({ before: "ulimit -v 60000000" }),
  },
  harmless(
    "tensor larger than memory",
    "sum(dot(ones([2e6, 2e6]), ones([2e6, 2e6]))).item()",
    /memory/,
  ),
  harmless(
    "stack overflow",
    "(function f(): number { return 1 + f(); })()",
    /RangeError: Maximum call stack/,
  ),
  {
    name: "unhandled rejection",
    async inject({ client, run }) {
      await run('void Promise.reject(new Error("nobody waits")); 0');
      const { content } = await client.output(({ content }) =>
        String(content.text).includes("nobody waits"),
      );
      return String(content.text).trim().split("\n")[0]!;
    },
    expect: { saw: /Error.*nobody waits/, lost: "nothing", within: 5_000 },
  },
  {
    name: "error in a timer after its cell",
    async inject({ client, run }) {
      await run('setTimeout(() => { throw new Error("too late"); }, 20); 0');
      const { content } = await client.output(({ content }) =>
        String(content.text).includes("too late"),
      );
      return String(content.text).trim().split("\n")[0]!;
    },
    expect: { saw: /Error.*too late/, lost: "nothing", within: 5_000 },
  },
  {
    name: "engine killed while idle",
    async inject({ client, run, struck }) {
      const engine = Number(shown(await run("process.pid")));
      struck();
      process.kill(engine, "SIGKILL");
      const { content } = await client.output(({ content }) =>
        /EngineDied/.test(String(content.text)),
      );
      return String(content.text).trim();
    },
    expect: { saw: /SIGKILL.*variables are lost/, lost: "variables", within: 10_000 },
  },
  {
    name: "stdout closed by a cell",
    async inject({ run }) {
      await run('import { closeSync } from "node:fs"; closeSync(1);');
      return streamed(await run('console.log("still heard")')).trim();
    },
    setting: () => ({}),
    expect: { saw: /still heard/, lost: "nothing", within: 5_000 },
  },
  {
    name: "engine killed: its children",
    async inject({ run }) {
      const [engine, child] = shown(await run(STARTS_CHILD))
        .split(" ")
        .map(digits);
      process.kill(engine!, "SIGKILL");
      const ended = await until(() => !alive(child!), 10_000);
      return ended ? "no child outlives it" : `child ${child} goes on`;
    },
    expect: { saw: /no child outlives/, lost: "variables", within: 10_000 },
  },
  {
    name: "parent killed",
    quick: true,
    setting: () => ({}),
    async inject({ kernel, run }) {
      const [engine, child] = shown(await run(STARTS_CHILD))
        .split(" ")
        .map(digits);
      return outlived(kernel.parent, { front: kernel.pid, engine: engine!, child: child! });
    },
    expect: { saw: /all gone/, lost: "the kernel", within: 10_000 },
  },
  {
    name: "front killed while a cell runs",
    setting: () => ({}),
    async inject({ kernel, client, run }) {
      const [engine, child] = shown(await run(STARTS_CHILD))
        .split(" ")
        .map(digits);
      client.send("execute_request", { code: "while (true);" });
      await sleep(300);
      return outlived(kernel.pid, { engine: engine!, child: child! });
    },
    expect: { saw: /all gone/, lost: "the kernel", within: 10_000 },
  },
];

const STARTS_CHILD =
  'import { spawn } from "node:child_process";\n' +
  'const sleeper = spawn("sleep", ["300"], { stdio: "ignore" });\n' +
  "process.pid + ' ' + sleeper.pid";

/** Kills `victim`; which of these, and of whatever else is below it, stay. */
async function outlived(victim: number, named: Readonly<Record<string, number>>): Promise<string> {
  const names = new Map(Object.entries(named).map(([name, pid]) => [pid, name]));
  const below = process.platform === "linux" ? family(victim).slice(1) : [];
  const pids = [...new Set([...names.keys(), ...below])];
  process.kill(victim, "SIGKILL");
  await until(() => !pids.some(alive), 40_000);
  const left = pids.filter(alive);
  const said = left.map((pid) => names.get(pid) ?? commandOf(pid));
  for (const pid of left) process.kill(pid, "SIGKILL");
  return left.length === 0 ? "all gone" : `left: ${said.join(", ")}`;
}

/** Numbers in a text that is shown with quotes. */
const digits = (text: string): number => Number(text.replace(/\D/g, ""));
