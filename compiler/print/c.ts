/** Prints loop kernels as C with explicit vectors, as compiler/vectorize.ts planned them. */
import { bindDim } from "../../lang/size.js";
import { expressionOrder, stageRoots } from "../expression.js";
import type { Axis, LoopKernel, Stage } from "../ir.js";
import { expandMath } from "../math.js";
import { type LoopPlan, planLoops, type StagePlan, type VectorUnit } from "../vectorize.js";
import { countUses, Emitter } from "./c-emitter.js";
import { Reductions, type Running } from "./c-reduction.js";
import { type KernelSource, type PrintedKernel, share } from "./c-source.js";

/** Prints a loop kernel for a machine with these vectors. */
export function printLoopKernel(kernel: LoopKernel, unit: VectorUnit): PrintedKernel {
  const expanded = expandMath(kernel);
  const plan = planLoops(expanded, unit);
  const printer = new LoopPrinter(expanded, plan);
  const source = printer.print();
  const { outer, block, inner, tile } = printer.tiling;
  const operations = expanded.stages.map((stage) => expressionOrder(stageRoots(stage)).length + 2);
  return {
    source,
    sizes: printer.emit.sizes,
    launch(sizes) {
      const extent = (axis: Axis) => Number(bindDim(axis.extent, sizes));
      const rowsOf = (axis: Axis) => (axis === tile?.axis ? tile.count : 1);
      const rows = outer.reduce((n, axis) => n * Math.ceil(extent(axis) / rowsOf(axis)), 1);
      const length = inner === null ? 1 : extent(inner);
      const tasks = rows * Math.ceil(length / block);
      const points = (inner === null ? 1 : Math.min(block, length)) * (tile?.count ?? 1);
      const perTask = expanded.stages.reduce((sum, stage, i) => {
        const iterations = stage.loops.reduce((product, axis) => product * extent(axis), points);
        const { axis } = plan.stages[i];
        const lanes = axis === null ? 1 : plan.lanes;
        const folds = axis !== null && stage.loops.includes(axis) ? nanosecondsPerFold : 0;
        return (
          sum + Math.ceil(iterations / lanes) * operations[i] * nanosecondsPerOperation + folds
        );
      }, 0);
      return share(tasks, perTask);
    },
  };
}

/** How the grid is cut into tasks. */
interface Tiling {
  readonly outer: readonly Axis[];
  /** The axis that is spread over the lanes, if one is, and how much of it is one task. */
  readonly inner: Axis | null;
  readonly block: number;
  /** An outer axis of which a task does `count` points, all of them at each vector. */
  readonly tile: { readonly axis: Axis; readonly count: number } | null;
}

const nanosecondsPerOperation = 0.25;
/** What it takes to combine the lanes of a reduction: a chain of a few dependent operations. */
const nanosecondsPerFold = 10;

/** Rows of a strip that are read side by side: running vectors are loaded once for all of them. */
const rowsTogether = 8;

class LoopPrinter {
  readonly emit: Emitter;
  readonly tiling: Tiling;
  readonly #kernel: LoopKernel;
  readonly #plan: LoopPlan;
  readonly #reductions: Reductions;

  constructor(kernel: LoopKernel, plan: LoopPlan) {
    this.#kernel = kernel;
    this.emit = new Emitter(
      kernel.params,
      kernel.stages.flatMap((stage) => stage.stores),
      plan,
    );
    this.#reductions = new Reductions(this.emit);
    this.#plan = plan;
    const inner = plan.mode === "grid" ? kernel.grid.at(-1)! : null;
    const reduces = kernel.stages.some((stage) => stage.loops.length > 0);
    const unroll = Math.max(...plan.stages.map((stage) => stage.unroll));
    const extent = inner?.extent;
    const wanted = plan.strip ?? (reduces ? plan.lanes * unroll : 2048);
    // A row that is not much longer than a block is one task.
    const whole = typeof extent === "number" && extent <= 1.5 * wanted;
    const block = whole ? Math.ceil(extent / plan.lanes) * plan.lanes : wanted;
    this.tiling = {
      outer: inner === null ? kernel.grid : kernel.grid.slice(0, -1),
      inner,
      block: inner === null ? 1 : Math.max(1, block),
      tile: plan.squares.length === 0 ? null : { axis: kernel.grid.at(-2)!, count: plan.lanes },
    };
  }

