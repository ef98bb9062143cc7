import { expect } from "chai";
import { toMimeBundle } from "../../../kernel/display/bundle.js";
import { diagram } from "../../../kernel/display/diagram.js";
import { mathml } from "../../../kernel/display/mathml.js";
import { config } from "../../../lang/config.js";
import type { Node } from "../../../lang/graph.js";
import { node } from "../../../lang/node.js";
import { namedSize, type Shape } from "../../../lang/size.js";
import { ofValue, Tensor } from "../../../lang/tensor.js";
import { hostValue, type RunStats } from "../../../lang/value.js";

let symbols = 0;
const symbol = (name: string, shape: Shape): Node =>
  node("symbol", [], { name, id: symbols++, dtype: "f32", shape });
const literal = (value: number): Node => node("literal", [], { dtype: "f32", value });
/** As broadcasting does it: axes of size 1 in front, then repeated. */
const spread = (of: Node, shape: Shape): Node => {
  const ones = new Array<number>(shape.length - of.shape.length).fill(1);
  return node("expand", [node("reshape", [of], { shape: [...ones, ...of.shape] })], { shape });
};
const dot = (a: Node, b: Node, left = 1, right = 0): Node =>
  node("dot", [a, b], { contract: [[left], [right]], batch: [[], []] });

const batch = namedSize("batch");
const x = symbol("x", [batch, 4]);
const w = symbol("w", [4, 3]);
const b = symbol("b", [3]);
const affine = node("add", [dot(x, w), spread(b, [batch, 3])], {});
const a = symbol("a", []);

const bundleOf = (value: unknown) => toMimeBundle(value)?.data ?? {};

describe("display/mathml", () => {
  const mi = (name: string): string => `<mi>${name}</mi>`;
  const table: readonly [Node, string][] = [
    [dot(x, w), `${mi("x")}<mo lspace="0" rspace=".17em">&#x2062;</mo>${mi("w")}`],
    [
      node("div", [a, node("sqrt", [a], {})], {}),
      `<mfrac><mrow>${mi("a")}</mrow><mrow><msqrt>${mi("a")}</msqrt></mrow></mfrac>`,
    ],
    [node("mul", [a, a], {}), `<msup><mrow>${mi("a")}</mrow><mn>2</mn></msup>`],
    [
      node("max", [x], { axes: [1] }),
      `<mrow>${mi("max")}<mo>(</mo>${mi("x")}<mtext>, 1</mtext><mo>)</mo></mrow>`,
    ],
    [literal(1e-7), "<mrow><mn>1</mn><mo>·</mo><msup><mn>10</mn><mn>−7</mn></msup></mrow>"],
    [symbol("w2", []), "<msub><mi>w</mi><mn>2</mn></msub>"],
    [symbol("<i>", []), mi("&lt;i&gt;")],
  ];
  for (const [of, markup] of table) {
    it(markup, () => {
      expect(mathml(of, 1)).to.equal(
        `<math display="block" class="hy-f"><mrow>${markup}</mrow></math>`,
      );
    });
  }
  it("named parts are blocks of their own, the rest is counted", () => {
    let chain = x;
    for (let i = 0; i < 400; i++) chain = node("sin", [chain], {});
    const markup = mathml(chain, 3);
    expect(markup.match(/<math /g)).to.have.length(1 + 3);
    expect(markup).to.match(/… and \d+ more<\/div>$/);
  });
});

