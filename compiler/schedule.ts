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
import { type Dim, elements, formatShape, type Shape, sameShape } from "../lang/size.js";
import { axis as axisOf, index } from "./expression.js";
import { type Coordinates, elementsFrom, isTrivialReduction, reducedAxes } from "./element.js";
import type { GraphSpec } from "./graph-spec.js";
import { flatten } from "./index-map.js";
import type { Axis, Expression } from "./ir.js";
import { storageOf } from "./normal-form.js";
import { viewOf } from "./operand.js";
import { costOf, literalOf } from "./scalar.js";

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

export interface Schedule {
  readonly groups: readonly Group[];
  readonly groupOf: ReadonlyMap<Node, Group>;
  /** Roots with a buffer of their own; the others are used in their group only. */
  readonly stored: ReadonlySet<Node>;
  /** For each product, the nodes whose buffers its operands are views of. */
  readonly operands: ReadonlyMap<Node, readonly Node[]>;
}

interface OpenGroup extends Group {
  grid: readonly Dim[];
  members: Member[];
  after: Set<OpenGroup>;
  reads: Set<Node>;
  readonly byNode: Map<Node, Member>;
  /** What is read where: see {@link accessesOf}. */
  accesses: Set<string>;
}

interface Read {
  readonly node: Node;
  readonly at: Coordinates;
}

/** A root with what it reads; coordinates are over `axes`, one per axis of its domain. */
interface Candidate {
  readonly node: Node;
  readonly domain: Shape;
  readonly axes: Coordinates;
  readonly reduced: readonly number[];
  readonly reads: readonly Read[];
  /** Whether data must be checked, which the epilogue of a product cannot do. */
  readonly hasChecks: boolean;
}

/** Work beyond which an element is worth keeping rather than computing twice. */
const expensive = 10;
/** Nodes that are computed in place at most. */
const largestCone = 250;
/** Grids smaller than this do not get loops longer than that: it would run on one core. */
const smallGrid = 64;
const longLoop = 8192;

export function schedule(graph: GraphSpec): Schedule {
  const outputs = [...graph.outputs, ...graph.updates.map((update) => update.node)];
  const order = topologicalOrder(outputs);
  const results = new Set(outputs);
  const kept = new Set(outputs);
  for (const node of order) for (const base of buffersNeeded(node)) kept.add(base);
  const wanted = usesOf(order, outputs);
  const builder = new Builder(kept, results);
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
  return node.inputs.map((operand) => {
    const view = viewOf(operand, provisionalAxes(operand.shape), () => false);
    return view ? view.base : operand;
  });
}

const provisionalAxes = (shape: Shape): Coordinates =>
  shape.map((extent, i) => (extent === 1 ? index(0) : axisOf({ name: `i${i}`, extent })));

interface Uses {
  /** How often an element is asked for, by how many expressions: 1, or 2 for several. */
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

