import { lower } from "../../../compiler/lower.js";
import { printJs } from "../../../compiler/print/js.js";
import * as h from "../../../lang/index.js";
import { namedSize } from "../../../lang/size.js";
import type { Tensor } from "../../../lang/tensor.js";
import { useGolden } from "../../golden.js";
import { classifier } from "../networks.js";
import { graphOfTensors } from "../tensors.js";

const x = h.symbol("x", { shape: [100, 784] });
const w = h.symbol("w", { shape: [784, 500] });
const b = h.symbol("b", { shape: [500] });
const logits = h.symbol("logits", { shape: [100, 10] });
const labels = h.symbol("labels", { shape: [100], dtype: "i32" });
const wide = h.symbol("wide", { shape: [8], dtype: "i64" });
const flags = h.symbol("flags", { shape: [8], dtype: "bool" });
const rows = h.symbol("rows", { shape: [namedSize("n"), 10] });
const words = h.symbol("words", { shape: [8], dtype: "u32" });

const goldens: [file: string, outputs: Tensor[]][] = [
  ["elementwise", [h.tanh(h.add(h.multiply(x, 2), 1))]],
  ["softmax", [h.softmax(logits)]],
  ["column-sum", [h.sum(x, 0)]],
  ["positions", [h.argMax(logits, 1)]],
  ["dense", [h.tanh(h.add(h.dot(x, w), b))]],
  ["transposed-product", [h.dot(h.transpose(x), logits)]],
  ["big-integers", [h.floorDivide(wide, 3), h.power(wide, 3), h.max(wide)]],
  ["logic", [h.where(flags, h.cast(wide, "f64"), Number.NaN), h.logicalNot(flags)]],
  ["casts", [h.cast(logits, "u8"), h.cast(labels, "bool"), h.cast(wide, "i16")]],
  ["shifts", [h.leftShift(words, 4), h.rightShift(words, words)]],
  [
    "movement",
    [
      h.pad(h.flip(h.transpose(logits), 0), [
        [0, 0],
        [2, 1],
      ]),
    ],
  ],
  ["concat", [h.concat([logits, h.at(logits, h.range(0, 5))])]],
  ["gather-with-check", [h.take(logits, labels)]],
  ["sort", [h.argSort(logits, 1)]],
  ["symbolic-sizes", [h.softmax(rows)]],
];

const sourceOf = (program: ReturnType<typeof lower>): string =>
  `${program.steps.map(({ kernel }) => printJs(kernel, program.sizes)).join("\n\n")}\n`;

describe("printing JavaScript", () => {
  const golden = useGolden("js");
  for (const [file, outputs] of goldens)
    it(file, () => golden(`${file}.js`, sourceOf(lower(graphOfTensors(outputs)))));
  it("training-step", () => {
    const graph = classifier({ batch: 100, input: 784, hidden: 500, output: 10 });
    golden("training-step.js", sourceOf(lower(graph)));
  });
});
