/** Nodes for the examples that coded rules carry for their tests. */
import type { DType } from "../../lang/dtype.js";
import type { Node, OpName } from "../../lang/graph.js";
import { node } from "../../lang/node.js";
import { ops } from "../../lang/ops.js";
import type { Shape } from "../../lang/size.js";

let nextId = -1;

/** A symbol of its own; negative ids keep it apart from those that users make. */
export const symbol = (dtype: DType, shape: Shape): Node =>
  node("symbol", [], { name: "x", id: nextId--, dtype, shape });

const dtypesOf: Partial<Record<OpName, readonly DType[]>> = {
  and: ["bool", "bool"],
  or: ["bool", "bool"],
  xor: ["bool", "bool"],
  not: ["bool"],
  shiftLeft: ["i32", "i32"],
  shiftRight: ["i32", "i32"],
  where: ["bool", "f64", "f64"],
};

/** An elementwise op over inputs made by `make`, of dtypes that it is defined for. */
export function elementwiseExample(op: OpName, make: (dtype: DType) => Node): Node {
  const dtypes =
    dtypesOf[op] ?? Array.from({ length: Number(ops[op].arity) }, () => "f64" as const);
  const attrs = op === "cast" ? { dtype: "f32" } : {};
  return node(op, dtypes.map(make), attrs as never) as Node;
}
