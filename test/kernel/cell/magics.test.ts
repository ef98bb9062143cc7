/** Lines and cells that are not TypeScript. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { translateMagics } from "../../../kernel/cell/magics.js";
import { formatTime, notebook, setNotebookHost } from "../../../kernel/cell/notebook.js";
import type { HelpWanted, Payload } from "../../../kernel/types.js";
import { config } from "../../../lang/config.js";
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
  ["%timeit f(x)", "await notebook.timeit(() => (f(x)));"],
  ["%timeit -n 10 -r3 f(x)", "await notebook.timeit(() => (f(x)), { loops: 10, rounds: 3 });"],
  ["%timeit const a = f()", "await notebook.timeit(() => { const a = f() });"],
  ["%who", "notebook.who()"],
  ["%reset", "notebook.reset();"],
  ["%cd ../data set", 'notebook.cd("../data set")'],
  ["%env A", 'notebook.env("A")'],
  ["%env A=b c", 'notebook.env("A", "b c")'],
  ["%env A = b", 'notebook.env("A", "b")'],
  ["%env A b=c", 'notebook.env("A", "b=c")'],
  ["%env A=", 'notebook.env("A", "")'],
  ["%env", "notebook.env()"],
  ['%cd "my data"', 'notebook.cd("my data")'],
  ["%cd -", 'notebook.cd("-")'],
  ["%load a.txt", 'await notebook.load("a.txt");'],
  ["%page x.y;", "notebook.page((x.y));"],
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
  ["%%time\nf()\n!ls", '\nf()\nawait notebook.shell("ls");'],
  ["%%timeit\nf() // twice", "{ await notebook.timeit(() => {\nreturn f()}); } // twice"],
  [
    "%%timeit -n 5 const a = 1;\nlet b = a\nawait b;\n",
    "{ const a = 1; await notebook.timeit(async () => {\nlet b = a\nreturn await b;}, { loops: 5 }); }\n",
  ],
  ["zeros?", 'notebook.help("zeros");'],
  ["  ??model.weights \n", 'notebook.help("model.weights", true); \n'],
  ["const a = 1\na??", 'const a = 1\nnotebook.help("a", true);'],
  ["%time?", 'notebook.help("%time");'],
  ["a?\n1", "a?\n1"],
  ["const b =\n  a?", "const b =\n  a?"],
  ["`\na?", "`\na?"],
  ["/*\na?", "/*\na?"],
  ["f(a)?", "f(a)?"],
  ["exit", "notebook.exit();"],
  [" quit() ;\n", " notebook.exit();\n"],
  ["exit + 1", "exit + 1"],
];

describe("magic lines", function () {
  this.timeout(60_000);
  for (const [source, text] of table) {
    it(`${JSON.stringify(source)} → ${JSON.stringify(text)}`, () => {
      const { text: translated, problems } = translateMagics(source, (word) => word === "known");
      expect(translated).to.equal(text);
      expect(problems).to.deep.equal([]);
    });
  }
  it("leaves exit alone where it is a name", () => {
    expect(translateMagics("exit()", () => true).text).to.equal("exit()");
  });

  let session: Session;
  let printed: string[];
  let asked: (Payload | HelpWanted)[];
  const { log } = console;
  before(() => {
    session = createSession(process.cwd(), { notebook });
    const renderers = { html: (text: string) => ({ html: text }) };
    let backend = "auto";
    setNotebookHost({
      scope: session.scope,
      settle: () => {},
      renderers,
      toMimeBundle: (value) => ({ data: { "text/plain": `<${value}>` }, metadata: {} }),
      ask: (payload) => asked.push(payload),
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
    asked = [];
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
    [["%env HYPATIA_TEST=y", "notebook.env('HYPATIA_TEST')"], "y"],
    [["await notebook.shell('kill -9 $$')"], 137],
    [["!exit 3", "await notebook.shell('exit 4')"], 4],
    [["const here = notebook.cd('.')", "%cd /", "%cd -", "%pwd\n"], process.cwd()],
    [["const k = 20", "%%time\nk * 2\n  + 2"], 42],
    [["const ls = true", "!ls"], false],
    [
      ["const a = 1, t = 'x'", "%who"],
      [
        { name: "a", type: "number", value: "1" },
        { name: "t", type: "string", value: '"x"' },
      ],
    ],
    [
      [
        "class Net { layers = [1] }",
        "const net = new Net(), ages = new Map([['Ada', 36]]);",
        "const mute = { toString() { throw 'no' }, __proto__: Array.prototype };",
        "notebook.who().slice(1)",
      ],
      [
        { name: "net", type: "Net", value: "Net { layers: [Array] }" },
        { name: "ages", type: "Map", value: "Map(1) { 'Ada' => 36 }" },
        { name: "mute", type: "Array", value: "(cannot be shown: no)" },
      ],
    ],
  ];
  for (const [cells, value] of values) {
    it(`${cells.join(" ⏎ ")} → ${JSON.stringify(value)}`, async () => {
      expect(await session.run(...cells)).to.deep.equal(value);
    });
  }

  const pages: [cell: string, payload: Payload | HelpWanted][] = [
    ["%page [1, 2]", { source: "page", data: { "text/plain": "<1,2>" }, start: 0 }],
    ["notebook.page('as it is')", { source: "page", data: { "text/plain": "as it is" }, start: 0 }],
    ["tanh?", { source: "page", about: "tanh", detail: 0 }],
    ["notebook.help('tanh', true)", { source: "page", about: "tanh", detail: 1 }],
    ["notebook.nextInput('a')", { source: "set_next_input", text: "a", replace: false }],
    ["exit", { source: "ask_exit", keepkernel: false }],
    ["notebook.exit(true)", { source: "ask_exit", keepkernel: true }],
  ];
  for (const [cell, payload] of pages) {
    it(`${cell} asks for ${payload.source}`, async () => {
      await session.run(cell);
      expect(asked).to.deep.equal([payload]);
    });
  }

  it("%load puts a file's or an address's text in the place of the cell", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hypatia-load-"));
    const file = join(folder, "a b.ts");
    writeFileSync(file, "const loaded = 'ñ';\n");
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/x.ts" ? 200 : 404;
      response.end("1 + 1\n");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    try {
      const address = `http://127.0.0.1:${port}/x.ts`;
      await session.run(`%load ${file}`, `%load ${address}`, `%load ${pathToFileURL(file)}`);
      const texts = asked.map((payload) => ("text" in payload ? payload.text : ""));
      expect(texts).to.deep.equal([
        `// %load ${file}\nconst loaded = 'ñ';\n`,
        `// %load ${address}\n1 + 1\n`,
        `// %load ${pathToFileURL(file)}\nconst loaded = 'ñ';\n`,
      ]);
      expect(asked.every((payload) => "replace" in payload && payload.replace)).to.equal(true);
      const missing = await session.fail(`%load http://127.0.0.1:${port}/y.ts`);
      expect(missing.evalue).to.match(/^load: http.*y\.ts answered 404 Not Found$/);
      writeFileSync(file, Buffer.from([0xff, 0xfe, 0]));
      expect((await session.fail(`%load ${file}`)).evalue).to.match(/is no text in UTF-8$/);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  const failures: [cell: string, words: RegExp][] = [
    ["%cd /no/such", /^cd: cannot go to \/no\/such: ENOENT: no such file or directory$/],
    ["%load no-such.ts", /^load: cannot read \/.*no-such\.ts: ENOENT: no such file or directory$/],
    [
      "%load http://127.0.0.1:1/",
      /^load: cannot reach http:\/\/127\.0\.0\.1:1\/: .*(port|REFUSED)/,
    ],
    ["%env HYPATIA_NOT", /^env: HYPATIA_NOT is not set; %env HYPATIA_NOT=VALUE sets it$/],
    ["%%script\n1", /^notebook\.script: no program; write "%%script bash"$/],
    ["%%script no-such-program\n1", /^cannot run no-such-program: spawn no-such-program ENOENT$/],
  ];
  for (const [cell, words] of failures) {
    it(`${JSON.stringify(cell)} fails: ${words.source}`, async () => {
      expect((await session.fail(cell)).evalue).to.match(words);
    });
  }

  const known = "%time, %timeit, %who, %reset, %cd, %pwd, %env, %load, %page, %backend";
  const refused: [cell: string, problem: string][] = [
    ["%tiem f()", `1:1 there is no %tiem; did you mean %time? Known are ${known}`],
    ["1\n%frobnicate now", `2:1 there is no %frobnicate. Known are ${known}`],
    ["%time", "1:1 %time is used like this: %time expression"],
    ["1\n%load", "2:1 %load is used like this: %load FILE or ADDRESS"],
    ["1\n%%time\n2", "2:1 %%time stands on the first line of a cell"],
    [
      "%%timeit\n",
      "1:1 %%timeit is used like this: %%timeit [-n LOOPS] [-r ROUNDS] [set-up], and the code on the lines below",
    ],
    ["%%time f()\n1", "1:1 %%time is used like this: %%time, and the code on the lines below"],
  ];
  for (const [cell, problem] of refused) {
    it(`${JSON.stringify(cell)} → ${problem}`, () => {
      expect(session.problems(cell)).to.deep.equal([problem]);
    });
  }
  it("says which sign a word has", () => {
    expect(session.problems("%bash ls")[0]).to.match(
      /^1:1 there is no %bash; write %%bash on the first line of a cell\. Known are %time,/,
    );
    expect(session.problems("%%who\nlet (")[0]).to.match(
      /^1:1 there is no %%who; write %who on a line of its own\. Known are %%time, %%timeit, %%bash/,
    );
    expect(session.problems("%%bahs\nls -l | wc")).to.have.lengthOf(1);
  });
  it("leaves a remainder alone", async () => {
    expect(await session.run("const a = 7, tiem = 4", "a\n%tiem")).to.equal(3);
  });

  it("%%time and %%timeit: names persist or do not, places are right, the time is printed", async () => {
    const result = session.compile("%%time\nconst kept = 1;\nkept");
    expect(result.ok && result.cell.timed).to.equal(true);
    await session.run("let n = 0", "%%timeit -n 3 -r 2 n = 10;\nn += 1;\nconst local = n\nlocal");
    expect(await session.run("n")).to.equal(17);
    expect(printed.at(-1)).to.match(/a call \(mean ± standard deviation of 2 rounds of 3\)$/);
    expect(session.problems("local")).to.deep.equal(["1:1 Cannot find name 'local'."]);
    expect(session.problems("%%timeit\n  nope\nnope2")).to.deep.equal([
      "2:3 Cannot find name 'nope'.",
      "3:1 Cannot find name 'nope2'.",
    ]);
    expect(session.problems("%%time\n\n  nope")).to.deep.equal(["3:3 Cannot find name 'nope'."]);
  });

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
    expect(words("%backend w")).to.deep.equal(["webgpu"]);
    expect(words("1\n%env PAT")).to.include("PATH");
    expect(words("%cd Date")).to.deep.equal([]);
    const [item] = session.language.complete("%loa", 4).items;
    expect(item).to.deep.equal({
      text: "%load",
      type: "magic",
      signature: "%load FILE or ADDRESS",
    });
  });

  it("offers the backends that there are", () => {
    const { items } = session.language.complete("%backend ", 9);
    const names = items.map(({ text }) => `"${text}"`).join(", ");
    expect(() => Reflect.set(config, "backend", "nowhere")).to.throw(`expected: ${names}\n`);
  });

  it("completes and inspects the code behind them", () => {
    const { items } = session.language.complete("%time 'a'.toUpperC", 18);
    expect(items.map((item) => item.text)).to.deep.equal(["toUpperCase"]);
    const found = session.language.inspect("%%time\nparseInt('1')", 10, 0);
    expect(found?.signature).to.contain("parseInt(string: string");
  });

  it("inspects their words", () => {
    const about = (source: string, offset = source.length) =>
      session.language.inspect(source, offset, 0);
    expect(about("1\n%timeit f()", 5)?.signature).to.contain("Notebook.timeit(work: () => unknown");
    expect(about("%time")?.documentation).to.contain("print how long it took");
    expect(about("%%bash\nls", 4)?.signature).to.contain("Notebook.script(program: string");
    expect(about("%time")?.name).to.equal(null);
    expect(about("%nope")).to.equal(null);
    expect(about("nope")).to.equal(null);
  });

  it("waits for no more lines than they need", () => {
    const status = (source: string) => session.language.isComplete(source).status;
    expect(["zeros?", "exit", "%who", "!ls", "%%time\n1\n\n"].map(status)).to.deep.equal(
      Array(5).fill("complete"),
    );
    expect(["%%time\n1", "const a =\n  b?"].map(status)).to.deep.equal(Array(2).fill("incomplete"));
  });
});
