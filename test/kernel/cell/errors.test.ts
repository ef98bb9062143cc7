/** Cells that fail, and what is shown of it. Colours are taken out. */
import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { renderDiagnostics, toCellError } from "../../../kernel/cell/errors.js";
import { createSession, type Session } from "./session.js";

const table: [cells: string[], traceback: string][] = [
  [
    ["let a = 1\n\nconst b = null as any; b.x + a"],
    `TypeError: Cannot read properties of null (reading 'x')
In [1], line 3, column 26
  1 │ let a = 1
  2 │ 
❱ 3 │ const b = null as any; b.x + a
    │                          ^`,
  ],
  [
    ["function f(n: number) { return new Array(-n) }", "const t: number = 1; f(t)"],
    `RangeError: Invalid array length
In [1], line 1, column 32, in f
❱ 1 │ function f(n: number) { return new Array(-n) }
    │                                ^
In [2], line 1, column 22
❱ 1 │ const t: number = 1; f(t)
    │                      ^`,
  ],
  [
    [
      "const wait = () => new Promise((r) => setTimeout(r))\nawait wait()\nthrow new Error('after')",
    ],
    `Error: after
In [1], line 3, column 7
  1 │ const wait = () => new Promise((r) => setTimeout(r))
  2 │ await wait()
❱ 3 │ throw new Error('after')
    │       ^`,
  ],
  [
    ["enum E { A }\nclass P { constructor(public e: E) { throw new Error('in') } }\n\nnew P(E.A)"],
    `Error: in
In [1], line 2, column 44, in new P
  1 │ enum E { A }
❱ 2 │ class P { constructor(public e: E) { throw new Error('in') } }
    │                                            ^
  3 │ 
  4 │ new P(E.A)
In [1], line 4, column 1
  2 │ class P { constructor(public e: E) { throw new Error('in') } }
  3 │ 
❱ 4 │ new P(E.A)
    │ ^`,
  ],
  [
    ['const s = "😀"; null!.x', "const g: any = 0", "g()"],
    `TypeError: g is not a function
In [3], line 1, column 1
❱ 1 │ g()
    │ ^`,
  ],
  [
    ["throw new Error('outer', { cause: new TypeError('inner') })"],
    `Error: outer
In [1], line 1, column 7
❱ 1 │ throw new Error('outer', { cause: new TypeError('inner') })
    │       ^

caused by:
TypeError: inner
In [1], line 1, column 35
❱ 1 │ throw new Error('outer', { cause: new TypeError('inner') })
    │                                   ^`,
  ],
  [
    ["throw new AggregateError([1, 'two'], 'all')"],
    `AggregateError: all
In [1], line 1, column 7
❱ 1 │ throw new AggregateError([1, 'two'], 'all')
    │       ^

error 1 of 2:
Uncaught number: 1

error 2 of 2:
Uncaught string: two`,
  ],
  [
    ["const f = async () => { await null; throw new Error('deep') }\nawait f()"],
    `Error: deep
In [1], line 1, column 43, in f
❱ 1 │ const f = async () => { await null; throw new Error('deep') }
    │                                           ^
  2 │ await f()
In [1], line 2, column 1
  1 │ const f = async () => { await null; throw new Error('deep') }
❱ 2 │ await f()
    │ ^`,
  ],
  [["throw { a: 1 }"], "Uncaught Object: { a: 1 }"],
  [
    ["const o: any = { n: 2n }; o.o = o; throw o"],
    "Uncaught Object: <ref *1> { n: 2n, o: [Circular *1] }",
  ],
  [["throw undefined"], "Uncaught undefined: undefined"],
  [
    ["throw 1; const late = 2", "late"],
    `ReferenceError: Cannot access 'late' before initialization
    The line that declares late has not run: it comes later in the cell, or its cell stopped before it. Run that cell again.
In [2], line 1, column 1
❱ 1 │ late
    │ ^`,
  ],
  [
    ["throw new Error('\\x1b[31mred\\x07')"],
    `Error: \\x1b[31mred\\x07
In [1], line 1, column 7
❱ 1 │ throw new Error('\\x1b[31mred\\x07')
    │       ^`,
  ],
  [
    [
      'const x = matrix("x");\nconst fail = { get t(): Tensor { throw new Error("no") } };\nx + fail.t',
    ],
    `Error: no
In [1], line 2, column 40, in get t
  1 │ const x = matrix("x");
❱ 2 │ const fail = { get t(): Tensor { throw new Error("no") } };
    │                                        ^
  3 │ x + fail.t
In [1], line 3, column 10
  1 │ const x = matrix("x");
  2 │ const fail = { get t(): Tensor { throw new Error("no") } };
❱ 3 │ x + fail.t
    │          ^`,
  ],
];

