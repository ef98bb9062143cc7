/** Training steps, as the language and `grad` make them, for the compiler's tests. */
import { grad } from "../../compiler/gradient.js";
import type { GraphSpec } from "../../compiler/graph-spec.js";
import { optimize } from "../../compiler/passes.js";
import { add, divide, multiply, square, subtract } from "../../lang/arithmetic.js";
import { tanh } from "../../lang/functions.js";
import { dot } from "../../lang/linear.js";
import { crossEntropy } from "../../lang/neural.js";
import { sum } from "../../lang/reductions.js";
import { symbol } from "../../lang/symbols.js";
import type { Tensor } from "../../lang/tensor.js";

export interface Sizes {
  readonly batch: number | string;
  readonly input: number;
  readonly hidden: number;
  readonly output: number;
}

/** One step of gradient descent as a graph: loss, then every parameter updated. */
function step(inputs: readonly Tensor[], parameters: readonly Tensor[], loss: Tensor): GraphSpec {
  const gradients = grad(loss, parameters);
  const leaves = [...inputs, ...parameters];
  return optimize({
    name: "step",
    inputs: leaves.map((tensor) => tensor.node),
    outputs: [loss.node],
    updates: parameters.map((parameter, i) => ({
      input: inputs.length + i,
      node: subtract(parameter, multiply(0.1, gradients[i])).node,
    })),
  });
}

/** tanh hidden layer, softmax and cross-entropy, stochastic gradient descent. */
export function classifier({ batch, input, hidden, output }: Sizes): GraphSpec {
  const x = symbol("x", { shape: [batch, input] });
  const y = symbol("y", { shape: [batch], dtype: "i32" });
  const [w, b] = [symbol("w", { shape: [input, hidden] }), symbol("b", { shape: [hidden] })];
  const [v, c] = [symbol("v", { shape: [hidden, output] }), symbol("c", { shape: [output] })];
  const logits = add(dot(tanh(add(dot(x, w), b)), v), c);
  return step([x, y], [w, b, v, c], crossEntropy(logits, y));
}

/** The same with squared errors of one linear layer. */
export function regression({ batch, input, output }: Sizes): GraphSpec {
  const x = symbol("x", { shape: [batch, input] });
  const y = symbol("y", { shape: [batch, output] });
  const [w, b] = [symbol("w", { shape: [input, output] }), symbol("b", { shape: [output] })];
  const error = subtract(add(dot(x, w), b), y);
  return step([x, y], [w, b], divide(sum(square(error)), 2));
}