  print(): KernelSource {
    const { outer, inner, block } = this.tiling;
    this.emit.declareParams(this.#kernel.stages.some((stage) => stage.checks.length > 0));
    this.emit.open();
    const extents = outer.map((axis) => this.#tasksAlong(axis));
    const blocks = inner === null ? "1" : this.#blocks(inner, block);
    this.#decode(outer, extents, blocks);
    if (inner === null) this.#stages(this.#kernel.stages, null);
    else this.#spread(inner, block, blocks);
    this.emit.close("for (idx t = begin; t < end; t++) {");
    return this.emit.source(this.#kernel.name);
  }

  // ---- structure -------------------------------------------------------------------------

  #blocks(inner: Axis, block: number): string {
    if (typeof inner.extent === "number") return String(Math.ceil(inner.extent / block));
    return `((${this.emit.extent(inner)} + ${block - 1}) / ${block})`;
  }

  #tasksAlong(axis: Axis): string {
    const { tile } = this.tiling;
    const extent = this.emit.extent(axis);
    if (axis !== tile?.axis) return extent;
    return `((${extent} + ${tile.count - 1}) / ${tile.count})`;
  }

  /** Task t → the outer axes, the last fastest, and the block, faster still. */
  #decode(outer: readonly Axis[], extents: readonly string[], blocks: string): void {
    let rest = blocks === "1" ? "t" : `(t / ${blocks})`;
    const lines: string[] = [];
    [...outer].reverse().forEach((axis, i) => {
      const name = this.emit.name("i");
      const last = i === outer.length - 1;
      const extent = extents[outer.length - 1 - i];
      lines.push(`const idx ${name} = ${last ? rest : `${rest} % ${extent}`};`);
      rest = `(${rest} / ${extent})`;
      this.emit.axes.set(axis, { text: name, depth: this.emit.depth });
    });
    this.emit.scope.lines.push(...lines);
  }

