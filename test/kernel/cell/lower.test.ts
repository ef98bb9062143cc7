/** Cell text in, JavaScript out; names of earlier cells: x, y (tensors), n (number), f, C. */
import { expect } from "chai";
import fc from "fast-check";
import { createSession, type Session } from "./session.js";

const earlier = `
const x = matrix("x"); let y = matrix("y"); let n = 1; let u: Tensor | number = 2;
const f = (a: number) => a; class C { k = 1 } const any: any = x;`;

/** Left as they are, apart from the `return` of the last expression. */
const untouched = [
  "const a = 1, b = a * 2 + (-a) ** 2",
  "let s = 'a' + 1; s += 2",
  "for (let i = 0; i < 10; i++) { if (i % 2 == 0) continue; }",
  "const big = 1n + 2n; big > 0n",
  "const o = { get a() { return 1 }, set a(v) { void v }, ['b' + 1]: 2 }; o.a *= 2",
  "label: for (const q of [1]) { break label }",
  "async function* g() { yield* [1]; await null }",
  "const { a = 1 + 2, ...rest } = { a: 3, b: 4 }; rest",
  "/a+b/g.test(`a${1 + 2}b`)",
  "const d = new Date(); d < new Date()",
  "const t = Boolean(1); t == !t",
  "var z; z = 1",
  "class A { #p = 1; static q = 2; static { A.q = 1 } m() { return this.#p + A.q } }",
  "try { throw 1 } catch { } finally { }",
  "a\nvar a",
  "let e = 1\r\n;[e] = [2]\r\n",
  'const 名 = "😀"; 名 + "𝒳"',
  "// only a comment",
  "matrix('q').item() + 1",
  "(function () { return typeof this })()",
  "if (n1) n1; else n1; var n1",
];

const table: [source: string, js: string][] = [
  ["x + 1", "return $$.add($$x.get() , 1)"],
  ["1 - x", "return $$.subtract(1 , $$x.get())"],
  ["x + 1 * 2", "return $$.add($$x.get() , 1 * 2)"],
  ["(x + 1) * 2", "return $$.multiply(($$.add($$x.get() , 1)) , 2)"],
  ["x ** 2 ** 3", "return $$.power($$x.get() , 2 ** 3)"],
  ["-x % 2", "return $$.mod($$.negative($$x.get()) , 2)"],
  ["export default function () {}", "       return ( function () {});"],
  ["export default class {} n", "       void ( class {}); return $$n.get()"],
  ["- /* c */ x", "return $$.negative( /* c */ $$x.get())"],
  ["!n", "return !$$n.get()"],
  ["~n", "return ~$$n.get()"],
  ["x == null", "return $$x.get() == null"],
  ["x === y", "return $$x.get() === $$y.get()"],
  ["x != y", "return $$.notEqual($$x.get() , $$y.get())"],
  ["u * 2", "return $$.multiply($$u.get() , 2)"],
  ["any + 1", "return $$.add($$any.get() , 1)"],
  ['any + "s"', 'return $$any.get() + "s"'],
  ["n * 2", "return $$n.get() * 2"],
  ["n += 1", "return $$n.v += 1"],
  ["y += x", "return $$y.v = $$.add($$y.get(), $$x.get())"],
  ["let z = x; z -= 1", "let z = $$x.get(); return z = $$.subtract(z, 1)"],
  [
    "const o = { t: x }; o.t /= 2",
    'const o = { t: $$x.get() }; return $$.set($$.at(o,"t") , $$.divide, 2)',
  ],
  [
    "const a = [x]; let i = 0; a[i++] %= 2;",
    "const a = [$$x.get()]; let i = 0; $$.set($$.at(a,i++) , $$.mod, 2);",
  ],
  ["f(n)", "return $$f.get()($$n.get())"],
  ["new C().k", "return new ($$C.get())().k"],
  ["class D extends C {}", "class D extends $$C.get() {}"],
  ["const g = (n: number) => n + 1", "const g = (n        ) => n + 1"],
  ["{ let n = 2; n }", "{ let n = 2; n }"],
  ["({ n, x: n, [n]: 1 })", "return ({ n: $$n.get(), x: $$n.get(), [$$n.get()]: 1 })"],
  ["({ n } = { n: 2 })", "return ({ n: $$n.v } = { n: 2 })"],
  ["[n = 3] = []", "return [$$n.v = 3] = []"],
  ["n++; --n", "$$n.v++; return --$$n.v"],
  ["type T = typeof x; let t: T = x", "                   let t    = $$x.get()"],
  ["(x as Tensor) + (n as any)!", "return $$.add(($$x.get()          ) , ($$n.get()       )) "],
  ["`${x + 1}`", "return `${$$.add($$x.get() , 1)}`"],
  ["import('node:fs')", "return $$.import('node:fs')"],
  ["import.meta.url", "return $$.meta.url"],
  ["export const q = 1", "       const q = 1"],
  ["const h = () => {\n  return-x }", "const h = () => {\n  return $$.negative($$x.get()) }"],
  [
    "function over(a: string): void; function over(a: any) { a + 1 }",
    "                                function over(a     ) { $$.add(a , 1) }",
  ],
];

