/** Prints loop kernels as WGSL. How a kernel is launched was decided before; see `Launch`. */
import { rangeOf } from "../../lang/dtype.js";
import { axis as axisOf, dim, multiplyIndex, result, stageRoots } from "../expression.js";
import type { Accumulator, Axis, Expression, LoopKernel, Stage } from "../ir.js";
import { Body, type Scope } from "./wgsl-body.js";
import type { Layout } from "./wgsl-layout.js";
import { assemble, printAxes, printGrid } from "./wgsl-main.js";
import { apply, castText, literalText, registerOf } from "./wgsl-scalar.js";

/** Who computes what. */
export interface Launch {
  /** Invocations in a workgroup; a power of two. */
  readonly workgroup: number;
  /**
   * `point`: each invocation takes one point of the grid. `group`: each workgroup takes one point,
   * its invocations share the stages' loops and combine what they accumulated.
   */
  readonly unit: "point" | "group";
}

/**
 * The source of a loop kernel, with entry point `main`. It is to be run with as many invocations
 * (or workgroups) as the grid has points, or more, in any arrangement of x and y.
 */
export function printLoop(kernel: LoopKernel, layout: Layout, launch: Launch): string {
  const { workgroup, unit } = launch;
  const body = new Body(kernel.params, layout);
  const scope: Scope = { lines: [], depth: 0 };
  const scratch: string[] = [];
  printGrid(kernel.grid, unit === "group" ? null : workgroup, body, scope);
  let stored = false;
  for (const stage of kernel.stages) {
    if (unit === "group" && stored) scope.lines.push("storageBarrier();");
    printStage(stage, { body, scope, layout, launch, scratch });
    body.leaveStage();
    stored ||= stage.stores.length > 0;
  }
  const checks = kernel.stages.some((stage) => stage.checks.length > 0);
  return assemble(kernel, layout, { checks, workgroup, globals: scratch, body: scope.lines });
}

interface Context {
  readonly body: Body;
  readonly scope: Scope;
  readonly layout: Layout;
  readonly launch: Launch;
  /** Declarations of workgroup memory. */
  readonly scratch: string[];
}

function printStage(stage: Stage, context: Context): void {
  const { body, scope, launch } = context;
  const shared = launch.unit === "group" && stage.loops.length > 0;
  const running = stage.accumulators.map((accumulator) => startAccumulator(accumulator, context));
  const inner = shared ? [sharedLoop(stage.loops, context)] : ownLoops(stage.loops, context);
  const scopes = [scope, ...inner];
  const innermost = scopes[scopes.length - 1]!;
  body.prepare(scopes, stageRoots(stage));
  for (const { holds, message } of stage.checks) {
    innermost.lines.push(
      `if (!${body.text(holds)}) {`,
      `atomicMax(&b${context.layout.status}[0], ${2 ** 32 - 1 - message}u);`,
      "}",
    );
  }
  for (const { accumulator, value, at } of running) {
    const { type, value: next, position } = accumulator;
    const text = position === null ? castText(next.type, type, body.text(next)) : body.text(next);
    const place = position === null ? "" : body.text(position);
    innermost.lines.push(...accumulate(accumulator, value, at, text, place));
  }
  const stores = stage.stores.flatMap((store) => body.store(store));
  const once = launch.unit === "group" && !shared && stores.length > 0;
  innermost.lines.push(...(once ? ["if (lane == 0u) {", ...stores, "}"] : stores));
  for (let i = scopes.length - 1; i > 0; i--) scopes[i - 1]!.lines.push(...scopes[i]!.lines, "}");
  for (const { accumulator, value, at } of running) {
    if (shared) combineLanes(accumulator, value, at, context);
    const { type, name } = accumulator;
    body.define(result(type, name), at === "" ? value : castText("i32", type, at));
  }
}

/** One `for` for each loop, each in the scope of the one before. */
function ownLoops(loops: readonly Axis[], { body, scope }: Context): Scope[] {
  return loops.map((axis, i) => {
    const name = body.fresh("j");
    const depth = scope.depth + i + 1;
    body.define(axisOf(axis), name, depth);
    const extent = body.text(dim(axis.extent));
    return { depth, lines: [`for (var ${name} = 0; ${name} < ${extent}; ${name}++) {`] };
  });
}

