/**
 * Every op on every backend that is present: values against NumPy's (reference.json), also with
 * symbolic sizes; gradients against finite differences in f64. After changing a case, record again:
 *
 *     node dist/test/ops/export.js | .venv/bin/python test/ops/record.py
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  compile,
  config,
  type DType,
  grad,
  multiply,
  probeBackends,
  sum,
  symbol,
  type Tensor,
  tensor,
} from "../../backends/hypatia.js";
import { root } from "../needs.js";
import { type Case, type Input, inFloat, sample } from "./case.js";
import { digest, table } from "./table.js";

interface Expected {
  readonly recipe: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

const reference: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(join(root, "test", "ops", "reference.json"), "utf8"),
);

const dataOf = ({ dtype, shape, data }: Input): Tensor => tensor([...data], { dtype, shape });

/** A symbol for an input: sizes are unknown, except for 1, which broadcasts. */
const symbolOf = ({ dtype, shape }: Input, i: number): Tensor =>
  symbol("abc"[i], { dtype, shape: shape.map((size) => (size === 1 ? 1 : null)) });

/** Results of a case whose tolerance is 0 must be equal; NaN equals NaN. */
function expectClose(got: Tensor, of: Case, expected: Expected): void {
  expect(got.dtype).to.equal(of.dtype);
  expect(got.shape).to.deep.equal(expected.shape);
  expectNumbers(Array.from(got.data(), Number), expected.data.map(Number), of.tolerance);
}

/** |got − expected| ≤ tolerance · (|expected| + 1/100), element by element. */
function expectNumbers(got: readonly number[], expected: readonly number[], tolerance: number) {
  expect(got.length).to.equal(expected.length);
  const wrong = expected.findIndex((x, i) => {
    if (Object.is(x, got[i]) || x === got[i]) return false;
    return !(Math.abs(got[i] - x) <= tolerance * (Math.abs(x) + 0.01));
  });
  if (wrong >= 0) expect.fail(`element ${wrong}: got ${got[wrong]}, expected ${expected[wrong]}`);
}

/** The float inputs, for which gradients are taken. */
const isReal = ({ dtype }: Input): boolean => dtype === "f32" || dtype === "f64";

/** A number that depends on every element of the result, each with a weight of its own. */
function projected(result: Tensor, shape: readonly number[]): Tensor {
  const dtype = result.dtype === "f64" ? "f64" : "f32";
  return sum(multiply(result, dataOf(sample(dtype, shape, 0.5, 1.5, 11))));
}

/** d projected / d input by central differences, for the float inputs one after another. */
function finiteDifferences(of: Case, shape: readonly number[]): number[] {
  const exact = inFloat(of, "f64");
  const symbols = exact.inputs.map(({ dtype, shape: own }, i) =>
    symbol("abc"[i], { dtype, shape: own }),
  );
  const f = compile(symbols, projected(of.build(...symbols), shape));
  const step = 1e-5;
  return exact.inputs.flatMap((moved, k) => {
    if (!isReal(moved)) return [];
    return moved.data.map((x, i) => {
      const at = (value: number): number =>
        f(
          ...exact.inputs.map((input, j) =>
            dataOf(j === k ? { ...input, data: input.data.with(i, value) } : input),
          ),
        ).item();
      return (at(x + step) - at(x - step)) / (2 * step);
    });
  });
}

const differences = new Map<Case, number[]>();

function checkGradient(of: Case, shape: readonly number[]): void {
  const before = config.backend;
  try {
    config.backend = "js";
    if (!differences.has(of)) differences.set(of, finiteDifferences(of, shape));
  } finally {
    config.backend = before;
  }
  const inputs = of.inputs.map(dataOf);
  const wrt = inputs.filter((_, i) => isReal(of.inputs[i]));
  const gradients = grad(projected(of.build(...inputs), shape), wrt);
  gradients.forEach((gradient, i) => {
    expect(String(gradient)).to.equal(String(wrt[i]));
  });
  const got = gradients.flatMap((gradient) => Array.from(gradient.data(), Number));
  expectNumbers(got, differences.get(of)!, of.dtype === "f64" ? 1e-6 : 2e-4);
}

describe("op table", () => {
  const cases = Object.values(table).flat();
  it("has exactly the recorded cases", () =>
    expect(Object.keys(reference)).to.deep.equal(cases.map((each) => each.name)));
});

for (const probe of probeBackends()) {
  if (!("backend" in probe)) continue;
  const { name, backend } = probe;
  const runs = (dtypes: readonly DType[]): boolean =>
    dtypes.every((dtype) => backend.capabilities.dtypes.has(dtype));

  for (const [group, cases] of Object.entries(table))
    describe(`${group} on ${name}`, () => {
      const before = config.backend;
      beforeEach(() => {
        config.backend = name;
      });
      afterEach(() => {
        config.backend = before;
      });

      for (const of of cases) {
        if (!runs([of.dtype, ...of.inputs.map((input) => input.dtype)])) continue;
        const expected = reference[of.name];
        it(of.name, () => {
          expect(expected.recipe, "the case has changed; record it again").to.equal(digest(of));
          expectClose(of.build(...of.inputs.map(dataOf)), of, expected);
        });

        if (of.inputs.length > 0 && !of.staticSizes)
          it(`${of.name}, symbolic`, () => {
            const symbols = of.inputs.map(symbolOf);
            const f = compile(symbols, of.build(...symbols));
            expectClose(f(...of.inputs.map(dataOf)), of, expected);
          });

        if (of.gradient) it(`gradient of ${of.name}`, () => checkGradient(of, expected.shape));
      }
    });
}
