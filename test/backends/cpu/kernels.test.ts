import { expect } from "chai";
import { openCpu } from "../../../backends/cpu/index.js";
import {
  addIndex,
  axis,
  dim,
  index,
  literal,
  load,
  multiplyIndex,
  op,
  result,
} from "../../../compiler/expression.js";
import type {
  Accumulator,
  Axis,
  Expression,
  LoopKernel,
  Param,
  Stage,
  Store,
} from "../../../compiler/ir.js";
import { type DType, dtypes, hostArray, isFloat } from "../../../lang/dtype.js";
import { asVariable, namedSize, type SizeVariable } from "../../../lang/size.js";
import { type Case, programOf } from "./cases.js";
import { at, ax, differencesOf, filled, param, put } from "./kernel-parts.js";

const all = Object.keys(dtypes) as DType[];
const numbers = all.filter((dtype) => dtype !== "bool");

const stage = (parts: Partial<Stage>): Stage => ({
  loops: [],
  accumulators: [],
  stores: [],
  checks: [],
  ...parts,
});
const kernel = (params: Param[], grid: Axis[], ...stages: Partial<Stage>[]): LoopKernel => ({
  kind: "loop",
  name: "test",
  params,
  grid,
  stages: stages.map(stage),
});

/** y = reduce of x [rows, columns] along the rows' or the columns' direction. */
function reduction(
  dtype: DType,
  reduce: Accumulator["reduce"],
  rows: number,
  columns: number,
  along: 0 | 1,
): Case {
  const axes = [ax("i", rows), ax("j", columns)];
  const [kept, gone] = [axes[1 - along], axes[along]];
  const arg = reduce.startsWith("arg");
  const type = arg ? "i32" : dtype;
  const value = load(dtype, 0, at([axes[0], columns], [axes[1], 1]));
  const accumulator: Accumulator = {
    name: "r",
    type,
    reduce,
    value,
    position: arg ? axis(gone) : null,
  };
  const data = filled(dtype, rows * columns, rows * 31 + columns);
  if (isFloat(dtype) && reduce !== "sum" && rows * columns > 30) data[rows + columns] = Number.NaN;
  return {
    name: `${reduce} of ${dtype} [${rows}, ${columns}] along ${along}`,
    kernel: kernel(
      [param("x", dtype, "read"), param("y", type, "write")],
      [kept],
      { loops: [gone], accumulators: [accumulator] },
      { stores: [put(1, axis(kept), result(type, "r"))] },
    ),
    data: [data, hostArray(type, Number(kept.extent))],
  };
}

