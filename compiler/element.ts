/**
 * One element of a node as a kernel expression: its inputs' elements are computed in place, and
 * movement ops only change the coordinates at which they are asked for.
 */
import { internal } from "../lang/error.js";
import type { Node, NodeOf, Padding } from "../lang/graph.js";
import { ops } from "../lang/ops.js";
import {
  addDims,
  type Dim,
  isPlainlyNonNegative,
  multiplyDims,
  type Shape,
  subtractDims,
} from "../lang/size.js";
import { both, dim, identity, index, op } from "./expression.js";
import {
  addPositions,
  affineOf,
  boundsOf,
  floorDivPosition,
  isAtLeast,
  isBelow,
  modPosition,
  reshapeCoordinates,
  scalePosition,
  setBounds,
  shiftPosition,
} from "./index-map.js";
import type { Expression } from "./ir.js";
import { literalOf, lowerElementwise } from "./scalar.js";

/** One expression per axis. */
export type Coordinates = readonly Expression[];

/** Where elements come from that are not computed in place, and where checks go. */
export interface Source {
  /**
   * The element of a node that is kept in a buffer or is a reduction's result; null when it is to
   * be computed in place. The guard, if any, says when the coordinates are within bounds.
   */
  read(node: Node, at: Coordinates, guard: Expression | null): Expression | null;
  /** A condition on data that `node` needs. */
  check(holds: Expression, node: Node): void;
}

type Ask = (node: Node, at: Coordinates, guard: Expression | null) => Expression;

/** A function that gives elements of nodes; it remembers what it has given. */
export function elementsFrom(source: Source): Ask {
  const known = new Map<Node, Map<string, Expression>>();
  const ask: Ask = (node, at, guard) => {
    const key = `${at.map(identity).join(",")}|${guard ? identity(guard) : ""}`;
    const ofNode = known.get(node) ?? new Map<string, Expression>();
    known.set(node, ofNode);
    const made =
      ofNode.get(key) ?? source.read(node, at, guard) ?? compute(node, at, guard, ask, source);
    ofNode.set(key, made);
    return made;
  };
  return ask;
}

function compute(
  node: Node,
  at: Coordinates,
  guard: Expression | null,
  ask: Ask,
  source: Source,
): Expression {
  const [x] = node.inputs;
  switch (node.op) {
    case "literal":
      return literalOf(node.dtype, node.attrs.value);
    case "size":
      return ofPosition(node, dim(node.attrs.dim));
    case "iota":
      return ofPosition(node, at[node.attrs.axis]);
    case "reshape":
      return ask(x, reshapeCoordinates(x.shape, node.shape, at), guard);
    case "transpose": {
      const moved: Expression[] = new Array(at.length);
      node.attrs.perm.forEach((from, to) => {
        moved[from] = at[to];
      });
      return ask(x, moved, guard);
    }
    case "expand":
      return ask(
        x,
        at.map((position, axis) => (x.shape[axis] === 1 ? index(0) : position)),
        guard,
      );
    case "slice":
      return ask(
        x,
        node.attrs.ranges.map(({ start, step }, axis) =>
          shiftPosition(scalePosition(at[axis], step), start),
        ),
        guard,
      );
    case "pad":
      return padded(node, at, guard, ask);
    case "concat":
      return concatenated(node, at, guard, ask);
    case "gather":
      return gathered(node, at, guard, ask, source);
    case "argMax":
    case "argMin":
      return literalOf("i32", 0); // of a single element: see isTrivialReduction
    case "sum":
    case "prod":
    case "max":
    case "min": {
      const { axes } = node.attrs;
      const kept = at.values();
      const element = ask(
        x,
        x.shape.map((_, axis) =>
          axes.includes(axis) ? index(0) : (kept.next().value ?? index(0)),
        ),
        guard,
      );
      return element.type === node.dtype ? element : op(node.dtype, "cast", element);
    }
    default:
      if (ops[node.op].family !== "elementwise")
        throw internal(`${node.op} must be kept in a buffer`);
      return lowerElementwise(
        node,
        node.inputs.map((input) => ask(input, broadcastUnits(input.shape, at), guard)),
      );
  }
}

