import { expect } from "chai";
import { jsBackend } from "../../../backends/js/index.js";
import { lower } from "../../../compiler/lower.js";
import { type DType, hostArray, type TypedArray } from "../../../lang/dtype.js";
import { HypatiaError } from "../../../lang/error.js";
import type { Node } from "../../../lang/graph.js";
import { namedSize } from "../../../lang/size.js";
import { apply, graphOf, make, run, sum, symbol } from "../../compiler/build.js";

type Scalar = number | bigint;

const array = (dtype: DType, values: readonly Scalar[]): TypedArray => {
  const made = hostArray(dtype, values.length);
  values.forEach((value, i) => {
    made[i] = value;
  });
  return made;
};

/** What an op makes of one array, as numbers. */
function applied(dtype: DType, values: readonly Scalar[], build: (x: Node) => Node): number[] {
  const x = symbol("x", [values.length], dtype);
  const [got] = run(graphOf([x], [build(x)]), new Map([[x, array(dtype, values)]]));
  return [...got].map(Number);
}

const reduce =
  (op: "sum" | "prod" | "max" | "min") =>
  (x: Node): Node =>
    make(op, [x], { axes: [0] });
const position =
  (op: "argMax" | "argMin") =>
  (x: Node): Node =>
    make(op, [x], { axis: 0 });

const reductions: [string, DType, Scalar[], (x: Node) => Node, number][] = [
  ["sum of nothing", "f32", [], reduce("sum"), 0],
  ["prod of nothing", "i32", [], reduce("prod"), 1],
  ["sum of u8 is u32", "u8", [255, 255, 255], reduce("sum"), 765],
  ["sum of bool counts", "bool", [1, 1, 0, 1], reduce("sum"), 3],
  ["sum of i32 wraps", "i32", [2147483647, 1], reduce("sum"), -2147483648],
  ["sum of i64 wraps", "i64", [2n ** 63n - 1n, 1n], reduce("sum"), -(2 ** 63)],
  ["sum of f32 loses nothing on the way", "f32", [2 ** 24, 1, 1, -(2 ** 24)], reduce("sum"), 2],
  ["prod of u64", "u64", [3n, 5n, 7n], reduce("prod"), 105],
  ["prod of u32 wraps", "u32", [65536, 65537], reduce("prod"), 65536],
  ["max with NaN", "f64", [1, NaN, 3], reduce("max"), NaN],
  ["min of negative zeros", "f64", [0, -0], reduce("min"), -0],
  ["max of i64", "i64", [-5n, -2n, -9n], reduce("max"), -2],
  ["min of u8", "u8", [7, 3, 200], reduce("min"), 3],
  ["max of bool is or", "bool", [0, 1, 0], reduce("max"), 1],
  ["max of -Infinity", "f32", [-Infinity, -Infinity], reduce("max"), -Infinity],
  ["argMax takes the first of equals", "f64", [1, 3, 3], position("argMax"), 1],
  ["argMin takes the first NaN", "f64", [1, NaN, 0, NaN], position("argMin"), 1],
  ["argMax of -Infinity", "f64", [-Infinity, -Infinity], position("argMax"), 0],
  ["argMin of i64", "i64", [3n, -4n, 5n], position("argMin"), 1],
  ["argMax of u8", "u8", [0, 0, 1], position("argMax"), 2],
];

const sorts: [string, DType, Scalar[], number[]][] = [
  ["is stable", "i32", [2, 1, 2, 1], [1, 3, 0, 2]],
  ["puts NaN last", "f64", [NaN, 1, -Infinity, NaN, 0], [2, 4, 1, 0, 3]],
  ["sorts bigints", "i64", [3n, -(2n ** 62n), 2n ** 62n], [1, 0, 2]],
];

describe("js: reductions and sorts", () => {
  for (const [name, dtype, values, build, expected] of reductions)
    it(name, () => expect(applied(dtype, values, build)).to.deep.equal([expected]));
  for (const [name, dtype, values, expected] of sorts)
    it(`argSort ${name}`, () =>
      expect(applied(dtype, values, (x) => make("argSort", [x], { axis: 0 }))).to.deep.equal(
        expected,
      ));
});

describe("js: positions from data", () => {
  const x = symbol("x", [3]);
  const at = symbol("at", [2], "i32");
  const n = namedSize("n");
  const any = symbol("any", [n]);
  const take = (positions: number[], of = x, data = [10, 20, 30]): number[] => {
    const graph = graphOf([of, at], [make("gather", [of, at], { axis: 0 })]);
    const given = new Map<Node, TypedArray>([
      [of, Float64Array.from(data)],
      [at, Int32Array.from(positions)],
    ]);
    const [got] = run(graph, given, new Map([['"n"', data.length]]));
    return [...got].map(Number);
  };
  const outside = /gather: index out of bounds on axis 0/;

  it("count from the end when negative", () => expect(take([-1, -3])).to.deep.equal([30, 10]));
  for (const bad of [3, -4, 2147483647])
    it(`${bad} of 3 is an error`, () =>
      expect(() => take([0, bad])).to.throw(HypatiaError, outside));
  it("are checked against a symbolic size", () => {
    expect(take([1, -1], any)).to.deep.equal([20, 30]);
    expect(() => take([0, 3], any)).to.throw(HypatiaError, outside);
    expect(() => take([0, 0], any, [])).to.throw(HypatiaError, outside);
  });
  it("add up where they meet, and are checked", () => {
    const scatter = (positions: number[]): number[] => {
      const made = make("scatterAdd", [at, symbol("y", [2])], { axis: 0, size: 3 });
      const data = new Map<Node, TypedArray>([
        [at, Int32Array.from(positions)],
        [made.inputs[1], Float64Array.of(1, 2)],
      ]);
      const [got] = run(graphOf([at, made.inputs[1]], [made]), data);
      return [...got].map(Number);
    };
    expect(scatter([1, -2])).to.deep.equal([0, 3, 0]);
    expect(() => scatter([0, 3])).to.throw(HypatiaError, /scatterAdd: index out of bounds/);
  });
});

describe("js: the backend", () => {
  it("copies what it is given, and hands out copies", () => {
    const data = Float32Array.of(1, 2);
    const buffer = jsBackend.upload("f32", data);
    const copy = jsBackend.copy(buffer);
    data[0] = 5;
    jsBackend.download(buffer)[1] = 7;
    copy.elements[0] = 9;
    expect(jsBackend.download(buffer)).to.deep.equal(Float32Array.of(1, 2));
  });

  it("runs one executable with different sizes", () => {
    const x = symbol("x", [namedSize("rows"), 2]);
    const program = lower(graphOf([x], [sum(apply("exp", x), 1), sum(x, 0)]));
    const executable = jsBackend.compile(program);
    for (const rows of [1, 4, 0, 3]) {
      const zeros = jsBackend.upload("f64", new Float64Array(rows * 2));
      const [perRow, perColumn] = executable.run([zeros], [rows]);
      expect(perRow.elements).to.deep.equal(new Float64Array(rows).fill(2));
      expect(perColumn.elements).to.deep.equal(new Float64Array(2));
    }
  });

  it("gives new outputs at every run", () => {
    const x = symbol("x", [2]);
    const executable = jsBackend.compile(lower(graphOf([x], [apply("neg", x)])));
    const runWith = (value: number) =>
      executable.run([jsBackend.upload("f64", Float64Array.of(value, value))], [])[0];
    const [first, second] = [runWith(1), runWith(2)];
    expect([first.elements[0], second.elements[0]]).to.deep.equal([-1, -2]);
  });
});
