import { expect } from "chai";
import { openCpu } from "../../../backends/cpu/index.js";
import { axis, load, op } from "../../../compiler/expression.js";
import type { LoopKernel, TranscendentalOp } from "../../../compiler/ir.js";
import { programOf } from "./cases.js";

type Float = "f32" | "f64";
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const unary: Record<string, (x: number) => number> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};

/**
 * Largest error in ulp, in f32 against doubles and in f64 against JavaScript's functions, whose own
 * error of up to one ulp is part of it.
 */
const limits: [name: TranscendentalOp, f32: number, f64: number, low: number, high: number][] = [
  ["exp", 1.1, 2, -87, 88],
  ["expm1", 1.5, 2.5, -20, 20],
  ["log", 0.9, 2, 1e-3, 1e3],
  ["log1p", 0.9, 2, -0.99, 10],
  ["sin", 1.6, 2, -100, 100],
  ["cos", 1.6, 2, -100, 100],
  ["sin", 1.6, 2, -3e4, 3e4],
  ["cos", 1.6, 2, -3e4, 3e4],
  ["sin", 1.6, 2, -1e9, 1e9],
  ["cos", 1.6, 2, -1e9, 1e9],
  ["sin", 1.6, 2, -3e38, 3e38],
  ["cos", 1.6, 2, -3e38, 3e38],
  ["tanh", 2.6, 3.5, -10, 10],
  ["sigmoid", 2.1, 3.5, -30, 30],
  ["softplus", 2, 3, -20, 20],
];

/** Arguments and results where nothing may be off by anything. */
const exact: [TranscendentalOp, [x: number, y: number][]][] = [
  [
    "exp",
    [
      [0, 1],
      [-0, 1],
      [inf, inf],
      [-inf, 0],
      [nan, nan],
      [1e30, inf],
      [-1e30, 0],
    ],
  ],
  [
    "expm1",
    [
      [0, 0],
      [-0, -0],
      [inf, inf],
      [-inf, -1],
      [nan, nan],
      [-1e30, -1],
    ],
  ],
  [
    "log",
    [
      [1, 0],
      [0, -inf],
      [-0, -inf],
      [-1, nan],
      [inf, inf],
      [-inf, nan],
      [nan, nan],
    ],
  ],
  [
    "log1p",
    [
      [0, 0],
      [-0, -0],
      [-1, -inf],
      [-2, nan],
      [inf, inf],
      [nan, nan],
    ],
  ],
  [
    "sin",
    [
      [0, 0],
      [-0, -0],
      [inf, nan],
      [-inf, nan],
      [nan, nan],
    ],
  ],
  [
    "cos",
    [
      [0, 1],
      [inf, nan],
      [nan, nan],
    ],
  ],
  [
    "tanh",
    [
      [0, 0],
      [-0, -0],
      [inf, 1],
      [-inf, -1],
      [nan, nan],
      [50, 1],
      [-1e30, -1],
    ],
  ],
  [
    "sigmoid",
    [
      [0, 0.5],
      [inf, 1],
      [-inf, 0],
      [nan, nan],
      [1e30, 1],
      [-1e30, 0],
    ],
  ],
  [
    "softplus",
    [
      [inf, inf],
      [-inf, 0],
      [nan, nan],
      [1e30, 1e30],
    ],
  ],
  [
    "erf",
    [
      [0, 0],
      [inf, 1],
      [-inf, -1],
      [nan, nan],
      [1e30, 1],
    ],
  ],
];

