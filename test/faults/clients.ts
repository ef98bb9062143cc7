/** Rows about those who listen: clients that go, come back, read slowly, or want very much. */
import { Subscriber } from "zeromq";
import { endpoint } from "../../kernel/wire/connection.js";
import { connect } from "../kernel/front/client.js";
import { everything, type Fault, type Scene, shown, streamed } from "./fault.js";
import { alive, cpuTime, family, memory, sleep } from "./kernel.js";

const onLinux = (): string | null =>
  process.platform === "linux" ? null : "needs /proc to see processor time and memory";

const WINDOW_MS = 10_000;
/** V8 and the language go on warming up for a while, so the quietest of a few windows counts. */
const WINDOWS = 5;
/** Of one core. */
const MOST_LOAD = 0.005;

/** What front, engine and whatever they have started use while nobody asks for anything. */
const idle = (name: string, before: (scene: Scene) => Promise<void>): Fault => ({
  name,
  setting: () => ({}),
  missing: onLinux,
  async inject(scene) {
    await scene.run("sum(tensor([1, 2, 3]) * 2).item()", 60_000);
    await before(scene);
    let used = 0;
    for (let i = 0; i < WINDOWS; i++) {
      const pids = family(scene.kernel.pid);
      const earlier = pids.map(cpuTime);
      await sleep(WINDOW_MS);
      used = pids.reduce((sum, pid, n) => sum + (alive(pid) ? cpuTime(pid) - earlier[n]! : 0), 0);
      const same = family(scene.kernel.pid).join() === pids.join();
      if (same && used <= MOST_LOAD * WINDOW_MS)
        return `${pids.length} processes, ≤ 0.5 % of a core`;
    }
    return `${used} ms in ${WINDOW_MS} ms`;
  },
  expect: { saw: /≤ 0\.5 %/, lost: "nothing", within: 120_000 },
});

export const clientFaults: readonly Fault[] = [
  {
    name: "front end gone and back",
    quick: true,
    async inject({ kernel, run }) {
      const gone = await connect(kernel.connection);
      gone.send("execute_request", {
        code: "for (let i = 0; i < 20_000; i++) console.log(i); const finished = 'finished';",
      });
      gone.close();
      const back = await connect(kernel.connection);
      const seen = everything(await back.execute("finished"));
      back.close();
      return `${seen} ${shown(await run("1 + 1"))}`;
    },
    // A request that was still in the gone client's queue went with it.
    expect: { saw: /finished.* 2$/, lost: "nothing", within: 10_000 },
  },
  {
    name: "client that reads nothing, 100,000 lines",
    async inject({ kernel, run }) {
      const stuck = new Subscriber({ receiveHighWaterMark: 1, linger: 0 });
      stuck.connect(endpoint(kernel.connection, "iopub"));
      stuck.subscribe();
      await sleep(200);
      const reply = await run("for (let i = 0; i < 100_000; i++) console.log(i)", 120_000);
      stuck.close();
      const expected = Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join("");
      return streamed(reply) === expected ? "all lines, in order" : "lines are missing";
    },
    expect: { saw: /all lines/, lost: "nothing", within: 60_000 },
  },
  {
    name: "display of 100 MB",
    setting: () => ({}),
    missing: onLinux,
    async inject({ kernel, run }) {
      const code =
        "import { randomBytes } from 'node:crypto';\n" +
        "html('<!--' + randomBytes(5e7).toString('hex') + '-->')";
      const { outputs } = await run(code, 120_000);
      const lengths = outputs.map(({ content }) => {
        const data = content.data as Record<string, string> | undefined;
        return data?.["text/html"]?.length ?? 0;
      });
      const whole = Math.max(...lengths) >= 1e8 ? "whole" : `only ${Math.max(...lengths)} bytes`;
      const peak = memory(kernel.pid, "at most");
      return `${whole}, front at most ${peak < 1500 ? "1.5 GB" : `${peak.toFixed(0)} MB`}`;
    },
    expect: { saw: /^whole, front at most 1\.5 GB$/, lost: "nothing", within: 60_000 },
  },
  idle("idle kernel: processor time", async () => {}),
  idle("idle after widgets, an interrupt and a debugger's session", async ({ client, run }) => {
    await run("interact((x: number) => x * 2, { x: slider({ min: 0, max: 10 }) })");
    const id = client.send("execute_request", { code: "console.log('on'); while (true);" });
    await client.output(({ content }) => content.text === "on\n");
    await client.request("interrupt_request", {}, { channel: "control" });
    await client.finish(id);
    for (const command of ["initialize", "attach", "disconnect"]) {
      const request = { type: "request", seq: 1, command, arguments: {} };
      await client.request("debug_request", request, { channel: "control" });
    }
  }),
  {
    name: "frames that nobody signed",
    quick: true,
    async inject({ client, run }) {
      for (let i = 0; i < 1000; i++) {
        const frames = ["<IDS|MSG>", "", "{}", "{}", "{}", "{}"].slice(0, 1 + (i % 6));
        await client.raw(
          i % 2 === 0 ? "shell" : "control",
          frames.map((frame) => Buffer.from(frame)),
        );
      }
      return shown(await run("1 + 1"));
    },
    expect: { saw: /^2$/, lost: "nothing", within: 10_000 },
  },
];
