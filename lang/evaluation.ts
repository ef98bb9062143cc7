/** Values of closed expressions, each computed once. */
import { hostArray, isBig } from "./dtype.js";
import { HypatiaError } from "./error.js";
import type { Node, NodeOf } from "./graph.js";
import { forget, node, topologicalOrder, withInputs } from "./node.js";
import { runtime } from "./runtime.js";
import { variablesOf } from "./size.js";
import { hostValue, type SharedState, type Value } from "./value.js";

/** A value, and the values of the shared variables that it was computed from. */
interface Memo {
  readonly value: Value;
  readonly reads: readonly (readonly [SharedState, WeakRef<Value>])[];
}

/** Lives as long as the node does. */
const memos = new WeakMap<Node, Memo>();

/** Elements from which on a value keeps its node from being remembered for others to find. */
const largeValue = 1 << 14;

function known(of: Node): Value | null {
  const memo = memos.get(of);
  if (!memo) return null;
  return memo.reads.every(([state, value]) => state.value === value.deref()) ? memo.value : null;
}

/**
 * The values of closed nodes. What was computed before, also for a part of the expression, is not
 * computed again. Throws a HypatiaError that lists the free symbols of a node that is not closed.
 */
export function evaluateNodes(nodes: readonly Node[]): readonly Value[] {
  const values = nodes.map((of) => known(of) ?? leafValue(of));
  const missing = [...new Set(nodes.filter((_, i) => values[i] === null))];
  if (missing.length === 0) return values as readonly Value[];
  for (const of of missing) checkClosed(of);
  const reads = missing.map(sharedIn);
  const computed = runtime().evaluate(withKnownParts(missing));
  missing.forEach((of, i) => {
    memos.set(of, {
      value: computed[i],
      reads: reads[i].map((state) => [state, new WeakRef(state.value)]),
    });
    if (computed[i].shape.reduce((product, size) => product * size, 1) > largeValue) forget(of);
  });
  return nodes.map((of, i) => values[i] ?? computed[missing.indexOf(of)]);
}

/** What a node is worth, if that takes no computing; null if it does. Do not write to it. */
export function knownValue(of: Node): Value | null {
  return of.op === "shared" ? of.attrs.state.value : (known(of) ?? leafValue(of));
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
      of.op === "shared" ? [of.attrs.state] : (memos.get(of)?.reads.map(([state]) => state) ?? []),
    ),
  ),
];

/** Whether a closed node has been computed before, perhaps with other values of shared variables. */
export const isComputed = (of: Node): boolean => memos.has(of);

/** The same expressions with what is known replaced by constants; nothing below it is visited. */
function withKnownParts(roots: readonly Node[]): Node[] {
  const made = new Map<Node, Node>();
  const stack = [...roots];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (made.has(top)) {
      stack.pop();
      continue;
    }
    const value = top.inputs.length > 0 ? known(top) : null;
    const waiting = value ? [] : top.inputs.filter((input) => !made.has(input));
    if (waiting.length > 0) {
      stack.push(...waiting);
      continue;
    }
    const inputs = top.inputs.map((input) => made.get(input)!);
    made.set(top, value ? node("constant", [], { value }) : withInputs(top, inputs));
    stack.pop();
  }
  return roots.map((root) => made.get(root)!);
}

/** The symbols that nodes depend on, in the order of first use. */
export const freeSymbols = (roots: readonly Node[]): NodeOf<"symbol">[] =>
  topologicalOrder(roots).filter((of) => of.op === "symbol");

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
