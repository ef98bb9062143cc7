/** One program, computed in several ways: js as the oracle, cpu, and js without any rewriting. */
import { expect } from "chai";
import fc from "fast-check";
import { compile, config, HypatiaError, type Tensor } from "../../backends/hypatia.js";
import { jsBackend } from "../../backends/js/index.js";
import { lower } from "../../compiler/lower.js";
import { type DType, isFloat, type TypedArray } from "../../lang/dtype.js";
import * as h from "../../lang/index.js";
import { topologicalOrder } from "../../lang/node.js";
import {
  type Choice,
  type Computed,
  leafDTypes,
  leafShapes,
  type RandomProgram,
  randomProgram,
  type Setting,
} from "./programs.js";
import { steps } from "./steps.js";

const numRuns = Number(process.env.HYPATIA_RANDOM_RUNS ?? 60);

const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.nat(steps.length - 1),
  fc.nat(7),
  fc.nat(7),
  fc.nat(11),
  fc.nat(11),
);

const setting: fc.Arbitrary<Setting> = fc.record({
  a: fc.constantFrom(3, 1, 2, 0, 17),
  b: fc.constantFrom(4, 1, 5, 0, 33),
  c: fc.constantFrom(2, 1, 3, 0),
  symbolic: fc.boolean(),
  leaves: fc.array(
    fc.tuple(fc.nat(leafDTypes - 1), fc.nat(leafShapes - 1), fc.nat(2), fc.nat(99)),
    { minLength: 1, maxLength: 4 },
  ),
});

/** The outputs, or the first line of the error that says why there are none. */
type Outcome = readonly TypedArray[] | string;

function outcome(run: () => readonly TypedArray[]): Outcome {
  try {
    return run();
  } catch (error) {
    if (error instanceof HypatiaError) return error.message.split("\n")[0];
    throw error;
  }
}

const on =
  (backend: "js" | "cpu") =>
  ({ symbols, outputs, args }: RandomProgram): Outcome =>
    outcome(() => {
      config.backend = backend;
      return compile(symbols, outputs)(...args).map((result) => result.data());
    });

/**
 * The outputs, and what becomes of the first inputs, each of which is now a variable that is
 * updated: by `next`, at the same position.
 */
const updating =
  (backend: "js" | "cpu", next: readonly Tensor[]) =>
  ({ symbols, outputs, args }: RandomProgram): Outcome =>
    outcome(() => {
      config.backend = backend;
      const variables = next.map((_, i) => h.shared(args[i]));
      const results = compile(symbols.slice(next.length), outputs, {
        updates: variables.map((variable, i) => [variable, next[i]] as const),
        givens: variables.map((variable, i) => [symbols[i], variable] as const),
      })(...args.slice(next.length));
      return [...results, ...variables].map((result) => result.data());
    });

/** For each of the first two inputs, a value that could take its place, as late as there is one. */
const successors = ({ symbols, args, values }: RandomProgram): Computed[] =>
  symbols.slice(0, 2).map(({ dtype }, i) => {
    const fits = values.filter(
      ({ x, shape, exact }) =>
        shape.length === args[i].ndim &&
        shape.every((size, axis) => size === args[i].shape[axis]) &&
        (exact || isFloat(dtype) || !isFloat(x.dtype)),
    );
    const found = fits.at(-1 - i) ?? fits[0];
    return { ...found, x: h.cast(found.x, dtype) };
  });

/** As it was written, on js. Nothing checks that symbolic sizes fit. */
function asWritten({ symbols, outputs, data, sizes }: RandomProgram): Outcome {
  const roots = outputs.map((x) => x.node);
  const constants = topologicalOrder(roots).filter(({ op }) => op === "constant");
  const program = lower({
    name: "written",
    inputs: [...symbols.map((x) => x.node), ...constants],
    outputs: roots,
    updates: [],
  });
  const buffers = [
    ...data.map((values, i) => jsBackend.upload(symbols[i].dtype, values)),
    ...constants.map((of) => jsBackend.upload(of.dtype, new h.Tensor(of).data())),
  ];
  return jsBackend
    .compile(program)
    .run(
      buffers,
      program.sizes.map(({ key }) => sizes.get(key)!),
    )
    .map((buffer) => jsBackend.download(buffer));
}

