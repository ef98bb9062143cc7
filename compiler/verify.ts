/**
 * What must hold of schedules and programs, whoever made them. A violation is our own mistake, and
 * says which kernel and what in it is wrong.
 */
import { internal } from "../lang/error.js";
import {
  addDims,
  type Dim,
  isPlainlyNonNegative,
  multiplyDims,
  subtractDims,
} from "../lang/size.js";
import { expressionOrder, stageRoots } from "./expression.js";
import type { Schedule } from "./group.js";
import { affineOf, boundsOf } from "./index-map.js";
import type {
  Axis,
  DotKernel,
  Expression,
  Kernel,
  LoopKernel,
  Operand,
  ScalarOp,
  ScalarType,
  Store,
} from "./ir.js";
import { alignedBytes } from "./memory.js";
import type { BufferPlan, Program } from "./program.js";

/** Members run over the whole grid of their group, and what is stored is computed by a group. */
export function verifySchedule({ groups, groupOf, stored }: Schedule): void {
  for (const group of groups) {
    for (const { node, domain, places } of group.members) {
      const fail = (what: string) => internal(`schedule: ${node.op} in group ${group.id}: ${what}`);
      if (groupOf.get(node) !== group) throw fail("is a member of another group too");
      if (places.length !== domain.length) throw fail("has not one place per axis");
      const inGrid = places.flatMap((place, i) =>
        place?.level === "grid" ? [[place.axis, i]] : [],
      );
      if (group.kind !== "scatterAdd" && inGrid.length !== group.grid.length)
        throw fail("does not run over the grid");
      for (const [axis, i] of inGrid)
        if (group.kind !== "scatterAdd" && group.grid[axis] !== domain[i])
          throw fail("has an axis of another size than the grid's");
    }
    for (const node of group.reads)
      if (groupOf.has(node) && !stored.has(node))
        throw internal(`schedule: group ${group.id} reads ${node.op}, which has no buffer`);
  }
}

/** Buffers are written before they are read, kernels are well formed, and stay in bounds. */
export function verifyProgram(program: Program): void {
  const { buffers, steps, messages } = program;
  // What is empty needs no kernel that writes it.
  const written = new Set(buffers.flatMap(({ length }, i) => (length === 0 ? [i] : [])));
  const overwritten = new Set<number>();
  steps.forEach(({ kernel, buffers: used }) => {
    const fail = failureIn(kernel);
    if (used.length !== kernel.params.length) throw fail("has not one buffer per parameter");
    if (new Set(used).size !== used.length) throw fail("gets a buffer twice");
    kernel.params.forEach(({ dtype, access, name }, i) => {
      const plan = buffers[used[i]];
      if (plan?.dtype !== dtype) throw fail(`${name} is not ${dtype} as its buffer`);
      const { role } = plan;
      if (role.kind === "input") {
        if (access !== "read") throw fail(`${name} writes an input`);
        if (overwritten.has(role.position)) throw fail(`${name} was overwritten before`);
      } else if (access === "read" && !written.has(used[i]))
        throw fail(`${name} is read before it is written`);
      if (access !== "read") written.add(used[i]);
      if (access !== "read" && role.kind === "output" && role.inPlaceOf !== null)
        overwritten.add(role.inPlaceOf);
    });
    verifyKernel(
      kernel,
      used.map((buffer) => buffers[buffer]),
      messages.length,
    );
  });
  buffers.forEach(({ role }, i) => {
    if (role.kind === "output" && role.inPlaceOf === null && !written.has(i))
      throw internal(`program: output ${role.position} is never written`);
  });
  verifyArena(program);
}

type Failure = (what: string) => Error;

const failureIn =
  ({ name }: Kernel): Failure =>
  (what) =>
    internal(`kernel ${name}: ${what}`);

