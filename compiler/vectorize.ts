/**
 * Decides how a loop kernel uses vector registers, before anything is printed.
 *
 * Either the last grid axis is spread over the lanes (`grid`: elementwise kernels, reductions of
 * columns), or in each stage the innermost loop is (`loops`: reductions of rows), or nothing is.
 */
import { bytesOf, type DType } from "../lang/dtype.js";
import { axesOf, strideOf } from "./affine.js";
import { expressionOrder, stageRoots } from "./expression.js";
import type { Axis, Expression, LoopKernel, ScalarType, Stage } from "./ir.js";

/** What the plan has to know about the machine. */
export interface VectorUnit {
  /** Bytes of a vector register. */
  readonly vectorBytes: 16 | 32 | 64;
  readonly registers: 16 | 32;
}

type Load = Extract<Expression, { kind: "load" }>;

export interface LoopPlan {
  readonly mode: "grid" | "loops" | "scalar";
  /** Elements per vector, the same for every type in the kernel. */
  readonly lanes: number;
  /** Bytes of a lane of a mask: those of the widest type. */
  readonly maskBytes: number;
  /** Bytes of a position where positions themselves are data. */
  readonly indexBytes: 4 | 8;
  /** For each stage: the axis over the lanes, and how many vectors are in flight. */
  readonly stages: readonly StagePlan[];
  /** Grid points whose first reductions run together, a few rows of memory at a time; or null. */
  readonly strip: number | null;
  /** Loads whose values come from squares that are transposed in registers. */
  readonly squares: readonly Load[];
}

export interface StagePlan {
  readonly axis: Axis | null;
  readonly unroll: number;
}

export function planLoops(kernel: LoopKernel, unit: VectorUnit): LoopPlan {
  const inner = kernel.grid.at(-1);
  const loops = kernel.stages.map((stage) => loopPlan(stage, unit));
  const alongLoops = shapeFor(kernel, innermost(kernel.stages), unit);
  const alongGrid = shapeFor(kernel, inner === undefined ? [] : [inner], unit);
  const gridCost =
    inner === undefined
      ? Number.POSITIVE_INFINITY
      : vectorCost(kernel.stages, inner, alongGrid.lanes);
  const loopCost = kernel.stages
    .filter((stage) => stage.loops.length > 0)
    .reduce((sum, stage) => sum + vectorCost([stage], stage.loops.at(-1)!, alongLoops.lanes), 0);
  const hasLoops = kernel.stages.some((stage) => stage.loops.length > 0);
  const plain = { strip: null, squares: [] } as const;
  if (hasLoops && loopCost <= gridCost)
    return { mode: "loops", ...alongLoops, ...plain, stages: loops };
  if (inner === undefined || (typeof inner.extent === "number" && inner.extent < 2)) {
    const scalar = kernel.stages.map(() => ({ axis: null, unroll: 1 }));
    return { mode: "scalar", ...alongGrid, ...plain, stages: scalar };
  }
  const { lanes } = alongGrid;
  // Several vectors of columns at once: each row then gives whole cache lines, one after another.
  const size = expressionOrder(kernel.stages.flatMap(stageRoots)).length;
  const isStrip = reducesRows(kernel.stages, inner);
  const strip = isStrip ? stripOf(Number(inner.extent), unit.vectorBytes, lanes) : null;
  const unroll = hasLoops && !isStrip && size < 48 ? (unit.registers === 32 ? 4 : 2) : 1;
  const stages = kernel.stages.map(() => ({ axis: inner, unroll }));
  const squares = hasLoops || lanes > 16 ? [] : readDown(kernel, inner);
  return { mode: "grid", ...alongGrid, stages, strip, squares };
}

const innermost = (stages: readonly Stage[]): Axis[] =>
  stages.flatMap(({ loops }) => loops.slice(-1));

/** How vectors look when one of these axes at a time is spread over the lanes. */
function shapeFor(kernel: LoopKernel, axes: readonly Axis[], unit: VectorUnit) {
  const indexBytes = fitsInt32(kernel) ? 4 : 8;
  const bytes = typesOf(kernel, axes).map((type) => scalarBytes(type, indexBytes));
  const maskBytes = Math.max(...bytes);
  return { lanes: unit.vectorBytes / maskBytes, maskBytes, indexBytes } as const;
}

/**
 * Loads of elements that lie apart along the lanes and side by side along the axis before, as in a
 * transposition: the cache lines of one vector serve as many of them as it has lanes.
 */
function readDown({ grid, stages }: LoopKernel, inner: Axis): Load[] {
  const outer = grid.at(-2);
  if (outer === undefined) return [];
  return expressionOrder(stages.flatMap(stageRoots)).filter(
    (x): x is Load =>
      x.kind === "load" &&
      x.guard === null &&
      x.type !== "bool" &&
      strideOf(x.index, outer) === 1 &&
      Math.abs(strideOf(x.index, inner) ?? 0) > 1 &&
      isAffine(x.index),
  );
}

/** Whether a position moves evenly along every axis. */
const isAffine = (x: Expression): boolean =>
  [...axesOf(x)].every((axis) => strideOf(x, axis) !== null);

/** Whole vectors: a small part of the first cache, and two strips at least. */
const stripOf = (columns: number, vectorBytes: number, lanes: number): number =>
  lanes * Math.min(2048 / vectorBytes, Math.ceil(columns / 2 / lanes));

