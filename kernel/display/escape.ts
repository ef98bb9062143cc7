/**
 * Text that comes from data, made harmless: nothing a user loads from a file or the network may
 * become markup in a notebook or a command to a terminal.
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * `text` as HTML or XML character data, also inside a quoted attribute. Its control characters are
 * written out: XML can hold none of them, and a drawing with one would not be shown at all.
 */
export function escapeHtml(text: string): string {
  return escapeControls(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * - C0 controls except tab and line ends, DEL, and the C1 controls (0x9b alone starts a sequence in
 *   some terminals); a lone carriage return would let data overwrite what stands to its left.
 * - Bidirectional embeddings, overrides and isolates, which show what follows in another order
 *   than it has (CVE-2021-42574).
 * - Halves of surrogate pairs and U+FFFE, U+FFFF, which neither UTF-8 nor XML has.
 */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are the subject
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\r(?!\n)|\p{Surrogate}/gu;

/**
 * `text` with control characters written out, `ESC` as `\x1b` and an override as `\u202e`, so that
 * a terminal stays as it is and the text can be seen for what it is.
 */
export function escapeControls(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.charCodeAt(0);
    const digits = code.toString(16);
    return code < 0x100 ? `\\x${digits.padStart(2, "0")}` : `\\u${digits}`;
  });
}

/** `text` with a `\ufffd` for each control character: every other one keeps its column. */
export function replaceControls(text: string): string {
  return text.replace(controls, "\ufffd");
}
