/** The inner parts of matrix products in C: the register tile, and copies of operands. */
import type { DType } from "../../lang/dtype.js";
import type { Prelude } from "./c-prelude.js";

export interface TileShape {
  readonly dtype: DType;
  readonly lanes: number;
  readonly rows: number;
  readonly vectors: number;
  /** Text of a's strides along m and k, and of b's along k: a number or a C variable. */
  readonly strides: readonly string[];
  readonly bStride: string;
  /** Whether each call gets a copy of the code, so that its tile can stay in the registers. */
  readonly inline: boolean;
}

/**
 * Defines tile[i, v] (+)= Σ a[i, k] b[k, v] over `count` steps of k; `add` continues a sum. Known
 * strides are part of the code, others are passed after the call's first four arguments.
 */
export function tileDefinition(
  prelude: Prelude,
  shape: TileShape,
): { call: string; passes: string[] } {
  const { dtype, lanes, rows, vectors, inline } = shape;
  const t = prelude.vector(dtype, lanes);
  const names = ["am", "ak", "bk"];
  const given = [...shape.strides, shape.bStride];
  const isKnown = given.map((text) => /^\d+$/.test(text));
  const [am, ak, bk] = given.map((text, i) => (isKnown[i] ? text : names[i]));
  const call = `${inline ? "inline_" : ""}tile_${dtype}_${rows}x${vectors}_${[am, ak, bk].join("_")}_${lanes}`;
  const passes = given.filter((_, i) => !isKnown[i]);
  prelude.define(call, () => {
    const sums = range(rows).map((i) => range(vectors).map((v) => `c${i}_${v}`));
    const extra = names.filter((_, i) => !isKnown[i]).map((name) => `, idx ${name}`);
    const start = (i: number, v: number) =>
      `  ${t} c${i}_${v} = add ? tile[${i * vectors + v}] : (${t}){};`;
    return [
      `static ${inline ? "inline __attribute__((always_inline))" : "__attribute__((noinline))"} void ${call}(const ${dtype} *a, const ${dtype} *b, idx count, ` +
        `int add${extra.join("")}, ${t} *tile) {`,
      ...range(rows).flatMap((i) => range(vectors).map((v) => start(i, v))),
      "  for (idx k = 0; k < count; k++) {",
      `    const ${t} ${range(vectors)
        .map((v) => `b${v} = *(const ${t}_u *)(b + ${v * lanes})`)
        .join(", ")};`,
      ...sums.map(
        (row, i) =>
          `    { const ${dtype} x = a[${i} * ${am}]; ${row.map((c, v) => `${c} += x * b${v};`).join(" ")} }`,
      ),
      `    a += ${ak}, b += ${bk};`,
      "  }",
      ...sums.flatMap((row, i) => row.map((c, v) => `  tile[${i * vectors + v}] = ${c};`)),
      "}",
    ].join("\n");
  });
  return { call, passes };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Copies of operands in the order in which the tile reads them, with zeros where there is nothing. */
export const panelDefinition = {
  /** `have` rows of a, `count` deep, as p[k][row]. */
  rows: (name: string, dtype: DType, rows: number): string =>
    [
      `static void ${name}(${dtype} *restrict p, const ${dtype} *a, idx am, idx ak, idx have, idx count) {`,
      "  for (idx i = 0; i < have; i++)",
      `    for (idx k = 0; k < count; k++) p[k * ${rows} + i] = a[i * am + k * ak];`,
      `  for (idx i = have; i < ${rows}; i++)`,
      `    for (idx k = 0; k < count; k++) p[k * ${rows} + i] = 0;`,
      "}",
    ].join("\n"),
  /** `have` columns of b, `count` deep, as p[k][column]; along whichever way b is contiguous. */
  columns: (name: string, dtype: DType, columns: number, lanes: number, t: string): string =>
    [
      `static void ${name}(${dtype} *restrict p, const ${dtype} *b, idx bk, idx bn, idx have, idx count) {`,
      "  if (bn == 1) {",
      "    for (idx k = 0; k < count; k++)",
      `      for (int v = 0; v < ${columns}; v += ${lanes})`,
      `        *(${t} *)(p + k * ${columns} + v) = *(const ${t}_u *)(b + k * bk + v);`,
      "    return;",
      "  }",
      "  for (idx j = 0; j < have; j++)",
      `    for (idx k = 0; k < count; k++) p[k * ${columns} + j] = b[k * bk + j * bn];`,
      `  for (idx j = have; j < ${columns}; j++)`,
      `    for (idx k = 0; k < count; k++) p[k * ${columns} + j] = 0;`,
      "}",
    ].join("\n"),
};
