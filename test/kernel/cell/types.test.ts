/** What the checker says about operators on tensors, and about cells. */
import { runInThisContext } from "node:vm";
import { expect } from "chai";
import { ts } from "../../../kernel/cell/typescript.js";
import { createSession, type Session } from "./session.js";

const earlier = `const x = matrix("x"), s = shared("s"); const num = 1, flag = true;
const u: Tensor | number = num as any; const o: Tensor | undefined = x as any; const a: any = 1;
function same<T extends Tensor>(t: T) { return t + 1 }
function both<T extends Tensor | number>(t: T) { return -t }
let assigned = 1; const fixed = 2;`;

const types: [expression: string, type: string][] = [
  ["x + 1", "Tensor"],
  ["1 - x", "Tensor"],
  ["x * x / s % num", "Tensor"],
  ["x ** 2", "Tensor"],
  ["-x", "Tensor"],
  ["-s", "Tensor"],
  ["x < flag", "Tensor"],
  ["x >= x", "Tensor"],
  ["x == 1", "Tensor"],
  ["x != s", "Tensor"],
  ["x === s", "boolean"],
  ["x == null", "boolean"],
  ["o == 1", "boolean | Tensor"],
  ["u * 2", "number | Tensor"],
  ["u < 2", "boolean | Tensor"],
  ["u + x", "Tensor"],
  ["-u", "number | Tensor"],
  ["a * 2", "any"],
  ["a * x", "Tensor"],
  ["-a", "any"],
  ["a == null", "boolean"],
  ["a + 's'", "string"],
  ["same(s)", "Tensor"],
  ["both(x)", "number | Tensor"],
  ["x.shape[0] * 2", "number"],
  ["num / x.shape[0]", "number"],
  ["num < x.shape[0]", "boolean"],
  ["-x.shape[0]", "number"],
  ["x.shape[0] * x", "Tensor"],
  ["num * 2", "number"],
  ["num < 2", "boolean"],
  ["1n + 2n", "bigint"],
  ["'a' + num", "string"],
  ["[1, 2].map((v) => v * x)", "Tensor[]"],
  ["((t: Tensor) => t * 2)(x)", "Tensor"],
  ["[x].reduce((p, q) => p + q)", "Tensor"],
];

