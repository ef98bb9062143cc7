/** Notebooks as files: nbformat 4 read, 4.5 written. */
import { randomBytes } from "node:crypto";
import type { CellError } from "../types.js";

type Json = Record<string, unknown>;

export type NotebookOutput =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string[] }
  | { output_type: "display_data"; data: Json; metadata: Json }
  | { output_type: "execute_result"; execution_count: number; data: Json; metadata: Json }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

export interface NotebookCell extends Json {
  cell_type: string;
  id: string;
  source: string | string[];
  metadata: Json;
  outputs?: NotebookOutput[];
  execution_count?: number | null;
}

export interface Notebook extends Json {
  cells: NotebookCell[];
  metadata: Json;
  nbformat: 4;
  nbformat_minor: number;
}

/** Checks as much of the format as running needs; throws what is wrong with it. */
export function parseNotebook(text: string): Notebook {
  const notebook = JSON.parse(text) as Partial<Notebook>;
  if (notebook.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new Error(`not a notebook of nbformat 4 (nbformat: ${notebook.nbformat})`);
  }
  for (const [i, cell] of notebook.cells.entries()) {
    const { source } = cell;
    if (typeof source !== "string" && !Array.isArray(source)) {
      throw new Error(`cell ${i + 1}: source is neither text nor lines`);
    }
    cell.id ??= randomBytes(4).toString("hex");
    cell.metadata ??= {};
  }
  notebook.metadata ??= {};
  // Cell ids exist from 4.5 on.
  notebook.nbformat_minor = Math.max(5, notebook.nbformat_minor ?? 0);
  return notebook as Notebook;
}

/** As Jupyter writes it: one space of indent, a newline at the end. */
export function printNotebook(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

export function sourceText({ source }: NotebookCell): string {
  return typeof source === "string" ? source : source.join("");
}

/** nbformat keeps long texts as lists of lines, each with its newline. */
export function toLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Text types as lists of lines, JSON types and pictures as they are. */
export function toMultiline(data: Readonly<Json>): Json {
  const entries = Object.entries(data).map(([type, value]) => {
    const isText = type.startsWith("text/") || type.endsWith("+xml") || type.endsWith("javascript");
    return [type, isText && typeof value === "string" ? toLines(value) : value];
  });
  return Object.fromEntries(entries);
}

export function errorOutput({ ename, evalue, traceback }: CellError): NotebookOutput {
  return { output_type: "error", ename, evalue, traceback: [...traceback] };
}
