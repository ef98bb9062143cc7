/**
 * Cursor positions: Jupyter counts Unicode code points, JavaScript counts UTF-16 units. They
 * differ after every astral character (an emoji, 𝑥); the wire is where one becomes the other.
 */

/** The UTF-16 offset of a position in code points; clamped to the text. */
export function toUtf16(text: string, codePoints: number): number {
  let offset = 0;
  for (let left = codePoints; left > 0 && offset < text.length; left--) {
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return offset;
}

/** The position in code points of a UTF-16 offset; one inside a pair counts as after it. */
export function toCodePoints(text: string, offset: number): number {
  let count = 0;
  for (let at = 0; at < offset && at < text.length; count++) {
    at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  }
  return count;
}
