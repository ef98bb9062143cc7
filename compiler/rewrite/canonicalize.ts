/** Rules that bring equal expressions to equal forms: neutral elements, signs, casts, movements. */
import {
  hostArray,
  isBig,
  isFloat,
  isInteger,
  isLossless,
  isNormal,
  kindOf,
} from "../../lang/dtype.js";
import type { Node, OpName } from "../../lang/graph.js";
import { node, splatValue } from "../../lang/node.js";
import { opsOf } from "../../lang/ops.js";
import { addDims, multiplyDims, type Shape, sameShape } from "../../lang/size.js";
import * as b from "../build.js";
import { elementwiseExample, symbol } from "./examples.js";
import { fold } from "./fold.js";
import { products, reductions } from "./reductions.js";
import { codedRule, type Rule, rule } from "./rule.js";

const identities: readonly Rule[] = [
  rule("add-0", "x + 0", "x"),
  rule("sub-0", "x - 0", "x"),
  rule("mul-1", "x * 1", "x"),
  rule("div-1", "x / 1", "x"),
  rule("pow-1", "pow(x, 1)", "x"),
  rule("neg-neg", "-(-x)", "x"),
  rule("plus-negative", "x + (-y)", "x - y"),
  rule("minus-negative", "x - (-y)", "x + y"),
  rule("negative-factor", "(-x) * y", "-(x * y)", (bound) => splatValue(bound.get("y")!) === null),
  rule("abs-neg", "abs(-x)", "abs(x)", (_, of) => kindOf(of.dtype) !== "unsigned"),
  rule("abs-abs", "abs(abs(x))", "abs(x)"),
  rule("not-not", "not(not(x))", "x", (bound) => bound.get("x")!.dtype === "bool"),
  rule("where-same", "where(c, x, x)", "x"),
  rule("where-not", "where(not(c), x, y)", "where(c, y, x)"),
  rule("maximum-same", "maximum(x, x)", "x"),
  rule("minimum-same", "minimum(x, x)", "x"),
  rule("and-same", "and(x, x)", "x"),
  rule("or-same", "or(x, x)", "x"),
];

/** A condition that is known chooses. */
const choices: readonly Rule[] = [
  codedRule(
    "where-known",
    "where",
    ({ inputs: [condition, x, y] }) => {
      const value = splatValue(condition);
      return value === null ? null : Number(value) === 0 ? y : x;
    },
    () => {
      const x = symbol("f64", [3]);
      return [b.where(b.fill(1, "bool", [3]), x, b.neg(x))];
    },
  ),
];

/** The negative of a literal, as far spread; integers wrap. Null for anything else. */
function negated(x: Node): Node | null {
  const value = splatValue(x);
  if (value === null) return null;
  const cell = hostArray(x.dtype, 1);
  cell[0] = -value;
  return b.splat(node("literal", [], { dtype: x.dtype, value: cell[0] }), x.shape);
}

/** A float, an integer without negatives, and one whose literals are bigints. */
const ofThreeKinds = (): Node[] =>
  (["f64", "u8", "i64"] as const).map((dtype) => symbol(dtype, [3]));

/** Literal factors gather in front: 2 · (3 · x) = 6 · x, -1 · x = -x. */
const factors: readonly Rule[] = [
  codedRule(
    "literal-first",
    "mul",
    ({ inputs: [x, y] }) => (splatValue(y) !== null && splatValue(x) === null ? b.mul(y, x) : null),
    () => {
      const x = symbol("f64", [3]);
      return [b.mul(x, b.fillLike(3, x))];
    },
  ),
  codedRule(
    "minus-1-times",
    "mul",
    ({ inputs: [x, y] }) => (Number(splatValue(x) ?? 0) === -1 ? b.neg(y) : null),
    () => {
      const x = symbol("f64", [3]);
      return [b.mul(b.fillLike(-1, x), x)];
    },
  ),
  codedRule(
    "merge-literal-factors",
    "mul",
    ({ inputs: [x, product] }) => {
      if (splatValue(x) === null || product.op !== "mul") return null;
      const factor = splatValue(product.inputs[0]);
      if (factor === null || isBig(product.dtype)) return null;
      // Two factors may be too large, or too small, together.
      const together = Number(factor) * Number(splatValue(x));
      if (isFloat(product.dtype) && !isNormal(together, product.dtype)) return null;
      return b.mul(b.mul(x, product.inputs[0]), product.inputs[1]);
    },
    () => {
      const x = symbol("f64", [3]);
      return [b.mul(b.fillLike(3, x), b.mul(b.fillLike(2, x), x))];
    },
  ),
  codedRule(
    "literal-times-negative",
    "mul",
    ({ inputs: [x, y] }) => {
      const factor = y.op === "neg" ? negated(x) : null;
      return factor && b.mul(factor, y.inputs[0]);
    },
    () => ofThreeKinds().map((x) => b.mul(b.fillLike(2, x), b.neg(x))),
  ),
  codedRule(
    "negative-of-literal-factor",
    "neg",
    ({ inputs: [product] }) => {
      const factor = product.op === "mul" ? negated(product.inputs[0]) : null;
      return factor && b.mul(factor, product.inputs[1]);
    },
    () => ofThreeKinds().map((x) => b.neg(b.mul(b.fillLike(2, x), x))),
  ),
];

