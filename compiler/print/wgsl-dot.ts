/**
 * Prints matrix products as WGSL. Each invocation computes 4 × 4 elements in four vectors; the
 * stores of the epilogue are a function of an element's position and its product.
 */
import { addDims, type Dim, floorDivDims } from "../../lang/size.js";
import {
  addIndex,
  axis as axisOf,
  both,
  dim,
  index,
  load,
  multiplyIndex,
  op,
  result,
} from "../expression.js";
import type { Axis, DotKernel, Expression, Operand } from "../ir.js";
import { Body, type Scope } from "./wgsl-body.js";
import type { Layout } from "./wgsl-layout.js";
import { assemble, indent, printGrid } from "./wgsl-main.js";
import { castText, registerOf } from "./wgsl-scalar.js";

/** Elements of a side that one invocation computes. */
const BLOCK = 4;

/** Steps of k between two loads of the shared tiles. */
const DEPTH = 16;

/** How a product is cut up. */
export type Tiling =
  /** Each invocation reads its own rows and columns: for adapters where barriers are slow. */
  | { readonly kind: "register"; readonly workgroup: number }
  /** A workgroup of (edge / 4)² invocations shares tiles of edge × 16 in workgroup memory. */
  | { readonly kind: "shared"; readonly edge: number };

export const workgroupOf = (tiling: Tiling): number =>
  tiling.kind === "register" ? tiling.workgroup : (tiling.edge / BLOCK) ** 2;

/** The grid of a product: its batches and tiles, one per invocation (register) or workgroup. */
export function tileGrid({ batch, m, n }: DotKernel, tiling: Tiling): Axis[] {
  const edge = tiling.kind === "register" ? BLOCK : tiling.edge;
  const tiles = (extent: Dim): Dim => floorDivDims(addDims(extent, edge - 1), edge);
  return [
    ...batch,
    { name: "row tile", extent: tiles(m.extent) },
    { name: "column tile", extent: tiles(n.extent) },
  ];
}

/** The source of a matrix product, with entry point `main`. */
export function printDot(kernel: DotKernel, layout: Layout, tiling: Tiling): string {
  const body = new Body(kernel.params, layout);
  const scope: Scope = { lines: [], depth: 0 };
  const grid = tileGrid(kernel, tiling);
  const workgroup = workgroupOf(tiling);
  printGrid(grid, tiling.kind === "register" ? workgroup : null, body, scope);
  const [rowTile, columnTile] = grid.slice(-2).map((axis) => body.text(axisOf(axis)));
  const vector = `vec4<${registerOf(kernel.dtype)}>`;
  for (let r = 0; r < BLOCK; r++) scope.lines.push(`var acc${r} = ${vector}();`);
  const context = { kernel, body, scope, vector };
  const globals: string[] = [];
  let corner: readonly [string, string];
  if (tiling.kind === "register") {
    registerLoop(context, grid);
    corner = [`${rowTile} * ${BLOCK}`, `${columnTile} * ${BLOCK}`];
  } else {
    const { edge } = tiling;
    globals.push(...tileMemory(kernel, edge));
    scope.lines.push(`let row = i32(lane) / ${edge / BLOCK} * ${BLOCK};`);
    scope.lines.push(`let column = i32(lane) % ${edge / BLOCK} * ${BLOCK};`);
    sharedLoop(context, edge, rowTile!, columnTile!);
    corner = [`${rowTile} * ${edge} + row`, `${columnTile} * ${edge} + column`];
  }
  scope.lines.push(`let m = ${corner[0]};`, `let n = ${corner[1]};`);
  const batch = kernel.batch.map((axis) => `${body.text(axisOf(axis))}, `).join("");
  for (let r = 0; r < BLOCK; r++)
    for (let c = 0; c < BLOCK; c++)
      scope.lines.push(`finish(${batch}m + ${r}, n + ${c}, acc${r}.${"xyzw"[c]});`);
  globals.push("", ...epilogue(kernel, layout));
  return assemble(kernel, layout, { checks: false, workgroup, globals, body: scope.lines });
}

interface Context {
  readonly kernel: DotKernel;
  readonly body: Body;
  readonly scope: Scope;
  readonly vector: string;
}

/** Over all of k: four elements of `a` times four of `b`; rows beyond the last are read again. */
function registerLoop({ kernel, body, scope, vector }: Context, grid: readonly Axis[]): void {
  const { a, b, batch, m, n, k, dtype } = kernel;
  const within = (tile: Axis, extent: Dim, i: number): Expression => {
    const position = addIndex(multiplyIndex(axisOf(tile), index(BLOCK)), index(i));
    return op("index", "min", position, dim(addDims(extent, -1)));
  };
  const [rowTile, columnTile] = grid.slice(-2) as [Axis, Axis];
  const as = [0, 1, 2, 3].map((i) =>
    element(kernel, a, batch, within(rowTile, m.extent, i), axisOf(k)),
  );
  const bs = [0, 1, 2, 3].map((i) =>
    element(kernel, b, batch, axisOf(k), within(columnTile, n.extent, i)),
  );
  const extent = body.text(dim(k.extent));
  const loop: Scope = { depth: 1, lines: [`for (var k = 0; k < ${extent}; k++) {`] };
  body.define(axisOf(k), "k", 1);
  body.prepare([scope, loop], [...as, ...bs]);
  const text = (x: Expression): string => castText(x.type, dtype, body.text(x));
  loop.lines.push(`let b = ${vector}(${bs.map(text).join(", ")});`);
  as.forEach((x, r) => {
    loop.lines.push(`acc${r} += ${text(x)} * b;`);
  });
  scope.lines.push(...loop.lines, "}");
  body.leaveStage();
}

