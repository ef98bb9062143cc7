/**
 * Whether a root fits into a group, and where its axes run there. A root that reads a member must
 * read it at its own point of the grid: then the value is at hand, or cheap to compute again.
 */
import type { Node } from "../lang/graph.js";
import { ops } from "../lang/ops.js";
import { type Dim, elements, type Shape, sameShape } from "../lang/size.js";
import { type Coordinates, isTrivialReduction, reducedAxes } from "./element.js";
import type { Group, Member, Place } from "./group.js";
import { flatten } from "./index-map.js";
import type { Axis, Expression } from "./ir.js";

/** A group that may still grow. */
export interface OpenGroup extends Group {
  grid: readonly Dim[];
  members: Member[];
  after: Set<OpenGroup>;
  reads: Set<Node>;
  readonly byNode: Map<Node, Member>;
  /** What is read where: see {@link accessesOf}. */
  accesses: Set<string>;
  /** Nodes computed in it. */
  size: number;
}

/** A root or a given leaf that a candidate reads, and where. */
export interface Read {
  readonly node: Node;
  readonly at: Coordinates;
}

/** A root with what it reads; coordinates are over `axes`, one per axis of its domain. */
export interface Candidate {
  readonly node: Node;
  readonly domain: Shape;
  readonly axes: Coordinates;
  readonly reduced: readonly number[];
  readonly reads: readonly Read[];
  /** Whether data must be checked, which the epilogue of a product cannot do. */
  readonly hasChecks: boolean;
  /** Nodes that are computed in place for it, itself included. */
  readonly size: number;
}

/** Grids smaller than this do not get loops longer than that: it would run on one core. */
const smallGrid = 64;
const longLoop = 8192;

/** Elements beyond which a store across the rows, a column at a time, costs more than a kernel. */
const largeStore = 262144;

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

/** A candidate that reads members of the group at its own point of the grid. */
export function joinAtPoint(candidate: Candidate, group: OpenGroup): Member | null {
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
  const member = { node, domain, places };
  if (reduced.length > 0 || extents.length === 0) return member;
  const isWorth =
    group.members.some(hasReduction) &&
    isWorthLooping(group.grid, extents) &&
    !isStoredAcross(member);
  return isWorth ? member : null;
}

/** Whether an elementwise member, were it stored, would jump from row to row of a large result. */
function isStoredAcross({ domain, places }: Member): boolean {
  const total = elements(domain);
  const innermost = places.findLast((place) => place !== null);
  const isAcross = innermost?.level === "grid" && places.some((place) => place?.level === "loop");
  return isAcross && typeof total === "number" && total > largeStore;
}

/** Whether so many iterations may run one after the other at each point of the grid. */
function isWorthLooping(grid: readonly Dim[], loops: readonly Dim[]): boolean {
  const [points, length] = [elements(grid), elements(loops)];
  if (typeof points === "number" && points >= smallGrid) return true;
  if (typeof length === "number" && length <= longLoop) return true;
  return typeof points !== "number";
}

/**
 * An elementwise candidate whose elements are those of a member in the same row-major order, under
 * another shape, runs over that member's axes.
 */
export function joinFlat(candidate: Candidate, group: OpenGroup): Member | null {
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
export function joinRegridded(candidate: Candidate, group: OpenGroup): Member | null {
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
  const reducedPlaces = new Set(reduced.map((i) => placed.get(axisAt(axes[i]) ?? noAxis)?.axis));
  for (const [from, extent] of group.grid.entries()) {
    const level = reducedPlaces.has(from) ? "loop" : "grid";
    const list = level === "loop" ? loops : grid;
    moves.set(from, { level, axis: list.length });
    list.push(extent);
  }
  const [points, total] = [elements(grid), elements(group.grid)];
  const few = typeof total === "number" && total <= longLoop;
  const many = grid.length > 0 && (typeof points !== "number" || points >= smallGrid);
  if (!few && !many) return null;
  const move = (place: Place): Place => (place === null ? null : (moves.get(place.axis) ?? null));
  const moved = group.members.map((member) => ({ ...member, places: member.places.map(move) }));
  if (moved.some(isStoredAcross)) return null;
  group.grid = grid;
  group.members = moved;
  for (const member of moved) group.byNode.set(member.node, member);
  group.accesses = new Set(); // they named places that have moved
  return { node, domain, places: axes.map((at) => move(placed.get(axisAt(at) ?? noAxis) ?? null)) };
}

const noAxis: Axis = { name: "none", extent: 1 };

/**
 * The reads of a member that follow the axes of its group, as texts: the node, and for each of its
 * axes the place of the position. Equal texts are reads of the same element.
 */
export function accessesOf({ axes, reads }: Candidate, { places }: Member): string[] {
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
