/**
 * Small changes to a text, and where every column of the result comes from.
 *
 * No edit adds or removes a line break, so lines of the result are lines of the source; only
 * columns move, and only after an edit on the same line.
 */

/** `text` takes the place of `[start, end)`. Edits at one place apply in the order given. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The source offset that the new text stands for; `start` unless said otherwise. */
  readonly origin?: number;
}

/** `[line, generatedColumn, sourceLine, sourceColumn]`, all from 1; sorted. */
export type Segment = readonly [number, number, number, number];

export interface Edited {
  readonly text: string;
  readonly map: readonly Segment[];
}

export function applyEdits(source: string, edits: readonly Edit[]): Edited {
  if (edits.length === 0) return { text: source, map: [] };
  const sorted = edits
    .map((edit, order) => ({ ...edit, order }))
    // At one place, insertions come before the text that replaces what stood there.
    .sort(
      (a, b) =>
        a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start) || a.order - b.order,
    );
  const place = lineIndex(source);
  const map: Segment[] = [];
  let text = "";
  let position = 0;
  /** Length of `text` at the start of the current line. */
  let lineStart = 0;

  const copyTo = (end: number) => {
    const piece = source.slice(position, end);
    const lastBreak = /[\n\r\u2028\u2029][^\n\r\u2028\u2029]*$/.exec(piece);
    if (lastBreak !== null) lineStart = text.length + lastBreak.index + 1;
    text += piece;
    position = end;
  };

  for (const edit of sorted) {
    if (edit.start < position) {
      throw new Error(`internal: edits overlap at offset ${edit.start}`);
    }
    copyTo(edit.start);
    const { line } = place(edit.start);
    const origin = place(edit.origin ?? edit.start);
    for (let i = 0; i < edit.text.length; i++) {
      map.push([line, text.length - lineStart + i + 1, origin.line, origin.column]);
    }
    text += edit.text;
    position = edit.end;
    const next = place(edit.end);
    map.push([line, text.length - lineStart + 1, next.line, next.column]);
  }
  copyTo(source.length);
  return { text, map };
}

/** A function from offsets in `source` to lines and columns, both from 1. */
export function lineIndex(source: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (const match of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    starts.push(match.index + match[0].length);
  }
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}

/** The place in the source of a line and column of the generated text. */
export function originalPosition(
  map: readonly Segment[],
  line: number,
  column: number,
): { line: number; column: number } {
  let low = 0;
  let high = map.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const [l, c] = map[middle]!;
    if (l < line || (l === line && c <= column)) low = middle + 1;
    else high = middle;
  }
  const segment = map[low - 1];
  if (segment === undefined || segment[0] !== line) return { line, column };
  return { line: segment[2], column: segment[3] + column - segment[1] };
}

/**
 * The map of two steps, `second` after `first`. On lines that `second` does not mention, both
 * texts are the same, and `first` holds.
 */
export function composeMaps(second: readonly Segment[], first: readonly Segment[]): Segment[] {
  const through = second.map(([line, column, middleLine, middleColumn]): Segment => {
    const origin = originalPosition(first, middleLine, middleColumn);
    return [line, column, origin.line, origin.column];
  });
  const mentioned = new Set(second.map(([line]) => line));
  const rest = first.filter(([line]) => !mentioned.has(line));
  return [...through, ...rest].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}
