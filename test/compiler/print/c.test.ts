import { unitText } from "../../../backends/cpu/build.js";
import { grad } from "../../../compiler/gradient.js";
import { lower } from "../../../compiler/lower.js";
import { optimize } from "../../../compiler/passes.js";
import { printKernel } from "../../../compiler/print/c-kernel.js";
import type { VectorUnit } from "../../../compiler/vectorize.js";
import * as l from "../../../lang/index.js";
import { topologicalOrder } from "../../../lang/node.js";
import { namedSize } from "../../../lang/size.js";
import { useGolden } from "../../golden.js";

const wide: VectorUnit = { vectorBytes: 64, registers: 32 };
const narrow: VectorUnit = { vectorBytes: 16, registers: 16 };

const batch = namedSize("batch");
const x = l.symbol("x", { shape: [100, 784] });
const y = l.symbol("y", { shape: [100, 784] });
const w = l.symbol("w", { shape: [784, 500] });
const bias = l.symbol("b", { shape: [500] });
const double = l.symbol("d", { dtype: "f64", shape: [50, 30] });
const bytes = l.symbol("image", { dtype: "u8", shape: [28, 28] });
const labels = l.symbol("labels", { dtype: "i32", shape: [100] });
const rows = l.symbol("rows", { shape: [batch, 10] });
const columns = l.symbol("columns", { shape: [10, batch] });

/** A feature, what is computed, and for which machine. */
const goldens: [file: string, outputs: l.Tensor[], unit: VectorUnit][] = [
  ["elementwise", [l.tanh(l.add(l.multiply(x, y), 1))], wide],
  ["elementwise-narrow", [l.exp(l.subtract(x, y))], narrow],
  ["logic", [l.where(l.logicalAnd(l.greater(x, 0), l.isNan(y)), x, l.minimum(x, y))], wide],
  ["integers", [l.floorDivide(labels, 3), l.mod(labels, labels), l.leftShift(labels, 4)], wide],
  ["bytes", [l.divide(l.cast(bytes, "f32"), 255), l.add(bytes, bytes)], wide],
  [
    "movement",
    [
      l.pad(l.flip(l.transpose(x), 0), [
        [0, 0],
        [2, 1],
      ]),
    ],
    wide,
  ],
  [
    "padding",
    [
      l.pad(x, [
        [1, 1],
        [2, 1],
      ]),
    ],
    wide,
  ],
  [
    "joining",
    [l.concat([bytes.at(null, l.range(-3, null)), bytes.at(null, l.range(-3))], 1)],
    narrow,
  ],
  ["transpose", [l.multiply(l.transpose(x), 2)], wide],
  ["softmax", [l.softmax(x)], wide],
  ["row-sum-narrow", [l.sum(l.square(x), 1)], narrow],
  ["column-sum", [l.sum(x, 0)], wide],
  [
    "column-sum-apart",
    [l.sum(l.multiply(l.at(bias, l.range(0, 60, 2)), l.at(double, l.range(0, 3))), 0)],
    wide,
  ],
  ["positions", [l.argMax(x, 1), l.argMin(x, 0)], wide],
  ["gather-with-check", [l.take(x, labels, 0)], wide],
  ["scatter", [grad(l.sum(l.square(l.take(x, labels, 0))), x)], wide],
  ["dense", [l.tanh(l.add(l.dot(x, w), bias))], wide],
  ["product-transposed", [l.dot(l.transpose(x), y)], wide],
  ["product-packed", [l.dot(double, l.transpose(double))], narrow],
  ["product-blocked", [l.dot(columns, l.transpose(columns))], wide],
  ["symbolic-sizes", [l.logSumExp(rows, 1), l.dot(l.transpose(rows), rows)], wide],
  ["random", [l.random.uniform([64], { key: l.random.key(1) })], wide],
];

describe("C", () => {
  const golden = useGolden("c");
  for (const [name, outputs, unit] of goldens)
    it(name, () => {
      const roots = outputs.map((tensor) => tensor.node);
      const inputs = topologicalOrder(roots).filter(
        ({ op }) => op === "symbol" || op === "constant",
      );
      const program = lower(optimize({ name, inputs, outputs: roots, updates: [] }));
      const kernels = program.steps.flatMap(({ kernel }) =>
        kernel.kind === "library"
          ? []
          : [{ source: printKernel(kernel, unit).source, symbol: kernel.name }],
      );
      golden(`${name}.c`, unitText(kernels));
    });
});