  /** The grid's last axis over the lanes: whole vectors first, then what is left. */
  #spread(inner: Axis, block: number, blocks: string): void {
    const { lanes, stages } = this.#plan;
    const unroll = Math.max(...stages.map((stage) => stage.unroll));
    const extent = this.emit.extent(inner);
    const single = blocks === "1";
    const j = this.emit.name("j");
    const stop = single ? extent : this.emit.name("stop");
    this.emit.scope.lines.push(`idx ${j} = ${single ? "0" : `t % ${blocks} * ${block}`};`);
    if (!single) {
      this.emit.scope.lines.push(
        `const idx ${stop} = ${j} + ${block} < ${extent} ? ${j} + ${block} : ${extent};`,
      );
    }
    const known = typeof inner.extent === "number" ? inner.extent : null;
    if (this.#plan.strip !== null) {
      this.#strip(inner, j, stop);
      return;
    }
    const step = lanes * unroll;
    if (known === null || known >= step) {
      this.#vectorBody(inner, j, null, unroll);
      this.emit.close(`for (; ${j} + ${step} <= ${stop}; ${j} += ${step}) {`);
    }
    if (known === null || known % step !== 0 || block % step !== 0) {
      this.#vectorBody(inner, j, "m", 1, `const int m = ${atMost(`${stop} - ${j}`, lanes)};`);
      this.emit.close(`for (; ${j} < ${stop}; ${j} += ${lanes}) {`);
    }
  }

  /**
   * The grid points from `first` to `stop`: the first stage runs over some rows at a time, with its
   * vectors in arrays, so that memory is read along; the others follow as usual.
   */
  #strip(inner: Axis, first: string, stop: string): void {
    const { emit } = this;
    const [stage, ...rest] = this.#kernel.stages;
    emit.uses = countUses(stageRoots(stage));
    const strip = this.#reductions.declareStrip(stage, this.tiling.block / this.#plan.lanes);
    const [rows, ...outer] = [...stage.loops].reverse();
    for (const axis of outer.toReversed()) emit.openLoop(axis);
    const extent = emit.extent(rows);
    const [i, from, to] = [emit.name("i"), emit.name("i"), emit.name("stop")];
    emit.open();
    const next = `${from} + ${rowsTogether}`;
    emit.scope.lines.push(`const idx ${to} = ${next} < ${extent} ? ${next} : ${extent};`);
    this.#alongStrip(inner, first, stop, () => {
      const running = this.#reductions.takeFromStrip(strip);
      emit.open();
      emit.axes.set(rows, { text: i, depth: emit.depth });
      this.#iteration(stage, running, 0);
      emit.close(`for (idx ${i} = ${from}; ${i} < ${to}; ${i}++) {`);
      this.#reductions.putIntoStrip(running, strip);
    });
    emit.close(`for (idx ${from} = 0; ${from} < ${extent}; ${from} += ${rowsTogether}) {`);
    for (const axis of outer) emit.closeLoop(axis);
    this.#alongStrip(inner, first, stop, () => {
      this.#reductions.finish(this.#reductions.takeFromStrip(strip), true);
      this.#stages(rest, 1);
    });
  }

  /** Calls `body` for whole vectors of a strip, and for what is left. */
  #alongStrip(axis: Axis, first: string, stop: string, body: () => void): void {
    const { emit } = this;
    const { lanes } = this.#plan;
    const j = emit.name("j");
    const vector = (active: string | null, line: string, head: string) => {
      emit.open();
      if (line) emit.scope.lines.push(line);
      emit.setLanes({ axis, base: j, depth: emit.depth, active });
      const before = emit.results;
      emit.results = new Map(before);
      body();
      emit.results = before;
      emit.setLanes(null);
      emit.close(head);
    };
    emit.open();
    emit.scope.lines.push(`idx ${j} = ${first};`, "int v = 0;");
    vector(null, "", `for (; ${j} + ${lanes} <= ${stop}; ${j} += ${lanes}, v++) {`);
    if (Number(axis.extent) % lanes !== 0)
      vector("m", `const int m = (int)(${stop} - ${j});`, `if (${j} < ${stop}) {`);
    emit.close("{");
  }

  #vectorBody(axis: Axis, base: string, active: string | null, unroll: number, first = ""): void {
    this.emit.open();
    if (first) this.emit.scope.lines.push(first);
    this.emit.setLanes({ axis, base, depth: this.emit.depth, active });
    const { tile } = this.tiling;
    if (tile === null) this.#stages(this.#kernel.stages, unroll);
    else this.#tile(tile, unroll);
    this.emit.setLanes(null);
  }

  /** All stages at one vector of each row of the tile, after its squares have been transposed. */
  #tile({ axis, count }: NonNullable<Tiling["tile"]>, unroll: number): void {
    const { emit } = this;
    const block = emit.axes.get(axis)!;
    const extent = emit.extent(axis);
    const [first, rows, r, i] = ["i", "rows", "r", "i"].map((letter) => emit.name(letter));
    emit.scope.lines.push(
      `const idx ${first} = ${block.text} * ${count};`,
      `const int ${rows} = ${atMost(`${extent} - ${first}`, count)};`,
    );
    emit.axes.set(axis, { text: first, depth: emit.depth });
    const squares = this.#plan.squares.map((load) => emit.square(load, rows));
    emit.open();
    emit.scope.lines.push(`const idx ${i} = ${first} + ${r};`);
    emit.axes.set(axis, { text: i, depth: emit.depth });
    this.#plan.squares.forEach((load, s) => {
      emit.scope.names.set(load, [`${squares[s]}[${r}]`]);
    });
    this.#stages(this.#kernel.stages, unroll);
    emit.axes.set(axis, block);
    emit.close(`for (int ${r} = 0; ${r} < ${rows}; ${r}++) {`);
  }

  /** Stages at one point of the grid, or at one vector of points (`unroll` given). */
  #stages(stages: readonly Stage[], unroll: number | null): void {
    const before = this.emit.results;
    this.emit.results = new Map(before);
    stages.forEach((stage, i) => {
      this.emit.uses = countUses(stageRoots(stage));
      if (unroll !== null) this.#lanewiseStage(stage, unroll);
      else this.#loopStage(stage, this.#plan.stages[i]);
    });
    this.emit.results = before;
  }

  /** A stage at `unroll` vectors of grid points: its loops are the same for every lane. */
  #lanewiseStage(stage: Stage, unroll: number): void {
    const running = this.#reductions.declare(stage, unroll, true);
    for (const axis of stage.loops) this.emit.openLoop(axis);
    for (let u = 0; u < unroll; u++) this.#iteration(stage, running, u);
    for (const axis of [...stage.loops].reverse()) this.emit.closeLoop(axis);
    this.#reductions.finish(running, true);
  }

  /** A stage at one grid point, the innermost loop over the lanes if so planned. */
  #loopStage(stage: Stage, plan: StagePlan): void {
    const axis = plan.axis;
    const running = this.#reductions.declare(stage, plan.unroll, axis !== null);
    if (axis === null) {
      for (const loop of stage.loops) this.emit.openLoop(loop);
      this.#iteration(stage, running, 0);
      for (const loop of [...stage.loops].reverse()) this.emit.closeLoop(loop);
      this.#reductions.finish(running, false);
      return;
    }
    const { lanes } = this.#plan;
    const outer = stage.loops.slice(0, -1);
    for (const loop of outer) this.emit.openLoop(loop);
    const extent = this.emit.extent(axis);
    const known = typeof axis.extent === "number" ? axis.extent : null;
    const step = lanes * plan.unroll;
    const j = this.emit.name("j");
    this.emit.scope.lines.push(`idx ${j} = 0;`);
    if (known === null || known >= step) {
      this.emit.open();
      this.emit.setLanes({ axis, base: j, depth: this.emit.depth, active: null });
      for (let u = 0; u < plan.unroll; u++) this.#iteration(stage, running, u);
      this.emit.setLanes(null);
      this.emit.close(`for (; ${j} + ${step} <= ${extent}; ${j} += ${step}) {`);
    }
    if (known === null || known % step !== 0) {
      this.emit.open();
      this.emit.scope.lines.push(`const int m = ${atMost(`${extent} - ${j}`, lanes)};`);
      this.emit.setLanes({ axis, base: j, depth: this.emit.depth, active: "m" });
      this.#iteration(stage, running, 0);
      this.emit.setLanes(null);
      this.emit.close(`for (; ${j} < ${extent}; ${j} += ${lanes}) {`);
    }
    for (const loop of [...outer].reverse()) this.emit.closeLoop(loop);
    this.#reductions.finish(running, false);
  }

  #iteration(stage: Stage, running: readonly Running[], u: number): void {
    for (const check of stage.checks) this.emit.check(check, u);
    for (const one of running) this.#reductions.accumulate(one, u);
    this.emit.storeAll(stage.stores, u);
  }
}

const atMost = (text: string, limit: number): string =>
  `${text} < ${limit} ? (int)(${text}) : ${limit}`;