const casts: readonly Rule[] = [
  codedRule(
    "cast-same",
    "cast",
    ({ inputs: [x], attrs: { dtype } }) => (x.dtype === dtype ? x : null),
    () => [node("cast", [symbol("f64", [2])], { dtype: "f64" })],
  ),
  codedRule(
    "cast-cast",
    "cast",
    ({ inputs: [x], attrs: { dtype } }) => {
      if (x.op !== "cast" || !isLossless(x.inputs[0].dtype, x.dtype)) return null;
      const from = x.inputs[0].dtype;
      // What does not fit becomes its nearest from a float, and wraps from an integer.
      const fits = !isInteger(from) || !isInteger(dtype) || isLossless(from, dtype);
      return fits || !isFloat(x.dtype) ? node("cast", [x.inputs[0]], { dtype }) : null;
    },
    () => [b.cast(b.cast(symbol("bool", [4]), "i32"), "f64")],
  ),
];

const movements: readonly Rule[] = [
  codedRule(
    "reshape-same",
    "reshape",
    ({ inputs: [x], attrs: { shape } }) => (sameShape(x.shape, shape) ? x : null),
    () => [node("reshape", [symbol("f64", [2, 3])], { shape: [2, 3] })],
  ),
  codedRule(
    "reshape-reshape",
    "reshape",
    ({ inputs: [x], attrs }) => (x.op === "reshape" ? node("reshape", x.inputs, attrs) : null),
    () => [b.reshape(b.reshape(symbol("f64", [2, 3]), [6]), [3, 2])],
  ),
  codedRule(
    "transpose-same",
    "transpose",
    ({ inputs: [x], attrs: { perm } }) => (perm.every((axis, i) => axis === i) ? x : null),
    () => [node("transpose", [symbol("f64", [2, 3])], { perm: [0, 1] })],
  ),
  codedRule(
    "transpose-transpose",
    "transpose",
    ({ inputs: [x], attrs: { perm } }) =>
      x.op === "transpose"
        ? b.transpose(
            x.inputs[0],
            perm.map((axis) => x.attrs.perm[axis]),
          )
        : null,
    () => [b.transpose(b.transpose(symbol("f64", [2, 3, 4]), [1, 2, 0]), [0, 2, 1])],
  ),
  codedRule(
    "expand-same",
    "expand",
    ({ inputs: [x], attrs: { shape } }) => (sameShape(x.shape, shape) ? x : null),
    () => [node("expand", [symbol("f64", [2, 3])], { shape: [2, 3] })],
  ),
  codedRule(
    "expand-expand",
    "expand",
    ({ inputs: [x], attrs }) => (x.op === "expand" ? node("expand", x.inputs, attrs) : null),
    () => [b.expand(b.expand(symbol("f64", [1, 1]), [2, 1]), [2, 3])],
  ),
  codedRule(
    "slice-all",
    "slice",
    ({ inputs: [x], attrs: { ranges } }) =>
      ranges.every(({ start, size, step }, i) => start === 0 && step === 1 && size === x.shape[i])
        ? x
        : null,
    () => [node("slice", [symbol("f64", [3])], { ranges: [{ start: 0, size: 3, step: 1 }] })],
  ),
  codedRule(
    "slice-slice",
    "slice",
    ({ inputs: [x], attrs: { ranges } }) => {
      if (x.op !== "slice") return null;
      const inner = x.attrs.ranges;
      const composed = ranges.map(({ start, size, step }, i) => ({
        start: addDims(inner[i].start, multiplyDims(start, inner[i].step)),
        size,
        step: step * inner[i].step,
      }));
      return node("slice", x.inputs, { ranges: composed });
    },
    () => {
      const first = node("slice", [symbol("f64", [9])], {
        ranges: [{ start: 8, size: 5, step: -2 }],
      });
      return [node("slice", [first], { ranges: [{ start: 1, size: 2, step: 2 }] })];
    },
  ),
  codedRule(
    "pad-nothing",
    "pad",
    ({ inputs: [x], attrs: { padding } }) =>
      padding.every(({ low, high, interior }) => low === 0 && high === 0 && interior === 0)
        ? x
        : null,
    () => [node("pad", [symbol("f64", [3])], { padding: [{ low: 0, high: 0, interior: 0 }] })],
  ),
  codedRule(
    "concat-one",
    "concat",
    ({ inputs }) => (inputs.length === 1 ? inputs[0] : null),
    () => [node("concat", [symbol("f64", [3])], { axis: 0 })],
  ),
];

/** Elementwise work on repeated values is done once per value: f(expand x) = expand f(x). */
const elementwiseOfExpanded = (op: OpName): Rule =>
  codedRule(
    `${op}-of-expanded`,
    op,
    (of) => {
      const spread = of.inputs.filter((input) => splatValue(input) === null);
      if (spread.length === 0 || spread.some((input) => input.op !== "expand")) return null;
      const small: Shape = spread[0].inputs[0].shape;
      if (spread.some((input) => !sameShape(input.inputs[0].shape, small))) return null;
      if (sameShape(small, of.shape)) return null;
      const inputs = of.inputs.map((input) => {
        const value = splatValue(input);
        if (value === null) return input.inputs[0];
        return b.splat(node("literal", [], { dtype: input.dtype, value }), small);
      });
      return b.expand(node(op, inputs, of.attrs as never) as Node, of.shape);
    },
    () => [elementwiseExample(op, (dtype) => b.expand(symbol(dtype, [3, 1]), [3, 4]))],
  );

export const canonicalize: readonly Rule[] = [
  ...fold,
  ...identities,
  ...choices,
  ...factors,
  ...casts,
  ...movements,
  ...reductions,
  ...products,
  ...opsOf("elementwise")
    .filter((op) => op !== "threefry")
    .map(elementwiseOfExpanded),
];

/** What only derivatives care about disappears once they have been taken. */
export const erase: readonly Rule[] = [rule("stop-gradient", "stopGradient(x)", "x")];
