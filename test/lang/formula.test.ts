import { expect } from "chai";
import { formula, latex } from "../../lang/formula.js";
import * as h from "../../lang/index.js";
import { node } from "../../lang/node.js";
import { multiplyDims, namedSize } from "../../lang/size.js";

const x = h.matrix("x", ["batch", 784]);
const w = h.matrix("w", [784, 500]);
const y = h.matrix("y", ["batch", 500]);
const [a, b, c] = ["a", "b", "c"].map((name) => h.vector(name, [500]));
const p = h.bvector("p", [500]);
const repeated = h.exp(h.subtract(a, h.multiply(b, h.add(c, 1))));

const cases: [h.Tensor, plain: string, latex: string][] = [
  [x, "x", "x"],
  [h.vector("rate"), "rate", "\\mathrm{rate}"],
  [h.vector("w1"), "w1", "w_{1}"],
  [h.vector("", [2]), "⟨f32 [2]⟩", "\\langle\\text{f32 [2]}\\rangle"],
  [h.tensor([1, 2]), "⟨f32 [2]⟩", "\\langle\\text{f32 [2]}\\rangle"],
  [h.tensor(-0.1), "−0.1", "-0.1"],
  [h.tensor(1e-7), "1e−7", "1 \\cdot 10^{-7}"],
  [h.tensor(Number.POSITIVE_INFINITY), "∞", "\\infty"],
  [
    h.mean(h.square(h.subtract(h.tanh(h.add(h.dot(x, w), a)), y))),
    "mean((tanh(x·w + a) − y)²)",
    "\\operatorname{mean}\\left({\\left(\\tanh\\left(x \\, w + a\\right) - y\\right)}^{2}\\right)",
  ],
  [h.subtract(a, h.subtract(b, c)), "a − (b − c)", "a - \\left(b - c\\right)"],
  [h.subtract(h.subtract(a, b), c), "a − b − c", "a - b - c"],
  [h.add(a, h.add(b, c)), "a + b + c", "a + b + c"],
  [h.multiply(h.add(a, b), c), "(a + b) × c", "\\left(a + b\\right) \\odot c"],
  [h.divide(a, h.multiply(b, c)), "a / (b × c)", "\\frac{a}{b \\odot c}"],
  [h.divide(h.add(a, 1), b), "(a + 1) / b", "\\frac{a + 1}{b}"],
  [h.negative(h.add(a, b)), "−(a + b)", "-\\left(a + b\\right)"],
  [h.power(h.negative(a), 2), "(−a)²", "{\\left(-a\\right)}^{2}"],
  [h.negative(h.power(a, -12)), "−a⁻¹²", "-{a}^{-12}"],
  [h.power(a, h.add(b, 1)), "a^(b + 1)", "{a}^{b + 1}"],
  [h.sqrt(h.add(h.abs(a), 1e-5)), "√(|a| + 0.00001)", "\\sqrt{\\left|a\\right| + 0.00001}"],
  [h.floor(a), "⌊a⌋", "\\left\\lfloor a \\right\\rfloor"],
  [h.dot(x.T, x), "xᵀ·x", "{x}^{\\top} \\, x"],
  [h.tensordot(x, h.add(y, 1), [[0], [0]]), "xᵀ·(y + 1)", "{x}^{\\top} \\, \\left(y + 1\\right)"],
  [h.tensordot(h.add(w, 1), w, [[1], [1]]), "(w + 1)·wᵀ", "\\left(w + 1\\right) \\, {w}^{\\top}"],
  [
    h.dot(w.T, h.multiply(w, w.at(0))),
    "wᵀ·(w × w[0])",
    "{w}^{\\top} \\, \\left(w \\odot w[0]\\right)",
  ],
  [h.multiply(h.dot(x, w), y), "x·w × y", "x \\, w \\odot y"],
  [
    h.dot(h.multiply(y, y.at(0)), w.T),
    "(y × y[0])·wᵀ",
    "\\left(y \\odot y[0]\\right) \\, {w}^{\\top}",
  ],
  [h.equal(h.less(a, b), p), "(a < b) = p", "\\left(a < b\\right) = p"],
  [
    h.logicalOr(h.logicalAnd(h.less(a, b), p), h.logicalNot(p)),
    "a < b ∧ p ∨ ¬p",
    "a < b \\land p \\lor \\lnot p",
  ],
  [h.sum(y), "sum(y)", "\\operatorname{sum}\\left(y\\right)"],
  [h.max(y, 1), "max(y, 1)", "\\max\\left(y, 1\\right)"],
  [h.mean(y, 0), "mean(y, 0)", "\\operatorname{mean}\\left(y, 0\\right)"],
  [h.maximum(a, 0), "maximum(a, 0)", "\\operatorname{maximum}\\left(a, 0\\right)"],
  [x.at(0), "x[0]", "x[0]"],
  [x.at(null, h.range(1, 9, 2)), "x[:, 1:9:2]", "x[:, 1:9:2]"],
  [x.at(null, h.range(null, null, -1)), "x[:, 783::-1]", "x[:, 783::-1]"],
  [h.cast(a, "i32"), "i32(a)", "\\operatorname{i32}\\left(a\\right)"],
  [
    h.divide(repeated, h.add(repeated, 1)),
    "t1 / (t1 + 1)\n  where t1 = exp(a − b × (c + 1))",
    "\\begin{aligned}&\\frac{t_{1}}{t_{1} + 1}\\\\ &\\quad t_{1} = " +
      "\\exp\\left(a - b \\odot \\left(c + 1\\right)\\right)\\end{aligned}",
  ],
];

describe("formula", () => {
  for (const [of, plain, tex] of cases) {
    it(plain.replace("\n", " "), () => expect(formula(of.node)).to.equal(plain));
    it(`${plain.replace("\n", " ")} as LaTeX`, () => expect(latex(of.node)).to.equal(tex));
  }

  it("does not take a name that a symbol has", () => {
    const t1 = h.vector("t1", [500]);
    expect(formula(h.multiply(repeated, h.subtract(repeated, t1)).node)).to.equal(
      "t2 × (t2 − t1)\n  where t2 = exp(a − b × (c + 1))",
    );
  });

  it("stays short where the expression, written out, would not", () => {
    let deep: h.Tensor = a;
    for (let i = 0; i < 200; i++) deep = h.add(h.tanh(deep), h.sigmoid(deep));
    expect(formula(deep.node).length).to.be.lessThan(200 * 60);
  });

  it("names the first parts only, if asked, and counts the rest", () => {
    let chain: h.Tensor = a;
    for (let i = 0; i < 400; i++) chain = h.sin(chain);
    const lines = formula(chain.node, 2).split("\n");
    expect(lines).to.have.length(1 + 2 + 1);
    expect(lines[3]).to.match(/^ +… and \d+ more$/);
    expect(latex(chain.node, 2)).to.match(/\\text\{… and \d+ more\}\\end\{aligned\}$/);
  });

  it("puts computed sizes in parentheses", () => {
    const dim = multiplyDims(3, namedSize("batch"));
    const size = new h.Tensor(node("size", [], { dim, dtype: "f32" }));
    expect(formula(h.divide(h.sum(a), size).node)).to.equal("sum(a) / (3·batch)");
    expect(formula(h.subtract(a, size).node)).to.equal("a − (3·batch)");
  });
});
