/** What an inspected name shows, for a terminal and as markdown. */
import { escapeControls } from "../display/escape.js";
import type { Inspection } from "../types.js";

/** The MIME data about a name; `value` is what it holds now, as text, or "". */
export function inspectionData(found: Inspection, value: string) {
  const { signature, documentation, source = "", declared } = found;
  const place = declared ? `declared in In [${declared.count}], line ${declared.line}` : "";
  const plain = [signature, documentation, value, place, source];
  const markdown = [
    fenced(signature, "typescript"),
    prose(documentation),
    fenced(value, ""),
    place,
    fenced(source, "typescript"),
  ];
  return {
    "text/plain": escapeControls(paragraphs(plain)),
    "text/markdown": escapeControls(paragraphs(markdown)),
  };
}

/** Code that stays code: the fence is longer than any run of backticks inside. */
function fenced(code: string, language: string): string {
  if (code === "") return "";
  const runs = code.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${code}\n${fence}`;
}

/** Comments mean `Array<T>` as it stands and bring no markup along; code is left alone. */
function prose(documentation: string): string {
  return documentation
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/<(?!https?:\/\/[^\s<>]*>)/g, "&lt;")))
    .join("");
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
