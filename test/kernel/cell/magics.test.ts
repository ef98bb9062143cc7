/** Lines and cells that are not TypeScript. */
import { expect } from "chai";
import { applyEdits } from "../../../kernel/cell/edits.js";
import { magicEdits } from "../../../kernel/cell/magics.js";
import { formatTime, notebook, setNotebookHost } from "../../../kernel/cell/notebook.js";
import { createSession, type Session } from "./session.js";

const table: [source: string, text: string][] = [
  ["!ls -la", 'await notebook.shell("ls -la");'],
  ["!./run.sh 'a b'", `await notebook.shell("./run.sh 'a b'");`],
  ["!known && f()", "!known && f()"],
  ["!(a)", "!(a)"],
  ["!!ls", "!!ls"],
  [" !ls", " !ls"],
  ["%time f(x)", "await notebook.time(() => (f(x)))"],
  ["%time f(x);", "await notebook.time(() => (f(x)));"],
  ["%time await f()", "await notebook.time(async () => (await f()))"],
  ["%time const a = f()", "notebook.startClock(); const a = f(); notebook.stopClock();"],
  ["%timeit f(x)", "await notebook.timeit(() => (f(x)))"],
  ["%who", "notebook.who()"],
  ["%reset", "notebook.reset();"],
  ["%cd ../data set", 'notebook.cd("../data set")'],
  ["%env A", 'notebook.env("A")'],
  ["%env A=b c", 'notebook.env("A", "b c")'],
  ["%load a.txt", 'notebook.load("a.txt")'],
  ["%backend cpu", 'notebook.backend("cpu")'],
  ["const a = b\n  % who", "const a = b\n  % who"],
  ["const a = b\n%who(1)", "const a = b\n%who(1)"],
  ["%unknown", "%unknown"],
  ["const s = `\n%who\n!ls`", "const s = `\n%who\n!ls`"],
  ["/*\n%who\n*/ 1", "/*\n%who\n*/ 1"],
  ["const a = 1\n!ls\r\na", 'const a = 1\nawait notebook.shell("ls");\r\na'],
  ["%%bash\necho 1\n%who\n", 'await notebook.script("bash", "echo 1\\n%who\\n");'],
  ["%%script node -p\n1", 'await notebook.script("node -p", "1");'],
  ["%%html\n<b>`${x}`</b>", 'notebook.show("html", "<b>`${x}`</b>")'],
  ["%%unknown\n1", "%%unknown\n1"],
];

describe("magic lines", function () {
  this.timeout(60_000);
  for (const [source, text] of table) {
    it(`${JSON.stringify(source)} → ${JSON.stringify(text)}`, () => {
      const edits = magicEdits(source, (word) => word === "known");
      expect(applyEdits(source, edits).text).to.equal(text);
    });
  }

  let session: Session;
  let printed: string[];
  const { log } = console;
  before(() => {
    session = createSession(process.cwd(), { notebook });
    const renderers = { html: (text: string) => ({ html: text }) };
    let backend = "auto";
    setNotebookHost({
      scope: session.scope,
      settle: () => {},
      renderers,
      forgotten: () => session.language.reset(),
      getBackend: () => backend,
      setBackend: (name) => {
        backend = name;
      },
    });
  });
  beforeEach(() => {
    session.reset();
    printed = [];
    console.log = (text: unknown) => printed.push(String(text));
  });
  afterEach(() => {
    console.log = log;
  });

  const values: [cells: string[], value: unknown][] = [
    [["%time 1 + 1"], 2],
    [["%time const a = 2", "a"], 2],
    [["const f = async () => 3", "%time await f()"], 3],
    [["let n = 0\n%timeit n++\nn > 10"], true],
    [["%env HYPATIA_TEST=x", "%env HYPATIA_TEST"], "x"],
    [["%%html\n<b>1</b>"], { html: "<b>1</b>" }],
    [["%backend js"], "js"],
    [["!exit 3", "await notebook.shell('exit 4')"], 4],
    [["const ls = true", "!ls"], false],
    [
      ["const a = 1, t = 'x'", "%who"],
      [
        { name: "a", type: "number", value: "1" },
        { name: "t", type: "string", value: '"x"' },
      ],
    ],
  ];
  for (const [cells, value] of values) {
    it(`${cells.join(" ⏎ ")} → ${JSON.stringify(value)}`, async () => {
      expect(await session.run(...cells)).to.deep.equal(value);
    });
  }

  it("prints times", async () => {
    await session.run("%time 1", "%timeit 1");
    expect(printed[0]).to.match(/^time: [\d.]+ (ns|µs|ms|s)$/);
    expect(printed[1]).to.match(/^[\d.]+ ns ± [\d.e-]+ ns a call \(mean ± standard deviation/);
    expect([0.0000012, 0.00123, 1.5, 61_234].map(formatTime)).to.deep.equal([
      "1.2 ns",
      "1.23 µs",
      "1.5 ms",
      "61.2 s",
    ]);
  });

  it("says which name is gone after %reset", async () => {
    const error = await session.fail("const a = 1", "%reset", "a");
    expect(error.evalue).to.equal("Cannot find name 'a'.");
  });

  it("fails when a script does", async () => {
    const error = await session.fail("%%sh\nexit 3");
    expect(error.evalue).to.equal("sh ended with exit status 3");
  });

  it("keeps places right around them", () => {
    expect(session.problems("%time nope\n  alsoNope")).to.deep.equal([
      "1:1 Cannot find name 'nope'.",
      "2:3 Cannot find name 'alsoNope'.",
    ]);
  });

  it("completes their words", () => {
    const words = (source: string) =>
      session.language.complete(source, source.length).items.map((item) => item.text);
    expect(words("%ti")).to.deep.equal(["%time", "%timeit"]);
    expect(words("%%ba")).to.deep.equal(["%%bash"]);
    expect(words("1\n%wh")).to.deep.equal(["%who"]);
  });
});
