import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createHistory, type History } from "../../../kernel/front/history.js";

const plain = { output: false };
const inputs = async (items: Promise<readonly (readonly [number, number, unknown])[]>) =>
  (await items).map(([session, line, input]) => `${session}/${line} ${input}`);

describe("front/history", () => {
  let folder = "";
  let file = "";
  let history: History;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hypatia-history-"));
    file = join(folder, "new", "history.jsonl");
    const earlier = createHistory(file);
    for (const [i, code] of ["a = 1", "b = 2", "a = 1"].entries()) earlier.add(i + 1, code);
    history = createHistory(file);
    history.add(1, "c = 3");
    history.addOutput(1, "3");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const table: readonly [string, (history: History) => unknown, unknown][] = [
    ["tail 2", (h) => inputs(h.tail(2, plain)), ["1/3 a = 1", "2/1 c = 3"]],
    ["tail 0", (h) => h.tail(0, plain), []],
    ["this session", (h) => inputs(h.range(0, 1, 9, plain)), ["2/1 c = 3"]],
    ["the one before", (h) => inputs(h.range(-1, 2, 4, plain)), ["1/2 b = 2", "1/3 a = 1"]],
    ["by number", (h) => inputs(h.range(1, 1, 2, plain)), ["1/1 a = 1"]],
    [
      "search",
      (h) => inputs(h.search("?*= 1", 9, { ...plain, unique: false })),
      ["1/1 a = 1", "1/3 a = 1"],
    ],
    ["unique", (h) => inputs(h.search("a*", 9, { ...plain, unique: true })), ["1/3 a = 1"]],
    [
      "unique inputs stand where they were last",
      (h) => inputs(h.search("? = ?", 9, { ...plain, unique: true })),
      ["1/2 b = 2", "1/3 a = 1", "2/1 c = 3"],
    ],
    ["last n", (h) => inputs(h.search("*", 1, { ...plain, unique: false })), ["2/1 c = 3"]],
    ["no match", (h) => h.search("a", 9, { ...plain, unique: false }), []],
    [
      "with output",
      (h) => h.tail(2, { output: true }),
      [
        [1, 3, ["a = 1", null]],
        [2, 1, ["c = 3", "3"]],
      ],
    ],
  ];
  for (const [name, ask, expected] of table) {
    it(name, async () => expect(await ask(history)).to.deep.equal(expected));
  }

  it("is readable by its owner only", () => {
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(statSync(join(folder, "new")).mode & 0o777).to.equal(0o700);
  });
  it("kernels that run at once have a number each, also when both have looked before", async () => {
    const both = [createHistory(file), createHistory(file)];
    for (const one of both) await one.tail(1, plain);
    for (const [i, one] of both.entries()) one.add(1, `kernel ${i}`);
    const stored = await inputs(createHistory(file).tail(2, plain));
    expect(stored).to.deep.equal(["3/1 kernel 0", "4/1 kernel 1"]);
    expect(await inputs(both[1]!.range(0, 1, 2, plain))).to.deep.equal(["4/1 kernel 1"]);
  });
  it("what another kernel has stored meanwhile is seen", async () => {
    createHistory(file).add(1, "d = 4");
    expect(await inputs(history.tail(2, plain))).to.deep.equal(["2/1 c = 3", "3/1 d = 4"]);
  });
  it("the file keeps to its limit, also when nobody asks", () => {
    for (let line = 2; line <= 40; line++) history.add(line, "i".repeat(1 << 18));
    expect(statSync(file).size).to.be.within(4 << 20, 8 << 20);
  });
  it("damaged lines are skipped", async () => {
    appendFileSync(file, '{"s":2,"n"\nnull\n[]\n{"s":3,"n":1,"c":"d"}\n');
    expect(await inputs(createHistory(file).tail(1, plain))).to.deep.equal(["3/1 d"]);
  });
  it("a file that cannot be written costs nothing but the file", async () => {
    writeFileSync(join(folder, "plain"), "");
    const lost = createHistory(join(folder, "plain", "history.jsonl"));
    lost.add(1, "kept in memory");
    expect(await inputs(lost.tail(1, plain))).to.deep.equal(["1/1 kept in memory"]);
  });
  it("keeps results up to a limit, the oldest go", async () => {
    for (let line = 2; line <= 40; line++) history.addOutput(line, "o".repeat(1 << 18));
    for (const line of [1, 40]) history.add(line, `line ${line}`);
    const outputs = (await history.tail(2, { output: true })).map(([, , item]) => item[1]?.length);
    expect(outputs).to.deep.equal([undefined, 1 << 18]);
  });
  it("small results count, too", async () => {
    for (let line = 2; line <= 20_000; line++) history.addOutput(line, "o");
    for (const line of [10, 19_999]) history.add(line, `line ${line}`);
    const outputs = (await history.tail(2, { output: true })).map(([, , item]) => item[1]);
    expect(outputs).to.deep.equal([null, "o"]);
  });
  it("keeps inputs up to a limit, the older half goes", async () => {
    for (let line = 2; line <= 40; line++) history.add(line, `${line}${"i".repeat(1 << 18)}`);
    const lines = (await history.range(0, 1, 99, plain)).map(([, line]) => line);
    expect(lines.length).to.be.within(10, 32);
    expect(lines.at(-1)).to.equal(40);
    expect(lines).to.deep.equal(lines.toSorted((a, b) => a - b));
  });
  it("a ? is one character, also an astral one", async () => {
    history.add(2, "😀");
    const found = (pattern: string) => history.search(pattern, 9, { ...plain, unique: false });
    expect(await inputs(found("?"))).to.deep.equal(["2/2 😀"]);
    expect(await inputs(found("??"))).to.deep.equal([]);
    expect(await inputs(found("*?"))).to.include("2/2 😀");
  });

  it("a hostile pattern takes no time", async () => {
    history.add(2, "a".repeat(5000));
    const since = performance.now();
    await history.search(`${"*a".repeat(50)}b`, 9, { ...plain, unique: false });
    expect(performance.now() - since).to.be.below(20_000);
  });
  it("a question about a full file leaves time for others", async () => {
    let full = "";
    for (let n = 1; full.length < 8_000_000; n++) {
      full += `${JSON.stringify({ s: 7, n, c: `const x${n} = 1`.padEnd(100) })}\n`;
    }
    writeFileSync(file, full);
    let turns = 0;
    let next = setImmediate(function count() {
      turns++;
      next = setImmediate(count);
    });
    const found = await history.search("*x7 *", 9, { ...plain, unique: true });
    clearImmediate(next);
    expect(found).to.have.length(1);
    expect(turns).to.be.above(8);
  });
});
