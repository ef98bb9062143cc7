import {
  type ArrayOptions,
  type HostArray,
  rowMajorStrides,
  shownEntries,
  shownIndices,
} from "./array.js";
import { escapeHtml } from "./escape.js";
import { type Entry, type EntryFormat, entryFormat } from "./numbers.js";

/** An axis of a table longer than this is cut to its edges; the text form beside it shows more. */
const longestAxis = { columns: 14, rows: 14, slices: 4 } as const;
const edges = { columns: 5, rows: 5, slices: 2 } as const;

/**
 * The values of an array with at least one axis as an HTML table: a vector as one row, a matrix as rows and columns with their
 * indices, more axes as slices side by side. Numbers share one format and align.
 */
export function arrayTable(array: HostArray, options: ArrayOptions = {}): string {
  const { shape, dtype } = array;
  if (shape.includes(0)) return '<span class="hy-head">no entries</span>';
  const edge = (axis: number): number => axisEdge(shape, axis);
  const entries = shownEntries(array, edge);
  const format = { precision: 4, suppress: fitsDecimals(entries), ...options };
  const write = entryFormat(dtype, entries, format);
  const grid = { array, strides: rowMajorStrides(shape), edge, write };
  const body = shape.length <= 2 ? table(grid, 0) : slices(grid);
  return `<div class="hy-scroll">${body}</div>`;
}

/** Whether the largest entries can be read without exponents; small ones are then near zero. */
function fitsDecimals(entries: readonly Entry[]): boolean {
  const sizes = entries.map((entry) => Math.abs(Number(entry))).filter(Number.isFinite);
  const largest = Math.max(...sizes);
  return largest >= 1e-2 && largest < 1e5;
}

interface Grid {
  readonly array: HostArray;
  readonly strides: readonly number[];
  readonly edge: (axis: number) => number;
  readonly write: EntryFormat;
}

/** How many entries each end of an axis shows, `Infinity` for all. */
function axisEdge(shape: readonly number[], axis: number): number {
  const place = shape.length - 1 - axis;
  const kind = place === 0 ? "columns" : place === 1 ? "rows" : "slices";
  return shape[axis] <= longestAxis[kind] ? Number.POSITIVE_INFINITY : edges[kind];
}

/** The last one or two axes, from `offset` in the buffer. */
function table({ array, strides, edge, write }: Grid, offset: number): string {
  const { shape, data } = array;
  const last = shape.length - 1;
  const columns = shownIndices(shape[last], edge(last));
  const rows = last === 0 ? [0] : shownIndices(shape[last - 1], edge(last - 1));
  const head = columns.map((column) => `<th scope="col">${column ?? "⋯"}</th>`).join("");
  const corner = last === 0 ? "" : "<td></td>";
  const body = rows.map((row) => {
    const label = last === 0 ? "" : `<th scope="row">${row ?? "⋮"}</th>`;
    const cells = columns.map((column) => {
      if (row === null || column === null) return gap(row, column);
      const start = last === 0 ? offset : offset + row * strides[last - 1];
      return `<td>${escapeHtml(entryText(write, data[start + column]))}</td>`;
    });
    return `<tr>${label}${cells.join("")}</tr>`;
  });
  return (
    `<table class="hy-t"><thead><tr>${corner}${head}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table>`
  );
}

/**
 * With as many digits as the others, which is easier to read down a column than NumPy's blanks;
 * without the bare point of integers held as floats.
 */
const entryText = (write: EntryFormat, entry: Entry): string =>
  write(entry)
    .replace(/(?<=\..*) /g, "0")
    .replace(/\.(?=e|$)/, "");

const gap = (row: number | null, column: number | null): string =>
  `<td class="hy-gap">${row === null ? (column === null ? "⋱" : "⋮") : "⋯"}</td>`;

/** All matrices of a stack, each under the index that picks it. */
function slices(grid: Grid): string {
  const { shape } = grid.array;
  const parts: string[] = [];
  const walk = (depth: number, start: number, picked: readonly string[]): void => {
    if (depth === shape.length - 2) {
      parts.push(
        `<figure><figcaption>[${[...picked, ":", ":"].join(", ")}]</figcaption>` +
          `${table(grid, start)}</figure>`,
      );
      return;
    }
    for (const index of shownIndices(shape[depth], grid.edge(depth))) {
      if (index === null) parts.push("<figure><figcaption>⋯</figcaption></figure>");
      else walk(depth + 1, start + index * grid.strides[depth], [...picked, String(index)]);
    }
  };
  walk(0, 0, []);
  return `<div class="hy-slices">${parts.join("")}</div>`;
}
