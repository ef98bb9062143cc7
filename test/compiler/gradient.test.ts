/** What the op table's derivative tests do not cover: misuse, inner variables, stability, order. */
import { assert } from "chai";
import {
  add,
  argMax,
  config,
  divide,
  dmatrix,
  dvector,
  exp,
  grad,
  jvp,
  log,
  matrix,
  max,
  maximum,
  mean,
  min,
  minimum,
  multiply,
  negative,
  power,
  prod,
  range,
  shared,
  sigmoid,
  softmax,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
  vector,
  vjp,
} from "../../backends/hypatia.js";

const numbers = (x: Tensor): number[] => Array.from(x.data(), Number);

const f64 = (data: number | number[] | number[][]): Tensor => tensor(data, { dtype: "f64" });

describe("grad", () => {
  const { backend } = config;
  before(() => {
    config.backend = "js";
  });
  after(() => {
    config.backend = backend;
  });

  describe("refuses, naming what it got and what to do:", () => {
    const x = vector("x");
    const other = vector("other");
    const integers = tensor([1, 2], { dtype: "i32" });
    const cases: readonly (readonly [string, () => unknown, RegExp])[] = [
      [
        "a cost that is not a scalar",
        () => grad(square(x), x),
        /grad: the cost must be a scalar[\s\S]*got: .*f32 \[x\.shape\[0\]\][\s\S]*grad\(sum\(y\), x\)/,
      ],
      [
        "a tensor that the cost does not depend on",
        () => grad(sum(square(x)), other),
        /grad: the result does not depend on this tensor[\s\S]*other: f32[\s\S]*disconnected: "zero"/,
      ],
      [
        "a namesake of the tensor that the cost depends on",
        () => grad(sum(square(x)), vector("x")),
        /does not depend on this tensor[\s\S]*an earlier x, and this is a new one: build it again/,
      ],
      [
        "a variable that is not of a float dtype",
        () => grad(sum(multiply(integers, 2.5)), integers),
        /grad: the variable is not differentiable: its dtype is i32[\s\S]*cast/,
      ],
      [
        "a cost that is not of a float dtype",
        () => grad(sum(argMax(x, 0)), x),
        /grad: the cost is not differentiable: its dtype is i32/,
      ],
      [
        "what is not differentiable on the way",
        () => grad(sum(argMax(matrix("m"), 0).cast("f32")), matrix("m")),
        /grad: the result does not depend/,
      ],
      [
        "a cotangent of another shape",
        () => vjp(f64([1, 2]), f64([1, 2]), f64([1, 2, 3])),
        /vjp: the cotangent does not fit[\s\S]*expected: f64 \[2\]/,
      ],
      [
        "another number of tangents",
        () => jvp(x, [x], [x, x]),
        /jvp: one tangent is needed per tensor[\s\S]*2 for 1/,
      ],
    ];
    for (const [what, misuse, message] of cases) it(what, () => assert.throws(misuse, message));
  });

  it("gives zeros for what is not connected, if asked", () => {
    const x = f64([1, 2]);
    assert.deepEqual(numbers(grad(sum(x), f64([3, 4, 5]), { disconnected: "zero" })), [0, 0, 0]);
  });

  it("varies an inner expression on its own, and a leaf through all of its uses", () => {
    const w = shared(f64([1, 2]), "w");
    const h = square(w);
    const cost = sum(multiply(h, h));
    const [gh, gw] = grad(cost, [h, w]);
    assert.deepEqual(numbers(gh), [2, 8]); // 2h
    assert.deepEqual(numbers(gw), [4, 32]); // 4w³
  });

  it("of an inner expression that a stable form would swallow", () => {
    const p = softmax(f64([1, 2]));
    const [gp] = grad(negative(sum(log(p))), [p]);
    const expected = numbers(p).map((value) => -1 / value);
    numbers(gp).forEach((value, i) => {
      assert.approximately(value, expected[i], 1e-12);
    });
  });

  it("can be derived again", () => {
    const x = shared(f64([0.5, 2]), "x");
    const first = grad(sum(multiply(x, square(x))), x);
    assert.deepEqual(numbers(grad(sum(first), x)), [3, 12]); // 6x
  });

  for (const [what, look] of [
    ["read", (x: Tensor) => x.value()],
    ["left alone", () => {}],
  ] as const)
    it(`is the same where what it goes through is ${what}`, () => {
      const w = shared(f64([1, 2]), "w");
      const other = exp(f64([0, 1]));
      look(other);
      const h = square(w);
      look(h);
      const k = multiply(h, w); // w³
      look(k);
      const cost = sum(add(multiply(h, k), multiply(w, other))); // w⁵ + w eᵒ
      look(cost);
      const [gw, gh, gk] = grad(cost, [w, h, k]);
      look(gh);
      assert.deepEqual(numbers(gk), [1, 4]); // h
      assert.deepEqual(numbers(gh), [2, 16]); // k + h w
      [6, 80 + Math.E].forEach((value, i) => {
        assert.approximately(numbers(gw)[i], value, 1e-12); // 5w⁴ + eᵒ
      });
      assert.deepEqual(numbers(grad(sum(gh), w)), [6, 24]); // of 2w³
      assert.deepEqual(numbers(jvp(k, w, f64([1, 1]))), [3, 12]);
    });

  it("takes steps as fast when there have been many of them before", () => {
    let w = f64([1, 2]);
    for (let i = 0; i < 1000; i++) {
      w = subtract(w, multiply(0.25, grad(sum(square(subtract(w, 3))), w)));
      w.value();
    }
    assert.deepEqual(numbers(w), [3, 3]);
  });

  it("of a gradient that was spread out: of every other element", () => {
    const x = shared(f64([1, 2, 3, 4, 5]), "x");
    const slope = grad(sum(power(x.at(range(null, null, 2)), 3)), x); // 3x² at even places
    assert.deepEqual(numbers(grad(sum(square(slope)), x)), [36, 0, 36 * 27, 0, 36 * 125]);
    const back = grad(sum(power(x.at(range(null, null, -2)), 3)), x);
    assert.deepEqual(numbers(grad(sum(square(back)), x)), [36, 0, 36 * 27, 0, 36 * 125]);
  });

  it("of powers of zero, and zeroth powers", () => {
    const [x, y] = [shared(f64([0, 0, 2]), "x"), shared(f64([0, 2, 3]), "y")];
    const [gx, gy] = grad(sum(power(x, y)), [x, y]);
    assert.deepEqual(numbers(gx), [0, 0, 12]);
    assert.deepEqual(numbers(gy), [0, 0, 8 * Math.log(2)]);
  });

  it("shared out where several are the largest, or the smallest", () => {
    const [x, y] = [shared(f64([1, 5, 2]), "x"), shared(f64([1, 2, 5]), "y")];
    const slopes = (of: Tensor): number[][] => grad(sum(of), [x, y]).map(numbers);
    assert.deepEqual(slopes(maximum(x, y)), [
      [0.5, 1, 0],
      [0.5, 0, 1],
    ]);
    assert.deepEqual(slopes(minimum(x, y)), [
      [0.5, 0, 1],
      [0.5, 1, 0],
    ]);
    const ties = shared(f64([3, 1, 3]), "ties");
    assert.deepEqual(numbers(grad(max(ties), ties)), [0.5, 0, 0.5]);
    assert.deepEqual(numbers(grad(min(ties), ties)), [0, 1, 0]);
  });

  it("of a product with zeros in it", () => {
    const one = shared(f64([0, 3, 4]), "one");
    const two = shared(f64([0, 3, 0]), "two");
    assert.deepEqual(numbers(grad(prod(one), one)), [12, 0, 0]);
    assert.deepEqual(numbers(grad(prod(two), two)), [0, 0, 0]);
  });

  describe("is that of the stable form:", () => {
    const large = 1000;
    const cases: readonly (readonly [string, (x: Tensor) => Tensor, number[], number[]])[] = [
      ["log(1 + exp(x))", (x) => sum(log(add(1, exp(x)))), [large, -large], [1, 0]],
      ["log(sigmoid(x))", (x) => sum(log(sigmoid(x))), [large, -large], [0, 1]],
      [
        "log(exp(x) / sum(exp(x)))[0]",
        (x) => log(divide(exp(x), sum(exp(x)))).at(0),
        [0, large],
        [1, -1],
      ],
      ["log(sum(exp(x)))", (x) => log(sum(exp(x))), [large, large], [0.5, 0.5]],
      ["log(softmax(x))[1]", (x) => log(softmax(x)).at(1), [large, 0], [-1, 1]],
      [
        "1 / (1 + exp(-x))",
        (x) => sum(divide(1, add(1, exp(negative(x))))),
        [-large, 0],
        [0, 0.25],
      ],
    ];
    for (const [name, f, at, expected] of cases)
      it(name, () => {
        const x = shared(f64(at), "x");
        assert.deepEqual(numbers(grad(f(x), x)), expected);
      });
  });

  it("agrees with jvp and vjp: ⟨u, J v⟩ = ⟨Jᵀ u, v⟩", () => {
    const x = f64([0.3, -0.7, 1.1]);
    const y = softmax(multiply(x, square(x)));
    const [u, v] = [f64([1, -2, 0.5]), f64([0.2, 0.4, -1])];
    const left = sum(multiply(u, jvp(y, x, v))).item();
    const right = sum(multiply(vjp(y, x, u), v)).item();
    assert.approximately(left, right, 1e-14);
  });

  it("keeps symbolic sizes, and the shape of each variable", () => {
    const x = dmatrix("x", ["batch", 3]);
    const b = dvector("b", [3]);
    const cost = mean(square(subtract(x, b)));
    const [gx, gb] = grad(cost, [x, b]);
    assert.deepEqual(String(gx), "f64 [batch, 3]");
    assert.deepEqual(gb.shape, [3]);
  });
});
