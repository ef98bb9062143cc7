/** From a scheduled group to a loop kernel: places become axes, members become stages. */
import { internal } from "../lang/error.js";
import type { Node } from "../lang/graph.js";
import { ops } from "../lang/ops.js";
import { type Dim, elements } from "../lang/size.js";
import { mergeAxes } from "./collapse.js";
import {
  boundedPosition,
  type Coordinates,
  elementsFrom,
  isTrivialReduction,
  reducedAxes,
} from "./element.js";
import { axis as axisOf, expressionOrder, index, load, op, result } from "./expression.js";
import type { Group, Member, Place, Schedule } from "./group.js";
import { flatten, reshapeCoordinates } from "./index-map.js";
import type { Accumulator, Axis, Check, Expression, LoopKernel, Stage, Store } from "./ir.js";
import { type Buffers, Params } from "./kernel-params.js";
import { literalOf } from "./scalar.js";
import { isGiven } from "./schedule.js";

/** A kernel, and the program's buffers that are its parameters. */
export interface Lowered<K> {
  readonly kernel: K;
  readonly buffers: readonly number[];
}

/** What lowering a group needs to know of the rest of the program. */
export interface Context {
  readonly schedule: Schedule;
  readonly buffers: Buffers;
  /** The position in the program's messages of what to say when a check of `node` fails. */
  message(node: Node): number;
}

/** A stage under construction. `level` is how many stages of reductions it has to wait for. */
interface OpenStage {
  readonly level: number;
  readonly loops: readonly Axis[];
  readonly accumulators: Accumulator[];
  readonly stores: Store[];
  readonly checks: Check[];
}

/** The axes of one kernel: those of its grid, and those of its loops by position and extent. */
export class KernelAxes {
  readonly grid: readonly Axis[];
  readonly #loops = new Map<string, Axis>();

  constructor(grid: readonly Dim[]) {
    this.grid = grid.map((extent, i) => ({ name: `i${i}`, extent }));
  }

  loop(position: number, extent: Dim): Axis {
    const key = `${position}:${typeof extent === "number" ? extent : extent.key}`;
    let axis = this.#loops.get(key);
    if (!axis) {
      axis = { name: `j${this.#loops.size}`, extent };
      this.#loops.set(key, axis);
    }
    return axis;
  }

  at(place: Place, extent: Dim): Axis | null {
    if (place === null) return null;
    return place.level === "grid" ? this.grid[place.axis] : this.loop(place.axis, extent);
  }
}

/** The coordinates of a member's domain, and its loops, outermost first. */
export function coordinatesOf(
  { domain, places }: Member,
  axes: KernelAxes,
): { readonly at: Coordinates; readonly loops: readonly Axis[] } {
  const placed = places.map((place, i) => axes.at(place, domain[i]));
  const loops = places
    .map((place, i) => ({ place, axis: placed[i] }))
    .filter(({ place }) => place?.level === "loop")
    .sort((a, b) => a.place!.axis - b.place!.axis)
    .map(({ axis }) => axis!);
  return { at: placed.map((axis) => (axis ? axisOf(axis) : index(0))), loops };
}

/** The name of a reduction's result inside its kernel. */
const resultName = (group: Group, node: Node): string =>
  `${node.op}${group.members.findIndex((member) => member.node === node)}`;

export function lowerLoop(group: Group, context: Context, name: string): Lowered<LoopKernel> {
  const params = new Params();
  const axes = new KernelAxes(group.grid);
  const levels = new Map<string, number>();
  const stages: OpenStage[] = [];
  let checks: Check[] = [];

  const element = elementsFrom({
    read(node, at, guard) {
      const owner = context.schedule.groupOf.get(node);
      if (owner === group) {
        if (ops[node.op].family !== "reduction" || isTrivialReduction(node)) return null;
        return result(node.dtype, resultName(group, node));
      }
      if (!owner && !isGiven(node)) return null;
      const param = params.use(context.buffers.read(node), node, "reads");
      return load(node.dtype, param, flatten(node.shape, at), guard);
    },
    check(holds, node) {
      checks.push({ holds, message: context.message(node) });
    },
  });

  const stageFor = (loops: readonly Axis[], values: readonly Expression[]): OpenStage => {
    const used = expressionOrder([...values, ...checks.map((check) => check.holds)]);
    const level = Math.max(
      0,
      ...used.map((x) => (x.kind === "result" ? (levels.get(x.name) ?? 0) : 0)),
    );
    let stage = stages.find(
      (open) =>
        open.level === level &&
        open.loops.length === loops.length &&
        open.loops.every((axis, i) => axis === loops[i]),
    );
    if (!stage) {
      stage = { level, loops, accumulators: [], stores: [], checks: [] };
      stages.push(stage);
    }
    stage.checks.push(...checks);
    checks = [];
    return stage;
  };

  for (const member of group.members) {
    const { node } = member;
    const { at, loops } = coordinatesOf(member, axes);
    const stored = context.schedule.stored.has(node) ? context.buffers.write(node) : [];
    const storeAll = (stage: OpenStage, position: Expression, value: Expression): void => {
      for (const buffer of stored) {
        const param = params.use(buffer, node, "writes");
        stage.stores.push({ param, index: position, value, add: false, guard: null });
      }
    };
    if (ops[node.op].family === "reduction" && !isTrivialReduction(node)) {
      const accumulator = accumulate(node, at, resultName(group, node), element);
      const stage = stageFor(loops, [accumulator.value]);
      stage.accumulators.push(accumulator);
      levels.set(accumulator.name, stage.level + 1);
      if (stored.length === 0) continue;
      const reduced = reducedAxes(node);
      const kept = at.filter((_, i) => !reduced.includes(i));
      const value = result(node.dtype, accumulator.name);
      storeAll(stageFor([], [value]), flatten(node.shape, kept), value);
    } else if (stored.length > 0) {
      const own = reshapeCoordinates(node.shape, member.domain, at);
      const value = element(node, own, null);
      storeAll(stageFor(loops, [value]), flatten(node.shape, own), value);
    }
  }
  stages.sort((a, b) => a.level - b.level);
  const kernel: LoopKernel = {
    kind: "loop",
    name,
    params: params.params,
    grid: axes.grid,
    stages: stages.map(
      ({ loops, accumulators, stores, checks }): Stage => ({
        loops,
        accumulators,
        stores,
        checks: [...new Map(checks.map((check) => [check.holds, check])).values()],
      }),
    ),
  };
  return { kernel: mergeAxes(kernel), buffers: params.buffers };
}