/**
 * Whether the kernel reduces the columns of a matrix that is worth reading row by row: down a few
 * columns, each access would be to another page.
 */
function reducesRows([first, ...rest]: readonly Stage[], columns: Axis): boolean {
  const rows = first.loops.at(-1);
  return (
    rows !== undefined &&
    first.accumulators.length > 0 &&
    first.accumulators.length <= 4 &&
    first.stores.length === 0 &&
    first.checks.length === 0 &&
    rest.every(({ loops, checks }) => loops.length === 0 && checks.length === 0) &&
    typeof columns.extent === "number" &&
    columns.extent >= 256 &&
    (typeof rows.extent !== "number" || rows.extent >= 16)
  );
}

/** Vectors in flight hide the latency of an accumulation; a long expression does that by itself. */
function loopPlan(stage: Stage, unit: VectorUnit): StagePlan {
  const axis = stage.loops.at(-1) ?? null;
  // Stores that add may meet in one element from several lanes.
  if (axis === null || stage.stores.some(({ add }) => add)) return { axis: null, unroll: 1 };
  const size = expressionOrder(stageRoots(stage)).length;
  const accumulates = stage.accumulators.length > 0 && stage.stores.length === 0;
  const most = unit.registers === 32 ? 4 : 2;
  return { axis, unroll: !accumulates ? 1 : size < 24 ? most : size < 64 ? 2 : 1 };
}

/**
 * Vector operations per element for the accesses if `axis` runs over the lanes: a contiguous access
 * is one for all lanes, any other one per lane, and a short axis leaves lanes empty.
 */
function vectorCost(stages: readonly Stage[], axis: Axis, lanes: number): number {
  let cost = 0;
  for (const stage of stages) {
    const iterations = stage.loops.reduce(
      (product, { extent }) => product * (typeof extent === "number" ? extent : 64),
      1,
    );
    const access = (index: Expression, guard: Expression | null) => {
      const stride = strideOf(index, axis);
      const uneven = guard !== null && axesOf(guard).has(axis);
      return stride === 0 ? 0.2 : stride === 1 && !uneven ? 1 : lanes;
    };
    let perIteration = 0.5;
    for (const x of expressionOrder(stageRoots(stage))) {
      if (x.kind === "load") perIteration += access(x.index, x.guard);
    }
    for (const { index, guard } of stage.stores) perIteration += access(index, guard);
    cost += perIteration * iterations;
  }
  const extent = typeof axis.extent === "number" ? axis.extent : 1024;
  return cost * (extent < lanes ? lanes / Math.max(1, extent) : 1);
}

/**
 * The types of all values that could be vectors along these axes; positions count only where they
 * are data.
 */
function typesOf(kernel: LoopKernel, along: readonly Axis[]): ScalarType[] {
  const types = new Set<ScalarType>(["bool"]);
  const seen = new Set<Expression>();
  const visit = (x: Expression): void => {
    if (seen.has(x)) return;
    seen.add(x);
    types.add(x.type);
    if (x.kind === "load") visitIndex(x.index);
    else if (x.kind === "op") x.args.forEach(visit);
    if (x.kind === "load" && x.guard !== null) visit(x.guard);
  };
  // A position that moves evenly along the lanes never becomes a vector.
  const visitIndex = (x: Expression): void => {
    if (along.some((axis) => strideOf(x, axis) === null)) visit(x);
  };
  for (const stage of kernel.stages) {
    for (const { value, position, type } of stage.accumulators) {
      types.add(type);
      visit(value);
      if (position !== null) visit(position);
    }
    for (const { param, index, value, guard } of stage.stores) {
      types.add(kernel.params[param].dtype);
      visitIndex(index);
      visit(value);
      if (guard !== null) visit(guard);
    }
    for (const { holds } of stage.checks) visit(holds);
  }
  return [...types];
}

const scalarBytes = (type: ScalarType, indexBytes: number): number =>
  type === "index" ? indexBytes : bytesOf(type satisfies DType);

/** Whether every position of the kernel is certainly below 2³¹. */
function fitsInt32(kernel: LoopKernel): boolean {
  const axes = [...kernel.grid, ...kernel.stages.flatMap((stage) => stage.loops)];
  if (axes.some(({ extent }) => typeof extent !== "number")) return false;
  const extents = new Map(axes.map((axis) => [axis, axis.extent as number]));
  /** The largest magnitude that an index expression, or a part of it, can have. */
  const bound = (x: Expression): number => {
    if (x.type !== "index") return 0;
    if (x.kind === "literal") return Math.abs(Number(x.value));
    if (x.kind === "axis") return extents.get(x.axis) ?? Number.POSITIVE_INFINITY;
    if (x.kind !== "op") return Number.POSITIVE_INFINITY;
    if (x.op === "cast") return Number.POSITIVE_INFINITY;
    const parts = x.args.map(bound);
    if (x.op === "mul") return parts[0] * parts[1];
    return parts.reduce((sum, part) => sum + part, 0);
  };
  const positions = kernel.stages.flatMap(stageRoots);
  return expressionOrder(positions).every((x) => x.type !== "index" || bound(x) < 2 ** 31);
}
