/** The engine process spoken to directly, in an order that the front's pipes only rarely have. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createFrameReader, encodeFrame } from "../../../kernel/engine/frames.js";
import type {
  ControlCommand,
  EngineCommand,
  EngineMessage,
} from "../../../kernel/engine/protocol.js";

const ENTRY = fileURLToPath(new URL("./standin.js", import.meta.url));

/** By descriptor; Node's types know only the first five. */
type Pipes = readonly [null, null, null, Readable, Writable, Duplex];

/** Looks at the flag as native code does, for as long as a kernel may take. */
const polls = (ms: number) => `(() => {
  const flag = globalThis[Symbol.for("hypatia.interruptFlag")];
  const until = performance.now() + ${ms};
  let raised = false;
  outputs.stream("stdout", "on");
  while (performance.now() < until) raised ||= Atomics.load(flag, 0) !== 0;
  return raised;
})()`;

describe("engine: an interrupt that comes late", function () {
  this.timeout(60_000);
  let child: ChildProcess;
  let pipes: Pipes;
  const messages: EngineMessage[] = [];
  let wake = (): void => {};
  const next = async (is: (message: EngineMessage) => boolean): Promise<EngineMessage> => {
    for (;;) {
      const found = messages.find(is);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  before(() => {
    child = spawn(process.execPath, [ENTRY], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe", "pipe"],
    });
    pipes = child.stdio as unknown as Pipes;
    pipes[3].on(
      "data",
      createFrameReader<EngineMessage>(({ message }) => {
        messages.push(message);
        wake();
      }),
    );
  });
  after(() => child.kill("SIGKILL"));

  const control = (message: ControlCommand): void => {
    pipes[5].write(encodeFrame(message));
  };
  const runOf = (sequence: number, js: string): EngineCommand => {
    const cell = { id: `${sequence}`, count: 1, source: "", js, map: [], names: [] };
    return { type: "run", sequence, cell, show: false };
  };
  const run = (sequence: number, js: string): void => {
    pipes[4].write(encodeFrame(runOf(sequence, js)));
  };
  const outcome = async (sequence: number): Promise<unknown> => {
    const done = await next((m) => m.type === "done" && m.sequence === sequence);
    return done.type === "done" ? done.outcome : null;
  };

  it("does not stop the native code of the next run", async () => {
    await next(({ type }) => type === "ready");
    run(1, "1");
    await outcome(1);
    run(2, polls(400));
    await next(({ type }) => type === "stream");
    control({ type: "interrupt", sequence: 1 });
    expect(await outcome(2)).to.deep.include({ status: "ok" });
    expect(await outcome(2)).to.have.nested.property("result.data.text/plain", "false");
  });

  it("nor does one that is meant for a message that comes with it", async () => {
    run(3, "1");
    await outcome(3);
    messages.length = 0;
    control({ type: "interrupt", sequence: 4 });
    await new Promise((resolve) => setTimeout(resolve, 1000)); // It is served: nothing runs.
    const message = { type: "comm_msg", origin: "", id: "", data: {}, metadata: {} } as const;
    // The engine reads both at once.
    const both: EngineCommand[] = [{ type: "comm", sequence: 4, message }, runOf(5, polls(400))];
    pipes[4].write(Buffer.concat(both.map((one) => encodeFrame(one))));
    expect(await outcome(4)).to.deep.include({ status: "interrupted" });
    expect(await outcome(5)).to.have.nested.property("result.data.text/plain", "false");
  });

  it("but one that is meant for it does", async () => {
    messages.length = 0;
    run(6, polls(20_000));
    await next(({ type }) => type === "stream");
    control({ type: "interrupt", sequence: 6 });
    expect(await outcome(6)).to.deep.include({ status: "interrupted" });
  });
});