/** Axes that are known to be 1 here may be known by another name in the node's shape. */
const broadcastUnits = (shape: Shape, at: Coordinates): Coordinates =>
  at.some((position, axis) => shape[axis] === 1 && position.kind !== "literal")
    ? at.map((position, axis) => (shape[axis] === 1 ? index(0) : position))
    : at;

/** Whether a reduction has one element to reduce, so that it is that element. */
export const isTrivialReduction = (node: Node): boolean =>
  ops[node.op].family === "reduction" &&
  reducedAxes(node).every((a) => node.inputs[0].shape[a] === 1);

/** The axes of a reduction's input that disappear. */
export const reducedAxes = (node: Node): readonly number[] =>
  node.op === "argMax" || node.op === "argMin"
    ? [node.attrs.axis]
    : node.op === "sum" || node.op === "prod" || node.op === "max" || node.op === "min"
      ? node.attrs.axes
      : [];

const ofPosition = ({ dtype }: Node, position: Expression): Expression =>
  position.kind === "literal" ? literalOf(dtype, position.value) : op(dtype, "cast", position);

/** The element where the condition holds, else 0; a load guarded by it is that already. */
function orZero(
  node: Node,
  condition: Expression | null,
  element: Expression,
  guard: Expression | null,
): Expression {
  if (condition === null) return element;
  if (element.kind === "load" && element.guard === guard) return element;
  return op(node.dtype, "select", condition, element, literalOf(node.dtype, 0));
}

function padded(
  node: NodeOf<"pad">,
  at: Coordinates,
  guard: Expression | null,
  ask: Ask,
): Expression {
  const [x] = node.inputs;
  let inside: Expression | null = null;
  const moved = at.map((position, axis) => {
    const padding = node.attrs.padding[axis];
    const [from, condition] = insidePadding(position, padding, x.shape[axis]);
    inside = both(inside, condition);
    return from;
  });
  const condition = both(guard, inside);
  return orZero(node as Node, inside, ask(x, moved, condition), condition);
}

/** The position before padding, and the condition under which there is one. */
function insidePadding(
  position: Expression,
  { low, high, interior }: Padding,
  extent: Dim,
): [Expression, Expression | null] {
  if (low === 0 && high === 0 && interior === 0) return [position, null];
  const shifted = shiftPosition(position, multiplyDims(low, -1));
  const spacing = interior + 1;
  const from = floorDivPosition(shifted, spacing);
  const bounds = both(isAtLeast(shifted, 0), isBelow(from, extent));
  const remainder = modPosition(shifted, spacing);
  const onGrid = interior === 0 ? null : op("bool", "eq", remainder, index(0));
  return [from, both(bounds, onGrid)];
}

function concatenated(
  node: NodeOf<"concat">,
  at: Coordinates,
  guard: Expression | null,
  ask: Ask,
): Expression {
  const { axis } = node.attrs;
  const position = at[axis];
  let start: Dim = 0;
  const parts: { readonly below: Expression | null; readonly element: Expression }[] = [];
  for (const x of node.inputs) {
    const end = addDims(start, x.shape[axis]);
    const [from, below] = [isAtLeast(position, start), isBelow(position, end)];
    if (x.shape[axis] !== 0 && !isCertainlyOutside(position, start, end)) {
      const moved = at.map((p, i) =>
        i === axis ? shiftPosition(position, multiplyDims(start, -1)) : p,
      );
      parts.push({ below, element: ask(x, moved, both(guard, both(from, below))) });
    }
    start = end;
  }
  if (parts.length === 0) return literalOf(node.dtype, 0);
  return parts
    .map(({ element }) => element)
    .reduceRight((rest, element, i) => {
      const { below } = parts[i];
      return below === null ? element : op(node.dtype, "select", below, element, rest);
    });
}

