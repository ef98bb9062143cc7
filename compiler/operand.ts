/** Matrices inside buffers: movement ops over an operand of a product folded into strides. */
import type { Node } from "../lang/graph.js";
import { type Coordinates, elementsFrom } from "./element.js";
import { type Affine, affineOf, flatten } from "./index-map.js";
import type { Expression } from "./ir.js";
import { literalOf } from "./scalar.js";

/** The node whose buffer is read, and the affine position in it. */
export interface View {
  readonly base: Node;
  readonly position: Affine;
}

const strided: ReadonlySet<string> = new Set(["reshape", "transpose", "expand", "slice"]);

/**
 * The node whose buffer a product reads in place of its operand: the furthest that the operand is
 * an affine view of. Looks no further than a node that `isStored`.
 */
export function baseOf(operand: Node, at: Coordinates, isStored: (node: Node) => boolean): Node {
  const chain = chainOf(operand, isStored);
  if (chain.length === 1) return operand;
  return chain.findLast((base) => viewOf(operand, at, (node) => node === base)) ?? operand;
}

/** The operand, what it moves the elements of, and so on to the first that is no movement. */
export function chainOf(operand: Node, isStored: (node: Node) => boolean): Node[] {
  const chain = [operand];
  for (let last = operand; strided.has(last.op) && !isStored(last); ) {
    last = last.inputs[0];
    chain.push(last);
  }
  return chain;
}

/**
 * Where the element of `operand` at the given axes lies in the buffer of the node that it is a
 * view of; null when that is not affine in the axes. Looks no further than a node that `isStored`.
 */
export function viewOf(
  operand: Node,
  at: Coordinates,
  isStored: (node: Node) => boolean,
): View | null {
  let found: { readonly base: Node; readonly at: Expression } | null = null;
  const element = elementsFrom({
    read(node, coordinates) {
      if (strided.has(node.op) && !isStored(node)) return null;
      found = { base: node, at: flatten(node.shape, coordinates) };
      return literalOf(node.dtype, 0);
    },
    check() {},
  });
  element(operand, at, null);
  if (!found) return null;
  const { base, at: reached } = found as { readonly base: Node; readonly at: Expression };
  const position = affineOf(reached);
  const isAffine = [...position.terms.keys()].every((atom) => atom.kind === "axis");
  return isAffine ? { base, position } : null;
}
