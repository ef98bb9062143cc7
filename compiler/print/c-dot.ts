/**
 * Prints matrix products of floats as C: a register tile of mr × nv vectors accumulates over all
 * of k, is spilled once, and goes through the epilogue while it is in the first cache.
 *
 * b's columns lie in the lanes, a's elements are broadcast. Operands are read where they are unless
 * their strides are bad: then a panel of b, or a group of a's row tiles, is first copied to the
 * stack in the order in which it is read. Reading whole vectors at the end of a row of b is
 * harmless: what is behind a buffer can be read, and lanes behind the last column are not stored.
 */
import { bindDim, type Dim } from "../../lang/size.js";
import { strideOf } from "../affine.js";
import { dim } from "../expression.js";
import type { DotKernel, Operand } from "../ir.js";
import { expandMath } from "../math.js";
import { type DotPlan, planDot } from "../tile.js";
import type { VectorUnit } from "../vectorize.js";
import { countUses, Emitter } from "./c-emitter.js";
import { type PrintedKernel, share } from "./c-source.js";
import { panelDefinition, tileDefinition } from "./c-tile.js";

/** In nanoseconds: an interrupt waits for the chunks that are being computed. */
const longestChunk = 10e6;

/** All of k is in one block. */
const isSingle = ({ k }: DotKernel, { depth }: DotPlan): boolean =>
  typeof k.extent === "number" && k.extent <= depth;

/** Tasks that follow each other find the copies that the first of them has made. */
const keepsCopies = (kernel: DotKernel, plan: DotPlan): boolean =>
  (plan.packA || plan.packB) && isSingle(kernel, plan);

/** Prints a product of f32 or f64 matrices for a machine with these vectors. */
export function printDotKernel(kernel: DotKernel, unit: VectorUnit): PrintedKernel {
  const plan = planDot(kernel, unit);
  const printer = new DotPrinter(expandMath(kernel), plan);
  const source = printer.print();
  return {
    source,
    sizes: printer.emit.sizes,
    launch(sizes) {
      const number = (of: Dim) => Number(bindDim(of, sizes));
      const [m, n, k] = [kernel.m, kernel.n, kernel.k].map(({ extent }) => number(extent));
      const batch = kernel.batch.reduce((product, { extent }) => product * number(extent), 1);
      const tiles = Math.ceil(m / plan.rows);
      const panels = Math.ceil(n / plan.columns);
      const nanoseconds = plan.rows * plan.vectors * (0.3 * k + 2);
      const { tasks, chunk } = share(batch * tiles * panels, nanoseconds);
      if (!keepsCopies(kernel, plan)) return { tasks, chunk };
      // What was copied serves the tasks of a group that are done together.
      const group = Math.min(tiles, plan.group);
      const together = plan.packA ? group * Math.ceil(panels / 2) : group;
      const unit = batch * panels * tiles >= 8 * together ? together : Math.ceil(together / 4);
      const most = Math.max(chunk, Math.ceil(longestChunk / nanoseconds));
      return { tasks, chunk: Math.min(Math.ceil(chunk / unit) * unit, most) };
    },
  };
}

class DotPrinter {
  readonly emit: Emitter;
  readonly #kernel: DotKernel;
  readonly #plan: DotPlan;

  constructor(kernel: DotKernel, plan: DotPlan) {
    this.#kernel = kernel;
    this.#plan = plan;
    this.emit = new Emitter(kernel.params, kernel.stores, plan.shape);
  }

