/** Derivatives of random programs: grad against differences, jvp against vjp. */
import { expect } from "chai";
import fc from "fast-check";
import { config, grad, HypatiaError, jvp, type Tensor, vjp } from "../../backends/hypatia.js";
import * as h from "../../lang/index.js";
import type { Choice } from "./programs.js";
import { steps } from "./steps.js";

/** Not differentiable by design, or not in f64 any more. */
const smooth = steps.filter(({ name }) => !/^(?:stopGradient|cast)$/.test(name));
const numRuns = 3 * Number(process.env.HYPATIA_RANDOM_RUNS ?? 60);
const largest = 1e6;
const width = 1e-5;

const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.nat(smooth.length - 1),
  fc.nat(5),
  fc.nat(5),
  fc.nat(11),
  fc.nat(11),
);

const count = (x: Tensor): number => x.shape.reduce<number>((n, size) => n * Number(size), 1);
const numbers = (x: Tensor): number[] => Array.from(x.data(), Number);
/** Other weights for every element, so that no error cancels. */
const weights = (x: Tensor): Tensor =>
  h.reshape(h.add(1, h.multiply(0.1, h.arange(count(x), { dtype: "f64" }))), x.shape);

/** Variables with numbers from 0.3 to 2, and what the choices make of them, the last one last. */
function randomTensors(a: number, b: number, seed: number, choices: readonly Choice[]) {
  let state = seed * 2654435761;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.3 + (1.7 * state) / 2 ** 32;
  };
  const shapes = [[a, b], [b], [2, a, b]];
  const variables = shapes.map((shape) => {
    const data = Float64Array.from({ length: shape.reduce((n, d) => n * d, 1) }, next);
    return h.shared(h.tensor(data, { shape }), `[${shape}]`);
  });
  const pool: Tensor[] = [...variables];
  const lines: string[] = [];
  for (const [which, i, j, p, q] of choices) {
    const { name, make } = smooth[which];
    const [x, y] = [i, j].map((back) => pool[pool.length - 1 - (back % pool.length)]);
    try {
      const made = make(x, y, p, q);
      if (!made || made.ndim > 5 || count(made) > 300) continue;
      lines.push(`${made} = ${name}(${x}, ${y}, ${p}, ${q})`);
      pool.push(made);
    } catch (error) {
      if (!(error instanceof HypatiaError)) throw error;
    }
  }
  return { variables, last: pool[pool.length - 1], text: lines.join("\n") };
}

/** The derivative by one element, or null where it is not smooth or not small. */
function difference(cost: Tensor, variable: h.SharedVariable, i: number): number | null {
  const start = Float64Array.from(numbers(variable));
  const at = (by: number): number => {
    variable.set(h.tensor(start.with(i, start[i] + by), { shape: variable.shape as number[] }));
    return cost.item();
  };
  const [near, far] = [width, 2 * width].map((by) => (at(by) - at(-by)) / (2 * by));
  at(0);
  const isSmooth = Math.abs(near - far) <= 1e-3 * Math.max(1, Math.abs(near));
  return isSmooth && Math.abs(near) < largest ? near : null;
}

const isNear = (x: number, y: number, tolerance: number): boolean =>
  Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x), Math.abs(y)) || Number.isNaN(x + y);

describe("derivatives of random programs", function () {
  this.timeout(300_000);
  const { backend } = config;
  before(() => {
    config.backend = "js";
  });
  after(() => {
    config.backend = backend;
  });

  it("agree with differences, and forward with reverse mode", () => {
    let compared = 0;
    const property = fc.property(
      fc.constantFrom(3, 2, 1),
      fc.constantFrom(4, 1, 2),
      fc.nat(999),
      fc.array(choice, { minLength: 1, maxLength: 8 }),
      (a, b, seed, choices) => {
        const { variables, last, text } = randomTensors(a, b, seed, choices);
        if (last.dtype !== "f64" || text === "") return;
        const cost = h.sum(h.multiply(last, weights(last)));
        const value = cost.item();
        if (!(Math.abs(value) < largest)) return;
        grad(cost, variables, { disconnected: "zero" }).forEach((gradient, k) => {
          const elements = numbers(gradient);
          for (let i = 0; i < Math.min(elements.length, 3); i++) {
            const wanted = difference(cost, variables[k], i);
            if (wanted === null) continue;
            compared++;
            const tolerance = 2e-3 * Math.max(1, 1e-3 * Math.abs(value));
            if (!isNear(elements[i], wanted, tolerance))
              throw new Error(`by ${k}[${i}]: ${elements[i]}, difference ${wanted}\n${text}`);
          }
        });
        const [x] = variables;
        const y = h.add(last, h.sum(x)); // which certainly depends on x
        const forward = h.sum(h.multiply(weights(y), jvp(y, x, weights(x)))).item();
        const reverse = h.sum(h.multiply(vjp(y, x, weights(y)), weights(x))).item();
        if (!isNear(forward, reverse, 1e-6))
          throw new Error(`jvp ${forward}, vjp ${reverse}\n${text}`);
      },
    );
    // The same programs every time: differences near a kink are no proof of anything.
    fc.assert(property, { numRuns });
    expect(compared).to.be.greaterThan(numRuns);
  });
});