/** Whether a position cannot be in start … end − 1. */
function isCertainlyOutside(position: Expression, start: Dim, end: Dim): boolean {
  const range = boundsOf(affineOf(position));
  return (
    range !== null &&
    (isPlainlyNonNegative(subtractDims(range.min, end)) ||
      isPlainlyNonNegative(subtractDims(start, addDims(range.max, 1))))
  );
}

function gathered(
  node: NodeOf<"gather">,
  at: Coordinates,
  guard: Expression | null,
  ask: Ask,
  source: Source,
): Expression {
  const [x, positions] = node.inputs;
  const { axis } = node.attrs;
  const rank = positions.shape.length;
  const extent = x.shape[axis];
  const given = ask(positions, at.slice(axis, axis + rank), guard);
  const place = boundedPosition(given, extent, (holds) => {
    const needed = guard === null ? holds : op("bool", "or", op("bool", "not", guard), holds);
    source.check(needed, node as Node);
  });
  if (extent === 0) return literalOf(node.dtype, 0);
  const moved = [...at.slice(0, axis), place, ...at.slice(axis + rank)];
  // A symbolic extent may be 0, and then not even the clamped position exists.
  const exists = typeof extent === "number" ? null : op("bool", "gt", dim(extent), index(0));
  return orZero(node as Node, exists, ask(x, moved, both(guard, exists)), both(guard, exists));
}

/**
 * A position that data gives, counted from the end where it is negative, and clamped into
 * 0 … extent − 1. `check` is called with the condition that clamping was not needed.
 */
export function boundedPosition(
  given: Expression,
  extent: Dim,
  check: (holds: Expression) => void,
): Expression {
  const raw = asPosition(given);
  const fromEnd = isAtLeast(raw, 0);
  const wrapped =
    fromEnd === null
      ? raw
      : raw.kind === "literal"
        ? shiftPosition(raw, extent)
        : op("index", "select", fromEnd, raw, addPositions(raw, dim(extent)));
  const [low, high] = [isAtLeast(wrapped, 0), isBelow(wrapped, extent)];
  const holds = both(low, high);
  if (holds === null) return wrapped;
  check(holds);
  const atLeastZero = op("index", "max", wrapped, index(0));
  const last = subtractDims(extent, 1);
  return setBounds(op("index", "min", atLeastZero, dim(last)), { min: 0, max: last });
}

/** An integer element as a position; one that was computed from positions is a position again. */
const asPosition = (given: Expression): Expression =>
  positionIn(given) ?? op("index", "cast", given);

const knownPositions = new WeakMap<Expression, Expression | null>();

/** The position that an integer expression is, whose arithmetic cannot wrap; else null. */
function positionIn(given: Expression): Expression | null {
  const known = knownPositions.get(given);
  if (known !== undefined) return known;
  const made = readPosition(given);
  knownPositions.set(given, made);
  return made;
}

function readPosition(given: Expression): Expression | null {
  if (given.kind === "literal") return index(Number(given.value));
  if (given.kind !== "op") return null;
  if (given.op === "cast") return given.args[0].type === "index" ? given.args[0] : null;
  if (given.type !== "i32" || (given.op !== "add" && given.op !== "mul")) return null;
  const [a, b] = given.args.map(positionIn);
  if (a === null || b === null) return null;
  if (given.op === "add") return ifWithinInt32(addPositions(a, b));
  const factor = [a, b].find((x) => x.kind === "literal");
  return factor?.kind === "literal"
    ? ifWithinInt32(scalePosition(factor === a ? b : a, Number(factor.value)))
    : null;
}

function ifWithinInt32(position: Expression): Expression | null {
  const range = boundsOf(affineOf(position));
  const isWithin = (limit: Dim): boolean => typeof limit === "number" && (limit | 0) === limit;
  return range && isWithin(range.min) && isWithin(range.max) ? position : null;
}
