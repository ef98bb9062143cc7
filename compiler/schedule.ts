/**
 * Scheduling: which nodes are computed together, in one kernel, and which are kept in buffers.
 *
 * A node is a **root** if it is computed once and then read: an output, a matrix product, a
 * reduction, or an elementwise node that is worth keeping because several read it. All others are
 * computed in place by whoever reads them. Roots are gathered into **groups**, one kernel each.
 * A group has a grid of independent iterations, and each member runs over it: at one point of the
 * grid, a reduction loops over the axes it reduces, an elementwise member over the axes it has
 * beyond the grid. A root joins the group of a root that it reads if it reads it at the same point
 * of the grid, so that the value is at hand; never if that closed a cycle of groups.
 */
import type { Node, NodeOf } from "../lang/graph.js";
import { topologicalOrder } from "../lang/node.js";
import { ops } from "../lang/ops.js";
import { type Shape, sameShape } from "../lang/size.js";
import { type Coordinates, elementsFrom, isTrivialReduction, reducedAxes } from "./element.js";
import { axis as axisOf, index, load } from "./expression.js";
import type { GraphSpec } from "./graph-spec.js";
import type { GroupKind, Member, Place, Schedule } from "./group.js";
import { flatten } from "./index-map.js";
import { storageOf } from "./normal-form.js";
import { baseOf, chainOf } from "./operand.js";
import {
  accessesOf,
  type Candidate,
  joinAtPoint,
  joinFlat,
  joinRegridded,
  type OpenGroup,
  type Read,
} from "./placement.js";
import { costOf } from "./scalar.js";

/**
 * Work beyond which an element is worth keeping rather than computing twice; a single element is
 * computed outside of loops, and then it takes more to be worth a kernel.
 */
const expensive = 10;
const expensiveScalar = 300;
/** Nodes that are computed in place at most, and in one kernel. */
const largestCone = 250;
const largestKernel = 500;

/** The kernels of a graph in normal form, each a group of nodes; groups come in no order. */
export function schedule(graph: GraphSpec): Schedule {
  const outputs = [...graph.outputs, ...graph.updates.map((update) => update.node)];
  const order = topologicalOrder(outputs);
  const results = new Set(outputs);
  const kept = new Set(outputs);
  const bases = new Map<Node, readonly Node[]>();
  for (const node of order) {
    const needed = buffersNeeded(node);
    if (needed.length === 0) continue;
    bases.set(node, needed);
    for (const base of needed) kept.add(base);
  }
  const wanted = usesOf(order, outputs);
  const builder = new Builder(kept, results, bases);
  for (const node of order) if (!isGiven(node)) builder.visit(node, wanted);
  return builder.finish();
}

/** Leaves whose buffers the run is given. */
export const isGiven = ({ op }: Node): boolean =>
  op === "symbol" || op === "constant" || op === "shared";

/** Inputs that an op can only take from a buffer. */
function buffersNeeded(node: Node): Node[] {
  if (node.op === "argSort") return [storageOf(node.inputs[0])];
  if (node.op !== "dot") return [];
  return node.inputs.map((operand) => baseOf(operand, provisionalAxes(operand.shape), () => false));
}

const provisionalAxes = (shape: Shape): Coordinates =>
  shape.map((extent, i) => (extent === 1 ? index(0) : axisOf({ name: `i${i}`, extent })));

interface Uses {
  /** How many nodes compute with it, or return it. */
  readonly users: ReadonlyMap<Node, number>;
  /** Nodes whose elements are repeated by an `expand` or asked for by position. */
  readonly repeated: ReadonlySet<Node>;
}

/** Uses are counted through movement ops, which compute nothing. */
function usesOf(order: readonly Node[], outputs: readonly Node[]): Uses {
  const users = new Map<Node, number>();
  const repeated = new Set<Node>();
  const add = (node: Node, count: number) => users.set(node, (users.get(node) ?? 0) + count);
  for (const output of outputs) add(output, 1);
  for (const node of [...order].reverse()) {
    const moves = ops[node.op].family === "movement";
    new Set(node.inputs).forEach((input) => {
      add(input, moves ? (users.get(node) ?? 0) : 1);
      if (moves && repeated.has(node)) repeated.add(input);
    });
    if (node.op === "expand" && !sameShape(node.shape, node.inputs[0].shape))
      repeated.add(node.inputs[0]);
    if (node.op === "gather" || node.op === "scatterAdd") repeated.add(node.inputs[0]);
    if (node.op === "gather") repeated.add(node.inputs[1]);
  }
  return { users, repeated };
}

/** What computing an element in place takes. */
interface Cone {
  readonly work: number;
  readonly nodes: number;
  readonly reads: number;
}

const nothing: Cone = { work: 0, nodes: 0, reads: 0 };
const oneRead: Cone = { work: 0, nodes: 0, reads: 1 };

class Builder {
  readonly #groups: OpenGroup[] = [];
  readonly #groupOf = new Map<Node, OpenGroup>();
  readonly #cones = new Map<Node, Cone>();
  readonly #readers = new Map<Node, Set<OpenGroup>>();
  readonly #operands = new Map<Node, readonly Node[]>();
  readonly #kept: ReadonlySet<Node>;
  readonly #results: ReadonlySet<Node>;