describe("errors of cells", function () {
  this.timeout(60_000);
  let session: Session;
  before(() => {
    session = createSession(process.cwd());
  });
  beforeEach(() => session.reset());

  for (const [cells, traceback] of table) {
    it(cells.join(" ⏎ "), async () => {
      const error = await session.fail(...cells);
      expect(stripVTControlCharacters(error.traceback.join("\n"))).to.equal(traceback);
    });
  }

  it("says which name a cell that never ran has not declared", async () => {
    session.compile("const skipped = 1");
    expect((await session.fail("skipped")).evalue).to.equal("skipped is not defined");
  });

  it("folds endless recursion", async () => {
    const error = await session.fail("(function r(): number { return r() })()");
    expect(error.traceback.length).to.be.lessThan(20);
    expect(stripVTControlCharacters(error.traceback.join("\n"))).to.match(
      /RangeError: Maximum call stack size exceeded\n[\s\S]*in r\n[\s\S]*the same \d+ times more/,
    );
  });

  it("points at the operator of a tensor expression", async () => {
    const broken = '({ [Symbol.toPrimitive]() { throw new Error("bad") } }) as any';
    const error = await session.fail(`const b = ${broken}; const x = matrix("x");\nx\n  * b`);
    expect(stripVTControlCharacters(error.traceback.join("\n"))).to.contain(
      "In [1], line 3, column 3",
    );
  });

  it("shows where an expression was built, for errors that say so", async () => {
    const error = await session.fail(
      "const site = new Error().stack;\nthrow Object.assign(new Error('late'), { details: { site: { stack: site } } })",
    );
    const text = stripVTControlCharacters(error.traceback.join("\n"));
    expect(text).to.match(
      /Error: late\nIn \[1\], line 2[\s\S]*built here:\nIn \[1\], line 1, column 14/,
    );
  });

  const hostile: [what: string, value: unknown][] = [
    [
      "an error whose message throws",
      Object.defineProperty(new Error(), "message", {
        get() {
          throw 1;
        },
      }),
    ],
    [
      "a proxy that refuses everything",
      new Proxy(
        {},
        {
          get() {
            throw 1;
          },
          has() {
            throw 1;
          },
          getPrototypeOf() {
            throw 1;
          },
        },
      ),
    ],
    [
      "an object with a cycle",
      (() => {
        const o: Record<string, unknown> = {};
        o.o = o;
        return o;
      })(),
    ],
    [
      "an error that causes itself",
      (() => {
        const e = new Error("loop");
        e.cause = e;
        return e;
      })(),
    ],
    ["null", null],
    ["a symbol", Symbol("s")],
    ["an object without a prototype", Object.create(null)],
  ];
  for (const [what, value] of hostile) {
    it(`survives ${what}`, () => {
      const error = toCellError(value, new Map());
      expect(error.ename).to.be.a("string").that.is.not.empty;
      expect(error.traceback).to.not.be.empty;
    });
  }

  it("shows the checker's messages with the line and a mark as long as the mistake", () => {
    const source = "const a: number = 1\na.nope(a)";
    const start = { line: 2, column: 3 };
    const end = { line: 2, column: 7 };
    const error = renderDiagnostics(
      [{ message: "Property 'nope' does not exist.", code: 2339, start, end }],
      source,
      4,
    );
    expect(error.ename).to.equal("TypeError");
    expect(stripVTControlCharacters(error.traceback.join("\n"))).to.equal(
      `TypeError: Property 'nope' does not exist. TS2339
In [4], line 2, column 3
  1 │ const a: number = 1
❱ 2 │ a.nope(a)
    │   ^^^^`,
    );
  });

  it("shows the first ten messages of many", () => {
    const place = { line: 1, column: 1 };
    const many = Array.from({ length: 13 }, (_, i) => ({
      message: `message ${i}`,
      code: 0,
      start: place,
      end: place,
    }));
    const text = stripVTControlCharacters(renderDiagnostics(many, "a", 1).traceback.join("\n"));
    expect(text.match(/message \d+/g)).to.have.length(10);
    expect(text).to.match(/\n… and 3 more like these$/);
  });
});