/** x, y, xʸ, from 40 digits. */
const powers: [number, number, number][] = [
  [1.5, 2.5, 2.7556759606310752],
  [10, 300.5, 3.1622776601683795e300],
  [1.0000001, 1e7, 2.7182816941320818],
  [0.999, -5000.25, 148.82212383012978],
  [2, -1074, 5e-324],
  [2, 0.5, Math.SQRT2],
  [7.25, -0.125, 0.7806524897983738],
  [1e-300, 1.01, 9.99999999999994e-304],
  [1e300, 1.02, 1.0000000000000123e306],
  [3, 3, 27],
  [-3, 5, -243],
  [-2, -3, -0.125],
  [Math.SQRT2, 1000, 3.273390607896366e150],
];
const edges: [number, number, number][] = [
  [0, 0, 1],
  [nan, 0, 1],
  [1, nan, 1],
  [1, inf, 1],
  [-1, inf, 1],
  [2, inf, inf],
  [0.5, inf, 0],
  [2, -inf, 0],
  [0.5, -inf, inf],
  [0, 3, 0],
  [-0, 3, -0],
  [-0, 2, 0],
  [0, -1, inf],
  [-0, -1, -inf],
  [inf, 2, inf],
  [inf, -2, 0],
  [-inf, 3, -inf],
  [-inf, 2, inf],
  [-8, 1 / 3, nan],
  [nan, 1, nan],
  [2, nan, nan],
  [-2, 2, 4],
  [10, 400, inf],
  [10, -400, 0],
];
const angles: [number, number, number][] = [
  [0, 1, 0],
  [-0, 1, -0],
  [0, -1, Math.PI],
  [-0, -1, -Math.PI],
  [0, 0, 0],
  [0, -0, Math.PI],
  [1, 0, Math.PI / 2],
  [-1, 0, -Math.PI / 2],
  [inf, inf, Math.PI / 4],
  [inf, -inf, (3 * Math.PI) / 4],
  [1, inf, 0],
  [1, -inf, Math.PI],
  [nan, 1, nan],
  [1, nan, nan],
];
/** The numbers of each type that come nearest to an odd multiple of π/2, and their cosines. */
const nearlyOdd: [number, number][] = [
  [16367173 * 2 ** 72, -1.6147697982476211e-9],
  [6381956970095103 * 2 ** 797, -4.687165924254628e-19],
];
const erfs: [number, number][] = [
  [-5.5, -0.9999999999999927],
  [-3.25, -0.9999956972205363],
  [-2, -0.9953222650189527],
  [-1, -0.8427007929497149],
  [-0.9375, -0.8151024010343998],
  [-0.5, -0.5204998778130465],
  [-0.001, -0.0011283787909692365],
  [1e-9, 1.1283791670955127e-9],
  [0.25, 0.27632639016823696],
  [0.75, 0.7111556336535151],
  [0.99, 0.8385080695553698],
  [1.01, 0.8468104962282768],
  [1.5, 0.9661051464753108],
  [2.5, 0.999593047982555],
  [3.5, 0.9999992569016276],
];

const array = (type: Float, values: readonly number[]) =>
  type === "f32" ? Float32Array.from(values) : Float64Array.from(values);

/** The distance between neighbouring numbers of the type at x. */
const ulp = (type: Float, x: number): number => {
  const [bits, least] = type === "f32" ? [23, -126] : [52, -1022];
  return 2 ** (Math.max(least, Math.floor(Math.log2(Math.abs(x)))) - bits);
};

