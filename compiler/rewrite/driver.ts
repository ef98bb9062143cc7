/** The one driver of all rewrites: bottom-up, to a fixed point, with a limit on steps. */
import { internal } from "../../lang/error.js";
import type { Node, OpName } from "../../lang/graph.js";
import { withInputs } from "../../lang/node.js";
import { formatShape, sameDim } from "../../lang/size.js";
import type { Rule } from "./rule.js";

/** How often each rule fired. */
export type Firings = Map<string, number>;

/** A rewriter for a fixed list of rules; earlier rules are tried first. */
export function rewriter(
  rules: readonly Rule[],
): (roots: readonly Node[]) => { roots: Node[]; fired: Firings } {
  const byOp = new Map<OpName, Rule[]>();
  for (const rule of rules) byOp.set(rule.op, [...(byOp.get(rule.op) ?? []), rule]);
  return (roots) => rewrite(byOp, roots);
}

function rewrite(
  byOp: ReadonlyMap<OpName, readonly Rule[]>,
  roots: readonly Node[],
): { roots: Node[]; fired: Firings } {
  const fired: Firings = new Map();
  /** Node → what it became. A normal form maps to itself. */
  const final = new Map<Node, Node>();
  let steps = 0;

  const fire = (of: Node): Node | null => {
    for (const rule of byOp.get(of.op) ?? []) {
      const made = rule.apply(of);
      if (!made || made === of) continue;
      checkSameType(rule, of, made);
      fired.set(rule.name, (fired.get(rule.name) ?? 0) + 1);
      return made;
    }
    return null;
  };

  // An explicit stack, since graphs may be deeper than JavaScript's. A node waits for its inputs,
  // then for what it was rewritten to.
  type Frame = { readonly of: Node; next: Node | null };
  const stack: Frame[] = roots.map((of) => ({ of, next: null })).reverse();
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    const { of } = frame;
    if (final.has(of)) {
      stack.pop();
      continue;
    }
    if (frame.next) {
      const settled = final.get(frame.next);
      if (settled) {
        final.set(of, settled);
        stack.pop();
      } else stack.push({ of: frame.next, next: null });
      continue;
    }
    const waiting = of.inputs.filter((input) => !final.has(input));
    if (waiting.length > 0) {
      for (const input of waiting) stack.push({ of: input, next: null });
      continue;
    }
    const rebuilt = withInputs(
      of,
      of.inputs.map((input) => final.get(input)!),
    );
    const made = rebuilt !== of && final.has(rebuilt) ? rebuilt : fire(rebuilt);
    if (!made) {
      final.set(rebuilt, rebuilt);
      final.set(of, rebuilt);
      stack.pop();
      continue;
    }
    if (++steps > 1000 + 50 * final.size)
      throw internal(
        `rewriting does not end; last fired: ${[...fired.keys()].slice(-3).join(", ")}`,
      );
    frame.next = made;
  }
  return { roots: roots.map((root) => final.get(root)!), fired };
}

function checkSameType(rule: Rule, before: Node, after: Node): void {
  const sameSizes =
    before.shape.length === after.shape.length &&
    before.shape.every((dim, axis) => sameDim(dim, after.shape[axis]) !== false);
  if (before.dtype !== after.dtype || !sameSizes)
    throw internal(
      `rule ${rule.name} turned ${before.dtype} ${formatShape(before.shape)} into ` +
        `${after.dtype} ${formatShape(after.shape)}`,
    );
}
