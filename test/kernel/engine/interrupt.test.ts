/** What an interrupt must not lose: its flag, and its way to the code that it stops. */
import { AsyncLocalStorage } from "node:async_hooks";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { createInterrupts, type RunContext } from "../../../kernel/engine/interrupt.js";
import { SHARED } from "../../../kernel/engine/shared.js";

describe("engine: an interrupt", () => {
  const shared = new Int32Array(new SharedArrayBuffer(4 * SHARED.length));
  const raise = (upTo: number): void => {
    shared[SHARED.upTo] = upTo;
    shared[SHARED.flag] = 1;
  };
  /** Run 7; the control thread raises the flag for it just after somebody has looked. */
  class Runs extends Map<number, unknown> {
    override readonly size = 1;
    override *keys(): MapIterator<number> {
      yield 7;
      raise(7);
    }
  }
  const interrupts = createInterrupts(
    shared,
    new AsyncLocalStorage<RunContext>(),
    new Runs(),
    () => {},
    () => {},
  );
  const serve = interrupts.interrupt;

  for (const [what, lower] of [
    ["came too late", serve],
    ["was served", () => interrupts.settled()],
  ] as const) {
    it(`that ${what} leaves the flag up that another has raised meanwhile`, () => {
      raise(6);
      lower();
      expect(shared[SHARED.flag]).to.equal(1);
    });
  }

  it("lets Node finish what it does to its timers", () => {
    raise(7);
    // A call from the constructor of a timer: the getter stands where V8's inspector does.
    const delay = {
      valueOf() {
        serve();
        return 1;
      },
    };
    clearTimeout(setTimeout(() => {}, delay as unknown as number));
    expect(interrupts.terminated()).to.equal(false);
    interrupts.settled();
  });

  it("that waited for a call ends nothing later, when that was ended by something else", async () => {
    const endless = () =>
      interrupts.uninterrupted(() => {
        raise(7);
        serve();
        for (;;);
      });
    expect(() => runInNewContext("endless()", { endless }, { timeout: 20 })).to.throw("timed out");
    const goesOn = await new Promise((resolve) => {
      setImmediate(() => {
        interrupts.uninterrupted(() => {});
        for (let i = 0; i < 3; i++) resolve(true);
      });
      setTimeout(resolve, 5000, false).unref();
    });
    expect(goesOn).to.equal(true);
  });
});
