/**
 * Rows about interrupts: ten in a row in each situation. The time is that from the request to the
 * cell's reply, the slowest of the ten.
 */
import type { Client } from "../kernel/front/client.js";
import { findCommand } from "../needs.js";
import { errorOf, type Fault, type Measured, type Scene, shown } from "./fault.js";
import { sleep } from "./kernel.js";

const TIMES = 10;
/** The promise is 200 ms on a quiet machine; one that others load needs more. */
const LIMIT_MS = Number(process.env.HYPATIA_INTERRUPT_MS ?? 200);

/** The cell is where the interrupt is to meet it. */
async function printed(client: Client, id: string): Promise<void> {
  await client.output(
    ({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id,
    60_000,
  );
  await sleep(50);
}

const GO = 'console.log("go");';

interface Situation {
  readonly before?: () => Promise<unknown>;
  /** Settles when the interrupt is due. */
  readonly ready?: (client: Client, id: string) => Promise<void>;
  /** Done right before the interrupt. */
  readonly during?: () => void;
}

async function interruptedTenTimes(
  { client }: Scene,
  code: string | (() => string),
  { before, ready = printed, during }: Situation = {},
): Promise<Measured> {
  let ms = 0;
  const errors = new Set<string>();
  for (let i = 0; i < TIMES; i++) {
    await before?.();
    const id = client.send("execute_request", { code: typeof code === "string" ? code : code() });
    await ready(client, id);
    during?.();
    const since = performance.now();
    void press(client);
    const reply = await client.finish(id, 30_000);
    ms = Math.max(ms, performance.now() - since);
    errors.add(errorOf(reply));
  }
  return { saw: [...errors].join(" / "), ms };
}

const press = (client: Client) => client.request("interrupt_request", {}, { channel: "control" });

const row = (name: string, code: string, more: Partial<Fault> = {}): Fault => ({
  name: `interrupt: ${name}`,
  inject: (scene) => interruptedTenTimes(scene, code),
  expect: {
    saw: /^Interrupted: the cell was stopped; variables keep their values$/,
    lost: "nothing",
    within: LIMIT_MS,
  },
  ...more,
});

export const interruptFaults: readonly Fault[] = [
  row("a synchronous loop", `${GO} while (true);`, { quick: true }),
  row("a pending await", `${GO} await new Promise(() => {})`, { quick: true }),
  row("a loop after an await", `${GO} await null; while (true);`, { quick: true }),
  row("a loop of awaits", `${GO} for (;;) await null;`),
  row(
    "a timer callback",
    `${GO} await new Promise(() => { setTimeout(() => { while (true); }, 1); });`,
  ),
  row("a native loop", `${GO} sum(dot(ones([8000, 8000]) * 1.5, ones([8000, 8000]))).item()`),
  row("the C compiler", "", {
    inject: (scene) => {
      let n = 0;
      // Each time another kernel, so that it has to be compiled.
      return interruptedTenTimes(scene, () => `${GO} ${slowToCompile(n++)}`);
    },
  }),
  row("a GPU queue", `${GO} sum(dot(ones([1500, 1500]) * 1.5, ones([1500, 1500]))).item()`, {
    missing: () =>
      findCommand("chromium", "chromium-browser", "google-chrome") === null
        ? "no Chromium, whose SwiftShader stands in for a GPU"
        : null,
    setting: () => ({ env: { HYPATIA_BACKEND: "webgpu" } }),
  }),
  row(
    "execSync",
    `import { execSync } from "node:child_process";\n${GO} execSync("sleep 60", { stdio: "ignore" });`,
  ),
  row("a cell that waits for input", 'prompt("name? ")', {
    inject: (scene) =>
      interruptedTenTimes(scene, 'prompt("name? ")', {
        async ready(client) {
          await new Promise<void>((asked) => {
            client.onInput = () => {
              asked();
              return undefined;
            };
          });
          await sleep(50);
        },
      }),
  }),
  row("completions under way", "", {
    inject: (scene) =>
      interruptedTenTimes(scene, `${GO} while (true);`, {
        during() {
          for (let i = 0; i < 5; i++) {
            void scene.client.request("complete_request", { code: "Math.", cursor_pos: 5 });
          }
        },
      }),
  }),
  row("cells in the queue", "", {
    async inject(scene) {
      const queued: Promise<unknown>[] = [];
      const seen = await interruptedTenTimes(scene, `${GO} while (true);`, {
        during() {
          for (let i = 0; i < 3; i++) {
            queued.push(scene.client.execute("1").then(({ reply }) => reply.content.status));
          }
        },
      });
      const statuses = new Set(await Promise.all(queued));
      return { ...seen, saw: `${seen.saw}; the others ${[...statuses].join(", ")}` };
    },
    expect: { saw: /^Interrupted: .*; the others aborted$/, lost: "nothing", within: LIMIT_MS },
  }),
  row("the engine's start-up", "", {
    async inject(scene) {
      let delay = 0;
      const seen = await interruptedTenTimes(scene, "while (true);", {
        before: () => scene.run("process.exit()"),
        ready() {
          delay += 10;
          return sleep(delay);
        },
      });
      await scene.run("var kept = 42");
      return seen;
    },
    expect: { saw: /^Interrupted: the cell was stopped/, lost: "nothing", within: LIMIT_MS },
  }),
  {
    name: "second interrupt: native code that never looks",
    async inject({ client, run, struck }) {
      await run('import koffi from "koffi";\nconst pause = koffi.load(null).func("int pause()");');
      const id = client.send("execute_request", { code: `${GO} pause();` });
      await printed(client, id);
      struck();
      await press(client);
      await sleep(800);
      await press(client);
      return errorOf(await client.finish(id));
    },
    expect: {
      saw: /did not react to the interrupt.*variables are lost/,
      lost: "variables",
      within: 10_000,
    },
  },
  {
    name: "interrupt with nothing running",
    async inject({ client, run }) {
      await press(client);
      return shown(await run("6 * 7"));
    },
    expect: { saw: /^42$/, lost: "nothing", within: 5_000 },
  },
];

/** A few hundred kernels' worth of C. */
const slowToCompile = (n: number): string =>
  `sum(Array.from({ length: 400 }, (_, i) => dot(ones([3, ${n + 2} + i]) * i, ones([${n + 2} + i, 5])))` +
  ".reduce((a, b) => a + b)).item()";
