/** Symbols for the examples that coded rules carry for their tests. */
import type { DType } from "../../lang/dtype.js";
import type { Node } from "../../lang/graph.js";
import { node } from "../../lang/node.js";
import type { Shape } from "../../lang/size.js";

let nextId = -1;

/** A symbol of its own; negative ids keep it apart from those that users make. */
export const symbol = (dtype: DType, shape: Shape): Node =>
  node("symbol", [], { name: "x", id: nextId--, dtype, shape });
