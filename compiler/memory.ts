/**
 * The memory plan: the order of kernels, which updates are made in place, and where temporaries
 * lie in the arena.
 */
import { bytesOf } from "../lang/dtype.js";
import { internal } from "../lang/error.js";
import type { Node } from "../lang/graph.js";
import { addDims, type Dim, elements, floorDivDims, multiplyDims } from "../lang/size.js";
import type { GraphSpec } from "./graph-spec.js";
import type { Group, Schedule } from "./group.js";
import type { Buffers } from "./kernel-params.js";
import type { BufferPlan, Step } from "./program.js";

/** Temporaries begin at multiples of this many bytes. */
export const alignment = 64;

/**
 * For each update (by position) whether its kernel may overwrite the variable, and the groups in
 * an order that makes it so: all who read the old value run before.
 */
export interface Ordering {
  readonly groups: readonly Group[];
  readonly inPlace: readonly boolean[];
}

export function orderGroups(graph: GraphSpec, schedule: Schedule): Ordering {
  const after = new Map<Group, Set<Group>>();
  for (const group of schedule.groups) after.set(group, new Set(group.after));
  const inPlace = graph.updates.map(({ input, node }) => {
    const variable = graph.inputs[input];
    const writer = schedule.groupOf.get(node);
    if (!writer) throw internal("an update is computed by no group");
    const readers = schedule.groups.filter(
      (group) => group !== writer && group.reads.has(variable),
    );
    if (readers.some((reader) => reaches(reader, writer, after))) return false;
    for (const reader of readers) after.get(writer)?.add(reader);
    return true;
  });
  return { groups: sorted(schedule.groups, after), inPlace };
}

/** Whether `to` has to run before `from`. */
function reaches(from: Group, to: Group, after: ReadonlyMap<Group, ReadonlySet<Group>>): boolean {
  const seen = new Set<Group>();
  const open = [from];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(after.get(next) ?? []));
  }
  return false;
}

/** Depth first, so that what is made is used soon. */
function sorted(
  groups: readonly Group[],
  after: ReadonlyMap<Group, ReadonlySet<Group>>,
): readonly Group[] {
  const order = new Set<Group>();
  const stack = [...groups].reverse();
  const open = new Set<Group>();
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const waiting = [...(after.get(top) ?? [])].filter((group) => !order.has(group));
    if (order.has(top) || waiting.length === 0) {
      stack.pop();
      order.add(top);
    } else {
      if (open.has(top)) throw internal("the groups of kernels form a cycle");
      open.add(top);
      stack.push(...waiting.sort((a, b) => b.id - a.id));
    }
  }
  return [...order];
}

/** The program's buffers: inputs, outputs, then temporaries as they are first written. */
export class BufferTable implements Buffers {
  readonly plans: BufferPlan[];
  readonly #graph: GraphSpec;
  readonly #schedule: Schedule;
  readonly #inputs: ReadonlyMap<Node, number>;
  readonly #written = new Map<Node, number[]>();

  constructor(graph: GraphSpec, schedule: Schedule, inPlace: readonly boolean[]) {
    this.#graph = graph;
    this.#schedule = schedule;
    this.#inputs = new Map(graph.inputs.map((node, position) => [node, position]));
    this.plans = graph.inputs.map((node, position) => plan(node, { kind: "input", position }));
    const results = [...graph.outputs, ...graph.updates.map(({ node }) => node)];
    results.forEach((node, position) => {
      const update = position - graph.outputs.length;
      const inPlaceOf = inPlace[update] ? graph.updates[update].input : null;
      const buffer = this.plans.push(plan(node, { kind: "output", position, inPlaceOf })) - 1;
      const known = this.#written.get(node);
      if (known) known.push(buffer);
      else this.#written.set(node, [buffer]);
    });
  }

  read(node: Node): number {
    return this.#inputs.get(node) ?? this.write(node)[0];
  }