const messages: [source: string, messages: string[]][] = [
  ['x + "a"', ["1:1 Operator '+' cannot be applied to types 'Tensor' and '\"a\"'."]],
  ["x * 1n", ["1:1 Operator '*' cannot be applied to types 'Tensor' and '1n'."]],
  ["({}) - x", ["1:1 Operator '-' cannot be applied to types '{}' and 'Tensor'."]],
  ["[1] * x", ["1:1 Operator '*' cannot be applied to types 'number[]' and 'Tensor'."]],
  ["x == 'a'", ["1:1 Operator '==' cannot be applied to types 'Tensor' and '\"a\"'."]],
  ["o + 1", ["1:1 'o' is possibly 'undefined'."]],
  ["-o", ["1:2 'o' is possibly 'undefined'."]],
  ["let k = 1; k += x", ["1:12 Type 'Tensor' is not assignable to type 'number'."]],
  ["let k: Tensor = x; k *= 2", []],
  ["let k = 1; k += x.shape[0]; for (let i = 0; i < x.shape[0]; i++) k = x.shape[0] - i", []],
  [
    "x.shape[0] + 'a' * 2",
    [
      "1:14 The left-hand side of an arithmetic operation must be of type 'any', 'number', 'bigint' or an enum type.",
    ],
  ],
  [
    "let w = s; w -= 1",
    ["1:12 Property 'update' is missing in type 'Tensor' but required in type 'Shared'."],
  ],
  [
    "x & 1",
    [
      "1:1 The left-hand side of an arithmetic operation must be of type 'any', 'number', 'bigint' or an enum type.",
    ],
  ],
  [
    "'a' * 2",
    [
      "1:1 The left-hand side of an arithmetic operation must be of type 'any', 'number', 'bigint' or an enum type.",
    ],
  ],
  [
    "if (x > 1) num",
    [
      "1:5 a Tensor is always true as a condition. Take its value with .item(), or choose between tensors with where(condition, a, b).",
    ],
  ],
  ["if (o) num", []],
  // What a program without noImplicitAny may leave to `any`.
  ["function* ask() { const answer = yield 1; answer.text }", []],
  ["function* ask() { const answer: any = yield* [null]; answer.text }", []],
  ["function Point(px) { this.px = px } new Point(1).px", []],
  ["function twice(a: string); function twice(a) { return a }", []],
  ["type Make = { new (a); (b) }; type Keys = { [K in 'a'] }; let keys: Keys, m: Make", []],
  [
    "for (const row in x) num",
    [
      "1:19 for … in goes through the names of properties. Write for (const row of x.toArray(1)), or take x.at(i).",
    ],
  ],
  ["for (const key in { a: 1 }) num", []],
  [
    "!x",
    [
      "1:2 a Tensor is always true as a condition. Take its value with .item(), or choose between tensors with where(condition, a, b).",
    ],
  ],
  [
    "x > 0 && x < 1",
    [
      "1:1 a Tensor is always true, also beside &&. For the truth values of two tensors write logicalAnd(a, b), for one value a.item().",
    ],
  ],
  [
    "x || 1",
    [
      "1:1 a Tensor is always true, also beside ||. For the truth values of two tensors write logicalOr(a, b), for one value a.item().",
    ],
  ],
  ["o && num", []],
  [
    "import assert from 'node:assert'; assert(x > 1, 'no')",
    [
      "1:42 a Tensor always counts as true here. Take its value with .item(); where there are several, with all(…).item() or any(…).item().",
    ],
  ],
  [
    "import * as test from 'node:assert/strict'; test.ok(s)",
    [
      "1:53 a Tensor always counts as true here. Take its value with .item(); where there are several, with all(…).item() or any(…).item().",
    ],
  ],
  [
    "function check(what: Tensor, ok: unknown): asserts ok {} check(x, x)",
    [
      "1:67 a Tensor always counts as true here. Take its value with .item(); where there are several, with all(…).item() or any(…).item().",
    ],
  ],
  [
    "console.assert(x == 1)",
    [
      "1:16 a Tensor always counts as true here. Take its value with .item(); where there are several, with all(…).item() or any(…).item().",
    ],
  ],
  [
    "Boolean(x)",
    [
      "1:9 a Tensor always counts as true here. Take its value with .item(); where there are several, with all(…).item() or any(…).item().",
    ],
  ],
  ["import assert from 'node:assert'; assert(o); assert(num, String(x)); assert.equal(x, x)", []],
  [
    "0 < x <= 1",
    [
      "1:1 comparisons of tensors do not chain: this compares the truth values of 0 < x. Write logicalAnd(0 < x, x <= 1).",
    ],
  ],
  ["(x < 1) < 1", []],
  [
    "s[0] = 1",
    [
      "1:3 a Tensor has no elements in brackets. Pick with s.at(0), s.at(null, 1) or s.at(range(0, 5)). An element cannot be assigned: tensors never change; compute a new one, with where or concat.",
    ],
  ],
  [
    "x[num] += 1",
    [
      "1:3 a Tensor has no elements in brackets. Pick with x.at(0), x.at(null, 1) or x.at(range(0, 5)). An element cannot be assigned: tensors never change; compute a new one, with where or concat.",
    ],
  ],
  ["s['update'], s[Symbol.toPrimitive], [x][0], a[0]", []],
  ["let $$v = 1", ["1:5 '$$v': names that begin with $$ are reserved for Hypatia. Rename it."]],
  ["nope", ["1:1 Cannot find name 'nope'."]],
  ["fixed = 3", ["1:1 Cannot assign to 'fixed' because it is a constant."]],
  ["assigned = 'a'", ["1:1 Type 'string' is not assignable to type 'number'."]],
  ["assigned = 5", []],
  ["const fixed = 'again'; fixed.length", []],
  ["let 1", ["1:1 Variable declaration not allowed at this location."]],
  ["f(", ["1:3 Argument expression expected."]],
  ["'a\n", ["1:3 Unterminated string literal."]],
  ["(v) => v.anything", []],
  ["try { } catch (e) { e.message }", []],
  ["\n\n  num.nope", ["3:7 Property 'nope' does not exist on type '1'."]],
  ["'😀'.nope", ["1:6 Property 'nope' does not exist on type '\"😀\"'."]],
  ["// @ts-nocheck\nconst k: string = num; x.nope", []],
  ["/* a */ // b\n// @ts-nocheck\nnum.nope", []],
  ["num.nope // @ts-nocheck", ["1:5 Property 'nope' does not exist on type '1'."]],
  ["num.nope\n// @ts-nocheck", ["1:5 Property 'nope' does not exist on type '1'."]],
  ["return 1", ["1:1 A 'return' statement can only be used within a function body."]],
  ["prompt('a').length + password().length", []],
];

