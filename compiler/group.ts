/** What scheduling decides: groups of nodes that are computed together, one kernel each. */
import type { Node } from "../lang/graph.js";
import type { Dim, Shape } from "../lang/size.js";

/** Where an axis of a member's domain runs: along the grid, in a loop, or not at all (size 1). */
export type Place = { readonly level: "grid" | "loop"; readonly axis: number } | null;

export interface Member {
  readonly node: Node;
  /** What it runs over: its shape, or for a reduction its input's. */
  readonly domain: Shape;
  readonly places: readonly Place[];
}

export type GroupKind = "loop" | "dot" | "scatterAdd" | "argSort";

export interface Group {
  readonly id: number;
  readonly kind: GroupKind;
  readonly grid: readonly Dim[];
  readonly members: readonly Member[];
  /** Groups that must have run before. */
  readonly after: ReadonlySet<Group>;
  /** What the members read from buffers. */
  readonly reads: ReadonlySet<Node>;
}

/** Which nodes are computed together, and which are kept in buffers. */
export interface Schedule {
  readonly groups: readonly Group[];
  readonly groupOf: ReadonlyMap<Node, Group>;
  /** Roots with a buffer of their own; the others are used in their group only. */
  readonly stored: ReadonlySet<Node>;
  /** For each product, the nodes whose buffers its operands are views of. */
  readonly operands: ReadonlyMap<Node, readonly Node[]>;
}
