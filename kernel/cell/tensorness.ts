/** What the checker knows about an operand: is an operator on it the language's business? */
import type typescript from "typescript";
import { splitTensor } from "./operators.js";
import { ts } from "./typescript.js";

/**
 * - `tensor`: always a tensor
 * - `maybe`: a union with one, or `any`; decided at run time
 * - `scalar`: a number or boolean, or a union with one
 * - `none`: neither
 */
export type Tensorness = "tensor" | "maybe" | "scalar" | "none";

export const canBeTensor = (kind: Tensorness) => kind === "tensor" || kind === "maybe";

export function tensornessOf(
  checker: typescript.TypeChecker,
): (node: typescript.Expression) => Tensorness {
  const known = new Map<typescript.Type, Tensorness>();
  return (node) => {
    if (ts.isNumericLiteral(node)) return "scalar";
    const type = checker.getTypeAtLocation(node);
    let kind = known.get(type);
    if (kind === undefined) {
      kind = classify(checker, type);
      known.set(type, kind);
    }
    return kind;
  };
}

function classify(checker: typescript.TypeChecker, type: typescript.Type): Tensorness {
  const { TypeFlags } = ts;
  const scalar = TypeFlags.NumberLike | TypeFlags.BooleanLike;
  if (type.flags & scalar) return "scalar";
  if (type.flags & TypeFlags.Any) return "maybe";
  const { tensor, rest } = splitTensor(
    ts,
    type,
    (t) => checker.getBaseConstraintOfType(t),
    (s) => checker.getDeclaredTypeOfSymbol(s),
    (t) => checker.getBaseTypes(t),
  );
  if (tensor !== undefined) return rest.length === 0 ? "tensor" : "maybe";
  if (rest.some((part) => part.flags & TypeFlags.Any)) return "maybe";
  return rest.some((part) => part.flags & scalar) ? "scalar" : "none";
}