  print() {
    const { emit } = this;
    const { m, n, k, batch, dtype, a, b } = this.#kernel;
    const { rows, vectors, columns, packA, packB, depth, group, lanes } = this.#plan;
    emit.prelude.position();
    const vector = emit.prelude.vector(dtype, lanes);
    const [M, N, K] = [m, n, k].map((axis) => emit.extent(axis));
    emit.declareParams(false);
    const top = emit.scopes[0].lines;
    top.push(
      `const idx tiles = (${M} + ${rows - 1}) / ${rows}, panels = (${N} + ${columns - 1}) / ${columns};`,
      `${vector} tile[${rows * vectors}];`,
    );
    if (packA)
      top.push(
        `${dtype} pa[${group * rows * depth}] __attribute__((aligned(64)));`,
        "idx ga = -1;",
      );
    if (packB)
      top.push(`${dtype} pb[${columns * depth}] __attribute__((aligned(64)));`, "idx gb = -1;");

    emit.open();
    const { lines } = emit.scopes[emit.depth];
    // Tasks run over the rows of a group, then the panels, then the groups, then the batch.
    if (packA) {
      lines.push(
        "const idx product = t / (tiles * panels), inside = t % (tiles * panels);",
        `const idx g = inside / (${group} * panels);`,
        `const idx count = tiles - g * ${group} < ${group} ? tiles - g * ${group} : ${group};`,
        `const idx rest = inside - g * ${group} * panels, panel = rest / count;`,
        `const idx slot = rest % count, r = g * ${group} + slot;`,
      );
    } else {
      lines.push(
        "const idx r = t % tiles, panel = t / tiles % panels, product = t / (tiles * panels);",
      );
    }
    let rest = "product";
    [...batch].reverse().forEach((axis) => {
      const extent = emit.extent(axis);
      const name = emit.name("i");
      lines.push(`const idx ${name} = ${rest} % ${extent};`);
      rest = `${rest} / ${extent}`;
      emit.axes.set(axis, { text: name, depth: emit.depth });
    });
    // Rows are shared out evenly: no tile is more than one row shorter than another.
    lines.push(
      packA
        ? `const idx m0 = r * ${rows}, mr = ${M} - m0 < ${rows} ? ${M} - m0 : ${rows};`
        : `const idx low = ${M} / tiles, more = ${M} % tiles, m0 = r * low + (r < more ? r : more);`,
      ...(packA ? [] : ["const idx mr = low + (r < more);"]),
      `const idx n0 = panel * ${columns};`,
      `const ${dtype} *left = ${this.#origin(a)};`,
      `const ${dtype} *right = ${this.#origin(b)};`,
    );
    this.#fetchTargets();
    this.#product(lines, K);
    if (!this.#plan.direct) this.#epilogue("mr", N);
    emit.close("for (idx t = begin; t < end; t++) {");
    return emit.source(this.#kernel.name);
  }

  /** Where the operand's matrix of the current batch begins. */
  #origin({ param, offset, batch }: Operand): string {
    const { emit } = this;
    const parts = this.#kernel.batch.map((axis, i) => {
      const stride = this.#text(batch[i]);
      return stride === "0" ? null : `${emit.axes.get(axis)!.text} * ${stride}`;
    });
    const start = this.#text(offset);
    return [
      `p${param}`,
      ...(start === "0" ? [] : [start]),
      ...parts.filter((part) => part !== null),
    ].join(" + ");
  }

  #text(of: Dim): string {
    return this.emit.value(dim(of), 0);
  }

  /**
   * Asks for the cache lines that the tile will be stored to: those of a fresh result are far away,
   * and come while the product is computed. What is updated in place has been used lately.
   */
  #fetchTargets(): void {
    const { emit } = this;
    const { m, n, params } = this.#kernel;
    const stores = this.#kernel.stores.filter(({ param }) => params[param].access === "write");
    if (stores.length === 0) return;
    const { vectors, lanes } = this.#plan;
    emit.open();
    emit.axes.set(m, { text: "(m0 + ii)", depth: emit.depth });
    emit.open();
    emit.setLanes({ axis: n, base: `(n0 + v * ${lanes})`, depth: emit.depth, active: null });
    emit.uses = new Map();
    for (const { param, index, guard } of stores)
      if (guard === null && strideOf(index, n) === 1 && emit.isAligned(index))
        emit.scope.lines.push(`__builtin_prefetch(p${param} + ${emit.laneZero(index, 0)}, 1);`);
    emit.setLanes(null);
    emit.close(`for (int v = 0; v < ${vectors}; v++) {`);
    emit.close("for (idx ii = 0; ii < mr; ii++) {");
  }

  /** The tile of the product, over blocks of k if operands are copied. */
  #product(lines: string[], K: string): void {
    const { emit } = this;
    const { dtype, a, b } = this.#kernel;
    const { rows, vectors, columns, packA, packB, depth, lanes, sizesOfTile, direct } = this.#plan;
    const [am, ak, bk, bn] = [a.row, a.column, b.row, b.column].map((stride) => this.#text(stride));
    const N = emit.extent(this.#kernel.n);
    const M = emit.extent(this.#kernel.m);
    const blocked = (packA || packB) && !isSingle(this.#kernel, this.#plan);
    const [from, count] = blocked ? ["k0", "kc"] : ["0", K];
    const body: string[] = [];
    if (packA) {
      const pack = `pack_rows_${dtype}_${rows}`;
      emit.prelude.define(pack, () => panelDefinition.rows(pack, dtype, rows));
      const key = blocked ? "-2" : "product * tiles + r - slot";
      body.push(
        `if (${blocked ? "1" : `ga != ${key}`}) {`,
        `  for (idx s = 0; s < ${blocked ? "1" : "count"}; s++) {`,
        `    const idx row = ${blocked ? "m0" : `(r - slot + s) * ${rows}`};`,
        `    const idx have = ${M} - row < ${rows} ? ${M} - row : ${rows};`,
        `    ${pack}(pa + s * ${rows * depth}, left + row * ${am} + ${from} * ${ak}, ${am}, ${ak}, have, ${count});`,
        "  }",
        `  ga = ${key};`,
        "}",
      );
    }
    if (packB) {
      const pack = `pack_columns_${dtype}_${columns}`;
      emit.prelude.vector(dtype, lanes);
      emit.prelude.define(pack, () =>
        panelDefinition.columns(pack, dtype, columns, lanes, emit.prelude.vector(dtype, lanes)),
      );
      const key = blocked ? "-2" : "product * panels + panel";
      body.push(
        `if (${blocked ? "1" : `gb != ${key}`}) {`,
        `  const idx have = ${N} - n0 < ${columns} ? ${N} - n0 : ${columns};`,
        `  ${pack}(pb, right + ${from} * ${bk} + n0 * ${bn}, ${bk}, ${bn}, have, ${count});`,
        `  gb = ${key};`,
        "}",
      );
    }
    const aStart = packA
      ? `pa${blocked ? "" : ` + slot * ${rows * depth}`}`
      : `left + m0 * ${am} + ${from} * ${ak}`;
    const bStart = packB ? "pb" : `right + ${from} * ${bk} + n0`;
    const strides = packA ? ["1", String(rows)] : [am, ak];
    const bStride = packB ? String(columns) : bk;
    const add = blocked ? "k0 > 0" : "0";
    const call = (height: number) => {
      const name = tileDefinition(emit.prelude, {
        dtype,
        lanes,
        rows: height,
        vectors,
        strides,
        bStride,
        inline: direct,
      });
      return `${name.call}(${[aStart, bStart, count, add, ...name.passes].join(", ")}, tile);`;
    };
    if (direct) {
      lines.push(...body);
      for (const height of sizesOfTile) {
        emit.open();
        emit.scope.lines.push(call(height));
        this.#epilogue(String(height), N);
        emit.close(`if (mr == ${height}) {`);
      }
      return;
    }
    const heights = packA ? [rows] : sizesOfTile;
    if (heights.length === 1) body.push(call(heights[0]));
    else if (heights.length === 2)
      body.push(`if (mr == ${rows}) ${call(rows)}`, `else ${call(heights[1])}`);
    else {
      body.push("switch (mr) {");
      for (const height of heights) body.push(`  case ${height}: ${call(height)} break;`);
      body.push("}");
    }
    if (!blocked) lines.push(...body);
    else {
      lines.push(
        `for (idx k0 = 0; k0 < ${K} || k0 == 0; k0 += ${depth}) {`,
        `  const idx kc = ${K} - k0 < ${depth} ? ${K} - k0 : ${depth};`,
        ...body.map((line) => `  ${line}`),
        "}",
      );
    }
  }

  /** The stores at every element of the tile's first `height` rows. */
  #epilogue(height: string, N: string): void {
    const { emit } = this;
    const { m, n, stores } = this.#kernel;
    const { rows, vectors, columns, lanes, direct } = this.#plan;
    const unroll = direct ? `_Pragma("GCC unroll ${rows}") ` : "";
    const roots = stores.flatMap(({ index, value, guard }) =>
      guard ? [index, value, guard] : [index, value],
    );
    emit.uses = countUses(roots);
    emit.open();
    emit.scopes[emit.depth].lines.push("const idx i = m0 + ii;");
    emit.axes.set(m, { text: "i", depth: emit.depth });
    const body = (active: string | null, head: string) => {
      emit.open();
      if (active !== null)
        emit.scopes[emit.depth].lines.push(`const int ${active} = (int)(${N} - j);`);
      emit.setLanes({ axis: n, base: "j", depth: emit.depth, active });
      const texts = [`tile[ii * ${vectors} + v]`];
      emit.results.set("dot", { texts, depth: emit.depth, varying: true });
      emit.storeAll(stores, 0);
      emit.setLanes(null);
      emit.close(head);
    };
    const known = typeof n.extent === "number" ? n.extent : null;
    emit.open();
    emit.scopes[emit.depth].lines.push(`const idx j = n0 + v * ${lanes};`);
    if (known === null || known >= lanes) body(null, `if (j + ${lanes} <= ${N}) {`);
    if (known === null || known % columns !== 0) {
      body("c", `${known === null || known >= lanes ? "else " : ""}if (j < ${N}) {`);
    }
    emit.close(`${unroll}for (int v = 0; v < ${vectors}; v++) {`);
    emit.close(`${unroll}for (idx ii = 0; ii < ${height}; ii++) {`);
  }
}