  /** `kept` are the nodes that need a buffer, and the `results` among them. */
  constructor(kept: ReadonlySet<Node>, results: ReadonlySet<Node>) {
    this.#kept = kept;
    this.#results = results;
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
        return literalOf(of.dtype, 0);
      },
      check() {
        hasChecks = true;
      },
    });
    ask((of, at) => element(of, at, null), axes);
    return { node, domain, axes, reduced, reads, hasChecks };
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
    const bases = node.inputs.map((operand) => {
      const view = viewOf(operand, provisionalAxes(operand.shape), (of) => this.#isRoot(of));
      const base = view?.base ?? operand;
      if (!this.#isRoot(base)) this.#place(this.#elementwise(base), "loop");
      return base;
    });
    this.#operands.set(node, bases);
    return this.#whole(node, bases);
  }

  #argSort(node: Node): Candidate {
    return this.#whole(node, [storageOf(node.inputs[0])]);
  }

  /** A root that reads whole buffers. */
  #whole(node: Node, bases: readonly Node[]): Candidate {
    const reads = bases.map((base) => ({ node: base, at: [] }));
    const axes = provisionalAxes(node.shape);
    return { node, domain: node.shape, axes, reduced: [], reads, hasChecks: false };
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

  #open({ node, domain, reduced }: Candidate, kind: GroupKind): OpenGroup {
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
    };
    this.#groups.push(group);
    return group;
  }

  #join(candidate: Candidate): OpenGroup | null {
    const producers = new Set<OpenGroup>();
    for (const { node } of candidate.reads) {
      const group = this.#groupOf.get(node);
      if (group && (group.kind === "loop" || group.kind === "dot")) producers.add(group);
    }
    for (const group of [...producers].sort((a, b) => b.id - a.id)) {
      if (group.kind === "dot" && candidate.hasChecks) continue;
      if (this.#wouldCycle(candidate, group)) continue;
      const joined =
        joinAtPoint(candidate, group) ??
        joinFlat(candidate, group) ??
        joinRegridded(candidate, group);
      if (joined) return addMember(group, joined);
    }
    return this.#joinSibling(candidate);
  }

  /** Joins a group with a member over the same domain that reads some buffer at the same places. */
  #joinSibling(candidate: Candidate): OpenGroup | null {
    const tried = new Set<OpenGroup>();
    for (const { node } of candidate.reads) {
      if (node.shape.every((extent) => extent === 1)) continue;
      for (const group of this.#readers.get(node) ?? []) {
        if (group.kind !== "loop" || tried.has(group)) continue;
        tried.add(group);
        const twin = group.members.find(
          (member) =>
            sameShape(member.domain, candidate.domain) &&
            sameNumbers(reducedAxes(member.node), candidate.reduced),
        );
        if (!twin || candidate.reads.some((read) => group.byNode.has(read.node))) continue;
        const member = { ...twin, node: candidate.node };
        const isShared = accessesOf(candidate, member).some((access) => group.accesses.has(access));
        if (isShared && !this.#wouldCycle(candidate, group)) return addMember(group, member);
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

const isWorthKeeping = (node: Node, cone: Cone, { users, repeated }: Uses): boolean =>
  cone.nodes > largestCone ||
  (ops[node.op].family === "elementwise" &&
    ((cone.work >= expensive && ((users.get(node) ?? 0) > 1 || repeated.has(node))) ||
      ((users.get(node) ?? 0) > 1 && cone.reads > 2)));

/**
 * The reads of a member that follow the axes of its group, as texts: the node, and for each of its
 * axes the place of the position. Equal texts are reads of the same element.
 */
function accessesOf({ axes, reads }: Candidate, { places }: Member): string[] {
  const labels = new Map<Expression, string>();
  axes.forEach((at, i) => {
    const place = places[i];
    if (place) labels.set(at, `${place.level}${place.axis}`);
  });
  const accesses: string[] = [];
  for (const { node, at } of reads) {
    const label = at.map((position) => labels.get(position) ?? "");
    if (label.some((text) => text !== "") && label.every((text, i) => text || node.shape[i] === 1))
      accesses.push(`${node.id}:${label.join()}`);
  }
  return accesses;
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

function addMember(group: OpenGroup, member: Member): OpenGroup {
  group.members.push(member);
  group.byNode.set(member.node, member);
  return group;
}

/** The places of a member's result axes. */
function resultPlaces({ node, places }: Member): readonly Place[] {
  const reduced = reducedAxes(node);
  return isTrivialReduction(node) ? places : places.filter((_, axis) => !reduced.includes(axis));
}

const isFlatPlaced = ({ node, domain }: Member): boolean =>
  (ops[node.op].family !== "reduction" || isTrivialReduction(node)) &&
  !sameShape(node.shape, domain);

/**
 * The places that the candidate's axes have because it reads members of the group at them; null
 * if it reads one of them anywhere else than at its own point.
 */
function placesByReads({ reads }: Candidate, group: OpenGroup): Map<Axis, Place> | null {
  const placed = new Map<Axis, Place>();
  const taken = new Map<string, Axis>();
  for (const { node, at } of reads) {
    const member = group.byNode.get(node);
    if (!member) continue;
    if (isFlatPlaced(member)) return null;
    for (const [i, place] of resultPlaces(member).entries()) {
      if (place === null) continue;
      const coordinate = at[i];
      // A slice or padding has the same positions over another extent.
      if (coordinate.kind !== "axis" || coordinate.axis.extent !== node.shape[i]) return null;
      const key = `${place.level}${place.axis}`;
      const before = placed.get(coordinate.axis);
      const owner = taken.get(key) ?? coordinate.axis;
      if (owner !== coordinate.axis) return null;
      if (before && (before.level !== place.level || before.axis !== place.axis)) return null;
      placed.set(coordinate.axis, place);
      taken.set(key, coordinate.axis);
    }
  }
  return placed;
}

const axisAt = (x: Expression): Axis | null => (x.kind === "axis" ? x.axis : null);

function joinAtPoint(candidate: Candidate, group: OpenGroup): Member | null {
  const placed = placesByReads(candidate, group);
  if (!placed) return null;
  const { axes, reduced, domain, node } = candidate;
  const values = [...placed.values()];
  const inGrid = values.filter((place) => place?.level === "grid").length;
  if (inGrid !== group.grid.length) return null;
  let loops = values.length - inGrid;
  const hadLoops = loops > 0;
  const extents: Dim[] = [];
  const places: Place[] = [];
  for (const [i, at] of axes.entries()) {
    const axis = axisAt(at);
    const known = axis && placed.get(axis);
    if (!axis) places.push(null);
    else if (known) {
      if (reduced.includes(i) !== (known.level === "loop") && reduced.length > 0) return null;
      places.push(known);
    } else {
      // A loop beyond those of the members it reads would compute them over and over.
      if (hadLoops || (reduced.length > 0 && !reduced.includes(i))) return null;
      places.push({ level: "loop", axis: loops++ });
    }
    if (axis && places[i]?.level === "loop") extents.push(axis.extent);
  }
  if (group.kind === "dot" && (extents.length > 0 || reduced.length > 0)) return null;
  if (reduced.length === 0 && !isWorthLooping(group.grid, extents)) return null;
  return { node, domain, places };
}

/** Whether so many iterations may run one after the other at each point of the grid. */
function isWorthLooping(grid: readonly Dim[], loops: readonly Dim[]): boolean {
  const [points, length] = [elements(grid), elements(loops)];
  if (loops.length === 0) return true;
  if (typeof points === "number" && points >= smallGrid) return true;
  if (typeof length === "number" && length <= longLoop) return true;
  return typeof points !== "number";
}

/**
 * An elementwise candidate whose elements are those of a member in the same row-major order, under
 * another shape, runs over that member's axes.
 */
function joinFlat(candidate: Candidate, group: OpenGroup): Member | null {
  if (candidate.reduced.length > 0) return null;
  const own = flatten(candidate.domain, candidate.axes);
  let model: Member | null = null;
  for (const { node, at } of candidate.reads) {
    const member = group.byNode.get(node);
    if (!member) continue;
    const isElementwise = member.places.length === member.domain.length && !hasReduction(member);
    const isWhole = elements(node.shape) === elements(candidate.domain);
    if (!isElementwise || !isWhole || flatten(node.shape, at) !== own) return null;
    if (model && !samePlaces(model, member)) return null;
    model = member;
  }
  return model && { ...model, node: candidate.node };
}

const hasReduction = ({ node }: Member): boolean =>
  ops[node.op].family === "reduction" && !isTrivialReduction(node);

const samePlaces = (a: Member, b: Member): boolean =>
  sameShape(a.domain, b.domain) &&
  a.places.every((place, i) => {
    const other = b.places[i];
    return place?.level === other?.level && place?.axis === other?.axis;
  });

/**
 * A reduction over some axes of a purely elementwise group's grid: these axes become loops, for
 * the members that are there as well.
 */
function joinRegridded(candidate: Candidate, group: OpenGroup): Member | null {
  const { axes, reduced, domain, node } = candidate;
  const isElementwise = (member: Member): boolean =>
    !hasReduction(member) && member.places.every((place) => place?.level !== "loop");
  if (group.kind !== "loop" || reduced.length === 0 || !group.members.every(isElementwise))
    return null;
  const placed = placesByReads(candidate, group);
  if (!placed || placed.size !== group.grid.length) return null;
  if (axes.some((at) => at.kind === "axis" && !placed.has(at.axis))) return null;
  const moves = new Map<number, Place>();
  const [grid, loops]: [Dim[], Dim[]] = [[], []];
  const inReduction = (axis: number): boolean => reduced.includes(axis);
  const gridAxes = axes
    .map((at, i) => ({ place: placed.get(axisAt(at) ?? noAxis), i }))
    .filter(({ place }) => place);
  for (const { place, i } of gridAxes.sort((a, b) => a.place!.axis - b.place!.axis)) {
    const level = inReduction(i) ? "loop" : "grid";
    const list = level === "loop" ? loops : grid;
    moves.set(place!.axis, { level, axis: list.length });
    list.push(group.grid[place!.axis]);
  }
  const points = elements(grid);
  const total = elements(group.grid);
  const few = typeof total === "number" && total <= longLoop;
  const many = grid.length > 0 && (typeof points !== "number" || points >= smallGrid);
  if (!few && !many) return null;
  const move = (place: Place): Place => (place === null ? null : (moves.get(place.axis) ?? null));
  group.grid = grid;
  group.members = group.members.map((member) => ({ ...member, places: member.places.map(move) }));
  for (const member of group.members) group.byNode.set(member.node, member);
  group.accesses = new Set(); // they named places that have moved
  return { node, domain, places: axes.map((at) => move(placed.get(axisAt(at) ?? noAxis) ?? null)) };
}

const noAxis: Axis = { name: "none", extent: 1 };

/** As a person reads it. */
export const describeGroup = (group: Group): string =>
  `${group.kind} ${formatShape(group.grid)}: ${group.members
    .map(({ node }) => `${node.op} ${formatShape(node.shape)}`)
    .join(", ")}`;