  readonly #bases: ReadonlyMap<Node, readonly Node[]>;

  /**
   * `kept` are the nodes that need a buffer, `results` those among them that the graph returns,
   * and `bases` tells for whom the others are: see {@link buffersNeeded}.
   */
  constructor(
    kept: ReadonlySet<Node>,
    results: ReadonlySet<Node>,
    bases: ReadonlyMap<Node, readonly Node[]>,
  ) {
    this.#kept = kept;
    this.#results = results;
    this.#bases = bases;
  }

  visit(node: Node, uses: Uses): void {
    const { family } = ops[node.op];
    const cone = this.#coneOf(node);
    const isReduction = family === "reduction" && !isTrivialReduction(node);
    if (node.op === "dot") this.#place(this.#dot(node), "dot");
    else if (node.op === "argSort") this.#place(this.#argSort(node), "argSort");
    else if (node.op === "scatterAdd") this.#place(this.#scatterAdd(node), "scatterAdd");
    else if (isReduction) this.#place(this.#reduction(node), "loop");
    else if (this.#kept.has(node) || isWorthKeeping(node, cone, uses))
      this.#place(this.#elementwise(node), "loop");
    else this.#cones.set(node, cone);
  }

  #coneOf(node: Node): Cone {
    let { work, nodes, reads } = { work: costOf(node.op), nodes: 1, reads: 0 };
    for (const input of new Set(node.inputs)) {
      const below =
        this.#cones.get(input) ?? (input.shape.every((d) => d === 1) ? nothing : oneRead);
      work += below.work;
      nodes += below.nodes;
      reads += below.reads;
    }
    return { work, nodes, reads };
  }

