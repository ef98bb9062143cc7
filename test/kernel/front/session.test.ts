/** A session's engine, and when it is replaced. */
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createSession, type Session } from "../../../kernel/front/session.js";
import { javascriptCells } from "./javascript-cells.js";

const ENTRY = fileURLToPath(new URL("../engine/standin.js", import.meta.url));
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe("front/session", function () {
  this.timeout(60_000);
  let session: Session;
  let printed = (): void => {};
  const ended: string[] = [];
  before(() => {
    session = createSession(
      {
        cells: javascriptCells(),
        engine: { cwd: process.cwd(), entry: ENTRY },
        renderDiagnostics: () => ({ ename: "SyntaxError", evalue: "", traceback: [] }),
      },
      {
        output: () => printed(),
        input: async () => null,
        engineEnded: (description) => ended.push(description),
      },
    );
  });
  after(() => session.dispose());

  /** Runs a cell that prints, does `then` after the first output, and gives the cell's error. */
  async function run(code: string, then: () => Promise<void>): Promise<string | undefined> {
    const first = new Promise<void>((resolve) => {
      printed = resolve;
    });
    const request = { code, silent: false, storeHistory: true, userExpressions: new Map() };
    const executed = session.execute(
      request,
      () => {},
      () => {},
    );
    await first;
    await then();
    return (await executed).error?.ename;
  }
  const interruptTwice = async (): Promise<void> => {
    session.interrupt();
    await sleep(600);
    session.interrupt();
  };

  it("stops a cell that is on its way to the engine", async () => {
    const request = { code: "1", silent: false, storeHistory: true, userExpressions: new Map() };
    const { error } = await session.execute(
      request,
      () => {},
      () => session.interrupt(),
    );
    expect(error?.ename).to.equal("Interrupted");
  });
  it("does not replace an engine that waits to be read from", async () => {
    const ename = await run("for (;;) console.log('more'.repeat(1000));", async () => {
      session.pause();
      await interruptTwice();
      await sleep(1000);
      session.resume();
    });
    expect(ename).to.equal("Interrupted");
    expect(ended).to.deep.equal([]);
  });
  it("replaces one that does not react, and says so for the log", async () => {
    const ename = await run(
      'console.log("go"); process.kill(process.pid, "SIGSTOP");',
      interruptTwice,
    );
    expect(ename).to.equal("EngineReplaced");
    expect(ended.join()).to.match(/^engine \d+ ended: signal SIGKILL; ended by the front: /);
  });
});
