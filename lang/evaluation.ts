/** Values of closed expressions, each computed once. */
import { hostArray, isBig } from "./dtype.js";
import { builtAt, HypatiaError } from "./error.js";
import type { Node, NodeOf } from "./graph.js";
import { releaseMany } from "./intern.js";
import {
  computedValue,
  isComputed,
  isDropped,
  isLarge,
  remember,
  spend,
  statesRead,
} from "./memo.js";
import { forget, node, splatValue, topologicalOrder, withInputs } from "./node.js";
import { runtime } from "./runtime.js";
import { isStatic, variablesOf } from "./size.js";
import { hostValue, type SharedState, type Value } from "./value.js";

/**
 * The values of closed nodes. What was computed before, also for a part of the expression, is not
 * computed again. Throws a HypatiaError that lists the free symbols of a node that is not closed.
 */
export function evaluateNodes(nodes: readonly Node[]): readonly Value[] {
  const values = nodes.map((of) => computedValue(of) ?? leafValue(of));
  const missing = [...new Set(nodes.filter((_, i) => values[i] === null))];
  if (missing.length === 0) return values as readonly Value[];
  for (const of of missing) checkClosed(of);
  const reads = missing.map(sharedIn);
  const computed = builtAt(missing[0].site, () => runtime().evaluate(withKnownParts(missing)));
  missing.forEach((of, i) => {
    remember(of, computed[i], reads[i]);
    if (isLarge(computed[i])) forget(of);
  });
  releaseMany();
  return nodes.map((of, i) => values[i] ?? computed[missing.indexOf(of)]);
}

/** What a node is worth, if that takes no computing; null if it does. Do not write to it. */
export function knownValue(of: Node): Value | null {
  return of.op === "shared" ? of.attrs.state.value : (computedValue(of) ?? leafValue(of));
}

/** The value of a leaf that needs no program. */
function leafValue(of: Node): Value | null {
  switch (of.op) {
    case "constant":
      return of.attrs.value;
    case "shared":
      return runtime().copy(of.attrs.state.value);
    case "literal": {
      const data = hostArray(of.dtype, 1);
      data[0] = isBig(of.dtype) ? BigInt(of.attrs.value) : Number(of.attrs.value);
      return hostValue(of.dtype, [], data);
    }
    default:
      return null;
  }
}

/** The shared variables below; what has been computed once knows its own, and is not visited. */
const sharedIn = (root: Node): SharedState[] => [
  ...new Set(
    topologicalOrder([root], isComputed).flatMap((of) =>
      of.op === "shared" ? [of.attrs.state] : statesRead(of),
    ),
  ),
];

/**
 * The same expressions with what is known replaced by constants; nothing below it is visited. What
 * was known once and has been dropped is computed again, each by its own program. A number that is
 * spread stays what it is, also where somebody has looked at it: rules ask for the 1 of log(1 + x).
 */
function withKnownParts(roots: readonly Node[]): Node[] {
  const made = new Map<Node, Node>();
  const stack = [...roots];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (made.has(top)) {
      stack.pop();
      continue;
    }
    const mayBeKnown = top.inputs.length > 0 && splatValue(top) === null;
    const value = mayBeKnown ? computedValue(top) : null;
    const waiting = value ? [] : top.inputs.filter((input) => !made.has(input));
    if (waiting.length > 0) {
      stack.push(...waiting);
      continue;
    }
    if (value) {
      made.set(top, node("constant", [], { value }));
      spend(top);
    } else {
      const again = withInputs(
        top,
        top.inputs.map((input) => made.get(input)!),
      );
      made.set(top, isDropped(top) ? recomputed(top, again) : again);
    }
    stack.pop();
  }
  return roots.map((root) => made.get(root)!);
}

function recomputed(of: Node, again: Node): Node {
  const [value] = runtime().evaluate([again]);
  remember(of, value, statesRead(of));
  spend(of);
  return node("constant", [], { value });
}

/** The symbols that nodes depend on, in the order of first use. */
export const freeSymbols = (roots: readonly Node[]): NodeOf<"symbol">[] =>
  topologicalOrder(roots).filter((of) => of.op === "symbol");

/** Whether a node has a value, which may take computing. */
export const isClosed = (of: Node): boolean => freeSymbols([of]).length === 0 && isStatic(of.shape);

function checkClosed(root: Node): void {
  const symbols = topologicalOrder([root], isComputed).filter((of) => of.op === "symbol");
  if (symbols.length > 0) {
    const names = symbols.map((symbol) => symbol.attrs.name || "(unnamed)");
    throw new HypatiaError("value", `the tensor depends on symbols: ${names.join(", ")}`, {
      expected: "a tensor without free symbols",
      remedy: `compile([${names.join(", ")}], y), then call the result with values`,
      site: root.site,
    });
  }
  const sizes = root.shape.flatMap((size) => [...variablesOf(size).values()]);
  if (sizes.length > 0)
    throw new HypatiaError("value", `the size ${sizes[0].name} is not known`, {
      remedy: "use numbers for the sizes of tensors that no input determines",
      site: root.site,
    });
}
