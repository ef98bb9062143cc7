/**
 * Rules that give formulas their numerically stable forms. They change the value only where the
 * naive form overflows, underflows or cancels. `grad` applies them before it derives, so that
 * gradients are those of the stable forms.
 */
import type { Node } from "../../lang/graph.js";
import { node } from "../../lang/node.js";
import * as b from "../build.js";
import { symbol } from "./examples.js";
import { codedRule, type Rule, rule } from "./rule.js";

/** Whether exp cannot overflow because a maximum has been subtracted already. */
function isShifted(x: Node): boolean {
  if (x.op !== "sub") return false;
  let y = x.inputs[1];
  while (y.op === "expand" || y.op === "reshape" || y.op === "stopGradient") [y] = y.inputs;
  if (y.op === "where") y = y.inputs[2];
  return y.op === "max";
}

/**
 * x − max x over the axes, and the maximum, which counts as a constant: its gradient cancels. An
 * infinite maximum is taken as 0, since ∞ − ∞ would be NaN.
 */
function shifted(x: Node, axes: readonly number[]): { shifted: Node; maximum: Node } {
  const max: Node = node("max", [x], { axes });
  const isInfinite = b.eq(b.apply("abs", max), b.fillLike(Number.POSITIVE_INFINITY, max));
  const maximum = b.apply("stopGradient", b.where(isInfinite, b.fillLike(0, max), max));
  return { shifted: b.sub(x, b.unreduce(maximum, axes, x.shape)), maximum };
}

const throughMovement = (of: Node): Node => {
  let x = of;
  while (x.op === "expand" || x.op === "reshape") [x] = x.inputs;
  return x;
};

/** log of one element of a quotient of exponentials: take the log first, then the element. */
const logOfMoved = (op: "gather" | "slice" | "reshape" | "transpose"): Rule =>
  codedRule(
    `log-of-${op}`,
    "log",
    ({ inputs: [moved] }) => {
      if (moved.op !== op) return null;
      let source: Node = moved;
      while (
        source.op === "gather" ||
        source.op === "slice" ||
        source.op === "reshape" ||
        source.op === "transpose"
      )
        [source] = source.inputs;
      if (source.op !== "div" || source.inputs[0].op !== "exp") return null;
      const [x, ...rest] = moved.inputs;
      return node(moved.op, [b.log(x), ...rest], moved.attrs as never) as Node;
    },
    () => {
      const e = b.exp(symbol("f64", [3, 4]));
      const softmax = b.div(e, b.unreduce(b.sum(e, [1]), [1], e.shape));
      const example = {
        gather: () => node("gather", [softmax, symbol("i32", [2])], { axis: 0 }),
        slice: () =>
          node("slice", [softmax], {
            ranges: [
              { start: 0, size: 3, step: 1 },
              { start: 1, size: 2, step: 1 },
            ],
          }),
        reshape: () => b.reshape(softmax, [12]),
        transpose: () => b.transpose(softmax, [1, 0]),
      }[op];
      return [b.log(example() as Node)];
    },
  );

export const stabilize: readonly Rule[] = [
  rule("log-of-exp", "log(exp(x))", "x"),
  rule("log-of-softmax", "log(exp(x) / y)", "x - log(y)"),
  logOfMoved("gather"),
  logOfMoved("slice"),
  logOfMoved("reshape"),
  logOfMoved("transpose"),

  rule("softplus", "log(1 + exp(x))", "softplus(x)"),
  rule("softplus-of-log1p", "log1p(exp(x))", "softplus(x)"),
  rule("log-of-sigmoid", "log(sigmoid(x))", "-softplus(-x)"),
  rule("sigmoid", "1 / (1 + exp(-x))", "sigmoid(x)"),
  rule("sigmoid-of-negative", "1 / (1 + exp(x))", "sigmoid(-x)"),
  rule("sigmoid-of-quotient", "exp(x) / (1 + exp(x))", "sigmoid(x)"),
  rule("1-minus-sigmoid", "1 - sigmoid(x)", "sigmoid(-x)"),
  rule("log1p", "log(1 + x)", "log1p(x)"),
  rule("expm1", "exp(x) - 1", "expm1(x)"),
  rule("tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "tanh(x)"),

  codedRule(
    "log-sum-exp",
    "log",
    ({ inputs: [total] }) => {
      if (total.op !== "sum" || total.inputs[0].op !== "exp") return null;
      const [exponent] = total.inputs[0].inputs;
      const { axes } = total.attrs;
      if (isShifted(exponent) || axes.length === 0) return null;
      const safe = shifted(exponent, axes);
      return b.add(b.log(b.sum(b.exp(safe.shifted), axes)), safe.maximum);
    },
    () => [b.log(b.sum(b.exp(symbol("f64", [3, 4])), [1]))],
  ),
  codedRule(
    "softmax",
    "div",
    ({ inputs: [numerator, divisor] }) => {
      const total = throughMovement(divisor);
      if (numerator.op !== "exp" || total.op !== "sum" || total.inputs[0] !== numerator)
        return null;
      const [exponent] = numerator.inputs;
      const { axes } = total.attrs;
      if (isShifted(exponent) || axes.length === 0) return null;
      if (divisor !== b.unreduce(total, axes, numerator.shape)) return null;
      const e = b.exp(shifted(exponent, axes).shifted);
      return b.div(e, b.unreduce(b.sum(e, axes), axes, e.shape));
    },
    () => {
      const e = b.exp(symbol("f64", [3, 4]));
      return [b.div(e, b.unreduce(b.sum(e, [1]), [1], e.shape))];
    },
  ),
];