/**
 * Whether a stable form gives a number where what was written has none: what is computed from it
 * cannot be compared.
 */
function overflows(program: RandomProgram): boolean {
  const needed = new Set(topologicalOrder(program.outputs.map((x) => x.node)));
  const values = program.values.map(({ x }) => x).filter((x) => needed.has(x.node));
  const all = { ...program, outputs: values };
  const [stable, written] = [on("js")(all), asWritten(all)];
  if (typeof stable === "string" || typeof written === "string") return false;
  return written.some((values, i) =>
    Array.from(values, Number).some(
      (x, k) => !Number.isFinite(x) && Number.isFinite(Number(stable[i][k])),
    ),
  );
}

/** Equal; sums taken in another order, and stable forms, may differ by their rounding. */
function expectSame(program: RandomProgram, got: Outcome, wanted: Outcome, stable: boolean): void {
  if (typeof got === "string" || typeof wanted === "string") {
    expect(got).to.equal(wanted);
    return;
  }
  program.outputs.forEach(({ dtype }, i) => {
    const isRounded = isFloat(dtype) && !program.exact[i];
    const numbers = Array.from(wanted[i], Number);
    const finite = numbers.filter(Number.isFinite);
    const scale = finite.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1);
    expect(got[i].length).to.equal(numbers.length);
    for (let k = 0; k < numbers.length; k++) {
      const [x, y] = [Number(got[i][k]), numbers[k]];
      if (Object.is(x, y) || (x === y && got[i][k] === wanted[i][k])) continue;
      const isFinite = Number.isFinite(x) && Number.isFinite(y);
      const isClose = Math.abs(x - y) <= 2e-3 * scale || scale > 1e4 || (stable && !isFinite);
      if (!isRounded || !isClose)
        throw new Error(`output ${i}, element ${k}: got ${x}, wanted ${y}\n${program.text}`);
    }
  });
}