/** Temporaries that are alive at the same time do not overlap. */
function verifyArena({ buffers, steps, arena }: Program): void {
  const lives = new Map<number, [number, number]>();
  steps.forEach(({ buffers: used }, time) => {
    for (const i of used)
      if (buffers[i].role.kind === "temporary") lives.set(i, [lives.get(i)?.[0] ?? time, time]);
  });
  const places = [...lives].flatMap(([i, life]) => {
    const { role } = buffers[i];
    const bytes = alignedBytes(buffers[i]);
    if (role.kind !== "temporary") return [];
    const [offset, end] = [role.offset, addDims(role.offset, bytes)];
    const beyond = subtractDims(arena, end);
    if (typeof beyond === "number" && beyond < 0)
      throw internal(`program: temporary ${i} lies beyond the arena`);
    return typeof offset === "number" && typeof end === "number" ? [{ i, life, offset, end }] : [];
  });
  for (const a of places)
    for (const b of places) {
      if (a.i >= b.i || a.life[1] < b.life[0] || b.life[1] < a.life[0]) continue;
      if (a.offset < b.end && b.offset < a.end)
        throw internal(`program: temporaries ${a.i} and ${b.i} overlap`);
    }
}

function verifyKernel(kernel: Kernel, plans: readonly BufferPlan[], messages: number): void {
  const fail = failureIn(kernel);
  const names = kernel.params.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw fail("two parameters have one name");
  if (kernel.kind === "loop") verifyLoop(kernel, plans, messages, fail);
  else if (kernel.kind === "dot") verifyDot(kernel, plans, fail);
  else if (kernel.params.length !== 2) throw fail("argSort takes two buffers");
}

function verifyLoop(
  kernel: LoopKernel,
  plans: readonly BufferPlan[],
  messages: number,
  fail: Failure,
): void {
  const results = new Set<string>();
  for (const stage of kernel.stages) {
    const axes = new Set([...kernel.grid, ...stage.loops]);
    if (axes.size !== kernel.grid.length + stage.loops.length) throw fail("an axis runs twice");
    const visible = { axes, results };
    for (const x of expressionOrder(stageRoots(stage)))
      verifyExpression(x, kernel, plans, visible, fail);
    for (const store of stage.stores) verifyStore(store, kernel, plans, fail);
    for (const { holds, message } of stage.checks)
      if (holds.type !== "bool" || message >= messages) throw fail("a check is malformed");
    for (const { name, value, type, reduce, position } of stage.accumulators) {
      if (results.has(name)) throw fail(`two reductions are called ${name}`);
      const isPosition = reduce === "argMax" || reduce === "argMin";
      if (isPosition !== (position !== null)) throw fail(`${name} and its position do not fit`);
      if (!isPosition && value.type !== type)
        throw fail(`${name} reduces ${value.type} to ${type}`);
    }
    for (const { name } of stage.accumulators) results.add(name);
  }
}

function verifyDot(kernel: DotKernel, plans: readonly BufferPlan[], fail: Failure): void {
  const { a, b, batch, m, n, k, stores } = kernel;
  const axes = new Set([...batch, m, n]);
  for (const x of expressionOrder(stores.flatMap(({ index, value }) => [index, value])))
    verifyExpression(x, kernel, plans, { axes, results: new Set(["dot"]) }, fail);
  for (const store of stores) verifyStore(store, kernel, plans, fail);
  verifyOperand(a, [...batch, m, k], plans, fail);
  verifyOperand(b, [...batch, k, n], plans, fail);
}

function verifyOperand(
  { param, offset, batch, row, column }: Operand,
  axes: readonly Axis[],
  plans: readonly BufferPlan[],
  fail: Failure,
): void {
  const strides = [...batch, row, column];
  if (strides.length !== axes.length) throw fail("an operand has not one stride per axis");
  let [low, high]: [Dim, Dim] = [offset, offset];
  strides.forEach((stride, i) => {
    const reach = multiplyDims(stride, subtractDims(axes[i].extent, 1));
    if (isPlainlyNonNegative(stride)) high = addDims(high, reach);
    else low = addDims(low, reach);
  });
  const isEmpty = axes.some(({ extent }) => extent === 0);
  if (!isEmpty && isOutside(low, high, plans[param].length)) throw fail("an operand is outside");
}

