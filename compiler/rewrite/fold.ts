/** Constant folding: what depends on literals only is a literal. */
import { type DType, hostArray, isBig, isFloat } from "../../lang/dtype.js";
import type { Node, OpName } from "../../lang/graph.js";
import { node, splatValue } from "../../lang/node.js";
import { ops, opsOf } from "../../lang/ops.js";
import { elements, multiplyDims } from "../../lang/size.js";
import * as b from "../build.js";
import { elementwiseExample, symbol } from "./examples.js";
import { codedRule, type Rule } from "./rule.js";

/** The number as the dtype stores it; null where a number is not exact enough to fold with. */
function stored(value: number, dtype: DType): number | null {
  if (isBig(dtype)) return null;
  if (isFloat(dtype)) {
    const cell = hostArray(dtype, 1);
    cell[0] = value;
    return Number(cell[0]);
  }
  // Conversions that do not fit are left to the kernels, which define them.
  if (!Number.isInteger(value)) return null;
  if (dtype === "bool") return value === 0 ? 0 : 1;
  const cell = hostArray(dtype, 1);
  cell[0] = value;
  return Number(cell[0]) === value ? Number(cell[0]) : null; // 0 also for −0
}

/** Elementwise ops of literals, spread over a shape or not. */
const foldElementwise = (op: OpName): Rule =>
  codedRule(
    `fold-${op}`,
    op,
    (of) => {
      const { scalar } = ops[op];
      const values = of.inputs.map(splatValue);
      if (!scalar || values.some((value) => value === null || typeof value === "bigint"))
        return null;
      const [x, y = 0, z = 0] = values.map(Number);
      const result = stored(scalar(x, y, z), of.dtype);
      return result === null ? null : b.fillLike(result, of as Node);
    },
    () => [elementwiseExample(op, (dtype) => b.fill(isFloat(dtype) ? 0.75 : 1, dtype, [3]))],
  );

/** A literal spread over a shape stays one when it is moved about. */
const foldMovement = (op: "transpose" | "slice" | "reshape" | "expand"): Rule =>
  codedRule(
    `fold-${op}`,
    op,
    (of) => {
      const [x] = of.inputs;
      const value = splatValue(x);
      if (value === null) return null;
      const scalar = node("literal", [], { dtype: of.dtype, value });
      const made = b.splat(scalar, of.shape);
      return made === of ? null : made;
    },
    () => {
      const x = b.fill(0.5, "f64", [2, 1]);
      const example = {
        transpose: () => b.transpose(x, [1, 0]),
        slice: () =>
          node("slice", [x], {
            ranges: [
              { start: 1, size: 1, step: 1 },
              { start: 0, size: 1, step: 1 },
            ],
          }),
        reshape: () => node("reshape", [x], { shape: [2] }),
        expand: () => b.expand(b.expand(b.reshape(b.literal(0.5, "f64"), [1, 1]), [2, 1]), [2, 3]),
      }[op];
      return [example() as Node];
    },
  );

export const fold: readonly Rule[] = [
  ...opsOf("elementwise")
    .filter((op) => ops[op].scalar && op !== "stopGradient")
    .map(foldElementwise),
  ...(["transpose", "slice", "reshape", "expand"] as const).map(foldMovement),
  codedRule(
    "fold-sum",
    "sum",
    ({ inputs: [x], attrs: { axes }, dtype, shape }) => {
      const value = splatValue(x);
      const count = elements(axes.map((axis) => x.shape[axis]));
      if (value === null || typeof value === "bigint" || typeof count !== "number") return null;
      const total = stored(count === 0 ? 0 : value * count, dtype);
      return total === null ? null : b.fill(total, dtype, shape);
    },
    () => [b.sum(b.fillLike(3, symbol("f64", [4])), [0])],
  ),
  codedRule(
    "fold-size",
    "size",
    ({ attrs: { dim, dtype } }) => (typeof dim === "number" ? b.literal(dim, dtype) : null),
    () => [node("size", [], { dim: 3, dtype: "i32" })],
  ),
  codedRule(
    "sum-of-expanded",
    "sum",
    ({ inputs: [x], attrs: { axes }, dtype, shape }) => {
      if (x.op !== "expand" || !isFloat(dtype) || x.shape.includes(0)) return null;
      const [small] = x.inputs;
      const repeated = axes.filter((axis) => small.shape[axis] === 1 && x.shape[axis] !== 1);
      if (repeated.length === 0) return null;
      const target = x.shape.map((dim, axis) => (repeated.includes(axis) ? 1 : dim));
      const rest = node("sum", [b.expand(small, target)], { axes });
      const times = b.sizeOf(multiplyDims(...repeated.map((axis) => x.shape[axis])), dtype);
      return b.mul(rest as Node, b.splat(times, shape));
    },
    () => [b.sum(b.expand(symbol("f64", [3, 1]), [3, 5]), [0, 1])],
  ),
];
