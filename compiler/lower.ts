/** Lowering: a graph becomes a program of kernels. */

import { internal } from "../lang/error.js";
import type { Node } from "../lang/graph.js";
import { expressionOrder, stageRoots } from "./expression.js";
import type { GraphSpec } from "./graph-spec.js";
import type { Group, Schedule } from "./group.js";
import type { Expression, Kernel, Store } from "./ir.js";
import { lowerArgSort, lowerDot } from "./lower-dot.js";
import { type Context, type Lowered, lowerLoop, lowerScatterAdd } from "./lower-loop.js";
import { BufferTable, orderGroups, placeTemporaries } from "./memory.js";
import { normalise } from "./normal-form.js";
import type { BufferPlan, OutOfBounds, Program, Step } from "./program.js";
import { schedule } from "./schedule.js";
import { sizesOf } from "./sizes.js";
import { verifyProgram, verifySchedule } from "./verify.js";

/**
 * The program that computes a graph's outputs and updates.
 *
 * Passes: normal form → schedule → order and updates in place → one kernel per group → memory.
 * `trace` is shown the schedule, which is the only thing that the program does not tell.
 */
export function lower(graph: GraphSpec, trace?: (schedule: Schedule) => void): Program {
  const normal = normalise(graph);
  const plan = schedule(normal);
  trace?.(plan);
  verifySchedule(plan);
  const { groups, inPlace } = orderGroups(normal, plan);
  const table = new BufferTable(normal, plan, inPlace);
  const checked: Node[] = [];
  const context: Context = {
    schedule: plan,
    buffers: table,
    message(node) {
      const known = checked.indexOf(node);
      return known >= 0 ? known : checked.push(node) - 1;
    },
  };
  const all = groups.map((group, step): Step => {
    const lowered = lowerUpdating(group, normal, inPlace, table, context, nameOf(group, step));
    return { kernel: lowered.kernel, buffers: lowered.buffers };
  });
  const steps = all.filter((step) => !isIdle(step, table.plans));
  const { buffers, arena } = placeTemporaries(table.plans, steps);
  const { name } = graph;
  const messages = checked.map(outOfBounds);
  const program: Program = { name, sizes: sizesOf(graph), buffers, arena, steps, messages };
  verifyProgram(program);
  return program;
}

/** Whether all that a kernel writes is certainly empty; printers need not think of that. */
const isIdle = ({ kernel, buffers }: Step, plans: readonly BufferPlan[]): boolean =>
  kernel.params.every(({ access }, i) => access === "read" || plans[buffers[i]].length === 0);

/** Lowers a group; the updates that it makes are made in place if it reads them where it writes. */
function lowerUpdating(
  group: Group,
  graph: GraphSpec,
  inPlace: readonly boolean[],
  table: BufferTable,
  context: Context,
  name: string,
): Lowered<Kernel> {
  const members = new Set(group.members.map((member) => member.node));
  let mine = graph.updates.flatMap(({ input, node }, position) =>
    inPlace[position] && members.has(node) ? [{ input, position }] : [],
  );
  for (;;) {
    const overwritten = new Map(
      mine.map(({ input, position }) => [graph.inputs[input], table.ofUpdate(position)]),
    );
    const buffers = table.overwriting(overwritten);
    const lowered = lowerGroup(group, { ...context, buffers }, name);
    const unsafe = mine.filter(
      ({ position }) => !isUpdatedAtPoint(lowered, table.ofUpdate(position)),
    );
    if (unsafe.length === 0) return lowered;
    for (const { position } of unsafe) table.giveOwnBuffer(position);
    mine = mine.filter((update) => !unsafe.includes(update));
  }
}

function lowerGroup(group: Group, context: Context, name: string): Lowered<Kernel> {
  switch (group.kind) {
    case "loop":
      return lowerLoop(group, context, name);
    case "dot":
      return lowerDot(group, context, name);
    case "scatterAdd":
      return lowerScatterAdd(group, context, name);
    case "argSort":
      return lowerArgSort(group, context, name);
    default:
      throw internal(`no lowering for ${String(group.kind satisfies never)}`);
  }
}

/** Whether a kernel reads a buffer only where, and not after, it writes the same element. */
function isUpdatedAtPoint({ kernel, buffers }: Lowered<Kernel>, buffer: number): boolean {
  const param = buffers.indexOf(buffer);
  if (param < 0 || kernel.params[param].access !== "update") return true;
  if (kernel.kind === "library") return false;
  if (kernel.kind === "dot")
    return (
      kernel.a.param !== param &&
      kernel.b.param !== param &&
      readsAtStore(
        param,
        kernel.stores,
        kernel.stores.map((store) => store.value),
      )
    );
  const last = kernel.stages.findIndex((stage) => storesTo(stage.stores, param).length > 0);
  const stores = kernel.stages.flatMap((stage) => stage.stores);
  const later = kernel.stages.slice(last + 1).flatMap(stageRoots);
  const upTo = kernel.stages.slice(0, last + 1).flatMap(stageRoots);
  return loadsOf(later, param).length === 0 && readsAtStore(param, stores, upTo);
}

const storesTo = (stores: readonly Store[], param: number): Store[] =>
  stores.filter((store) => store.param === param);

const loadsOf = (values: readonly Expression[], param: number): Expression[] =>
  expressionOrder(values).filter((x) => x.kind === "load" && x.param === param);

function readsAtStore(param: number, stores: readonly Store[], values: readonly Expression[]) {
  const places = new Set(storesTo(stores, param).map(({ index }) => index));
  return loadsOf(values, param).every((x) => x.kind === "load" && places.has(x.index));
}

/** A kernel is named after its step and the ops whose results it keeps or reduces. */
function nameOf(group: Group, step: number): string {
  const names = group.members.map(({ node }) => node.op).filter((op, i, all) => op !== all[i - 1]);
  return `k${step}_${names.slice(0, 4).join("_")}`;
}

/** What a check of positions finds. */
function outOfBounds({ op, inputs, attrs, site }: Node): OutOfBounds {
  if (op === "gather") return { op, axis: attrs.axis, size: inputs[0].shape[attrs.axis], site };
  if (op === "scatterAdd") return { op, axis: attrs.axis, size: attrs.size, site };
  throw internal(`${op} checks no data`);
}