describe("random programs", function () {
  this.timeout(300_000);
  const { backend } = config;
  after(() => {
    config.backend = backend;
  });

  const check = (runs: number, property: (program: RandomProgram) => void): void =>
    fc.assert(
      fc.property(
        setting,
        fc.array(choice, { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }),
        (chosen, choices, picks) => property(randomProgram(chosen, choices, picks)),
      ),
      { numRuns: runs },
    );

  it("give on cpu what they give on js", () => {
    check(numRuns, (program) => expectSame(program, on("cpu")(program), on("js")(program), false));
  });

  it("give what they give without rewriting", () => {
    check(10 * numRuns, (program) => {
      const wanted = on("js")(program);
      const isEmpty = [...program.sizes.values()].includes(0);
      if (typeof wanted === "string" || isEmpty) return;
      try {
        expectSame(program, wanted, asWritten(program), true);
      } catch (error) {
        if (!overflows(program)) throw error;
      }
    });
  });

  it("update variables by what they would have returned", () => {
    check(numRuns, (program) => {
      const next = successors(program);
      const steps = next.map(({ x }) => x);
      const all = {
        ...program,
        outputs: [...program.outputs, ...steps],
        exact: [...program.exact, ...next.map(({ exact }) => exact)],
      };
      const wanted = on("js")(all);
      if (typeof wanted === "string") return;
      for (const backend of ["js", "cpu"] as const)
        expectSame(all, updating(backend, steps)(program), wanted, false);
    });
  });

  it("leave an unsigned number that a negation wrapped as it is", () => {
    const x = h.symbol("x", { dtype: "u32", shape: [3] });
    const magnitude = compile([x], h.abs(h.negative(x)));
    expect(magnitude([0, 1, 2]).toArray()).to.deep.equal([0, 2 ** 32 - 1, 2 ** 32 - 2]);
  });

  type Functions = (...x: Tensor[]) => Tensor | Tensor[];
  const found: readonly (readonly [string, readonly Tensor[], Functions])[] = [
    [
      "a row chosen by one condition, in memory or repeated",
      [h.tensor(2), h.reshape(h.arange(99), [3, 33]).cast("f32")],
      (x, y) => h.multiply(h.where(x, y, 0), h.where(x, y, 0)),
    ],
    [
      "a padded narrow integer that lanes share",
      [h.arange(12).cast("u16")],
      (x) =>
        h.pad(h.outer(x, h.add(x, x)), [
          [0, 2],
          [0, 0],
        ]),
    ],
    [
      "a product over no elements",
      [h.zeros([2, 0], { dtype: "i64" })],
      (x) => h.add(h.dot(x, x.T), h.dot(x, x.T)),
    ],
    [
      "every other element, in the sum of each column",
      [h.arange(14).cast("f32"), h.reshape(h.arange(21), [3, 7]).cast("f32")],
      (x, y) => h.sum(h.multiply(h.at(x, h.range(null, null, 2)), y), 0),
    ],
    [
      "elements at positions that are the largest of a column",
      [h.reshape(h.arange(12), [3, 4]).cast("f32"), h.ones([4])],
      (x, y) => {
        const z = h.add(x, y);
        return h.add(1, h.take(z, h.mod(h.cast(h.max(z, 0), "i32"), 4), 1));
      },
    ],
    [
      "no rows of what was joined",
      [h.ones([1, 4])],
      (x) => {
        const y = h.erf(x);
        const none = h.at(h.concat([y, y]), h.range(0, 0));
        return [h.multiply(h.exp(none), 2), none];
      },
    ],
    [
      "whether any or all of no elements are true",
      [h.zeros([2, 0])],
      (x) => [h.any(x), h.all(x), h.any(x, 1), h.all(x, 1)],
    ],
    [
      "quotients of subnormal numbers",
      [h.tensor([1e-45, -1e-45, 1e-40, 3e-39])],
      (x) => [h.divide(h.sinh(x), x), h.divide(h.expm1(x), x), h.divide(h.tanh(x), h.sin(x))],
    ],
    [
      "64-bit integers as f32, rounded once",
      [h.tensor([2n ** 62n + 2n ** 38n + 1n, -(2n ** 62n) - 2n ** 38n - 1n], { dtype: "i64" })],
      (x) => h.cast(x, "f32"),
    ],
    [
      "a 64-bit integer times a number",
      [h.tensor([1, -2, 3], { dtype: "i64" })],
      (x) => h.multiply(0, h.negative(x)),
    ],
  ];
  for (const [name, args, f] of found)
    for (const symbolic of [false, true])
      it(`${name}: the same everywhere, with ${symbolic ? "symbolic" : "known"} sizes`, () => {
        const symbols = args.map(({ dtype, shape }, i) =>
          h.symbol(`x${i}`, { dtype, shape: symbolic ? shape.map(() => null) : shape }),
        );
        const run = (name: "js" | "cpu"): unknown => {
          config.backend = name;
          const results = compile(symbols, [f(...symbols)].flat())(...args);
          return results.map((result) => result.toArray());
        };
        expect(run("cpu")).to.deep.equal(run("js"));
      });

  const x = h.reshape(h.arange(9), [3, 3]);
  const none = h.vector("none");
  const places = (data: readonly (number | bigint)[], dtype: DType) => h.tensor(data, { dtype });
  const first = /^gather: index out of bounds on axis 0\n.*from -3 to 2\n/;
  const second = /^gather: index out of bounds on axis 1\n.*from -3 to 2\n/;
  const outside: readonly (readonly [string, () => Tensor, RegExp])[] = [
    ["-4 of 3", () => h.take(x, places([-4], "i32")), first],
    ["the largest u32", () => h.take(x, places([2 ** 32 - 1], "u32")), first],
    ["2³² as i64", () => h.take(x, places([2n ** 32n], "i64")), first],
    ["row 3", () => h.at(x, places([0, 3], "u8"), places([0, 1], "i32")), first],
    ["column 5", () => h.at(x, places([0], "i32"), places([5], "i32")), second],
    ["column -4", () => h.at(x, places([1], "i32"), places([-4], "i32")), second],
    ["any of none", () => compile([none], h.take(none, [0]))([]), /on axis 0\n.*is empty/],
    ["5 along an axis", () => h.takeAlongAxis(x, [[5], [0], [0]], 1), second],
    ["-4 along an axis", () => h.takeAlongAxis(x, [[0], [-4], [0]], 1), second],
  ];
  for (const [name, pick, message] of outside)
    it(`refuse a position outside its own axis: ${name}`, () => {
      for (const backend of ["js", "cpu"] as const) {
        config.backend = backend;
        expect(() => pick().toArray()).to.throw(HypatiaError, message);
      }
    });
});