describe("types in cells", function () {
  this.timeout(60_000);
  let session: Session;
  before(() => {
    session = createSession(process.cwd());
  });
  beforeEach(() => {
    session.reset();
    session.compile(earlier);
  });

  for (const [expression, type] of types) {
    it(`${expression} : ${type}`, () => {
      const source = `const result = ${expression}`;
      const found = session.language.inspect(source, 8, 0);
      expect(found?.signature).to.equal(`const result: ${type}`);
    });
  }

  it("keeps types through chains of cells that are run again and again", () => {
    session.compile("class Net<T> { constructor(public w: T) {} }; let h = x");
    for (let i = 0; i < 40; i++) {
      const pair = "const pair = [h + 1, new Net(h)] as const";
      expect(session.problems(pair)).to.deep.equal([]);
      expect(session.problems("let h = pair[0] * pair[1].w")).to.deep.equal([]);
    }
    const found = session.language.inspect("pair", 1, 0);
    expect(found?.signature).to.equal("const pair: readonly [Tensor, Net<Tensor>]");
    expect(session.problems("h.nope")).to.deep.equal([
      "1:3 Property 'nope' does not exist on type 'Tensor'.",
    ]);
  });

  it("keeps what cells declare for all, until a cell declares it otherwise", () => {
    const adding = (type: string) =>
      `declare global { var shown: ${type}; interface Array<T> { second(): T } }`;
    const use = "const n: number = [1].second() + shown.length; shown = 'a'";
    expect(session.problems(adding("string"))).to.deep.equal([]);
    expect(session.problems("declare global { interface Date { era: number } }")).to.deep.equal([]);
    expect(session.problems(`${use}; new Date().era`)).to.deep.equal([]);
    expect(session.problems(adding("string[]"))).to.deep.equal([]);
    expect(session.problems(`${use}; new Date().era`)).to.deep.equal([
      "1:48 Type 'string' is not assignable to type 'string[]'.",
    ]);
  });

  for (const [source, expected] of messages) {
    it(`${JSON.stringify(source)} → ${expected.join("; ") || "no error"}`, () => {
      expect(session.problems(source).map((text) => text.split("\n")[0])).to.deep.equal(expected);
    });
  }
});

/** Of JavaScript's library; some are newer than the oldest Node that the kernel runs on. */
const library = [
  "[3, 1].toSorted().findLast((n) => n > 1)",
  "structuredClone([1])",
  "'a'.isWellFormed()",
  "Object.groupBy([1, 2], (n) => (n > 1 ? 'a' : 'b'))",
  "Map.groupBy([1, 2], (n) => n > 1)",
  "Promise.withResolvers()",
  "new Set([1]).union(new Set([2]))",
  "new Map<number, number>().getOrInsert(1, 2)",
  "[1].values().map((n) => n + 1)",
  "Iterator.from([1])",
  "Promise.try(() => 1)",
  "RegExp.escape('a')",
  "Array.fromAsync([1])",
  "Error.isError(1)",
  "Temporal.Now.instant()",
  "new Date().toTemporalInstant()",
  "new Uint8Array(1).toBase64()",
];

describe("the library that the checker knows", () => {
  const session = createSession(process.cwd());
  for (const code of library)
    it(code, () => {
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { target: ts.ScriptTarget.ESNext },
      });
      let isThere = true;
      try {
        runInThisContext(outputText);
      } catch {
        isThere = false;
      }
      const problems = session.problems(code);
      expect(problems).to.have.lengthOf(isThere ? 0 : 1);
      expect(problems.join()).to.not.include("target library");
    });
});