  /** A root whose elements are those of expressions over the domain, read where they say. */
  #candidate(
    node: Node,
    domain: Shape,
    reduced: readonly number[],
    ask: (element: (of: Node, at: Coordinates) => void, axes: Coordinates) => void,
  ): Candidate {
    const axes = provisionalAxes(domain);
    const reads: Read[] = [];
    let hasChecks = false;
    const element = elementsFrom({
      read: (of, at) => {
        if (!this.#isRoot(of)) return null;
        reads.push({ node: of, at });
        // Not a constant: as a position it would choose one part of what it is a position in.
        return load(of.dtype, of.id, flatten(of.shape, at));
      },
      check() {
        hasChecks = true;
      },
    });
    ask((of, at) => element(of, at, null), axes);
    return { node, domain, axes, reduced, reads, hasChecks, size: this.#coneOf(node).nodes };
  }

  #isRoot(node: Node): boolean {
    return this.#groupOf.has(node) || isGiven(node);
  }

  #reduction(node: Node): Candidate {
    const [x] = node.inputs;
    return this.#candidate(node, x.shape, reducedAxes(node), (ask, at) => ask(x, at));
  }

  #elementwise(node: Node): Candidate {
    return this.#candidate(node, node.shape, [], (ask, at) => ask(node, at));
  }

  #dot(node: Node): Candidate {
    const isRoot = (of: Node): boolean => this.#isRoot(of);
    const bases = node.inputs.map((operand, side) => {
      const planned = this.#bases.get(node)?.[side] ?? operand;
      // On the way to that there may be something that is in a buffer for another reason.
      const nearer = chainOf(operand, isRoot).at(-1) ?? operand;
      const base = isRoot(planned) && nearer === planned ? planned : this.#nearestBase(operand);
      if (!isRoot(base)) this.#place(this.#elementwise(base), "loop");
      return base;
    });
    this.#operands.set(node, bases);
    return this.#whole(node, bases);
  }

  #nearestBase(operand: Node): Node {
    return baseOf(operand, provisionalAxes(operand.shape), (of) => this.#isRoot(of));
  }

  #argSort(node: Node): Candidate {
    return this.#whole(node, this.#bases.get(node) ?? []);
  }

  /** A root that reads whole buffers. */
  #whole(node: Node, bases: readonly Node[]): Candidate {
    const reads = bases.map((base) => ({ node: base, at: [] }));
    const axes = provisionalAxes(node.shape);
    return { node, domain: node.shape, axes, reduced: [], reads, hasChecks: false, size: 1 };
  }

  #scatterAdd(node: NodeOf<"scatterAdd">): Candidate {
    const [positions, x] = node.inputs;
    const { axis } = node.attrs;
    return this.#candidate(node as Node, x.shape, [], (ask, at) => {
      ask(positions, at.slice(axis, axis + positions.shape.length));
      ask(x, at);
    });
  }

  /** Puts a root into a group: one that it may join, or a new one. */
  #place(candidate: Candidate, kind: GroupKind): void {
    const group = (kind === "loop" && this.#join(candidate)) || this.#open(candidate, kind);
    this.#groupOf.set(candidate.node, group);
    const member = group.byNode.get(candidate.node);
    for (const access of member ? accessesOf(candidate, member) : []) group.accesses.add(access);
    for (const { node } of candidate.reads) {
      const producer = this.#groupOf.get(node);
      if (producer !== group) group.reads.add(node);
      if (producer && producer !== group) group.after.add(producer);
      const readers = this.#readers.get(node) ?? new Set<OpenGroup>();
      this.#readers.set(node, readers.add(group));
    }
  }

  #open({ node, domain, reduced, size }: Candidate, kind: GroupKind): OpenGroup {
    let [grid, loops] = [0, 0];
    const places = domain.map((extent, axis): Place => {
      if (extent === 1) return null;
      return reduced.includes(axis)
        ? { level: "loop", axis: loops++ }
        : { level: "grid", axis: grid++ };
    });
    const member = { node, domain, places };
    const group: OpenGroup = {
      id: this.#groups.length,
      kind,
      grid: domain.filter((extent, axis) => extent !== 1 && !reduced.includes(axis)),
      members: [member],
      after: new Set(),
      reads: new Set(),
      byNode: new Map([[node, member]]),
      accesses: new Set(),
      size,
    };
    this.#groups.push(group);
    return group;
  }

  #join(candidate: Candidate): OpenGroup | null {
    const producers = new Set<OpenGroup>();
    for (const { node } of candidate.reads) {
      const group = this.#groupOf.get(node);
      if (group && isOpenTo(candidate, group)) producers.add(group);
    }
    for (const group of [...producers].sort((a, b) => b.id - a.id)) {
      if (this.#wouldCycle(candidate, group)) continue;
      const joined =
        joinAtPoint(candidate, group) ??
        joinFlat(candidate, group) ??
        joinRegridded(candidate, group);
      if (joined) return addMember(group, joined, candidate);
    }
    return this.#joinSibling(candidate);
  }

  /** Joins a group with a member over the same domain that reads some buffer at the same places. */
  #joinSibling(candidate: Candidate): OpenGroup | null {
    const tried = new Set<OpenGroup>();
    for (const { node } of candidate.reads) {
      if (node.shape.every((extent) => extent === 1)) continue;
      for (const group of this.#readers.get(node) ?? []) {
        if (group.kind !== "loop" || tried.has(group) || !isOpenTo(candidate, group)) continue;
        tried.add(group);
        const twin = group.members.find(
          (member) =>
            sameShape(member.domain, candidate.domain) &&
            sameNumbers(reducedAxes(member.node), candidate.reduced),
        );
        if (!twin || candidate.reads.some((read) => group.byNode.has(read.node))) continue;
        const member = { ...twin, node: candidate.node };
        const isShared = accessesOf(candidate, member).some((access) => group.accesses.has(access));
        if (isShared && !this.#wouldCycle(candidate, group))
          return addMember(group, member, candidate);
      }
    }
    return null;
  }

  /** Whether something that the candidate reads from elsewhere depends on the group. */
  #wouldCycle({ reads }: Candidate, group: OpenGroup): boolean {
    const seen = new Set<OpenGroup>();
    const open = reads
      .map(({ node }) => this.#groupOf.get(node))
      .filter((producer) => producer !== undefined && producer !== group) as OpenGroup[];
    for (let next = open.pop(); next; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (next.after.has(group)) return true;
      open.push(...next.after);
    }
    return false;
  }

  finish(): Schedule {
    // A root may turn out to be read by nobody: the argMax over an axis of size 1 reads nothing.
    const live = new Set<OpenGroup>();
    const open = [...this.#results].flatMap((node) => this.#groupOf.get(node) ?? []);
    for (let group = open.pop(); group; group = open.pop()) {
      if (live.has(group)) continue;
      live.add(group);
      open.push(...group.after);
    }
    const stored = new Set<Node>();
    for (const [node, group] of this.#groupOf) {
      const readers = [...(this.#readers.get(node) ?? [])];
      const isReadElsewhere = readers.some((reader) => reader !== group && live.has(reader));
      if (isReadElsewhere || this.#results.has(node)) stored.add(node);
    }
    const groups = this.#groups.filter((group) => live.has(group));
    return { groups, groupOf: this.#groupOf, stored, operands: this.#operands };
  }
}

function isWorthKeeping(node: Node, cone: Cone, { users, repeated }: Uses): boolean {
  if (cone.nodes > largestCone) return true;
  if (ops[node.op].family !== "elementwise") return false;
  const isShared = (users.get(node) ?? 0) > 1;
  const limit = node.shape.every((extent) => extent === 1) ? expensiveScalar : expensive;
  return (cone.work >= limit && (isShared || repeated.has(node))) || (isShared && cone.reads > 2);
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** Whether the group's kernel could take the candidate, wherever that would run. */
const isOpenTo = ({ size, hasChecks }: Candidate, group: OpenGroup): boolean =>
  (group.kind === "loop" || (group.kind === "dot" && !hasChecks)) &&
  group.size + size <= largestKernel;

function addMember(group: OpenGroup, member: Member, { size }: Candidate): OpenGroup {
  group.members.push(member);
  group.byNode.set(member.node, member);
  group.size += size;
  return group;
}
