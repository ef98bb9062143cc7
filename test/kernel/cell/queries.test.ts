/** Completion, inspection and completeness. `|` is the cursor. */
import { expect } from "chai";
import { completeness } from "../../../kernel/cell/completeness.js";
import { createSession, type Session } from "./session.js";

const earlier = `/** How fast it learns. */
let rate = 0.1;
/** Twice a number.
 * @param v the number */
function twice(v: number): number { return v * 2 }
const model = { weights: matrix("w"), layers: [1, 2], run: () => 1 };
interface Plan { steps: number }
type Size = 1 | 2;
enum Mode { Fast, Slow }`;

/** Source with the cursor, some of the expected items, the text that they replace. */
const completions: [source: string, items: string[], replaced: string][] = [
  ["rat|", ["rate"], "rat"],
  ["model.|", ["layers", "weights"], ""],
  ["model.wei|ghts", ["weights"], "weights"],
  ["(model.weights + 1).it|", ["item"], "it"],
  ["-model.weights.it|", ["item"], "it"],
  ["mat|", ["matrix"], "mat"],
  ['import {} from "node:f|"', ["node:fs"], "node:f"],
  ["const 名 = 1; const s = '😀'; 名|", ["名"], "名"],
  ["twice(rat|, 2", ["rate"], "rat"],
  ["const q = { inner: 1 }\nq.|\nrate", ["inner"], ""],
  ["ret|", ["return"], "ret"],
  ["[...rat|]", ["rate"], "rat"],
  ["class A {\n  |", ["static", "constructor"], ""],
  ["class A extends Map<string, number> {\n  n() { this.siz|", ["size"], "siz"],
  ["// How fast?\n// So.\nrat|", ["rate"], "rat"],
  ['const d: "red" | "blue" = "r|"', ["red"], "r"],
];

/** What an item is, whatever way it came to the text. */
const kinds: [source: string, name: string, type: string][] = [
  ["|", "rate", "variable"],
  ["|", "twice", "function"],
  ["|", "matrix", "function"],
  ["|", "Tensor", "class"],
  ["let a: |", "Plan", "interface"],
  ["let a: |", "Size", "type"],
  ["|", "Mode", "enum"],
  ["const later = () => 1; |", "later", "function"],
  ["model.|", "run", "method"],
  ["model.|", "layers", "property"],
];

const inspections: [source: string, name: string | null, signature: string, doc: string][] = [
  ["rat|e", "rate", "let rate: number", "How fast it learns."],
  ["rate|", "rate", "let rate: number", "How fast it learns."],
  [
    "twice|",
    "twice",
    "function twice(v: number): number",
    "Twice a number.\n\n*@param* `v` the number",
  ],
  ["twice(|", "twice", "twice(v: number): number", "Twice a number.\n\n*@param* `v` the number"],
  ["model.weig|hts", "model.weights", "(property) weights: Tensor", ""],
  [
    "matr|ix",
    "matrix",
    "function matrix(name: string): Tensor",
    'A free symbol called `name`.\n\n**Example**\n\n```typescript\nmatrix("x")\n```',
  ],
];

const endings: [source: string, status: string, indent?: string][] = [
  ["", "complete"],
  ["1", "complete"],
  ["f(1)", "complete"],
  ["f(1", "incomplete", "  "],
  ["f(1,", "incomplete", "  "],
  ["if (a) {", "incomplete", "  "],
  ["if (a) {\n  b", "incomplete", "  "],
  ["if (a) {\n  for (;;) {", "incomplete", "    "],
  ["if (a)", "incomplete", "  "],
  ["a +", "incomplete", ""],
  ["a.", "incomplete", ""],
  ["const f = () =>", "incomplete", "  "],
  ["`text", "incomplete", ""],
  ["/* comment", "incomplete", ""],
  ["class A {\n}", "complete"],
  ["else", "invalid"],
  ["let 1 = 2;", "invalid"],
  ["'open", "invalid"],
  [")", "invalid"],
  ["f(1))", "invalid"],
  ["a // {", "complete"],
  ["'{'", "complete"],
  ["/[{]/", "complete"],
  ["a++", "complete"],
  ["const a =", "incomplete", ""],
  ["if (a) b\nelse", "incomplete", "  "],
  ["if (a) {\n  b\n} else {", "incomplete", "  "],
  ["f({ a }, {\n}, {", "incomplete", "  "],
  ["f(1 // c", "incomplete", "  "],
  ["f(\n  1,", "incomplete", "  "],
  ["return", "complete"],
];