describe("C for kernels", function () {
  this.timeout(240_000);
  const cpu = openCpu();
  const check = (
    cases: readonly Case[],
    tolerance?: number,
    sizes?: ReadonlyMap<SizeVariable, number>,
  ) => expect(differencesOf(cpu, cases, tolerance, sizes)).to.deep.equal([]);

  for (const reduce of ["sum", "prod", "max", "min", "argMax", "argMin"] as const)
    it(`${reduce} along rows and columns`, () => {
      check(
        (reduce === "sum" || reduce === "prod" ? numbers : all).flatMap((dtype) => [
          reduction(dtype, reduce, 3, 37, 1),
          reduction(dtype, reduce, 37, 3, 0),
          reduction(dtype, reduce, 5, 150, 0),
          reduction(dtype, reduce, 21, 257, 0),
        ]),
      );
    });

  it("reductions of every length around a vector's", () => {
    check(
      [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129].flatMap((n) => [
        reduction("f32", "sum", 2, n, 1),
        reduction("f32", "max", 2, n, 1),
        reduction("f32", "argMax", 2, n, 1),
        reduction("f32", "sum", 2, n, 0),
      ]),
    );
  });

  it("reductions of wide rows, strip by strip", () => {
    check(
      [256, 300, 512, 768, 1024, 1100].flatMap((n) => [
        reduction("f32", "sum", 16, n, 0),
        reduction("f64", "max", 19, n, 0),
        reduction("f32", "argMin", 24, n, 0),
      ]),
    );
  });

  it("nothing at all, and a reduction of nothing", () => {
    check([
      reduction("f32", "sum", 0, 5, 1),
      reduction("f32", "sum", 5, 0, 1),
      reduction("f32", "max", 0, 5, 0),
    ]);
  });

  const [I, J] = [ax("i", 9), ax("j", 21)];
  const x = (where: Expression, guard: Expression | null = null) => load("f32", 0, where, guard);
  const inOut = [param("x", "f32", "read"), param("y", "f32", "update")];
  const simple: [string, Axis[], Store[], number][] = [
    ["transpose", [I, J], [put(1, at([I, 21], [J, 1]), x(at([J, 9], [I, 1])))], 189],
    ["broadcast of a column", [I, J], [put(1, at([I, 21], [J, 1]), x(axis(I)))], 189],
    [
      "reverse",
      [J],
      [put(1, axis(J), x(addIndex(index(20), op("index", "mul", axis(J), index(-1)))))],
      189,
    ],
    ["every third", [I], [put(1, axis(I), x(at([I, 3])))], 189],
    ["scatter with a stride", [J], [put(1, at([J, 4]), x(axis(J)))], 189],
    [
      "positions as data",
      [I, J],
      [put(1, at([I, 21], [J, 1]), op("f32", "cast", addIndex(axis(J), axis(I))))],
      189,
    ],
    [
      "guarded load",
      [I, J],
      [
        put(
          1,
          at([I, 21], [J, 1]),
          x(op("index", "sub", axis(J), index(3)), op("bool", "ge", axis(J), index(3))),
        ),
      ],
      189,
    ],
    [
      "guard of the outer axis",
      [I, J],
      [put(1, at([I, 21], [J, 1]), x(axis(J), op("bool", "lt", axis(I), index(4))))],
      189,
    ],
    [
      "guarded store",
      [J],
      [put(1, axis(J), x(axis(J)), { guard: op("bool", "lt", x(axis(J)), literal("f32", 0)) })],
      189,
    ],
    ["adding store", [J], [put(1, axis(J), x(axis(J)), { add: true })], 189],
    [
      "reshaped index",
      [J],
      [put(1, axis(J), x(op("index", "mod", multiplyIndex(axis(J), index(5)), index(7))))],
      189,
    ],
    [
      "negative modulo",
      [J],
      [put(1, axis(J), x(op("index", "mod", op("index", "sub", axis(J), index(10)), index(21))))],
      189,
    ],
    [
      "two stores of old values",
      [J],
      [
        put(1, axis(J), op("f32", "add", load("f32", 1, axis(J)), x(axis(J)))),
        put(1, addIndex(axis(J), index(30)), load("f32", 1, axis(J))),
      ],
      189,
    ],
  ];
  for (const [name, grid, stores, length] of simple)
    it(name, () => {
      check([
        {
          name,
          kernel: kernel(inOut, grid, { stores }),
          data: [filled("f32", length), filled("f32", length, 7)],
        },
      ]);
    });

  it("transpositions of every type, in squares and what is left of them", () => {
    const [B, R, C] = [ax("b", 2), ax("r", 37), ax("c", 40)];
    const flipped = at([B, 37 * 40], [C, 37], [R, 1]);
    const straight = at([B, 37 * 40], [R, 40], [C, 1]);
    check(
      numbers.map((dtype) => {
        const params = [param("x", dtype, "read"), param("y", dtype, "write")];
        const value = op(dtype, "sub", load(dtype, 0, flipped), load(dtype, 0, straight));
        return {
          name: `transpose of ${dtype}`,
          kernel: kernel(params, [B, R, C], { stores: [put(1, straight, value)] }),
          data: [filled(dtype, 2 * 37 * 40), filled(dtype, 2 * 37 * 40, 7)],
        };
      }),
    );
  });

  it("loads of every type on both sides of an edge, and across it", () => {
    const [R, C] = [ax("r", 3), ax("c", 301)];
    const column = axis(C);
    const before = op("bool", "lt", column, index(150));
    const inside = op("bool", "and", op("bool", "lt", index(2), column), before);
    const behind = op("bool", "lt", index(149), column);
    const back = addIndex(at([R, 301], [C, 1]), index(-3));
    check(
      all.map((dtype) => {
        const params = [param("x", dtype, "read"), param("y", dtype, "write")];
        const value = op(
          dtype,
          dtype === "bool" ? "or" : "add",
          load(dtype, 0, back, inside),
          load(dtype, 0, at([R, 301], [C, 1]), behind),
        );
        return {
          name: `parts of ${dtype}`,
          kernel: kernel(params, [R, C], { stores: [put(1, at([R, 301], [C, 1]), value)] }),
          data: [filled(dtype, 3 * 301), filled(dtype, 3 * 301, 7)],
        };
      }),
    );
  });

  it("gathers through loaded positions", () => {
    const i32 = load("i32", 2, axis(J));
    const value = x(op("index", "cast", i32));
    const params = [...inOut, param("i", "i32", "read")];
    const positions = Int32Array.from({ length: 21 }, (_, i) => (i * 13) % 40);
    check([
      {
        name: "gather",
        kernel: kernel(params, [J], { stores: [put(1, axis(J), value)] }),
        data: [filled("f32", 40), filled("f32", 21), positions],
      },
    ]);
  });

  it("adds into positions that meet", () => {
    const i32 = op("index", "cast", load("i32", 2, axis(J)));
    const params = [...inOut, param("i", "i32", "read")];
    const positions = Int32Array.from({ length: 21 }, (_, i) => i % 3);
    const scatter = kernel(params, [], {
      loops: [J],
      stores: [put(1, i32, x(axis(J)), { add: true })],
    });
    check([
      { name: "scatter", kernel: scatter, data: [filled("f32", 21), filled("f32", 3), positions] },
    ]);
  });

  it("row softmax in three stages", () => {
    const where = at([I, 21], [J, 1]);
    const shifted = op("f32", "exp", op("f32", "sub", x(where), result("f32", "top")));
    const softmax = kernel(
      inOut,
      [I],
      {
        loops: [J],
        accumulators: [
          { name: "top", type: "f32", reduce: "max", value: x(where), position: null },
        ],
      },
      {
        loops: [J],
        accumulators: [{ name: "sum", type: "f32", reduce: "sum", value: shifted, position: null }],
      },
      { loops: [J], stores: [put(1, where, op("f32", "div", shifted, result("f32", "sum")))] },
    );
    check(
      [{ name: "softmax", kernel: softmax, data: [filled("f32", 189), filled("f32", 189)] }],
      1e-6,
    );
  });

  it("symbolic sizes", () => {
    const [rows, columns] = ["rows", "columns"].map(namedSize);
    const [R, C] = [ax("r", rows), ax("c", columns)];
    const where = addIndex(multiplyIndex(axis(R), dim(columns)), axis(C));
    const sum = kernel(
      inOut,
      [R],
      {
        loops: [C],
        accumulators: [{ name: "s", type: "f32", reduce: "sum", value: x(where), position: null }],
      },
      { loops: [C], stores: [put(1, where, op("f32", "sub", x(where), result("f32", "s")))] },
    );
    const scale = kernel(inOut, [R, C], {
      stores: [put(1, where, op("f32", "mul", x(where), literal("f32", 2)))],
    });
    for (const [r, c] of [
      [1, 1],
      [3, 16],
      [5, 131],
      [40, 7],
    ]) {
      const sizes = new Map([
        [asVariable(rows)!, r],
        [asVariable(columns)!, c],
      ]);
      const data = [filled("f32", r * c), filled("f32", r * c)];
      check(
        [
          { name: "sum", kernel: sum, data },
          { name: "scale", kernel: scale, data },
        ],
        0,
        sizes,
      );
    }
  });

  it("a failed check ends the program with its message", () => {
    const i32 = load("i32", 2, axis(J));
    const holds = op("bool", "lt", i32, literal("i32", 40));
    const params = [...inOut, param("i", "i32", "read")];
    const take = kernel(params, [J], {
      checks: [{ holds, message: 1 }],
      stores: [put(1, axis(J), x(op("index", "cast", i32)))],
    });
    const data = [
      filled("f32", 40),
      filled("f32", 21),
      Int32Array.from({ length: 21 }, (_, i) => (i === 17 ? 1e9 : i)),
    ];
    const program = programOf(
      [{ kernel: take, data }],
      [],
      [9, 40].map((size) => ({ op: "gather", axis: 0, size, site: {} }) as const),
    );
    const executable = cpu.compile(program);
    const buffers = data.map((array, i) => cpu.upload(params[i].dtype, array));
    expect(() => executable.run(buffers, [])).to.throw(
      /gather: index out of bounds.*\n.*-40 to 39/,
    );
    const good = cpu.upload("i32", new Int32Array(21));
    executable.run([buffers[0], buffers[1], good], []); // and the next run starts afresh
    expect([...cpu.download(buffers[1])]).to.deep.equal(Array(21).fill(data[0][0]));
  });
});