describe("display/diagram", () => {
  it("draws operations and inputs, passes broadcasts, writes literals into operations", () => {
    const markup = diagram(node("mul", [affine, spread(literal(0.5), [batch, 3])], {}));
    const boxes = [...markup.matchAll(/<g text-anchor[^>]*><title>([^<]*)<\/title>/g)];
    expect(boxes.map(([, title]) => title).sort()).to.deep.equal([
      "add: f32 [batch, 3]",
      "b: f32 [3]",
      "dot: f32 [batch, 3]",
      "mul(·, 0.5): f32 [batch, 3]",
      "w: f32 [4, 3]",
      "x: f32 [batch, 4]",
    ]);
    expect(markup.match(/<path d="M[^"]*Z"/g)).to.have.length(5);
    expect(markup).to.include("dot of x and w");
  });
  it("draws the part of a large graph next to the result", () => {
    let chain = x;
    for (let i = 0; i < 200; i++) chain = node("cos", [chain], {});
    const markup = diagram(chain);
    expect(markup.match(/<rect /g)).to.have.length(60);
    expect(markup).to.include("left out").and.include("stroke-dasharray");
  });
  it("escapes names", () => {
    expect(diagram(node("exp", [symbol("<b>", [])], {}))).to.include("&lt;b&gt;: f32 []");
  });
});

describe("display/tensor", () => {
  const stats: RunStats = {
    backend: "cpu",
    build: 0.12,
    rewrite: 0.3,
    compile: 42,
    run: 0.005,
    transfer: 0,
    kernels: 1,
    cached: true,
  };
  const costs =
    "cpu · build 0.12 ms · rewrite 0.3 ms · compile 42 ms (cached) · run 5 µs · 1 kernel";
  const matrix = hostValue("f32", [2, 2], new Float32Array([1, 2.5, 3, -4]));

  it("a value: dtype, shape, costs, and the numbers", () => {
    const data = bundleOf(ofValue({ ...matrix, stats }));
    expect(data["text/plain"]).to.equal(
      `Tensor f32 [2, 2] · ${costs}\n[[ 1.   2.5]\n [ 3.  -4. ]]`,
    );
    expect(data["text/html"]).to.include("f32 [2, 2]").and.include("(cached) · run 5 µs");
    expect(data["text/html"]).to.include('<th scope="row">1</th><td> 3.0</td><td>-4.0</td>');
  });
  it("a warm call paid for running only", () => {
    const warm = { ...stats, build: 0, rewrite: 0, compile: 0 };
    const text = bundleOf(ofValue({ ...matrix, stats: warm }))["text/plain"];
    expect(text).to.match(/^Tensor f32 \[2, 2\] · cpu · run 5 µs · 1 kernel\n/);
  });
  it("no times where they are not wanted", () => {
    config.timings = false;
    try {
      const text = bundleOf(ofValue({ ...matrix, stats }))["text/plain"];
      expect(text).to.match(/^Tensor f32 \[2, 2\] · cpu · 1 kernel\n/);
    } finally {
      config.timings = true;
    }
  });
  it("data that nothing was spent on", () => {
    expect(bundleOf(ofValue(matrix))["text/plain"]).to.match(/^Tensor f32 \[2, 2\]\n\[\[/);
  });
  it("a scalar in one line", () => {
    const scalar = hostValue("f64", [], new Float64Array([0.1]));
    const data = bundleOf(ofValue({ ...scalar, stats }));
    expect(data["text/plain"]).to.equal(`Tensor f64 [] = 0.1 · ${costs}`);
    expect(data["text/html"]).to.include("<b>0.1</b>");
  });
  it("large matrices are cut, stacks are shown by slices", () => {
    const large = ofValue(hostValue("i32", [100, 20], new Int32Array(2000)));
    expect(String(bundleOf(large)["text/html"]).match(/<tr>/g)).to.have.length(1 + 5 + 1 + 5);
    const stack = ofValue(hostValue("u8", [9, 1, 1], new Uint8Array(9)));
    const markup = String(bundleOf(stack)["text/html"]);
    expect(markup.match(/<figcaption>[^<]*/g)?.map((part) => part.slice(12))).to.deep.equal([
      "[0, :, :]",
      "[1, :, :]",
      "⋯",
      "[7, :, :]",
      "[8, :, :]",
    ]);
  });
  it("tables avoid exponents where four decimals say enough", () => {
    const cells = (...numbers: number[]): string[] => {
      const vector = hostValue("f64", [numbers.length], new Float64Array(numbers));
      const markup = String(bundleOf(ofValue(vector))["text/html"]);
      return [...markup.matchAll(/<td>([^<]*)/g)].map(([, text]) => text.trim());
    };
    expect(cells(0.00012, 4.5, -7)).to.deep.equal(["0.0001", "4.5000", "-7.0000"]);
    expect(cells(1e-6, 2e-3)).to.deep.equal(["1e-06", "2e-03"]);
    expect(cells(1e-3, 2e6)).to.deep.equal(["1e-03", "2e+06"]);
  });
  it("an empty tensor", () => {
    const data = bundleOf(ofValue(hostValue("f32", [0, 3], new Float32Array(0))));
    expect(data["text/plain"]).to.equal("Tensor f32 [0, 3]\n[]");
  });
  it("a symbol: name, dtype, shape", () => {
    expect(bundleOf(new Tensor(x))["text/plain"]).to.equal("symbol x · f32 [batch, 4]");
  });
  it("a symbolic tensor: its formula and its graph", () => {
    const data = bundleOf(new Tensor(affine));
    expect(data["text/plain"]).to.equal("Tensor f32 [batch, 3] · symbolic in x, w, b\nx·w + b");
    expect(data["text/latex"]).to.equal("$$x \\, w + b$$");
    expect(data["text/html"]).to.include("<math").and.include("<svg");
    expect(data["image/svg+xml"]).to.match(/^<svg xmlns/);
  });
  it("lists and records of tensors, by position and name", () => {
    const scalar = ofValue(hostValue("f32", [], new Float32Array([2])));
    expect(bundleOf([scalar, scalar])["text/plain"]).to.equal(
      "0: Tensor f32 [] = 2\n\n1: Tensor f32 [] = 2",
    );
    expect(bundleOf({ h: new Tensor(affine) })["text/html"])
      .to.include("<b>h</b>")
      .and.include("<math");
    expect(bundleOf([scalar, 1])["text/plain"]).to.equal("[ Tensor f32 [], 1 ]");
    expect(bundleOf({ deep: [{ scalar }] })["text/plain"]).to.equal(
      "{ deep: [ { scalar: Tensor f32 [] } ] }",
    );
  });
});

describe("display/function", () => {
  const runStats: RunStats = {
    backend: "js",
    build: 1,
    rewrite: 2,
    compile: 3,
    run: 4,
    transfer: 5,
    kernels: 2,
    cached: false,
  };
  /** What compile returns, without a runtime to compile with. */
  const compiled = (stats: RunStats | undefined, outputs: unknown) =>
    Object.defineProperties(() => {}, {
      name: { value: "step" },
      inputs: { value: [new Tensor(x), new Tensor(a)] },
      outputs: { value: outputs },
      updates: { value: [[new Tensor(w), new Tensor(w)]] },
      compiled: { value: {} },
      stats: { value: stats },
    });
  const table: readonly [unknown, string][] = [
    [new Tensor(affine), "f32 [batch, 3]"],
    [[new Tensor(a), new Tensor(b)], "[f32 [], f32 [3]]"],
    [{ loss: new Tensor(a) }, "{ loss: f32 [] }"],
    [null, "nothing"],
  ];
  for (const [outputs, text] of table) {
    it(`gives ${text}`, () => {
      expect(bundleOf(compiled(undefined, outputs))["text/plain"]).to.equal(
        `step(x: f32 [batch, 4], a: f32 []) → ${text}\n  updates w: f32 [4, 3]\n  not called yet`,
      );
    });
  }
  it("says what the last call cost", () => {
    const data = bundleOf(compiled(runStats, null));
    const costs =
      "last call · js · build 1 ms · rewrite 2 ms · compile 3 ms · run 4 ms · transfer 5 ms · 2 kernels";
    expect(String(data["text/plain"]).split("\n").at(-1)).to.equal(`  ${costs}`);
    expect(data["text/html"]).to.include(">step(x: f32 [batch, 4]").and.include(costs);
  });
});