/** The loops as one, dealt out to the invocations of the workgroup. */
function sharedLoop(loops: readonly Axis[], { body, scope, launch }: Context): Scope {
  const name = body.fresh("j");
  const extent = loops.map((loop) => dim(loop.extent)).reduce(multiplyIndex);
  const header =
    `for (var ${name} = i32(lane); ${name} < ${body.text(extent)}; ` +
    `${name} += ${launch.workgroup}) {`;
  const inner = { depth: scope.depth + 1, lines: [header] };
  printAxes(loops, name, body, inner);
  return inner;
}

interface Running {
  readonly accumulator: Accumulator;
  /** The variable that holds the sum, or the best value. */
  readonly value: string;
  /** For argMax and argMin, the variable that holds the position of the best; else empty. */
  readonly at: string;
}

const bestOf = { argMax: "max", argMin: "min" } as const;

function startAccumulator(accumulator: Accumulator, { body, scope }: Context): Running {
  const { reduce, type, value: first } = accumulator;
  const positional = reduce === "argMax" || reduce === "argMin";
  const held = positional ? first.type : type;
  const value = body.fresh("acc");
  const at = positional ? body.fresh("at") : "";
  const neutral = neutralElement(positional ? bestOf[reduce] : reduce, held);
  scope.lines.push(`var ${value}: ${registerOf(held)} = ${literalText(held, neutral)};`);
  if (positional) scope.lines.push(`var ${at} = 2147483647;`);
  return { accumulator, value, at };
}

function neutralElement(reduce: "sum" | "prod" | "max" | "min", type: Expression["type"]) {
  if (reduce === "sum") return 0;
  if (reduce === "prod") return 1;
  if (type === "bool") return reduce === "min" ? 1 : 0;
  const range = type === "index" ? rangeOf("i32") : rangeOf(type);
  if (range === undefined) return reduce === "min" ? Infinity : -Infinity;
  return reduce === "min" ? range[1] : range[0];
}

const combining = { sum: "add", prod: "mul", max: "max", min: "min" } as const;

/** Statements that take `next` (at position `place`) into an accumulator's variables. */
function accumulate(
  { reduce, type, value: first }: Accumulator,
  value: string,
  at: string,
  next: string,
  place: string,
): string[] {
  if (reduce !== "argMax" && reduce !== "argMin") {
    return [`${value} = ${apply(combining[reduce], type, type, [value, next])};`];
  }
  const better = reduce === "argMax" ? "gt" : "lt";
  const beats = apply(better, first.type, "bool", [next, value]);
  const ties = `(${next} == ${value} && ${place} < ${at})`;
  const wins =
    first.type === "f32"
      ? `select(is_nan(${next}) || ${beats} || ${ties}, ` +
        `is_nan(${next}) && ${place} < ${at}, is_nan(${value}))`
      : `${beats} || ${ties}`;
  return [`if (${wins}) {`, `${value} = ${next};`, `${at} = ${place};`, "}"];
}

/** Combine what the invocations of a workgroup accumulated; all of them know the result. */
function combineLanes(
  accumulator: Accumulator,
  value: string,
  at: string,
  { scope, launch, scratch }: Context,
): void {
  const half = `${value}_half`;
  const held = at === "" ? accumulator.type : accumulator.value.type;
  const shared = [`${value}_lanes`, ...(at === "" ? [] : [`${at}_lanes`])];
  const own = at === "" ? [value] : [value, at];
  const types = [registerOf(held), "i32"];
  shared.forEach((name, i) => {
    scratch.push(`var<workgroup> ${name}: array<${types[i]}, ${launch.workgroup}>;`);
  });
  const save = shared.map((name, i) => `${name}[lane] = ${own[i]};`);
  const other = shared.map((name) => `${name}[lane + ${half}]`);
  scope.lines.push(
    ...save,
    "workgroupBarrier();",
    `for (var ${half} = ${launch.workgroup / 2}u; ${half} > 0u; ${half} >>= 1u) {`,
    `if (lane < ${half}) {`,
    ...accumulate(accumulator, value, at, other[0]!, other[1] ?? ""),
    ...save,
    "}",
    "workgroupBarrier();",
    "}",
    ...own.map((name, i) => `${name} = ${shared[i]}[0];`),
  );
}