  write(node: Node): readonly number[] {
    let buffers = this.#written.get(node);
    if (!buffers) {
      if (!this.#schedule.stored.has(node))
        throw internal(`${node.op} is neither among the inputs nor computed`);
      buffers = [this.plans.push(plan(node, { kind: "temporary", offset: 0 })) - 1];
      this.#written.set(node, buffers);
    }
    return buffers;
  }

  /** The same table as a kernel sees it that overwrites the given inputs. */
  overwriting(inputs: ReadonlyMap<Node, number>): Buffers {
    return {
      read: (node) => inputs.get(node) ?? this.read(node),
      write: (node) => this.write(node),
    };
  }

  /** The buffer of the update at this position. */
  ofUpdate = (position: number): number =>
    this.#graph.inputs.length + this.#graph.outputs.length + position;

  /** Takes back that an update is made in place. */
  giveOwnBuffer(position: number): void {
    const buffer = this.ofUpdate(position);
    const { role } = this.plans[buffer];
    if (role.kind !== "output") throw internal("an update is not an output");
    this.plans[buffer] = { ...this.plans[buffer], role: { ...role, inPlaceOf: null } };
  }
}

const plan = (node: Node, role: BufferPlan["role"]): BufferPlan => ({
  dtype: node.dtype,
  length: elements(node.shape),
  role,
});

/** A size in bytes, up to the next multiple of the alignment. */
export function alignedBytes({ dtype, length }: BufferPlan): Dim {
  const bytes = multiplyDims(length, bytesOf(dtype));
  return multiplyDims(floorDivDims(addDims(bytes, alignment - 1), alignment), alignment);
}

interface Life {
  readonly buffer: number;
  readonly bytes: number;
  readonly first: number;
  last: number;
}

/**
 * Places temporaries in the arena: those of known size first-fit, in the order in which they come
 * to life, among those alive at the same time; those of symbolic size behind them, side by side.
 */
export function placeTemporaries(
  plans: readonly BufferPlan[],
  steps: readonly Step[],
): { readonly buffers: readonly BufferPlan[]; readonly arena: Dim } {
  const lives = new Map<number, Life>();
  const symbolic: number[] = [];
  steps.forEach((step, time) => {
    for (const buffer of step.buffers) {
      if (plans[buffer].role.kind !== "temporary") continue;
      const known = lives.get(buffer);
      if (known) known.last = time;
      else if (!symbolic.includes(buffer)) {
        const bytes = alignedBytes(plans[buffer]);
        if (typeof bytes === "number")
          lives.set(buffer, { buffer, bytes, first: time, last: time });
        else symbolic.push(buffer);
      }
    }
  });
  const offsets = new Map<number, Dim>();
  const placed: { readonly life: Life; readonly offset: number }[] = [];
  let arena: Dim = 0;
  for (const life of lives.values()) {
    const alive = placed.filter(({ life: other }) => other.last >= life.first);
    const offset = firstFit(alive, life.bytes);
    placed.push({ life, offset });
    offsets.set(life.buffer, offset);
    arena = Math.max(arena as number, offset + life.bytes);
  }
  for (const buffer of symbolic) {
    offsets.set(buffer, arena);
    arena = addDims(arena, alignedBytes(plans[buffer]));
  }
  const buffers = plans.map((of, buffer): BufferPlan => {
    const offset = offsets.get(buffer);
    return offset === undefined ? of : { ...of, role: { kind: "temporary", offset } };
  });
  return { buffers, arena };
}

/** The lowest offset at which so many bytes lie free. */
function firstFit(
  alive: readonly { readonly life: Life; readonly offset: number }[],
  bytes: number,
): number {
  let offset = 0;
  for (const other of [...alive].sort((a, b) => a.offset - b.offset)) {
    if (other.offset >= offset + bytes) break;
    offset = Math.max(offset, other.offset + other.life.bytes);
  }
  return offset;
}
