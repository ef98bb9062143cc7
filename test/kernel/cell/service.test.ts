/** The cell service in its worker, as the front uses it. */
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { createCellService } from "../../../kernel/cell/service.js";
import { prelude, tensorFile } from "./session.js";

describe("the cell service", function () {
  this.timeout(60_000);
  const service = createCellService({ cwd: process.cwd(), prelude, tensorFile });
  after(() => service.dispose());
  const cell = (count: number) => ({ id: `id-${count}`, count });

  it("answers calls that are made at once, in order", async () => {
    const results = await Promise.all([
      service.compile('const x = matrix("x")', cell(1)),
      service.compile("x + 1", cell(2)),
      service.isComplete("if (x) {"),
      service.complete("x.it", 4),
      service.inspect("x", 1, 0),
    ]);
    const [first, second, completeness, completions, inspection] = results;
    expect(first).to.include({ ok: true });
    expect(second.ok && second.cell.js).to.contain("return $$.add($$x.get() , 1)");
    expect(second.ok && second.cell).to.deep.include({ id: "id-2", count: 2, source: "x + 1" });
    expect(completeness).to.deep.equal({ status: "incomplete", indent: "  " });
    expect(completions.items.map((item) => item.text)).to.deep.equal(["item"]);
    expect(inspection?.signature).to.equal("const x: Tensor");
  });

  it("never rejects for what the user typed", async () => {
    for (const source of ["", "(((", "}", "\0", "\ud800", "`${`", "import", "@", "a".repeat(1e5)]) {
      const result = await service.compile(source, cell(9));
      expect(result.ok, JSON.stringify(source.slice(0, 9))).to.equal(source === "");
    }
  });

  it("says so when a cell is nested too deeply", async () => {
    const deep = `${"(".repeat(20_000)}1${")".repeat(20_000)}`;
    const result = await service.compile(deep, cell(8));
    expect(result.ok || result.diagnostics[0]?.message).to.match(/nested too deeply/);
    expect((await service.compile("1", cell(9))).ok).to.equal(true);
  });

  it("goes on with a new worker that knows the session, when one dies", async () => {
    await service.compile("const kept = 42", cell(5));
    // A long chain of cells that each need one whose names are declared again.
    await service.compile("interface Link { n: number }; const start: Link = { n: 0 };", cell(5));
    await service.compile("let first = start; let second = first;", cell(5));
    for (let i = 0; i < 10; i++) {
      await service.compile("const first = { ...second, n: second.n + 1 }", cell(5));
      await service.compile("const second = { ...first, name: 'text' }", cell(5));
    }
    let worker: Worker | undefined;
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (...args) {
      worker = this;
      postMessage.apply(this, args);
    };
    const lost = service.compile("kept", cell(6)).catch((error: Error) => error.message);
    Worker.prototype.postMessage = postMessage;
    await worker?.terminate();
    expect(await lost)
      .to.be.a("string")
      .that.contains("internal: the cell service failed");
    expect((await service.inspect("kept", 1, 0))?.signature).to.equal("const kept: 42");
    const checked = await service.compile("const check: string = second.name", cell(7));
    expect(checked.ok || checked.diagnostics).to.equal(true);
    // Cells after that need others, under paths of their own.
    await service.compile("const third = first.n", cell(7));
    expect((await service.inspect("third", 1, 0))?.signature).to.equal("const third: number");
  });

  it("forgets everything when it is reset", async () => {
    await service.compile("const gone = 1", cell(3));
    await service.reset();
    const result = await service.compile("gone", cell(4));
    expect(result.ok || result.diagnostics[0]?.message).to.equal("Cannot find name 'gone'.");
  });

  it("rejects calls that it can no longer answer", async () => {
    const other = createCellService({ cwd: process.cwd(), prelude, tensorFile });
    const call = other.isComplete("1").then(
      () => "answered",
      (error: Error) => error.message,
    );
    await other.dispose();
    expect(await call).to.be.oneOf(["answered", "internal: the cell service has ended"]);
    expect(await other.isComplete("1").catch((error: Error) => error.message)).to.equal(
      "internal: the cell service has ended",
    );
  });
});
