import { expect } from "chai";
import { displaySymbol, toMimeBundle } from "../../../kernel/display/bundle.js";
import { namedSize } from "../../../lang/size.js";

const text = (value: unknown): unknown => toMimeBundle(value)?.data["text/plain"];

describe("display/bundle: plain values", () => {
  class Point {
    constructor(readonly x: number) {}
  }
  const table: readonly [value: unknown, shown: string][] = [
    [3, "3"],
    [-0, "-0"],
    [12n, "12n"],
    ["it's", `"it's"`],
    [null, "null"],
    [true, "true"],
    [new Array(2), "[ <2 empty items> ]"],
    [[namedSize("batch"), 3], "[ batch, 3 ]"],
    [[1, [2, [3]]], "[ 1, [ 2, [ 3 ] ] ]"],
    [[[[[[[1]]]]]], "[\n  [\n    [ [ [ [Array] ] ] ]\n  ]\n]"],
    [new Map([["k", new Set([1])]]), "Map(1) { 'k' => Set(1) { 1 } }"],
    [new Float32Array([0.5, 1]), "Float32Array(2) [ 0.5, 1 ]"],
    [Promise.resolve(3), "Promise { 3 }"],
    [new Point(2), "Point { x: 2 }"],
    [Symbol("s"), "Symbol(s)"],
    [() => 1, "[Function (anonymous)]"],
    [Object.assign(Object.create(null), { a: [] }), "[Object: null prototype] { a: [] }"],
  ];
  for (const [value, shown] of table) {
    it(shown, () => expect(text(value)).to.equal(shown));
  }
  it("undefined shows nothing", () => expect(toMimeBundle(undefined)).to.equal(null));
  it("long arrays are cut", () => {
    expect(text(new Array(1000).fill(7))).to.match(/900 more items/);
  });
  it("an error shows its stack", () => {
    expect(text(new RangeError("too far"))).to.match(/^RangeError: too far\n {4}at /);
  });
  it("terminal escapes are written out", () => {
    const hostile = "\x1b]0;owned\x07\x9b31m";
    expect(text(new Error(hostile))).to.include("Error: \\x1b]0;owned\\x07\\x9b31m");
    expect(text({ [Symbol(hostile)]: hostile })).to.include(
      "[Symbol(\\x1B]0;owned\\x07\\x9B31m)]: '\\x1B]0;owned\\x07\\x9B31m'",
    );
  });
});

describe("display/bundle: values that show themselves", () => {
  it("Deno's symbol", () => {
    const value = { [displaySymbol]: () => ({ "text/plain": "me", "text/html": "<b>me</b>" }) };
    expect(toMimeBundle(value)?.data).to.deep.equal({
      "text/plain": "me",
      "text/html": "<b>me</b>",
    });
  });
  it("IPython's method, with metadata", () => {
    const value = {
      _repr_mimebundle_: () => [{ "image/png": "AA" }, { "image/png": { width: 3 } }],
    };
    const bundle = toMimeBundle(value);
    expect(bundle?.metadata).to.deep.equal({ "image/png": { width: 3 } });
    expect(bundle?.data).to.have.keys("image/png", "text/plain");
  });
  it("a method that throws leaves the value shown plainly", () => {
    const value = {
      [displaySymbol]: () => {
        throw new Error("no \x1b");
      },
    };
    expect(text(value)).to.equal("[object]\n[showing it failed: no \\x1b]");
  });
  for (const result of [null, 3, "html", [], {}, Promise.resolve({ "text/plain": "late" })]) {
    it(`a method that returns no bundle (${String(result)}) is ignored`, () => {
      expect(text({ [displaySymbol]: () => result })).to.match(/Symbol\(Jupyter.display\)/);
    });
  }
});

describe("display/bundle: records", () => {
  it("numbers align, missing values stay empty", () => {
    const rows = [
      { epoch: 1, loss: 0.5, note: "first" },
      { epoch: 10, loss: 0.125, note: null },
    ];
    expect(text(rows)).to.equal("epoch   loss  note\n    1  0.5    first\n   10  0.125");
  });
  it("HTML escapes names and values", () => {
    const markup = toMimeBundle([{ "<i>": "<script>" }])?.data["text/html"];
    expect(markup).to.include("<th").and.include("&lt;i&gt;").and.include("&lt;script&gt;");
    expect(markup).to.not.include("<script>").and.not.include("<i>");
  });
  it("long tables are cut to their edges", () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ index }));
    expect(String(text(rows)).split("\n")).to.have.length(1 + 10 + 1 + 10 + 2);
    expect(text(rows)).to.match(/⋮\n {3}90\n.*\n\n100 rows × 1 columns$/s);
  });
  for (const value of [[], [{}], [{ a: {} }], [{ a: 1 }, 2], [[1]], [new Date()]]) {
    it(`no table: ${JSON.stringify(value)}`, () => {
      expect(toMimeBundle(value)?.data).to.have.keys("text/plain");
    });
  }
  it("getters are not run", () => {
    let ran = false;
    const value = [
      {
        get a() {
          ran = true;
          return 1;
        },
      },
    ];
    expect(text(value)).to.equal("[ { a: [Getter] } ]");
    expect(ran).to.equal(false);
  });
});
