import { inspect } from "node:util";
import { escapeControls, escapeHtml } from "./escape.js";
import { type Entry, entryFormat } from "./numbers.js";
import { page } from "./style.js";

type Scalar = string | number | boolean | bigint | Date | null | undefined;
export type Rows = readonly Readonly<Record<string, Scalar>>[];

/** More rows than this are cut to their edges. */
const longestTable = 60;
const edgeRows = 10;
const widestCell = 60;
const mostColumns = 40;

/**
 * `value` as rows of a table where it is one: a non-empty array of plain objects whose fields are
 * all scalars; otherwise null. Fields behind getters do not count: showing must not run code.
 */
export function asRows(value: unknown): Rows | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const isTable = value.findIndex((row) => !isFlat(row)) < 0; // `every` would leave holes out
  return isTable && columnsOf(value).length > 0 ? value : null;
}

function isFlat(value: unknown): value is Readonly<Record<string, Scalar>> {
  return fieldsOf(value)?.every(([, field]) => isScalar(field)) ?? false;
}

/** The fields of a plain object; null for anything else, and where a field is a getter. */
export function fieldsOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== "object" || value === null) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return null;
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value));
  if (fields.some(([, field]) => !("value" in field))) return null;
  return fields.map(([name, field]) => [name, field.value]);
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || value instanceof Date || !/^(object|function|symbol)$/.test(typeof value);

/** The table in both forms. */
export function rowsBundle(rows: Rows): { "text/plain": string; "text/html": string } {
  const columns = columnsOf(rows);
  const shown =
    rows.length <= longestTable ? rows : [...rows.slice(0, edgeRows), ...rows.slice(-edgeRows)];
  const cut = shown.length < rows.length ? edgeRows : null;
  const cells = columns.map((column) => columnText(shown.map((row) => row[column])));
  const size = `${rows.length} rows × ${columns.length} columns`;
  return {
    "text/plain": textTable(columns, cells, cut) + (cut === null ? "" : `\n\n${size}`),
    "text/html": page(
      htmlTable(columns, cells, cut) + (cut === null ? "" : `<div class="hy-head">${size}</div>`),
    ),
  };
}

interface Column {
  readonly texts: readonly string[];
  readonly numeric: boolean;
}

function columnsOf(rows: Rows): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names].slice(0, mostColumns);
}

/** Numbers of a column share one format; missing values stay empty. */
function columnText(values: readonly Scalar[]): Column {
  const present = values.filter((value) => value !== undefined && value !== null);
  const numeric = present.length > 0 && present.every(isNumber);
  if (!numeric) return { texts: values.map(scalarCell), numeric };
  const whole = present.every((value) => typeof value === "bigint" || Number.isInteger(value));
  const write = entryFormat(whole ? "i64" : "f64", present as readonly Entry[], { precision: 6 });
  return { texts: values.map((value) => (isNumber(value) ? write(value) : "")), numeric };
}

const isNumber = (value: Scalar): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

function scalarCell(value: Scalar): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : inspect(value);
  const line = escapeControls(text).replace(/\s+/g, " ");
  return line.length > widestCell ? `${line.slice(0, widestCell - 1)}…` : line;
}

function textTable(names: readonly string[], columns: readonly Column[], cut: number | null) {
  const padded = columns.map(({ texts, numeric }, place) => {
    const name = scalarCell(names[place]);
    const width = Math.max(name.length, ...texts.map((text) => text.length));
    return [name, ...texts].map((text) => (numeric ? text.padStart(width) : text.padEnd(width)));
  });
  const lines = padded[0].map((_, line) => padded.map((column) => column[line]).join("  "));
  if (cut !== null)
    lines.splice(cut + 1, 0, padded.map((column) => "⋮".padStart(column[0].length)).join("  "));
  return lines.map((line) => line.trimEnd()).join("\n");
}

function htmlTable(names: readonly string[], columns: readonly Column[], cut: number | null) {
  const side = ({ numeric }: Column): string => (numeric ? "" : ' class="hy-l"');
  const head = columns.map(
    (column, place) =>
      `<th scope="col"${side(column)}>${escapeHtml(scalarCell(names[place]))}</th>`,
  );
  const rows = columns[0].texts.map((_, row) => {
    const cells = columns.map(
      (column) => `<td${side(column)}>${escapeHtml(column.texts[row])}</td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  if (cut !== null) {
    rows.splice(cut, 0, `<tr>${columns.map(() => '<td class="hy-gap">⋮</td>').join("")}</tr>`);
  }
  return (
    `<div class="hy-scroll"><table class="hy-t hy-r"><thead><tr>${head.join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>`
  );
}