describe("lowering", function () {
  this.timeout(60_000);
  let session: Session;
  before(() => {
    session = createSession(process.cwd());
  });
  beforeEach(() => {
    session.reset();
    session.compile(earlier);
  });

  for (const [source, js] of table) {
    it(`${source} → ${js}`, () => {
      expect(session.js(source)).to.equal(js);
    });
  }

  /** The text without what was put before it and before its last expression. */
  function written(source: string): string {
    const js = session.js(source);
    const at = [...js.matchAll(/return /g)]
      .map((match) => match.index)
      .find((index) => js.slice(0, index) + js.slice(index + 7) === source);
    return at === undefined ? js : js.slice(0, at) + js.slice(at + 7);
  }

  for (const source of untouched) {
    it(`leaves ${JSON.stringify(source)} as it is`, () => {
      expect(written(source)).to.equal(source);
    });
  }

  const space = fc.constantFrom("", " ", "  ", "/* + */", " // -\n", "\r\n");
  const { program } = fc.letrec<{ value: string; program: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.nat(99).map(String),
      fc.constantFrom("p", "q", "r", "n", "0.5"),
      fc
        .tuple(
          tie("value"),
          space,
          fc.constantFrom("+", "-", "*", "/", "%", "&", "<<"),
          space,
          tie("value"),
        )
        .map(([a, s, op, t, b]) => `${a}${s}${op} ${t}(${b})`),
      tie("value").map((a) => `f(${a})`),
      tie("value").map((a) => `(-(${a}))`),
      fc.tuple(tie("value"), tie("value")).map(([a, b]) => `((${a}) < (${b}) ? p : q)`),
    ),
    program: fc
      .array(
        fc.oneof(
          tie("value").map((value) => `p = ${value};`),
          tie("value").map((value) => `q += ${value};`),
          tie("value").map((value) => `if (p > (${value})) { r -= 1 } else { r++; }`),
          tie("value").map((value) => `for (let i = 0; i < 2; i++) { p *= ${value}; }`),
        ),
        { maxLength: 5 },
      )
      .map(
        (lines) =>
          `let p = 1, q = 2, r = 3, n = 4;\nfunction f(v) { return v }\n${lines.join("\n")}`,
      ),
  }));

  it("leaves any program of numbers as it is, character by character", () => {
    fc.assert(
      fc.property(program, (source) => {
        // `v` has no type and may be a tensor; with one it is a number.
        const typed = source.replace("(v)", "(v       )");
        const result = session.js(source.replace("(v)", "(v:number)"));
        expect(result).to.equal(typed);
      }),
      { numRuns: 40 },
    );
  });
});
