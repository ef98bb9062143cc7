/** Cells in, the value of the last one out. */
import { expect } from "chai";
import { createSession, type Session } from "./session.js";

const table: Record<string, [cells: string | string[], value: unknown][]> = {
  "the last expression": [
    ["1 + 1", 2],
    ["1 + 1;", undefined],
    ["const a = 1", undefined],
    ["if (true) 5", undefined],
    ['"use strict"', "use strict"],
    ["({ a: 1 }) // shown", { a: 1 }],
    ["/* before */ 7 /* after */", 7],
    ["const t = `a${1 + 1}\nb`; t", "a2\nb"],
    ["await Promise.resolve(5)", 5],
    ["let v = 1\r\nv + 1\r\n", 2],
    ['const 名 = "😀"; 名 + 名', "😀😀"],
    ["/[/*]+/.test('/*')", true],
    ["", undefined],
    ["// nothing", undefined],
    ["this", undefined],
    ["void 1, 2", 2],
    ["export const e = 4; e", 4],
    ["export default 6", 6],
  ],
  "names of earlier cells": [
    [["let a = 1", "a = a + 1", "a"], 2],
    [["let a = 1; const get = () => a", "a = 5", "get()"], 5],
    [["let a = 1; const get = () => a", "a++; a += 2; get()"], 4],
    [["const a = 1", 'const a: string = "x"', "a"], "x"],
    [["const a = 1", "function a() { return 2 }", "class a { v = 3 }", "new a().v"], 3],
    [["const a = 1; ", "const f = () => a", "const a = 2", "f()"], 2],
    [["function f() { return typeof this }", "f()"], "undefined"],
    [["const o = { f() { return this.n }, n: 3 }", "o.f()"], 3],
    [
      ["let a = 1, b = 2", "[a, b] = [b, a]", "[a, b]"],
      [2, 1],
    ],
    [
      ["let a = 1, b = 2", "({ a, x: b = 9 } = { a: 3, x: undefined as any }); [a, b]"],
      [3, 9],
    ],
    [["let a = 0", "for (a of [1, 2]) ; a"], 2],
    [["let a = ''", "for (a in { k: 1 } as any) ; a"], "k"],
    [["const a = 1", "{ const a = 2; void a } a"], 1],
    [["const a = 1", "((a: number) => a + 1)(5)"], 6],
    [
      ["const a = 1", "const o = { a, b: a, get c() { return a } }; [o.a, o.b, o.c]"],
      [1, 1, 1],
    ],
    [["class A { constructor(readonly n: number) {} }", "new A(2).n"], 2],
    [["const ns = { A: class { n = 4 } }", "new ns.A().n"], 4],
    [["class A { n = 1 }", "class B extends A { m = 2 }", "const { n, m } = new B(); n + m"], 3],
    [["enum E { X, Y = 7 }", "E.Y + (E.X as number)"], 7],
    [["namespace N { export const v = 3 }", "N.v"], 3],
    [["const tag = (s: TemplateStringsArray, n: number) => s.raw[0] + n", "tag`a${1}b`"], "a1"],
    [["class K { n = 4 }", "interface K { m: 1 }", "const k: K = { m: 1 }; new K().n + k.m"], 5],
    [["const K = 1", "export type K = 's'", "const k: K = 's'; k"], "s"],
    [["type T = number; interface I { a: T }", "const i: I = { a: 1 }; i.a"], 1],
    [
      ["var v = 1; { var w = 2 } for (var i = 0; i < 3; i++) ;", "[v, w, i]"],
      [1, 2, 3],
    ],
    [
      ["const { a, b: [c = 2] } = { a: 1, b: [] as number[] }", "[a, c]"],
      [1, 2],
    ],
    [["f(1); function f(n: number) { return n }", "f(3)"], 3],
    [["const a = 1\nconst f = () => 2", "f\n()"], 2],
    [["const k = 'key' as const", "({ [k]: 1 }).key"], 1],
    [["const losses = []", "losses.push(1); losses.push('a'); losses.length"], 2],
    [["let best = null", "best = 5; best"], 5],
    [["const m = new Map<string, number>()", "m.set('a', 1).get('a')!"], 1],
    [
      [
        "async function* g() { yield 1; yield 2 }",
        "let s = 0; for await (const n of g()) s += n; s",
      ],
      3,
    ],
    [["const a = [1]", "outer: for (const x of a) { for (;;) continue outer } a.length"], 1],
    [["let o: { n?: number } = {}", "o.n ??= 3; o?.n"], 3],
    [["const label = 1", "label: for (;;) break label; label"], 1],
    [["let a = 1", "a\n++\na\na"], 2],
  ],
  "an error in the middle": [
    [["const early = 1; throw 0; const late = 2", "early"], 1],
    [["let a = 1", "a = 2; throw 0", "a"], 2],
  ],
  modules: [
    [['import { join } from "node:path"; join("a", "b")', 'join("c", "d")'], "c/d"],
    [['import * as path from "path"; path.sep', "path.sep"], "/"],
    [['import fs, { existsSync } from "fs"; fs.existsSync === existsSync'], true],
    [['import type { Stats } from "fs"; let s: Stats | undefined; s'], undefined],
    [['const { sep } = await import("node:path"); sep'], "/"],
    [['const p = require("node:path"); p.sep'], "/"],
    [['import p = require("node:path"); p.sep'], "/"],
    [['import { matrix as m } from "hypatia"; m === matrix'], true],
    [["typeof __dirname + typeof import.meta.url"], "stringstring"],
  ],
  "syntax that Node lacks": [
    [["class P { constructor(public a: number, private b = 2) { void this.b } }\nnew P(1).a"], 1],
    [["enum E { A = 1, B = A << 2 }\nE.B"], 4],
    [
      [
        "const log: string[] = []; { using r = { [Symbol.dispose]() { log.push('end') } }; void r }\nlog",
      ],
      ["end"],
    ],
    [
      [
        "const twice = (f: any, _: any) => function (this: any) { return f.call(this) * 2 };\nclass D { @twice m() { return 21 } }\nnew D().m()",
      ],
      42,
    ],
    [
      [
        "const dec = (n: number) => (c: any, _: any) => { c.n = n }",
        "@dec(3) class D {}\n(D as any).n",
      ],
      3,
    ],
    [["enum E { A }", "class Q { constructor(public e = E.A) {} }; new Q().e"], 0],
  ],
  tensors: [
    [['const x = matrix("x"); 1 - x * 2'], "subtract(1, multiply(x, 2))"],
    [['const x = matrix("x")', "-x / +2 % 3"], "mod(divide(negative(x), 2), 3)"],
    [['let x = matrix("x")', "x += 1; x **= 2; x"], "power(add(x, 1), 2)"],
    [
      ['const x = matrix("x"); String([x < 1, x <= 1, x > 1])'],
      "less(x, 1),lessEqual(x, 1),greater(x, 1)",
    ],
    [['const x = matrix("x"); x == 1'], "equal(x, 1)"],
    [['const x = matrix("x"); [x === x, x == null, x != undefined]'], [true, false, true]],
    [["const f = (a: number | Tensor) => a * 2", "f(4)"], 8],
    [["const f = (a: number | Tensor) => a * 2", 'f(matrix("y"))'], "multiply(y, 2)"],
    [["function f(a, b) { return a * b + 1 }", 'f(matrix("y"), 2)'], "add(multiply(y, 2), 1)"],
    [["function f(a, b) { return a * b + 1 }", "f(3, 2)"], 7],
    [
      ['let i = 0; const a = [matrix("p"), matrix("q")]; a[i++] *= 2; [String(a), i]'],
      ["multiply(p, 2),q", 1],
    ],
    [['const o = { w: matrix("w") }; const get = () => o', "get().w -= 1; o.w"], "subtract(w, 1)"],
    [
      [
        'const o = { w: matrix("w") }; let n = 0; const get = () => (n++, o)',
        "(get().w as Tensor) += 1; (get().w) *= 2; (<Tensor>get()['w']) -= 3; [String(o.w), n]",
      ],
      ["subtract(multiply(add(w, 1), 2), 3)", 3],
    ],
    [
      ['class M { #w = matrix("w"); step() { this.#w -= 1; return this.#w } }; new M().step()'],
      "subtract(w, 1)",
    ],
    [
      ['const o = { a: { b: matrix("w") } }', "o.a . b += await Promise.resolve(2); o.a.b"],
      "add(w, 2)",
    ],
    [['const x = matrix("x"), y = x as Tensor | undefined', "(x as Tensor) + y!"], "add(x, x)"],
    [['const s = shared("s"); tanh(s + 1)'], "tanh(add(s, 1))"],
    [['const x: any = matrix("x"); "x is " + x'], "x is x"],
    [['const x = matrix("x"); const f = function* () { yield x + 1 }; [...f()][0]'], "add(x, 1)"],
    [['const x = matrix("x"); const f = (): Tensor => {\n  return(x)+ 1\n}; f()'], "add(x, 1)"],
    [['const x = matrix("x"); typeof-x'], "object"],
    [["const zeros = 3, tanh = 4; zeros * tanh"], 12],
    [["function matrix(n: number) { return n } matrix(2)", "matrix(3)"], 3],
    [['const x = matrix("x"); const f = () => x // note\n  + 1; f()'], "add(x, 1)"],
  ],
};

describe("cell values", function () {
  this.timeout(60_000);
  let session: Session;
  before(() => {
    session = createSession(process.cwd());
  });
  beforeEach(() => session.reset());

  for (const [title, rows] of Object.entries(table)) {
    describe(title, () => {
      for (const [cells, value] of rows) {
        const list = typeof cells === "string" ? [cells] : cells;
        it(`${list.join(" ⏎ ")} → ${JSON.stringify(value)}`, async () => {
          for (const cell of list.slice(0, -1)) {
            if (/\bthrow\b/.test(cell)) await session.fail(cell);
            else await session.run(cell);
          }
          expect(await session.run(list.at(-1)!)).to.deep.equal(value);
        });
      }
    });
  }
});
