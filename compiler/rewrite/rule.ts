/** Rewrite rules as rows: a name, what to look for, what to put there, and when it applies. */
import { internal } from "../../lang/error.js";
import type { Node, NodeOf, OpName } from "../../lang/graph.js";
import {
  type Bindings,
  instantiate,
  match,
  namesIn,
  type Pattern,
  parsePattern,
} from "./pattern.js";

/** A rule, ready to be tried at nodes of one op. */
export interface Rule {
  readonly name: string;
  /** The op at whose nodes it is tried. */
  readonly op: OpName;
  /** The replacement, of the same dtype and shape; null where the rule does not apply. */
  readonly apply: (of: Node) => Node | null;
  /** Expressions where it applies, over symbols, for its test; text rules make their own. */
  readonly examples: () => readonly Node[];
  /** The left and right side, for rules that are text. */
  readonly text?: readonly [Pattern, Pattern];
}

type Guard = (bound: ReadonlyMap<string, Node>, of: Node) => boolean;

/** `left => right`, both as text; refused at once when the right side uses an unbound name. */
export function rule(name: string, left: string, right: string, guard?: Guard): Rule {
  const [from, to] = [parsePattern(left), parsePattern(right)];
  if (from.kind !== "op") throw internal(`rule ${name}: the left side must be an operation`);
  const known = namesIn(from);
  const unbound = namesIn(to).filter((used) => !known.includes(used));
  if (unbound.length > 0) throw internal(`rule ${name}: ${unbound.join(", ")} is not bound`);
  return {
    name,
    op: from.op,
    text: [from, to],
    examples: () => [],
    apply: (of) => {
      const bound: Bindings = { nodes: new Map(), attrs: new Map() };
      if (!match(from, of, bound) || (guard && !guard(bound.nodes, of))) return null;
      return instantiate(to, bound, of);
    },
  };
}

/** A rule in code, for what depends on attributes. */
export const codedRule = <O extends OpName>(
  name: string,
  op: O,
  apply: (of: NodeOf<O>) => Node | null,
  examples: () => readonly Node[],
): Rule => ({
  name,
  op,
  // A node that the driver found under this op has its attributes.
  apply: (of) => (of.op === op ? apply(of as unknown as NodeOf<O>) : null),
  examples,
});
