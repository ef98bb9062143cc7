/** Imports of cells, from a folder of the user's with files of every kind. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createSession, type Session } from "./session.js";

const files: Record<string, string> = {
  "model.ts": `import { matrix, type Tensor, tanh } from "hypatia";
import { scale, type Options } from "./lib/scale";
import { Options as Same } from "./lib/scale.js";
export let calls = 0;
export function layer(x: Tensor | number, options: Options & Same = { by: 2 }): Tensor {
  calls++;
  return tanh(scale(x, options)) + 1;
}
export const w = matrix("w");
`,
  "lib/scale.ts": `import type { Tensor } from "hypatia";
export interface Options { by: number }
export const scale = (x: Tensor | number, options: Options) => x * options.by;
`,
  "colour.ts":
    "export enum Colour { Red = 3 }\nexport default class Paint { constructor(public c: Colour) {} }",
  "late.ts": "export const value = await Promise.resolve(7);",
  "a.ts": 'import { b } from "./b.ts"; export const a = 1; export const sum = () => a + b;',
  "b.ts": 'import { a } from "./a.ts"; export const b = 2; export const other = () => a;',
  "boom.ts":
    "export enum Kind { A }\ninterface Gone { a: 1 }\n\nexport const boom = (n: number): never => {\n" +
    "  throw new Error(`${n}`);\n};",
  "data.json": '{ "n": 5 }',
  "old.cjs": "exports.z = 9; exports.here = __filename;",
  "new.mjs": "export const q = import.meta.url;",
  "node_modules/both/package.json":
    '{ "name": "both", "exports": { "import": "./i.mjs", "require": "./r.cjs" } }',
  "node_modules/both/i.mjs": 'export const kind = "import";',
  "node_modules/both/r.cjs": 'exports.kind = "require";',
  "wrong.ts": "export const n: number = 'a';",
};

const table: [cells: string[], value: unknown][] = [
  [
    ['import { layer, w, calls } from "./model"; [String(layer(w)), calls, w instanceof Tensor]'],
    ["add(tanh(multiply(w, 2)), 1)", 1, true],
  ],
  [
    [
      'import { calls as c, layer } from "./model"; const before = c; layer(2)',
      "layer(2); [c - before, { c }.c === c, ((c: number) => c)(5)]",
    ],
    [2, true, 5],
  ],
  [
    [
      'const before = count(); import { calls, layer } from "./model"; function count() { return calls }; layer(2); [calls - before, { calls }.calls - before, count() - before]',
    ],
    [1, 1, 1],
  ],
  [['import * as m from "./model.ts"; const before = m.calls; m.layer(2); m.calls - before'], 1],
  [['import { scale } from "./lib/scale.js"; scale(2, { by: 4 })'], 8],
  [['import Paint, { Colour } from "./colour"; new Paint(Colour.Red).c'], 3],
  [['import { value } from "./late.ts"; value'], 7],
  [['import { sum } from "./a.ts"; sum()'], 3],
  [['(await import("./lib/scale.ts")).scale(3, { by: 2 })'], 6],
  [['import data from "./data.json"; data.n'], 5],
  [['import data from "./data.json" with { type: "json" }; data.n'], 5],
  [['import { z } from "./old.cjs"; z'], 9],
  [['require("./old.cjs").z'], 9],
  [['import { q } from "./new.mjs"; q.slice(-8)'], "/new.mjs"],
  [['import { kind } from "both"; [kind, require("both").kind]'], ["import", "require"]],
  [['require.resolve("both").endsWith("/both/r.cjs")'], true],
  [['import { scale } from "./lib/scale"', "scale(5, { by: 1 })"], 5],
];

describe("modules of cells", function () {
  this.timeout(60_000);
  let folder: string;
  let session: Session;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hypatia-modules-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    session = createSession(folder);
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => session.reset());

  for (const [cells, value] of table) {
    it(`${cells.join(" ⏎ ")} → ${JSON.stringify(value)}`, async () => {
      expect(await session.run(...cells)).to.deep.equal(value);
    });
  }

  it("loads an edited file anew, and one that was not edited only once", async () => {
    const calls = () => session.run('(await import("./model.ts")).calls');
    const before = Number(await calls());
    await session.run('import { layer } from "./model"; layer(1)');
    expect(await calls()).to.equal(before + 1);
    writeFileSync(join(folder, "model.ts"), `${files["model.ts"]}\ncalls = 100;`);
    expect(await calls()).to.equal(100);
  });

  it("finds a package that was installed after an import of it failed", async () => {
    const source = 'import { late } from "later"; late';
    expect(session.problems(source)[0]).to.match(/Cannot find module 'later'/);
    const target = join(folder, "node_modules/later");
    mkdirSync(target);
    writeFileSync(
      join(target, "package.json"),
      '{ "name": "later", "main": "i.js", "types": "i.d.ts" }',
    );
    writeFileSync(join(target, "i.js"), "exports.late = 11;");
    writeFileSync(join(target, "i.d.ts"), "export const late: number;");
    expect(await session.run(source)).to.equal(11);
  });

  it("reports the type errors of imported files", () => {
    expect(session.problems('import { n } from "./wrong"; n')).to.deep.equal([
      "1:1 wrong.ts, line 1, column 14: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  const missing: [source: string, message: RegExp][] = [
    ['import x from "./nope"', /Cannot find module '.\/nope'/],
    ['import x from "nope"', /Cannot find module 'nope'/],
  ];
  for (const [source, message] of missing) {
    it(`${source} fails before anything runs`, () => {
      expect(session.problems(source)[0]).to.match(message);
    });
  }

  it("leads a frame of an imported file to the line that was written", async () => {
    const { traceback } = await session.fail('import { boom } from "./boom"; boom(1)');
    expect(traceback.join("\n")).to.match(/boom\S* \S*\/boom\.ts:5:9\D/);
  });

  it("says which file is missing when the name is only known at run time", async () => {
    const error = await session.fail('const name = "./no" + "pe"; await import(name)');
    expect(error.evalue).to.equal(
      `cannot find the module './nope': there is no file '${join(folder, "nope")}'`,
    );
  });
});