describe("transcendental functions in C", function () {
  this.timeout(240_000);
  const cpu = openCpu();

  /** name(x[i], y[i]) as the cpu computes it; the odd length also takes the code for leftovers. */
  function compute(
    type: Float,
    calls: readonly [TranscendentalOp, readonly number[], readonly number[]][],
  ) {
    const cases = calls.map(([name, x, y]) => {
      const i = { name: "i", extent: x.length };
      const value = op(type, name, load(type, 0, axis(i)), load(type, 1, axis(i)));
      const kernel: LoopKernel = {
        kind: "loop",
        name,
        params: [
          { name: "x", dtype: type, access: "read" },
          { name: "y", dtype: type, access: "read" },
          { name: "z", dtype: type, access: "write" },
        ],
        grid: [i],
        stages: [
          {
            loops: [],
            accumulators: [],
            checks: [],
            stores: [{ param: 2, index: axis(i), value, add: false, guard: null }],
          },
        ],
      };
      return { kernel, data: [array(type, x), array(type, y), array(type, x)] };
    });
    const executable = cpu.compile(programOf(cases));
    const buffers = cases.map(({ data }) => data.map((values) => cpu.upload(type, values)));
    executable.run(buffers.flat(), []);
    return buffers.map(([, , z]) => Array.from(cpu.download(z), Number));
  }

  for (const type of ["f32", "f64"] as const) {
    it(`${type}: errors in ulp`, () => {
      const points = limits.map(([, , , low, high]) =>
        Array.from({ length: 20_001 }, (_, i) => {
          const x = low + ((high - low) * ((i * 0.6180339887498949) % 1)) / (i % 3 === 0 ? 50 : 1);
          return type === "f32" ? Math.fround(x) : x;
        }),
      );
      const results = compute(
        type,
        limits.map(([name], i) => [name, points[i], points[i]]),
      );
      const tooLarge = limits.flatMap(([name, single, double], f) => {
        let worst = 0;
        let where = 0;
        results[f].forEach((got, i) => {
          const want = unary[name](points[f][i]);
          const error = Math.abs(got - want) / ulp(type, want);
          if (!(error <= worst)) [worst, where] = [error, points[f][i]];
        });
        return worst <= (type === "f32" ? single : double)
          ? []
          : [`${name}(${where}): ${worst} ulp`];
      });
      expect(tooLarge).to.deep.equal([]);
    });

    it(`${type}: special values`, () => {
      const results = compute(
        type,
        exact.map(([name, list]) => [name, list.map(([x]) => x), list.map(([x]) => x)]),
      );
      const wrong = exact.flatMap(([name, list], f) =>
        list.flatMap(([x, want], i) => {
          const rounded = type === "f32" ? Math.fround(want) : want;
          return Object.is(results[f][i], rounded) ? [] : [`${name}(${x}) = ${results[f][i]}`];
        }),
      );
      expect(wrong).to.deep.equal([]);
    });

    it(`${type}: pow, atan2, erf, and the cosine where it nearly vanishes`, () => {
      const column = (list: readonly (readonly number[])[], i: number) => list.map((row) => row[i]);
      const [power, edge, angle, erf, cosine] = compute(type, [
        ["pow", column(powers, 0), column(powers, 1)],
        ["pow", column(edges, 0), column(edges, 1)],
        ["atan2", column(angles, 0), column(angles, 1)],
        ["erf", column(erfs, 0), column(erfs, 0)],
        ["cos", column(nearlyOdd, 0), column(nearlyOdd, 0)],
      ]);
      const round = (x: number) => (type === "f32" ? Math.fround(x) : x);
      const wrong: string[] = [];
      const near = (text: string, got: number, want: number, most: number) => {
        const error = Math.abs(got - want) / ulp(type, want);
        if (!Object.is(got, round(want)) && !(error <= most))
          wrong.push(`${text} = ${got}, not ${want}: ${error} ulp`);
      };
      powers.forEach(([x, y, want], i) => {
        // In f32 the arguments themselves are rounded, so only those that are exact can be asked.
        if (round(x) === x && round(y) === y) near(`${x} ** ${y}`, power[i], want, 2);
      });
      edges.forEach(([x, y, want], i) => {
        if (y !== 1 / 3 && !Object.is(edge[i], round(want)))
          wrong.push(`${x} ** ${y} = ${edge[i]}`);
      });
      angles.forEach(([y, x, want], i) => {
        near(`atan2(${y}, ${x})`, angle[i], want, 1);
      });
      erfs.forEach(([x, want], i) => {
        if (round(x) === x) near(`erf(${x})`, erf[i], want, 2);
      });
      nearlyOdd.forEach(([x, want], i) => {
        if (round(x) === x) near(`cos(${x})`, cosine[i], want, 1);
      });
      expect(wrong).to.deep.equal([]);
    });
  }
});