function accumulate(
  node: Node,
  at: Coordinates,
  name: string,
  element: (node: Node, at: Coordinates, guard: null) => Expression,
): Accumulator {
  const [x] = node.inputs;
  const value = element(x, at, null);
  switch (node.op) {
    case "sum":
    case "prod":
    case "max":
    case "min": {
      const widened = value.type === node.dtype ? value : op(node.dtype, "cast", value);
      return { name, type: node.dtype, reduce: node.op, value: widened, position: null };
    }
    case "argMax":
    case "argMin":
      return { name, type: "i32", reduce: node.op, value, position: at[node.attrs.axis] };
    default:
      throw internal(`${node.op} is not a reduction`);
  }
}

/**
 * scatterAdd in one kernel: a grid over the axes that positions do not choose; at each point, the
 * column of the result is zeroed, then the elements are added one after the other.
 */
export function lowerScatterAdd(group: Group, context: Context, name: string): Lowered<LoopKernel> {
  const [{ node }] = group.members;
  if (node.op !== "scatterAdd") throw internal(`${node.op} is not scatterAdd`);
  const [positions, x] = node.inputs;
  const { axis, size } = node.attrs;
  const rank = positions.shape.length;
  const isSafe = (i: number): boolean => i < axis || i >= axis + rank;
  const axes = x.shape.map((extent, i): Axis => ({ name: isSafe(i) ? `i${i}` : `j${i}`, extent }));
  const at = axes.map((a) => (a.extent === 1 ? index(0) : axisOf(a)));
  const wide = (chosen: boolean): Axis[] =>
    axes.filter((a, i) => a.extent !== 1 && isSafe(i) !== chosen);
  const params = new Params();
  const checks: Check[] = [];
  const check = (holds: Expression, of: Node): void => {
    checks.push({ holds, message: context.message(of) });
  };
  const element = elementsFrom({
    read(of, coordinates, guard) {
      if (!context.schedule.groupOf.has(of) && !isGiven(of)) return null;
      const param = params.use(context.buffers.read(of), of, "reads");
      return load(of.dtype, param, flatten(of.shape, coordinates), guard);
    },
    check,
  });
  const row: Axis = { name: "row", extent: size };
  const positionIn = (place: Expression): Expression =>
    flatten(node.shape, [...at.slice(0, axis), place, ...at.slice(axis + rank)]);
  const value = element(x, at, null);
  const given = element(positions, at.slice(axis, axis + rank), null);
  const place = boundedPosition(given, size, (holds) => check(holds, node));
  const [zeros, sums]: [Store[], Store[]] = [[], []];
  for (const buffer of context.buffers.write(node)) {
    params.use(buffer, node, "reads");
    const param = params.use(buffer, node, "writes");
    const zero = literalOf(node.dtype, 0);
    zeros.push({ param, index: positionIn(axisOf(row)), value: zero, add: false, guard: null });
    const exists = elements([size]) === 0 ? literalOf("bool", 0) : null;
    sums.push({ param, index: positionIn(place), value, add: true, guard: exists });
  }
  const kernel: LoopKernel = {
    kind: "loop",
    name,
    params: params.params,
    grid: wide(false),
    stages: [
      { loops: [row], accumulators: [], stores: zeros, checks: [] },
      { loops: wide(true), accumulators: [], stores: sums, checks },
    ],
  };
  return { kernel: mergeAxes(kernel), buffers: params.buffers };
}
