/**
 * Closed expressions as functions of their sizes and integers, so that one program serves a sweep
 * over shapes, or over `arange(10) * i`.
 *
 * Equal sizes become the same variable. Nothing is said about how the variables depend on each
 * other, and nothing needs to be: with its numbers put back, the result is the very expression that
 * it was made from. So expressions that give the same result differ in these numbers only.
 */

import { isInteger } from "../lang/dtype.js";
import { HypatiaError } from "../lang/error.js";
import type { Node, NodeOf } from "../lang/graph.js";
import { node, rebuild, topologicalOrder, withInputs } from "../lang/node.js";
import {
  asVariable,
  type Dim,
  elements,
  multiplyDims,
  namedSize,
  type Shape,
  subtractDims,
} from "../lang/size.js";
import type { Value } from "../lang/value.js";
import { dataSymbol, isPlain, scalarValue } from "./abstraction.js";

export interface SizeAbstraction {
  readonly roots: readonly Node[];
  /** Those that there were, then one for each integer that was replaced. */
  readonly symbols: readonly NodeOf<"symbol">[];
  /** The integers that were replaced. */
  readonly integers: readonly Value[];
  /** The numbers that were replaced, by the keys of their variables. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Elements up to which it does not matter how well a kernel is made for its sizes. */
const smallTensor = 1 << 16;

/** In larger tensors, sizes below this stay numbers: loops over them are unrolled. */
const smallSize = 16;

/**
 * Replaces sizes by variables, and integers by symbols; null if there is none to replace, or if
 * that is not possible.
 */
export function abstractSizes(
  roots: readonly Node[],
  symbols: readonly NodeOf<"symbol">[],
): SizeAbstraction | null {
  const largest = topologicalOrder(roots).reduce(
    (most, { shape }) => Math.max(most, Number(elements(shape)) || 0),
    0,
  );
  const least = largest <= smallTensor ? 2 : smallSize; // a size of 1 broadcasts
  const variables = new Map<number, Dim>();
  const variableFor = (size: Dim): Dim => {
    if (typeof size !== "number" || size < least) return size;
    const known = variables.get(size);
    if (known !== undefined) return known;
    const made = namedSize(`size ${variables.size}`);
    variables.set(size, made);
    return made;
  };
  const replaced = new Map<Node, Node>();
  const divisors = largest <= smallTensor ? new Set() : divisorsIn(roots);
  const integers: { readonly symbol: NodeOf<"symbol">; readonly value: Value }[] = [];
  const symbolFor = (literal: NodeOf<"literal">): Node => {
    const value = scalarValue(literal);
    const symbol = dataSymbol(symbols.length + integers.length, value);
    integers.push({ symbol, value });
    return symbol;
  };
  try {
    const generic = rebuild(roots, (old, inputs) => {
      const isOpen = old.op === "literal" && isOpenInteger(old) && !divisors.has(old);
      const made = isOpen ? symbolFor(old) : withSizes(old, inputs, variableFor);
      replaced.set(old, made);
      return made;
    });
    if (variables.size === 0 && integers.length === 0) return null;
    const sized = symbols.map((symbol) => (replaced.get(symbol) ?? symbol) as NodeOf<"symbol">);
    return {
      roots: generic,
      symbols: [...sized, ...integers.map(({ symbol }) => symbol)],
      integers: integers.map(({ value }) => value),
      sizes: new Map([...variables].map(([number, size]) => [asVariable(size)!.key, number])),
    };
  } catch (error) {
    if (error instanceof HypatiaError) return null; // a rule that has to know the numbers
    throw error;
  }
}

const isOpenInteger = ({ dtype, attrs: { value } }: NodeOf<"literal">): boolean =>
  isInteger(dtype) && isPlain(value);

/** Numbers that are divided by: a division by a number that is known is several times as fast. */
function divisorsIn(roots: readonly Node[]): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const { op, inputs } of topologicalOrder(roots)) {
    if (op !== "floorDiv" && op !== "mod") continue;
    let divisor = inputs[1];
    while (divisor.op === "reshape" || divisor.op === "expand") [divisor] = divisor.inputs;
    found.add(divisor);
  }
  return found;
}

function withSizes(old: Node, inputs: readonly Node[], variableFor: (size: Dim) => Dim): Node {
  switch (old.op) {
    case "symbol":
      return node("symbol", [], { ...old.attrs, shape: old.shape.map(variableFor) });
    case "iota":
      return node("iota", [], { ...old.attrs, shape: old.shape.map(variableFor) }, old.site);
    case "expand": {
      const from = inputs[0].shape;
      const shape = old.shape.map((size, axis) =>
        from[axis] === 1 ? variableFor(size) : from[axis],
      );
      return node("expand", inputs, { shape }, old.site);
    }
    case "reshape": {
      const shape = reshaped(old.inputs[0].shape, inputs[0].shape, old.shape, variableFor);
      return node("reshape", inputs, { shape }, old.site);
    }
    case "slice": {
      const ranges = old.attrs.ranges.map(({ start, size, step }, axis) => {
        const [whole, generic] = [old.inputs[0].shape[axis], inputs[0].shape[axis]];
        if (size !== whole) return { start, size: variableFor(size), step };
        return { start: start === 0 ? 0 : subtractDims(generic, 1), size: generic, step };
      });
      return node("slice", inputs, { ranges }, old.site);
    }
    case "pad": {
      const padding = old.attrs.padding.map(({ low, high, interior }) => ({
        low: variableFor(low),
        high: variableFor(high),
        interior,
      }));
      return node("pad", inputs, { padding }, old.site);
    }
    case "scatterAdd": {
      const size = variableFor(old.attrs.size);
      return node("scatterAdd", inputs, { ...old.attrs, size }, old.site);
    }
    default:
      return withInputs(old, inputs);
  }
}

/**
 * The shape `to` of an array of shape `from`, which has become `generic`: axes that are kept stay
 * the same, axes that are merged become the product of theirs, others get variables of their own.
 */
function reshaped(from: Shape, generic: Shape, to: Shape, variableFor: (size: Dim) => Dim): Dim[] {
  let next = 0;
  return to.map((size) => {
    if (size === 1) return 1;
    let end = next;
    let product: Dim = 1;
    while (end < from.length && Number(product) < Number(size))
      product = multiplyDims(product, from[end++]);
    if (product !== size) {
      next = from.length; // an axis is split: what follows does not correspond to axes
      return variableFor(size);
    }
    const merged = multiplyDims(...generic.slice(next, end));
    next = end;
    return merged;
  });
}
