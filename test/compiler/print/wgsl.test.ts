import { lower } from "../../../backends/webgpu/lowering.js";
import type { AdapterReport } from "../../../backends/webgpu/messages.js";
import { grad } from "../../../compiler/gradient.js";
import { lower as lowerGraph } from "../../../compiler/lower.js";
import { optimize } from "../../../compiler/passes.js";
import * as l from "../../../lang/index.js";
import { topologicalOrder } from "../../../lang/node.js";
import { namedSize } from "../../../lang/size.js";
import { useGolden } from "../../golden.js";

const adapter = (hardware: boolean, storageBuffers = 10): AdapterReport => ({
  name: "golden",
  vendor: "",
  architecture: "",
  hardware,
  limits: {
    bufferBytes: 2 ** 30,
    storageBuffers,
    workgroupsPerDimension: 65_535,
    workgroupInvocations: 256,
    workgroupBytes: 32_768,
  },
});
const software = adapter(false);
const hardware = adapter(true);

const batch = namedSize("batch");
const x = l.symbol("x", { shape: [100, 784] });
const y = l.symbol("y", { shape: [100, 784] });
const bias = l.symbol("b", { shape: [784] });
const w = l.symbol("w", { shape: [784, 500] });
const bytes = l.symbol("image", { dtype: "u8", shape: [28, 28] });
const labels = l.symbol("labels", { dtype: "i32", shape: [100] });
const rows = l.symbol("rows", { shape: [batch, 10] });
const many = Array.from({ length: 12 }, (_, i) => l.symbol(`x${i}`, { shape: [8] }));

/** A feature, what is computed, and for which adapter. */
const goldens: [file: string, outputs: l.Tensor[], adapter: AdapterReport][] = [
  ["elementwise", [l.tanh(l.add(l.multiply(x, y), bias))], software],
  [
    "logic",
    [l.where(l.logicalAnd(l.greater(x, 0), l.isNan(y)), x, Number.POSITIVE_INFINITY)],
    software,
  ],
  ["integers", [l.floorDivide(labels, 3), l.mod(labels, labels), l.leftShift(labels, 4)], software],
  ["bytes", [l.divide(l.cast(bytes, "f32"), 255), l.add(bytes, bytes)], software],
  [
    "movement",
    [
      l.pad(l.flip(l.transpose(x), 0), [
        [0, 0],
        [2, 1],
      ]),
    ],
    software,
  ],
  ["softmax-by-invocation", [l.softmax(x)], software],
  ["softmax-by-workgroup", [l.softmax(x)], hardware],
  ["column-sum", [l.sum(x, 0)], software],
  ["positions", [l.argMax(x, 1)], hardware],
  ["gather-with-check", [l.take(x, labels, 0)], software],
  ["scatter", [grad(l.sum(l.square(l.take(x, labels, 0))), x)], software],
  ["dense-in-registers", [l.tanh(l.add(l.dot(x, w), l.symbol("c", { shape: [500] })))], software],
  ["dense-in-tiles", [l.tanh(l.add(l.dot(x, w), l.symbol("c", { shape: [500] })))], hardware],
  ["symbolic-sizes", [l.logSumExp(rows, 1), l.dot(l.transpose(rows), rows)], software],
  ["sort", [l.argSort(x)], software],
  ["random", [l.random.uniform([64], { key: l.random.key(1) })], software],
  ["more-buffers-than-bindings", [many.reduce((a, b) => l.add(a, b))], adapter(false, 8)],
];

describe("WGSL", () => {
  const golden = useGolden("wgsl");
  for (const [name, outputs, target] of goldens)
    it(name, () => {
      const roots = outputs.map((tensor) => tensor.node);
      const inputs = topologicalOrder(roots).filter(
        ({ op }) => op === "symbol" || op === "constant",
      );
      const graph = optimize({ name, inputs, outputs: roots, updates: [] });
      golden(`${name}.wgsl`, lower(lowerGraph(graph), target).sources.join("\n"));
    });
});
