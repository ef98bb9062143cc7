import { config } from "../../lang/config.js";
import { freeSymbols, isClosed } from "../../lang/evaluation.js";
import { formula, latex } from "../../lang/formula.js";
import type { Node } from "../../lang/graph.js";
import { formatShape } from "../../lang/size.js";
import { Tensor } from "../../lang/tensor.js";
import type { RunStats, Value } from "../../lang/value.js";
import type { MimeBundle } from "../types.js";
import { arrayText } from "./array.js";
import { arrayTable } from "./array-table.js";
import { diagram } from "./diagram.js";
import { duration } from "./duration.js";
import { escapeControls, escapeHtml } from "./escape.js";
import { mathml } from "./mathml.js";
import { scalarText } from "./numbers.js";
import { fieldsOf } from "./records.js";
import { page } from "./style.js";

/**
 * A closed tensor as its values and what they cost; a symbolic one as its formula and its graph.
 * Throws what computing the values throws.
 */
export function tensorBundle(tensor: Tensor): MimeBundle {
  const { node } = tensor;
  return isClosed(node) ? valueBundle(tensor.value(), titleOf(node)) : symbolicBundle(node);
}

/** Of a long formula, as many of its named parts are shown. */
const mostParts = 16;

/** The most tensors of a list that are shown one by one. */
const longestList = 16;

/** A list or a plain record of tensors, such as gradients or results; null for anything else. */
export function asTensors(value: unknown): readonly (readonly [string, Tensor])[] | null {
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value) && value.length > longestList) return null;
  const fields = Array.isArray(value) ? Object.entries(value) : fieldsOf(value);
  const fits = fields !== null && fields.length > 0 && fields.length <= longestList;
  return fits && fields.every(isTensorEntry) ? fields : null;
}

const isTensorEntry = (entry: readonly [string, unknown]): entry is [string, Tensor] =>
  entry[1] instanceof Tensor;

/** Each tensor under its name or position; graphs are left out. */
export function tensorsBundle(tensors: readonly (readonly [string, Tensor])[]): MimeBundle {
  const parts = tensors.map(([name, tensor]) => {
    const { node } = tensor;
    const shown = isClosed(node)
      ? tensorBundle(tensor).data
      : { "text/plain": symbolicText(node), "text/html": page(symbolicHtml(node)) };
    const label = `<div class="hy"><b>${escapeHtml(name)}</b></div>`;
    const text = `${escapeControls(name)}: ${shown["text/plain"]}`;
    return [text, `${label}${shown["text/html"]}`] as const;
  });
  return {
    data: {
      "text/plain": parts.map(([text]) => text).join("\n\n"),
      "text/html": parts.map(([, markup]) => markup).join(""),
    },
    metadata: {},
  };
}

/** Values with their dtype, shape, backend and costs; `title` is what kind of thing it is. */
function valueBundle(value: Value, title: string): MimeBundle {
  const type = `${value.dtype} ${formatShape(value.shape)}`;
  const costs = value.stats === undefined ? [] : costsOf(value.stats);
  const scalar = value.shape.length === 0 ? ` = ${scalarText(value.dtype, value.data[0])}` : "";
  const head = [escapeControls(`${title} ${type}`) + scalar, ...costs].join(" · ");
  const text = scalar === "" ? `${head}\n${arrayText(value)}` : head;
  const table = value.shape.length === 0 ? "" : arrayTable(value);
  const inline = scalar === "" ? "" : ` = <b>${escapeHtml(scalar.slice(3))}</b>`;
  const markup = page(headHtml(title, type + inline, costs) + table);
  return { data: { "text/plain": text, "text/html": markup }, metadata: {} };
}

/**
 * The backend, and what was spent on what: `cpu`, `build 0.1 ms`, …, `run 5 µs`. What a call found
 * done already is left out, and all times without `config.timings`.
 */
export function costsOf(stats: RunStats): string[] {
  const { backend, build, rewrite, compile, run, transfer, kernels, cached } = stats;
  const spent = (what: string, time: number): string[] =>
    time > 0 && config.timings ? [`${what} ${duration(time)}`] : [];
  const compiling = spent("compile", compile).map((cost) => cost + (cached ? " (cached)" : ""));
  return [
    backend,
    ...spent("build", build),
    ...spent("rewrite", rewrite),
    ...compiling,
    ...(config.timings ? [`run ${duration(run)}`] : []),
    ...spent("transfer", transfer),
    `${kernels} kernel${kernels === 1 ? "" : "s"}`,
  ];
}

/** The line above a tensor; `type` is HTML already, the title and the facts are text. */
function headHtml(title: string, type: string, facts: readonly string[]): string {
  const rest = facts.map((fact) => ` · ${escapeHtml(fact)}`).join("");
  return `<div class="hy-head">${escapeHtml(title)} <span class="hy-type">${type}</span>${rest}</div>`;
}

/** `Tensor`, or what it is called. */
function titleOf(node: Node): string {
  if (node.op === "shared") return `shared ${node.attrs.state.name}`.trimEnd();
  return "Tensor";
}

function symbolicBundle(node: Node): MimeBundle {
  const type = `${node.dtype} ${formatShape(node.shape)}`;
  if (node.op === "symbol") {
    const text = `symbol ${node.attrs.name || "(unnamed)"}`;
    return {
      data: {
        "text/plain": escapeControls(`${text} · ${type}`),
        "text/html": page(headHtml(text, escapeHtml(type), [])),
      },
      metadata: {},
    };
  }
  const drawing = diagram(node);
  const graph =
    `<details open><summary class="hy-head">graph</summary>` +
    `<div class="hy-scroll hy-tall">${drawing}</div></details>`;
  return {
    data: {
      "text/plain": symbolicText(node),
      "text/html": page(symbolicHtml(node) + graph),
      "text/latex": `$$${latex(node, mostParts)}$$`,
      "image/svg+xml": drawing,
    },
    metadata: {},
  };
}

function symbolicText(node: Node): string {
  const head = `Tensor ${node.dtype} ${formatShape(node.shape)} · ${symbolsOf(node)}`;
  return escapeControls(`${head}\n${formula(node, mostParts)}`);
}

/** The head and the formula. */
function symbolicHtml(node: Node): string {
  const type = escapeHtml(`${node.dtype} ${formatShape(node.shape)}`);
  const math = mathml(node, mostParts);
  return `${headHtml("Tensor", type, [symbolsOf(node)])}<div class="hy-scroll">${math}</div>`;
}

function symbolsOf(node: Node): string {
  const names = freeSymbols([node]).map((symbol) => symbol.attrs.name || "(unnamed)");
  return names.length === 0 ? "of unknown size" : `symbolic in ${names.join(", ")}`;
}