interface Visible {
  readonly axes: ReadonlySet<Axis>;
  readonly results: ReadonlySet<string>;
}

function verifyExpression(
  x: Expression,
  { params }: Kernel,
  plans: readonly BufferPlan[],
  { axes, results }: Visible,
  fail: Failure,
): void {
  if (x.kind === "axis" && !axes.has(x.axis)) throw fail(`axis ${x.axis.name} does not run here`);
  if (x.kind === "result" && !results.has(x.name)) throw fail(`${x.name} is not known yet`);
  if (x.kind === "op") verifyOp(x, fail);
  if (x.kind !== "load") return;
  const param = params[x.param];
  if (!param || param.dtype !== x.type) throw fail(`a load of ${x.type} from another type`);
  if (param.access === "write") throw fail(`${param.name} is read, and only declared as written`);
  if (x.index.type !== "index") throw fail(`${param.name} is read at a ${x.index.type}`);
  if (x.guard && x.guard.type !== "bool") throw fail(`a guard of ${param.name} is not bool`);
  if (!x.guard) verifyPosition(x.index, plans[x.param].length, `${param.name} is read`, fail);
}

function verifyStore(
  { param, index, value, guard }: Store,
  { params }: Kernel,
  plans: readonly BufferPlan[],
  fail: Failure,
): void {
  const { name, access, dtype } = params[param];
  if (access === "read") throw fail(`${name} is written, and only declared as read`);
  if (value.type !== dtype) throw fail(`${name} of ${dtype} is given ${value.type}`);
  if (!guard) verifyPosition(index, plans[param].length, `${name} is written`, fail);
}

/** A position whose range is known lies inside the buffer, unless there is no iteration at all. */
function verifyPosition(at: Expression, length: Dim, what: string, fail: Failure): void {
  const range = boundsOf(affineOf(at));
  if (!range) return;
  const isEmpty = isPlainlyNonNegative(subtractDims(subtractDims(range.min, range.max), 1));
  if (!isEmpty && length !== 0 && isOutside(range.min, range.max, length))
    throw fail(`${what} outside its bounds`);
}

/** Whether low … high is certainly not within 0 … length − 1. */
function isOutside(low: Dim, high: Dim, length: Dim): boolean {
  const beyond = subtractDims(high, length);
  return (typeof low === "number" && low < 0) || (typeof beyond === "number" && beyond >= 0);
}

const comparisons: ReadonlySet<ScalarOp> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);
const arities: Partial<Record<ScalarOp, number>> = { fma: 3, select: 3 };
const unary: ReadonlySet<ScalarOp> = new Set([
  ...(["neg", "abs", "sqrt", "floor", "ceil", "trunc", "round", "not", "cast", "bitcast"] as const),
  ...(["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid", "softplus"] as const),
  "erf",
]);

function verifyOp(x: Extract<Expression, { kind: "op" }>, fail: Failure): void {
  const { op, args, type } = x;
  const arity = arities[op] ?? (unary.has(op) ? 1 : 2);
  if (args.length !== arity) throw fail(`${op} has ${args.length} arguments`);
  if (op === "cast" || op === "bitcast" || op === "farQuadrant") return;
  const operands: ScalarType[] = args.map((arg) => arg.type);
  if (op === "select" && operands.shift() !== "bool") throw fail("select needs a bool");
  const expected = comparisons.has(op) ? operands[0] : type;
  if (comparisons.has(op) && type !== "bool") throw fail(`${op} gives ${type}`);
  if (operands.some((operand) => operand !== expected))
    throw fail(`${op} of ${operands.join(" and ")} gives ${type}`);
}
