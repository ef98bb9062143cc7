import { expect } from "chai";
import { lower } from "../../compiler/lower.js";
import type { Node } from "../../lang/graph.js";
import {
  along,
  apply,
  broadcast,
  dataFor,
  graphOf,
  make,
  matmul,
  max,
  run,
  scaled,
  sum,
  symbol,
  transpose,
} from "./build.js";
import { interpret } from "./node-interpreter.js";
import { jsBackend } from "../../backends/js/index.js";

const softmax = (x: Node): Node => {
  const shifted = apply("sub", x, along(max(x, 1), 1, x.shape));
  const e = apply("exp", shifted);
  return apply("div", e, along(sum(e, 1), 1, x.shape));
};
const x = symbol("x", [6, 5]);
const w = symbol("w", [5, 4]);
const b = symbol("b", [4]);
const v = symbol("v", [5]);
const cases: [string, Node[], Node[]][] = [
  ["elementwise", [x], [apply("tanh", x)]],
  ["softmax", [x], [softmax(x)]],
  ["dense", [x, w, b], [apply("tanh", apply("add", matmul(x, w), broadcast(b, [6, 4])))]],
  ["matvec", [x, v], [make("dot", [x, v], { contract: [[1], [0]], batch: [[], []] })]],
  ["xTx", [x], [matmul(transpose(x, 1, 0), x)]],
  ["column sum", [x], [sum(x, 0)]],
];
describe("lowering", () => {
  for (const [name, inputs, outputs] of cases)
    it(name, () => {
      const graph = graphOf(inputs, outputs);
      const data = new Map(inputs.map((leaf) => [leaf, dataFor(leaf)]));
      if (process.env.SHOW) {
        const program = lower(graph);
        console.log(jsBackend.compile(program).sources.join("\n"));
      }
      const got = run(graph, data);
      const want = interpret(outputs, data);
      got.forEach((array, i) =>
        array.forEach((value, j) => expect(Number(value)).to.be.closeTo(Number(want[i][j]), 1e-9)),
      );
    });
});
void scaled;
