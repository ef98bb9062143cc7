import { inspect } from "node:util";
import type { MimeBundle } from "../types.js";
import { displaySymbol, toMimeBundle } from "./bundle.js";
import { plainText } from "./channel.js";
import { escapeControls, escapeHtml } from "./escape.js";

/** Something to be seen, made by `html`, `svg`, `image`, `plot`, …: a MIME bundle as a value. */
export class Rich {
  constructor(readonly bundle: MimeBundle) {}

  /** IPython's protocol, for it carries the metadata that Deno's leaves out. */
  _repr_mimebundle_(): readonly [MimeBundle["data"], MimeBundle["metadata"]] {
    return [this.bundle.data, this.bundle.metadata];
  }

  [displaySymbol](): MimeBundle["data"] {
    return this.bundle.data;
  }

  /** `console.log` shows the text. */
  [inspect.custom](): string {
    return plainText(this.bundle);
  }
}

/**
 * HTML to show. As a template tag it escapes every interpolated value, except what is HTML
 * already: results of `html`, `svg`, `image`, `plot` and other displays are put in as they are,
 * arrays one after the other, and `null`, `undefined` and `false` as nothing.
 *
 * @example
 * html`<b>${name}</b> scored ${score}`
 * html("<hr>")
 */
export function html(strings: TemplateStringsArray | string, ...values: unknown[]): Rich {
  const markup = typeof strings === "string" ? strings : weave(strings, values, toHtml);
  return rich({ "text/html": markup, "text/plain": strippedText(markup) });
}

/**
 * An SVG drawing to show; as a template tag it escapes what is interpolated, as `html` does.
 *
 * @example svg`<svg viewBox="0 0 10 10"><circle cx="5" cy="5" r="${radius}"/></svg>`
 */
export function svg(strings: TemplateStringsArray | string, ...values: unknown[]): Rich {
  const markup = typeof strings === "string" ? strings : weave(strings, values, toHtml);
  const title = /<title[^>]*>([^<]*)<\/title>/.exec(markup)?.[1]?.trim();
  return rich({ "image/svg+xml": markup, "text/plain": title ? `[${title}]` : "[SVG drawing]" });
}

/**
 * Markdown to show, with `$…$` for formulas. Backslashes of a template stay as they are typed;
 * HTML in what is interpolated is shown, not obeyed.
 *
 * @example markdown`The loss fell to **${loss.toFixed(3)}**, that is $-\log p$ of the right class.`
 */
export function markdown(strings: TemplateStringsArray | string, ...values: unknown[]): Rich {
  if (typeof strings !== "string") {
    const inert = (value: unknown) =>
      escapeControls(toText(value)).replace(/<(?=[a-z/!?])/gi, "&lt;");
    const text = escapeControls(weave(raw(strings), values, toText));
    return rich({ "text/markdown": weave(raw(strings), values, inert), "text/plain": text });
  }
  return rich({ "text/markdown": strings, "text/plain": escapeControls(strings) });
}

/**
 * A formula in LaTeX to show; without delimiters it is set as a display formula. Backslashes of a
 * template stay as they are typed.
 *
 * @example latex`\frac{\partial L}{\partial w} = x^\top (y - t)`
 */
export function latex(strings: TemplateStringsArray | string, ...values: unknown[]): Rich {
  const text = typeof strings === "string" ? strings : weave(raw(strings), values, toText);
  const formula = /^\s*(\$|\\\[|\\\(|\\begin)/.test(text) ? text : `$$${text}$$`;
  return rich({ "text/latex": formula, "text/plain": escapeControls(text) });
}

/**
 * Plain data as a tree to unfold. Throws `TypeError` for what JSON cannot hold.
 *
 * @example json({ layers: [784, 500, 10] })
 */
export function json(value: unknown, options: { expanded?: boolean } = {}): Rich {
  const text = JSON.stringify(value, null, 2);
  if (text === undefined) {
    throw new TypeError(
      `json: ${typeof value} is not data; pass an object, array, string or number`,
    );
  }
  return new Rich({
    data: { "application/json": JSON.parse(text), "text/plain": escapeControls(text) },
    metadata: { "application/json": { expanded: options.expanded ?? false } },
  });
}

const rich = (data: MimeBundle["data"]): Rich => new Rich({ data, metadata: {} });

function weave(
  strings: readonly string[],
  values: readonly unknown[],
  write: (value: unknown) => string,
): string {
  return strings.map((part, at) => part + (at < values.length ? write(values[at]) : "")).join("");
}

/** As typed, but for the two escapes a template itself needs. */
const raw = (strings: TemplateStringsArray): string[] =>
  strings.raw.map((part) => part.replace(/\\([`$])/g, "$1"));

function toText(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    const bundle = toMimeBundle(value);
    return bundle === null ? "" : plainText(bundle);
  }
  return String(value);
}

/** The value as HTML: its own where it has it, otherwise its text, escaped. */
export function toHtml(value: unknown): string {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value !== "object" && typeof value !== "function") return escapeHtml(String(value));
  const bundle = toMimeBundle(value);
  if (bundle === null) return "";
  const { data } = bundle;
  // Records and tensors are arrays with a look of their own; others are lists.
  if (Array.isArray(value) && data["text/html"] === undefined) return value.map(toHtml).join("");
  const markup = data["text/html"] ?? data["image/svg+xml"];
  if (typeof markup === "string") return markup;
  const png = data["image/png"];
  const text = plainText(bundle);
  if (typeof png !== "string") return escapeHtml(text);
  return `<img src="data:image/png;base64,${png}" alt="${escapeHtml(text.split("\n")[0] ?? "")}">`;
}

/** What is left of HTML in a terminal: its words. */
function strippedText(markup: string): string {
  const words = markup
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<br\s*\/?>|<\/(p|div|tr|li|h[1-6])\s*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&nbsp;/g, " ")
    .replace(/&amp;/g, "&");
  return escapeControls(words)
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}
