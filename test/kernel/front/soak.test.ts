/**
 * Random cells, interrupts, completions and comms: every request has one reply and one busy and
 * idle, in order, and the state survives. `HYPATIA_SOAK=20000` runs so many cells.
 */
import { expect } from "chai";
import { connect } from "./client.js";
import { startKernel } from "./process.js";

const CELLS = Number(process.env.HYPATIA_SOAK ?? 200);

/** Cells that end by themselves, and cells that only an interrupt ends. */
const ENDING = [
  "1 + 1",
  "for (let i = 0; i < 200; i++) console.log(i)",
  "new Promise((r) => setTimeout(r, 10, 5))",
  "setTimeout(() => console.log('late'), 5); 0",
  "(async () => { for (let i = 0; i < 20; i++) await null; return 3 })()",
  "throw new Error('meant')",
  "Promise.reject(new Error('meant'))",
  "outputs.display({ data: { 'text/plain': 'x'.repeat(1e5) }, metadata: {} })",
];
const ENDLESS = [
  "while (true);",
  "new Promise(() => {})",
  "(async () => { await null; while (true); })()",
  "(async () => { for (;;) await null })()",
  "(async () => { for (;;) await new Promise((r) => setTimeout(r, 1)) })()",
  "for (;;) console.log('more')",
  "new Promise(() => setTimeout(() => { while (true); }, 1))",
  "new Promise(() => setInterval(() => { for (let i = 0; i < 1e6; i++); }, 1))",
  "new Promise(() => process.nextTick(() => { while (true); }))",
];

describe("soak", () => {
  it(`${CELLS} random cells with random interrupts from two clients`, async function () {
    this.timeout(60_000 + CELLS * 200);
    const kernel = await startKernel();
    const second = await connect(kernel.connection);
    await kernel.client.execute("var counter = 0");
    let seed = 7;
    const below = (n: number): number => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return Math.floor((seed / 0x80000000) * n);
    };
    for (let i = 0; i < CELLS; i++) {
      const client = below(2) === 0 ? kernel.client : second;
      const endless = below(3) === 0;
      const list = endless ? ENDLESS : ENDING;
      const code = `counter++; ${list[below(list.length)]}`;
      const running = client.execute(code);
      if (below(4) === 0) void client.request("complete_request", { code: "ab", cursor_pos: 2 });
      if (endless || below(4) === 0) {
        const ended = running.then(() => true);
        await sleep(below(40));
        // One that comes before the cell is nobody's; a person would press again.
        for (let tries = 0; tries < 20; tries++) {
          await client.request("interrupt_request", {}, { channel: "control" });
          if (!endless || (await Promise.race([ended, sleep(400).then(() => false)]))) break;
        }
      }
      const { reply, outputs } = await running;
      expect(reply.content.status, code).to.be.oneOf(["ok", "error"]);
      expect(reply.content.ename ?? "", code).to.not.match(/^Engine/);
      const states = outputs
        .filter(({ header }) => header.msg_type === "status")
        .map(({ content }) => content.execution_state);
      expect(states, code).to.deep.equal(["busy", "idle"]);
    }
    const { outputs } = await kernel.client.execute("counter");
    const [result] = outputs.filter(({ header }) => header.msg_type === "execute_result");
    // A cell that was interrupted before it began has not counted.
    const counted = Number((result?.content.data as Record<string, unknown>)?.["text/plain"]);
    expect(counted).to.be.within(CELLS * 0.7, CELLS);
    expect(kernel.said()).to.equal("");
    second.close();
    await kernel.stop();
  });
});

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