describe("questions about cells", function () {
  this.timeout(60_000);
  let session: Session;
  before(() => {
    session = createSession(process.cwd());
    expect(session.problems(earlier)).to.deep.equal([]);
  });

  for (const [marked, items, replaced] of completions) {
    it(`completes ${JSON.stringify(marked)}`, () => {
      const offset = marked.indexOf("|", marked.includes('"red" |') ? 20 : 0);
      const source = marked.slice(0, offset) + marked.slice(offset + 1);
      const found = session.language.complete(source, offset);
      expect(found.items.map((item) => item.text)).to.include.members(items);
      expect(source.slice(found.start, found.end)).to.equal(replaced);
    });
  }

  const offered = (marked: string) => {
    const offset = marked.indexOf("|");
    return session.language.complete(marked.replace("|", ""), offset).items;
  };

  it("offers files in strings, for the shell and for other programs", () => {
    const table: [marked: string, some: string[], other?: string][] = [
      ['readFileSync("./tsc|")', ["tsconfig.json"]],
      ["f('kernel/ce|", ["cell/"]],
      ["const s = '😀'; f('kernel/cell/paths|')", ["paths.ts"]],
      ["`${'tsc|'}`", ["tsconfig.json"]],
      ["%cd ker|", ["kernel/", "kernelspec/"], "package.json"],
      ["%load tsc|", ["tsconfig.json"]],
      ["!cat kernel/cell/paths|", ["paths.ts"], "Array"],
      ["%%bash\nls tsc|", ["tsconfig.json"]],
      ["'|'", ["kernel/"], ".git"],
    ];
    for (const [marked, some, other] of table) {
      const names = offered(marked).map((item) => item.text);
      expect(names, marked).to.include.members(some);
      if (other !== undefined) expect(names, marked).to.not.include(other);
    }
    const none = ["'nowhere/|'", "%%html\nra|", "// 'tsc|", "import {} from 'tsc|'", "'a'; // '|"];
    for (const marked of none) expect(offered(marked), marked).to.deep.equal([]);
    const names = ["'a' + rat|", "!rat|", "%%time\nrat|"];
    for (const marked of names) expect(offered(marked)[0]?.text, marked).to.equal("rate");
  });

  it("offers the text's own names first, then those of earlier cells, then the language's", () => {
    const names = offered("{ const zeta = 1; |").map((item) => item.text);
    const wanted = ["zeta", "model", "rate", "twice", "matrix", "Array", "if"];
    expect(names.filter((name) => wanted.includes(name))).to.deep.equal(wanted);
  });

  it("offers no property where a comma is missing before it", () => {
    const call = "(({ steps, size }: { steps: number; size: number }) => 1)";
    expect(offered(`${call}({ steps: [1] |`)).to.deep.equal([]);
    expect(offered(`${call}({ steps: 1, |`).map((item) => item.text)).to.deep.equal(["size"]);
  });

  it("offers a name once", () => {
    expect(offered("modul|").map((item) => item.text)).to.deep.equal(["module"]);
  });

  it("offers nothing in the middle of a number", () => {
    const cells = ["0.|1", "const y = rate - 0.|1 * rate", "5|", "1_0|0"];
    for (const cell of cells) expect(offered(cell), cell).to.deep.equal([]);
    expect(offered("1..|").map((item) => item.text)).to.include("toFixed");
  });

  for (const [marked, name, type] of kinds) {
    it(`${JSON.stringify(marked)}: ${name} is a ${type}`, () => {
      expect(offered(marked).find((item) => item.text === name)?.type).to.equal(type);
    });
  }

  it("offers neither the kernel's own names nor those of reset sessions", () => {
    const fresh = createSession(process.cwd());
    fresh.compile("const gone = 1");
    fresh.reset();
    const names = fresh.language.complete("", 0).items.map((item) => item.text);
    expect(names).to.not.include("gone");
    expect(names.filter((name) => /^\$\$|hypatia/i.test(name))).to.deep.equal([]);
  });

  for (const [marked, name, signature, documentation] of inspections) {
    it(`inspects ${JSON.stringify(marked)}`, () => {
      const offset = marked.indexOf("|");
      const found = session.language.inspect(marked.replace("|", ""), offset, 0);
      expect(found).to.deep.include({ name, signature, documentation });
    });
  }

  it("says which cell declared a name of the session, and in which line", () => {
    const fresh = createSession(process.cwd());
    fresh.compile("1");
    fresh.compile("const a = 1\nlet late = a");
    const declared = (source: string) => fresh.language.inspect(source, source.length, 0)?.declared;
    expect(declared("late")).to.deep.equal({ count: 2, line: 2 });
    fresh.compile("const late = '2'");
    expect(declared("const q = late")).to.deep.equal({ count: 3, line: 1 });
    expect(declared("matrix")).to.equal(undefined);
    expect(declared("late.length")).to.equal(undefined);
    expect(declared("{ const late = 1; late")).to.equal(undefined);
  });

  const inspected = (marked: string) =>
    session.language.inspect(marked.replace("|", ""), marked.indexOf("|"), 0);

  it("names what has a value in the session, and no parameter, local or property of that name", () => {
    const top = [
      "rat|e",
      "f(rat|e)",
      "function f() { return rat|e }",
      "const rat|e = 2",
      "{ rat|e }",
    ];
    for (const marked of top) expect(inspected(marked)?.name, marked).to.equal("rate");
    const others = [
      "(rat|e: number) => 1",
      "(rate: number) => ra|te",
      "{ const rate = 1; rat|e }",
      "({ rat|e: 1 })",
      "twice(1).toFixe|d()",
      "class A { rat|e = 1 }",
      "for (const rate of []) rat|e",
    ];
    for (const marked of others) {
      expect(inspected(marked), marked).to.not.equal(null);
      expect(inspected(marked)?.name, marked).to.equal(null);
    }
  });

  it("inspects what a comment links to", () => {
    expect(inspected("/** {@link twic|e} */ let q")?.signature).to.match(/^function twice/);
  });

  it("never shows the file that a cell is for the checker", () => {
    expect(inspected("=>|")).to.equal(null);
    expect(inspected("function f() {}=>|")).to.equal(null);
  });

  it("writes links of comments as markdown", () => {
    const text =
      "/** As {@link twice}, {@link https://a.b} or {@link https://c.d there}. */ let q|q";
    const expected = "As `twice`, <https://a.b> or [there](https://c.d).";
    expect(inspected(text)?.documentation).to.equal(expected);
  });

  it("shows the source at detail 1", () => {
    expect(session.language.inspect("twice", 2, 1)?.source).to.equal(
      "function twice(v: number): number { return v * 2 }",
    );
    expect(session.language.inspect("rate", 2, 1)?.source).to.equal("let rate = 0.1;");
  });

  it("shows at detail 1 the value's source, where a later cell gave its name to a type, too", () => {
    const fresh = createSession(process.cwd());
    fresh.compile("const kind = [1, 2];");
    fresh.compile("type kind = number;");
    expect(fresh.language.inspect("kind", 4, 1)?.source).to.equal("const kind = [1, 2];");
    const use = "let k = kind";
    expect(fresh.language.inspect(use, use.length, 1)?.source).to.equal("const kind = [1, 2];");
  });

  it("finds nothing between names", () => {
    expect(session.language.inspect("1  + 2", 2, 0)).to.equal(null);
  });

  for (const [source, status, indent] of endings) {
    it(`${JSON.stringify(source)} is ${status}`, () => {
      const expected = indent === undefined ? { status } : { status, indent };
      expect(completeness(source)).to.deep.equal(expected);
    });
  }
});
