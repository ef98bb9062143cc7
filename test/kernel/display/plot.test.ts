import { expect } from "chai";
import fc from "fast-check";
import { brailleChart } from "../../../kernel/display/braille.js";
import { plot } from "../../../kernel/display/plot.js";
import { thinned } from "../../../kernel/display/series.js";

interface Spec {
  readonly data: { readonly values: readonly Readonly<Record<string, unknown>>[] };
  readonly encoding: Readonly<Record<string, { readonly scale?: { readonly type?: string } }>>;
}
const specOf = (shown: ReturnType<typeof plot>): Spec =>
  JSON.parse(JSON.stringify(shown.bundle.data["application/vnd.vegalite.v5+json"]));
const textOf = (shown: ReturnType<typeof plot>): string => String(shown.bundle.data["text/plain"]);
const svgOf = (shown: ReturnType<typeof plot>): string =>
  String(shown.bundle.data["image/svg+xml"]);

describe("display/plot", () => {
  it("ys alone", () => {
    expect(specOf(plot([3, 1])).data.values).to.deep.equal([
      { x: 0, y: 3 },
      { x: 1, y: 1 },
    ]);
  });
  it("xs and ys, of any array type", () => {
    expect(
      specOf(plot(new Int32Array([5, 6]), new Float32Array([0.1, 2]))).data.values,
    ).to.deep.equal([
      { x: 5, y: 0.1 },
      { x: 6, y: 2 },
    ]);
  });
  it("named series share x and get colours", () => {
    const { data, encoding } = specOf(plot({ train: [1, 2], test: [3, 4] }, { x: [10, 20] }));
    expect(data.values[3]).to.deep.equal({ x: 20, y: 4, series: "test" });
    expect(encoding).to.have.property("color");
  });
  it("gaps: NaN, infinities, and values without a logarithm", () => {
    const { data, encoding } = specOf(plot([1, NaN, Infinity, 0], { logY: true }));
    expect(data.values.map(({ y }) => y)).to.deep.equal([1, null, null, null]);
    expect(encoding.y.scale?.type).to.equal("log");
  });
  it("the SVG has the title, the axes and the line", () => {
    const markup = svgOf(plot([1, 4, 9], { title: "Squares <&>", xLabel: "n" }));
    expect(markup)
      .to.match(/^<svg /)
      .and.include("Squares &lt;&amp;&gt;");
    expect(markup).to.match(/class="mark-line.*<path [^>]*d="M/);
  });
  it("the text draws and counts", () => {
    expect(textOf(plot([0, 1, 2, 3], { title: "Ramp" })).split("\n")).to.deep.equal([
      "Ramp",
      ...(brailleChart([{ name: "", x: [0, 1, 2, 3], y: [0, 1, 2, 3] }]) ?? "").split("\n"),
      "0 … 3, from 0 to 3, 4 points",
    ]);
    expect(textOf(plot([NaN]))).to.equal("(nothing to draw)\nno finite values");
  });
  it("mistakes", () => {
    expect(() => plot([1, 2], [1])).to.throw(RangeError, "x has 2 values and y has 1");
    expect(() => Reflect.apply(plot, null, [{ a: [1] }, [1]])).to.throw(
      TypeError,
      "expected plot(x, y)",
    );
    expect(() => plot({})).to.throw(TypeError, "no series");
    expect(() => plot([[1, 2]])).to.throw(TypeError, "y has shape [1, 2]");
  });
});

describe("display/braille", () => {
  it("a diagonal", () => {
    const chart = brailleChart([{ name: "", x: [0, 1], y: [0, 1] }], { columns: 4, rows: 2 });
    expect(chart).to.equal("1 ┤  ⡠⠊\n0 ┤⡠⠊\n  └────\n   0  1");
  });
  it("a constant lies in the middle", () => {
    const chart = brailleChart([{ name: "", x: [0, 1], y: [7, 7] }], { columns: 3, rows: 1 });
    expect(chart).to.equal("7 ┤⠤⠤⠤\n  └───\n   0 1");
  });
  it("nothing finite, nothing drawn", () => {
    expect(brailleChart([{ name: "", x: [0], y: [NaN] }])).to.equal(null);
  });
});

describe("display/series: thinning", () => {
  it("keeps ends, smallest and largest, in order, and no more than asked for", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 60, maxLength: 200 }), (y) => {
        const x = y.map((_, i) => i);
        const thin = thinned({ name: "", x, y }, 50);
        expect(thin.y.length).to.be.at.most(50);
        expect([thin.x[0], thin.x.at(-1)]).to.deep.equal([0, y.length - 1]);
        expect(thin.x).to.deep.equal([...thin.x].sort((a, b) => a - b));
        expect(Math.max(...thin.y)).to.equal(Math.max(...y));
        expect(Math.min(...thin.y)).to.equal(Math.min(...y));
        expect(thin.y).to.deep.equal(thin.x.map((i) => y[i]));
      }),
    );
  });
  it("keeps a single peak", () => {
    const y = new Array(10_000).fill(0);
    y[4321] = 1;
    expect(thinned({ name: "", x: y.map((_, i) => i), y }, 100).y).to.include(1);
  });
});
