/** Rows about those who listen: clients that go, come back, read slowly, or want very much. */
import { Subscriber } from "zeromq";
import { endpoint } from "../../kernel/wire/connection.js";
import { connect } from "../kernel/front/client.js";
import { everything, type Fault, shown, streamed } from "./fault.js";
import { cpuTime, memory, sleep } from "./kernel.js";

const onLinux = (): string | null =>
  process.platform === "linux" ? null : "needs /proc to see processor time and memory";

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
  {
    name: "idle kernel: processor time",
    missing: onLinux,
    async inject({ kernel, run }) {
      const pids = [kernel.pid, Number(shown(await run("process.pid")))];
      await sleep(2000); // The language service goes on warming up.
      const before = pids.map(cpuTime);
      await sleep(4000);
      const used = Math.max(...pids.map((pid, i) => cpuTime(pid) - before[i]!));
      return used <= 40 ? "≤ 1 %" : `${used} ms in 4 s`;
    },
    expect: { saw: /≤ 1 %/, lost: "nothing", within: 30_000 },
  },
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
