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
import type { DotKernel } from "../../../compiler/ir.js";
import { printDotKernel } from "../../../compiler/print/c-dot.js";
import { type DType, dtypes, isFloat } from "../../../lang/dtype.js";
import { asVariable, namedSize, type SizeVariable } from "../../../lang/size.js";
import type { Case } from "./cases.js";
import { at, ax, differencesOf, filled, param, put } from "./kernel-parts.js";

const numbers = (Object.keys(dtypes) as DType[]).filter((dtype) => dtype !== "bool");

function dotCase(dtype: DType, m: number, n: number, k: number, form: string, batch = 0): Case {
  const [M, N, K] = [ax("m", m), ax("n", n), ax("k", k)];
  const B = batch === 0 ? [] : [ax("b", batch)];
  const [ta, tb] = [form.includes("A"), form.includes("B")];
  const where = addIndex(at([M, n], [N, 1]), B.length === 0 ? index(0) : at([B[0], m * n]));
  const product = result(dtype, "dot");
  const stored =
    form.includes("e") && isFloat(dtype)
      ? op(
          dtype,
          "sub",
          load(dtype, 2, where),
          op(dtype, "mul", literal(dtype, 0.5), op(dtype, "add", product, load(dtype, 3, axis(N)))),
        )
      : product;
  const dot: DotKernel = {
    kind: "dot",
    name: "product",
    params: [
      param("a", dtype, "read"),
      param("b", dtype, "read"),
      param("c", dtype, "update"),
      param("d", dtype, "read"),
    ],
    dtype,
    batch: B,
    m: M,
    n: N,
    k: K,
    a: { param: 0, offset: 0, batch: B.map(() => m * k), row: ta ? 1 : k, column: ta ? m : 1 },
    b: { param: 1, offset: 0, batch: B.map(() => 0), row: tb ? 1 : n, column: tb ? k : 1 },
    stores: [put(2, where, stored)],
  };
  const count = Math.max(1, batch);
  return {
    name: `dot ${dtype} ${m}×${k}·${k}×${n} ${form} ${batch}`,
    kernel: dot,
    data: [
      filled(dtype, count * m * k),
      filled(dtype, k * n, 2),
      filled(dtype, count * m * n, 3),
      filled(dtype, n, 4),
    ],
  };
}

describe("C for matrix products", function () {
  this.timeout(240_000);
  const cpu = openCpu();
  const check = (
    cases: readonly Case[],
    tolerance?: number,
    sizes?: ReadonlyMap<SizeVariable, number>,
  ) => expect(differencesOf(cpu, cases, tolerance, sizes)).to.deep.equal([]);

  it("of every type", () => {
    check(numbers.map((dtype) => dotCase(dtype, 5, 7, 11, "")));
  });
  it("of all shapes around a tile", () => {
    check(
      [
        [2, 2, 1],
        [13, 33, 5],
        [14, 32, 8],
        [15, 31, 9],
        [29, 70, 100],
        [100, 10, 50],
        [3, 200, 7],
        [200, 3, 7],
        [1, 50, 20],
        [50, 1, 20],
        [1, 1, 64],
      ].flatMap(([m, n, k]) => ["", "A", "B", "ABe"].map((form) => dotCase("f32", m, n, k, form))),
    );
  });
  it("of doubles, of batches, with bad strides and long sums", () => {
    check([
      dotCase("f64", 29, 35, 40, "e"),
      dotCase("f64", 30, 9, 40, "ABe"),
      dotCase("f32", 9, 20, 6, "e", 5),
      dotCase("f32", 9, 20, 6, "ABe", 3),
      dotCase("f32", 70, 300, 1024, "e"),
      dotCase("f32", 40, 40, 9000, "B"),
      dotCase("f64", 15, 256, 5120, "e"),
    ]);
  });

  it("in chunks that an interrupt need not wait for", () => {
    const flipped = (m: number, k: number): DotKernel => {
      const [M, N] = [ax("m", m), ax("n", 8000)];
      return {
        kind: "dot",
        name: "product",
        params: [param("a", "f32", "read"), param("b", "f32", "read"), param("c", "f32", "write")],
        dtype: "f32",
        batch: [],
        m: M,
        n: N,
        k: ax("k", k),
        a: { param: 0, offset: 0, batch: [], row: k, column: 1 },
        b: { param: 1, offset: 0, batch: [], row: 1, column: k },
        stores: [put(2, at([M, 8000], [N, 1]), result("f32", "dot"))],
      };
    };
    for (const [m, k] of [
      [8000, 8000],
      [1_000_000, 500],
    ] as const) {
      const { launch } = printDotKernel(flipped(m, k), { vectorBytes: 64, registers: 32 });
      const { tasks, chunk } = launch(new Map());
      const operations = (2 * m * k * 8000 * chunk) / tasks;
      expect(operations, `operations of a chunk, ${m} × ${k}`).to.be.below(2e9);
    }
  });

  it("of symbolic sizes", () => {
    const [m, n, k] = ["m", "n", "k"].map(namedSize);
    const [M, N, K] = [ax("m", m), ax("n", n), ax("k", k)];
    const where = addIndex(multiplyIndex(axis(M), dim(n)), axis(N));
    const plain: DotKernel = {
      kind: "dot",
      name: "product",
      params: [param("a", "f32", "read"), param("b", "f32", "read"), param("c", "f32", "write")],
      dtype: "f32",
      batch: [],
      m: M,
      n: N,
      k: K,
      a: { param: 0, offset: 0, batch: [], row: k, column: 1 },
      b: { param: 1, offset: 0, batch: [], row: n, column: 1 },
      stores: [put(2, where, result("f32", "dot"))],
    };
    const flipped: DotKernel = { ...plain, b: { ...plain.b, row: 1, column: k } };
    for (const [a, b, c] of [
      [1, 1, 1],
      [14, 32, 3],
      [31, 45, 70],
      [3, 100, 2500],
      [3000, 40, 5],
    ]) {
      const sizes = new Map([
        [asVariable(m)!, a],
        [asVariable(n)!, b],
        [asVariable(k)!, c],
      ]);
      const data = [filled("f32", a * c), filled("f32", b * c, 5), filled("f32", a * b)];
      check(
        [
          { name: "plain", kernel: plain, data },
          { name: "flipped", kernel: flipped, data },
        ],
        0,
        sizes,
      );
    }
  });
});
