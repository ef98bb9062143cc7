/** Which printer a kernel goes to. */
import { isFloat } from "../../lang/dtype.js";
import { addIndex, axis, dim, load, multiplyIndex, op } from "../expression.js";
import type { Axis, DotKernel, Expression, LoopKernel, Operand } from "../ir.js";
import type { VectorUnit } from "../vectorize.js";
import { printLoopKernel } from "./c.js";
import { printDotKernel } from "./c-dot.js";
import type { PrintedKernel } from "./c-source.js";

/** Prints a kernel as C for a machine with these vectors. */
export function printKernel(kernel: LoopKernel | DotKernel, unit: VectorUnit): PrintedKernel {
  if (kernel.kind === "loop") return printLoopKernel(kernel, unit);
  return isTileable(kernel)
    ? printDotKernel(kernel, unit)
    : printLoopKernel(dotAsLoops(kernel), unit);
}

/** Whether register tiles pay: floats, and a matrix on both sides. */
function isTileable({ dtype, params, a, b, m, n }: DotKernel): boolean {
  const same = [a, b].every(({ param }) => params[param].dtype === dtype);
  return same && isFloat(dtype) && m.extent !== 1 && n.extent !== 1;
}

/** A matrix product as a reduction like any other: for types that need no tuned code. */
function dotAsLoops(kernel: DotKernel): LoopKernel {
  const { name, params, dtype, batch, m, n, k, a, b, stores } = kernel;
  const element = (operand: Operand, row: Axis, column: Axis): Expression => {
    const at = [
      dim(operand.offset),
      ...batch.map((outer, i) => multiplyIndex(axis(outer), dim(operand.batch[i]))),
      multiplyIndex(axis(row), dim(operand.row)),
      multiplyIndex(axis(column), dim(operand.column)),
    ].reduce(addIndex);
    const value = load(params[operand.param].dtype, operand.param, at);
    return value.type === dtype ? value : op(dtype, "cast", value);
  };
  const product = op(dtype, "mul", element(a, m, k), element(b, k, n));
  return {
    kind: "loop",
    name,
    params,
    grid: [...batch, m, n],
    stages: [
      {
        loops: [k],
        accumulators: [{ name: "dot", type: dtype, reduce: "sum", value: product, position: null }],
        stores: [],
        checks: [],
      },
      { loops: [], accumulators: [], stores, checks: [] },
    ],
  };
}