/** One element more than the edge: consecutive steps of k then fall into different banks. */
const pitch = (edge: number): number => edge + 1;

function tileMemory({ dtype }: DotKernel, edge: number): string[] {
  const type = `array<${registerOf(dtype)}, ${DEPTH * pitch(edge)}>`;
  return [`var<workgroup> a_tile: ${type};`, `var<workgroup> b_tile: ${type};`];
}

/** Over k in steps of 16: fill the tiles together, then multiply out of them. */
function sharedLoop(context: Context, edge: number, rowTile: string, columnTile: string): void {
  const { kernel, body, scope, vector } = context;
  const { a, b, batch, m, n, k, dtype } = kernel;
  const threads = (edge / BLOCK) ** 2;
  const kExtent = dim(k.extent);
  // Consecutive invocations read along the operand's side that is contiguous in memory.
  const fill = (name: string, operand: Operand, side: Axis, tile: string): string[] => {
    const alongK = name === "a" ? operand.column === 1 : operand.row === 1;
    const s: Axis = { name: "side", extent: side.extent };
    const kk: Axis = { name: "k", extent: k.extent };
    const [sideText, kText] = alongK
      ? [`e / ${DEPTH}`, `e % ${DEPTH}`]
      : [`e % ${edge}`, `e / ${edge}`];
    const inner: Scope = { depth: 1, lines: [] };
    body.define(axisOf(s), "s", 1);
    body.define(axisOf(kk), "k", 1);
    const inside = both(
      op("bool", "lt", axisOf(s), dim(side.extent)),
      op("bool", "lt", axisOf(kk), kExtent),
    );
    const [row, column] = name === "a" ? [axisOf(s), axisOf(kk)] : [axisOf(kk), axisOf(s)];
    const value = element(kernel, operand, batch, row, column, inside);
    body.prepare([scope, inner], [value]);
    const lines = [
      `for (var e = i32(lane); e < ${edge * DEPTH}; e += ${threads}) {`,
      `let side = ${sideText};`,
      `let depth = ${kText};`,
      `let s = ${tile} * ${edge} + side;`,
      "let k = k0 + depth;",
      ...inner.lines,
      `${name}_tile[depth * ${pitch(edge)} + side] = ` +
        `${castText(value.type, dtype, body.text(value))};`,
      "}",
    ];
    return lines;
  };
  const filling = [...fill("a", a, m, rowTile), ...fill("b", b, n, columnTile)];
  body.leaveStage();
  const at = (name: string, i: number): string => `${name}[at_${name[0]} + ${i}]`;
  const four = [0, 1, 2, 3];
  scope.lines.push(
    `for (var k0 = 0; k0 < ${body.text(kExtent)}; k0 += ${DEPTH}) {`,
    ...filling,
    "workgroupBarrier();",
    `for (var depth = 0; depth < ${DEPTH}; depth++) {`,
    `let at_a = depth * ${pitch(edge)} + row;`,
    `let at_b = depth * ${pitch(edge)} + column;`,
    `let b = ${vector}(${four.map((i) => at("b_tile", i)).join(", ")});`,
    ...four.map((r) => `acc${r} += ${at("a_tile", r)} * b;`),
    "}",
    "workgroupBarrier();",
    "}",
  );
}

/** Element (batch…, row, column) of an operand; 0 where the guard is false. */
function element(
  kernel: DotKernel,
  operand: Operand,
  batch: readonly Axis[],
  row: Expression,
  column: Expression,
  guard: Expression | null = null,
): Expression {
  const terms = [
    dim(operand.offset),
    ...batch.map((axis, i) => multiplyIndex(axisOf(axis), dim(operand.batch[i]!))),
    multiplyIndex(row, dim(operand.row)),
    multiplyIndex(column, dim(operand.column)),
  ];
  const at = terms.reduce(addIndex);
  return load(kernel.params[operand.param]!.dtype, operand.param, at, guard);
}

/** The function that stores one element of the product, unless it lies outside. */
function epilogue(kernel: DotKernel, layout: Layout): string[] {
  const { batch, m, n, dtype, stores } = kernel;
  const body = new Body(kernel.params, layout);
  const scope: Scope = { lines: [], depth: 0 };
  const names = batch.map((_, i) => `batch${i}`);
  batch.forEach((axis, i) => {
    body.define(axisOf(axis), names[i]!);
  });
  body.define(axisOf(m), "m");
  body.define(axisOf(n), "n");
  body.define(result(dtype, "dot"), "product");
  const [rows, columns] = [m, n].map(({ extent }) => body.text(dim(extent)));
  scope.lines.push(`if (m >= ${rows} || n >= ${columns}) {`, "return;", "}");
  const roots = stores.flatMap(({ index: at, value, guard }) =>
    guard ? [at, guard, value] : [at, value],
  );
  body.prepare([scope], roots);
  for (const store of stores) scope.lines.push(...body.store(store));
  const positions = [...names, "m", "n"].map((name) => `${name}: i32`).join(", ");
  return [`fn finish(${positions}, product: ${registerOf(dtype)}) {`, indent(scope.lines), "}"];
}
