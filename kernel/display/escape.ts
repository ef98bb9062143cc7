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

/** `text` as HTML or XML character data, also inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * C0 controls except tab and newline, DEL, and the C1 controls (0x9b alone starts a sequence in
 * some terminals); a carriage return would let data overwrite what stands to its left.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are the subject
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** `text` with control characters written out, `ESC` as `\x1b`, so that a terminal stays as it is. */
export function escapeControls(text: string): string {
  return text.replace(
    controls,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
