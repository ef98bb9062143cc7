import { expect } from "chai";
import { openCpu } from "../../../backends/cpu/index.js";
import { axis, literal, load, op } from "../../../compiler/expression.js";
import type { BasicOp, Expression } from "../../../compiler/ir.js";
import {
  type DType,
  dtypes,
  hostArray,
  isBig,
  isFloat,
  isInteger,
  rangeOf,
  type TypedArray,
} from "../../../lang/dtype.js";
import { type Case, firstDifference, runCases } from "./cases.js";

const all = Object.keys(dtypes) as DType[];
const floats = all.filter(isFloat);
const integers = all.filter(isInteger);
const numbers = [...floats, ...integers];

/** The extremes of a type, small numbers around zero, and for floats what is special. */
function specimens(dtype: DType): number[] | bigint[] {
  if (dtype === "bool") return [0, 1, 1, 0];
  const range = rangeOf(dtype);
  if (range === undefined) {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    return [
      0,
      -0,
      1,
      -1,
      0.5,
      -0.5,
      1.5,
      2.5,
      -2.5,
      3,
      -7,
      7.25,
      1e10,
      -1e10,
      8388609,
      inf,
      -inf,
      nan,
    ];
  }
  const [low, high] = range;
  const wide = [
    low,
    low + 1n,
    high,
    high - 1n,
    -3n,
    -2n,
    -1n,
    0n,
    1n,
    2n,
    3n,
    7n,
    31n,
    33n,
    63n,
    65n,
  ];
  const inside = wide.filter((x) => x >= low && x <= high);
  return isBig(dtype) ? inside : inside.map(Number);
}

/** Every pair of specimens, as two columns. */
function pairs(dtype: DType): [TypedArray, TypedArray] {
  const values: readonly (number | bigint)[] = specimens(dtype);
  const [x, y] = [hostArray(dtype, values.length ** 2), hostArray(dtype, values.length ** 2)];
  values.forEach((a, i) => {
    values.forEach((b, j) => {
      x[i * values.length + j] = a;
      y[i * values.length + j] = b;
    });
  });
  return [x, y];
}

/** z[i] = f(x[i], y[i]) for every pair of specimens, or the last `most` of them. */
function elementwise(
  name: string,
  of: DType,
  to: DType,
  f: (x: Expression, y: Expression) => Expression,
  most = Number.POSITIVE_INFINITY,
): Case {
  const [x, y] = pairs(of).map((column) => column.slice(-most));
  const i = { name: "i", extent: x.length };
  const value = f(load(of, 0, axis(i)), load(of, 1, axis(i)));
  return {
    name,
    data: [x, y, hostArray(to, x.length)],
    kernel: {
      kind: "loop",
      name: "test",
      params: [
        { name: "x", dtype: of, access: "read" },
        { name: "y", dtype: of, access: "read" },
        { name: "z", dtype: to, access: "write" },
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
    },
  };
}

const table: [readonly BasicOp[], readonly DType[], arity: 1 | 2, result?: DType][] = [
  [["add", "sub", "mul"], numbers, 2],
  [["div", "floorDiv"], floats, 2],
  [["mod"], floats, 2],
  [["floorDiv", "mod", "and", "or", "xor"], integers, 2],
  [["min", "max"], numbers, 2],
  [["shiftLeft", "shiftRight"], integers, 2],
  [["and", "or", "xor"], ["bool"], 2],
  [["neg", "abs"], numbers, 1],
  [["not"], [...integers, "bool"], 1],
  [["floor", "ceil", "trunc", "round", "sqrt"], floats, 1],
  [["eq", "ne", "lt", "le", "gt", "ge"], all, 2, "bool"],
];

describe("C for basic operations", function () {
  this.timeout(120_000);
  const cpu = openCpu();
  const check = (cases: readonly Case[]) => {
    const wrong = runCases(cpu, cases).flatMap(({ name, got, want }) => {
      const difference = firstDifference(got[2], want[2]);
      return difference === null ? [] : [`${name}: ${difference}`];
    });
    expect(wrong).to.deep.equal([]);
  };

  for (const [names, types, arity, result] of table)
    it(`${names.join(", ")} on ${types.length} types`, () => {
      check(
        names.flatMap((name) =>
          types.map((of) => {
            const to = result ?? of;
            return elementwise(`${name} ${of}`, of, to, (x, y) =>
              arity === 1 ? op(to, name, x) : op(to, name, x, y),
            );
          }),
        ),
      );
    });

  it("shifts by a known number, also one that is no place within the word", () => {
    const places = [-1, 1, 8, 31, 32, 64];
    const shifted = (of: DType, name: "shiftLeft" | "shiftRight", place: number): Case[] => {
      if (place < Number(rangeOf(of)![0])) return [];
      const by = literal(of, isBig(of) ? BigInt(place) : place);
      // For C's compiler a shift of a vector and one of a number are two operations.
      return [Number.POSITIVE_INFINITY, 1].map((most) =>
        elementwise(`${name} ${of} by ${place}`, of, of, (x) => op(of, name, x, by), most),
      );
    };
    check(
      integers.flatMap((of) =>
        places.flatMap((place) =>
          (["shiftLeft", "shiftRight"] as const).flatMap((name) => shifted(of, name, place)),
        ),
      ),
    );
  });
  it("select on every type", () => {
    check(
      all.map((of) =>
        elementwise(`select ${of}`, of, of, (x, y) =>
          op(of, "select", op("bool", "lt", x, y), x, y),
        ),
      ),
    );
  });
  for (const to of all)
    it(`casts to ${to}`, () => {
      // What an integer too small or large for its type becomes, from a float, is its nearest.
      check(all.map((of) => elementwise(`${of} to ${to}`, of, to, (x) => op(to, "cast", x))));
    });
});
