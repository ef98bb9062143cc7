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

/**
 * In nanoseconds: an interrupt waits for the chunks that are being computed. Where k is cut into
 * blocks each tile takes long, and a few of them must share a copy.
 */
const longestChunk = 10e6;
const longestBlocked = 40e6;

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
      if (!plan.packA && !plan.packB) return { tasks, chunk };
      // What was copied serves the tasks of a group that are done together.
      const group = Math.min(tiles, plan.group);
      const together = plan.packA && !plan.blocked ? group * Math.ceil(panels / 2) : group;
      const unit = batch * panels * tiles >= 8 * together ? together : Math.ceil(together / 4);
      const longest = plan.blocked ? longestBlocked : longestChunk;
      const most = Math.max(chunk, Math.ceil(longest / nanoseconds));
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
    const { rows, vectors, columns, packA, packB, depth, group, lanes, blocked } = this.#plan;
    emit.prelude.position();
    const vector = emit.prelude.vector(dtype, lanes);
    const [M, N, K] = [m, n, k].map((axis) => emit.extent(axis));
    emit.declareParams(false);
    const top = emit.scopes[0].lines;
    top.push(
      `const idx tiles = (${M} + ${rows - 1}) / ${rows}, panels = (${N} + ${columns - 1}) / ${columns};`,
      blocked ? `${vector} sums[${group * rows * vectors}];` : `${vector} tile[${rows * vectors}];`,
    );
    if (packA) {
      const copies = blocked ? 1 : group;
      top.push(`${dtype} pa[${copies * rows * depth}] __attribute__((aligned(64)));`);
      if (!blocked) top.push("idx ga = -1;");
    }
    if (packB)
      top.push(`${dtype} pb[${columns * depth}] __attribute__((aligned(64)));`, "idx gb = -1;");

    emit.open();
    const { lines } = emit.scopes[emit.depth];
    // Tasks run over the rows of a group, then the panels, then the groups, then the batch.
    if (packA && !blocked) {
      lines.push(
        "const idx product = t / (tiles * panels), inside = t % (tiles * panels);",
        `const idx g = inside / (${group} * panels);`,
        `const idx count = tiles - g * ${group} < ${group} ? tiles - g * ${group} : ${group};`,
        `const idx rest = inside - g * ${group} * panels, panel = rest / count;`,
        `const idx slot = rest % count, r = g * ${group} + slot;`,
      );
    } else {
      lines.push(
        `const idx ${blocked ? "first" : "r"} = t % tiles, panel = t / tiles % panels, product = t / (tiles * panels);`,
      );
    }
    if (blocked)
      lines.push(
        "run = end - t < tiles - first ? end - t : tiles - first;",
        `if (run > ${group}) run = ${group};`,
      );
    let rest = "product";
    [...batch].reverse().forEach((axis) => {
      const extent = emit.extent(axis);
      const name = emit.name("i");
      lines.push(`const idx ${name} = ${rest} % ${extent};`);
      rest = `${rest} / ${extent}`;
      emit.axes.set(axis, { text: name, depth: emit.depth });
    });
    lines.push(
      `const idx n0 = panel * ${columns};`,
      `const ${dtype} *left = ${this.#origin(a)};`,
      `const ${dtype} *right = ${this.#origin(b)};`,
    );
    if (blocked) this.#blocks(M, N, K);
    else this.#tile(M, N, K);
    emit.close(
      blocked
        ? "for (idx t = begin, run; t < end; t += run) {"
        : "for (idx t = begin; t < end; t++) {",
    );
    return emit.source(this.#kernel.name);
  }

  /** The first row of row tile `r`, and how many it has. */
  #rows(M: string): string[] {
    const { rows, packA } = this.#plan;
    if (packA)
      return [`const idx m0 = r * ${rows}, mr = ${M} - m0 < ${rows} ? ${M} - m0 : ${rows};`];
    // Rows are shared out evenly: no tile is more than one row shorter than another.
    return [
      `const idx low = ${M} / tiles, more = ${M} % tiles, m0 = r * low + (r < more ? r : more);`,
      "const idx mr = low + (r < more);",
    ];
  }

  /** One tile: its product over all of k, and what follows. */
  #tile(M: string, N: string, K: string): void {
    const { emit } = this;
    const { packA, packB, direct, sizesOfTile, rows, depth } = this.#plan;
    const { lines } = emit.scopes[emit.depth];
    lines.push(...this.#rows(M));
    this.#fetchTargets();
    if (packA) {
      lines.push(
        "if (ga != product * tiles + r - slot) {",
        "  for (idx s = 0; s < count; s++) {",
        ...this.#copyRows(`pa + s * ${rows * depth}`, `(r - slot + s) * ${rows}`, M, "0", K).map(
          (line) => `    ${line}`,
        ),
        "  }",
        "  ga = product * tiles + r - slot;",
        "}",
      );
    }
    if (packB) {
      lines.push(
        "if (gb != product * panels + panel) {",
        ...this.#copyColumns(N, "0", K).map((line) => `  ${line}`),
        "  gb = product * panels + panel;",
        "}",
      );
    }
    const first = packA ? `pa + slot * ${rows * depth}` : this.#rowsOfA("0");
    if (direct) {
      for (const height of sizesOfTile) {
        emit.open();
        emit.scope.lines.push(this.#call(height, first, "0", K, "0", "tile"));
        this.#epilogue(String(height), N);
        emit.close(`if (mr == ${height}) {`);
      }
      return;
    }
    lines.push(...this.#callForHeight(first, "0", K, "0", "tile"));
    this.#epilogue("mr", N);
  }

  /** A run of tiles in one panel: block by block of k, and then what follows for each. */
  #blocks(M: string, N: string, K: string): void {
    const { emit } = this;
    const { packA, packB, rows, vectors, depth } = this.#plan;
    const { lines } = emit.scopes[emit.depth];
    const ofTile = ["const idx r = first + s;", ...this.#rows(M)];
    const sums = `sums + s * ${rows * vectors}`;
    lines.push(
      `for (idx k0 = 0; k0 < ${K} || k0 == 0; k0 += ${depth}) {`,
      `  const idx kc = ${K} - k0 < ${depth} ? ${K} - k0 : ${depth};`,
    );
    if (packB) {
      lines.push(
        `  if (${K} > ${depth} || gb != product * panels + panel) {`,
        ...this.#copyColumns(N, "k0", "kc").map((line) => `    ${line}`),
        "    gb = product * panels + panel;",
        "  }",
      );
    }
    const body = [
      ...ofTile,
      ...(packA ? this.#copyRows("pa", "m0", M, "k0", "kc") : []),
      ...this.#callForHeight(packA ? "pa" : this.#rowsOfA("k0"), "k0", "kc", "k0 > 0", sums),
    ];
    lines.push(
      "  for (idx s = 0; s < run; s++) {",
      ...body.map((line) => `    ${line}`),
      "  }",
      "}",
    );
    emit.open();
    emit.scopes[emit.depth].lines.push(
      ...ofTile,
      `const ${emit.prelude.vector(this.#kernel.dtype, this.#plan.lanes)} *tile = ${sums};`,
    );
    this.#epilogue("mr", N);
    emit.close("for (idx s = 0; s < run; s++) {");
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

  /** Where the tile's rows of `a` begin, from `k0` of k on. */
  #rowsOfA(k0: string): string {
    const { a } = this.#kernel;
    return `left + m0 * ${this.#text(a.row)} + ${k0} * ${this.#text(a.column)}`;
  }

  /** Copies the row tile that begins at row `row`, `count` of k from `k0` on. */
  #copyRows(to: string, row: string, M: string, k0: string, count: string): string[] {
    const { prelude } = this.emit;
    const { dtype, a } = this.#kernel;
    const { rows } = this.#plan;
    const [am, ak] = [this.#text(a.row), this.#text(a.column)];
    const pack = `pack_rows_${dtype}_${rows}`;
    prelude.define(pack, () => panelDefinition.rows(pack, dtype, rows));
    return [
      `const idx row = ${row}, have = ${M} - row < ${rows} ? ${M} - row : ${rows};`,
      `${pack}(${to}, left + row * ${am} + ${k0} * ${ak}, ${am}, ${ak}, have, ${count});`,
    ];
  }

  /** Copies the panel, `count` of k from `k0` on. */
  #copyColumns(N: string, k0: string, count: string): string[] {
    const { prelude } = this.emit;
    const { dtype, b } = this.#kernel;
    const { columns, lanes } = this.#plan;
    const [bk, bn] = [this.#text(b.row), this.#text(b.column)];
    const pack = `pack_columns_${dtype}_${columns}`;
    const vector = prelude.vector(dtype, lanes);
    prelude.define(pack, () => panelDefinition.columns(pack, dtype, columns, lanes, vector));
    return [
      `const idx have = ${N} - n0 < ${columns} ? ${N} - n0 : ${columns};`,
      `${pack}(pb, right + ${k0} * ${bk} + n0 * ${bn}, ${bk}, ${bn}, have, ${count});`,
    ];
  }

  /** Computes `count` of k from `k0` on for a tile of this height; `add` continues its sums. */
  #call(
    height: number,
    first: string,
    k0: string,
    count: string,
    add: string,
    tile: string,
  ): string {
    const { dtype, a, b } = this.#kernel;
    const { rows, vectors, columns, lanes, packA, packB, direct } = this.#plan;
    const bk = this.#text(b.row);
    const { call, passes } = tileDefinition(this.emit.prelude, {
      dtype,
      lanes,
      rows: height,
      vectors,
      strides: packA ? ["1", String(rows)] : [this.#text(a.row), this.#text(a.column)],
      bStride: packB ? String(columns) : bk,
      inline: direct,
    });
    const panel = packB ? "pb" : `right + ${k0} * ${bk} + n0`;
    return `${call}(${[first, panel, count, add, ...passes, tile].join(", ")});`;
  }

  /** {@link DotPrinter.#call} for the height of the tile at hand; copied tiles are always full. */
  #callForHeight(...passes: [string, string, string, string, string]): string[] {
    const { rows, packA, sizesOfTile } = this.#plan;
    const heights = packA ? [rows] : sizesOfTile;
    const call = (height: number) => this.#call(height, ...passes);
    if (heights.length === 1) return [call(heights[0])];
    if (heights.length === 2)
      return [`if (mr == ${rows}) ${call(rows)}`, `else ${call(heights[1])}`];
    return [
      "switch (mr) {",
      ...heights.map((height) => `  case ${height}: ${call(height)} break;`),
      "}",
    ];
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
