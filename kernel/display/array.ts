import { type Entry, entryFormat, type NumberOptions, scalarText } from "./numbers.js";

/** An array's values on the host: row-major and dense. */
export interface HostArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<Entry>;
}

export interface ArrayOptions extends NumberOptions {
  /** Above this many entries only the edges of each axis are shown. Default 1000. */
  readonly threshold?: number;
  /** How many entries of each edge a summary shows. Default 3. */
  readonly edgeItems?: number;
  /** Columns before a row wraps. Default 75. */
  readonly lineWidth?: number;
}

/**
 * The values as `numpy.array2string` writes them: nested brackets, one common number format, long
 * rows wrapped, large arrays cut to their edges.
 *
 * @example arrayText({ dtype: "f32", shape: [2, 2], data: [1, 2.5, 3, 4] })
 * // [[1.  2.5]
 * //  [3.  4. ]]
 */
export function arrayText(array: HostArray, options: ArrayOptions = {}): string {
  const { threshold = 1000, edgeItems = 3, lineWidth = 75 } = options;
  const { shape, data, dtype } = array;
  if (shape.length === 0) return scalarText(dtype, data[0] ?? 0);
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size === 0) return "[]";
  const edges = size > threshold ? edgeItems : Number.POSITIVE_INFINITY;
  const strides = rowMajorStrides(shape);
  const write = entryFormat(
    dtype,
    shownEntries(array, () => edges),
    options,
  );

  const walk = (axis: number, offset: number, indent: string, width: number): string => {
    if (axis === shape.length) return write(data[offset]);
    const inner = (index: number): string =>
      walk(axis + 1, offset + index * strides[axis], `${indent} `, width - 1);
    const indices = shownIndices(shape[axis], edges);
    if (axis < shape.length - 1) {
      const gap = "\n".repeat(shape.length - 1 - axis);
      const rows = indices.map((index) => indent + (index === null ? "..." : inner(index)));
      return `[${rows.join(gap).slice(indent.length)}]`;
    }
    const words = indices.map((index) => (index === null ? "..." : inner(index)));
    return `[${wrap(words, indent, width - 1).slice(indent.length)}]`;
  };
  return walk(0, 0, " ", lineWidth);
}

/** Words with single spaces between, broken before `width` columns, each line after `indent`. */
function wrap(words: readonly string[], indent: string, width: number): string {
  const lines: string[] = [];
  let line = indent;
  words.forEach((word, place) => {
    if (line.length + word.length > width && line.length > indent.length) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += place < words.length - 1 ? `${word} ` : word;
  });
  return [...lines, line].join("\n");
}

/** The indices of an axis that are shown, `null` where some are left out. */
export function shownIndices(extent: number, edge: number): readonly (number | null)[] {
  if (extent <= 2 * edge) return Array.from({ length: extent }, (_, index) => index);
  const head = Array.from({ length: edge }, (_, index) => index);
  return [...head, null, ...head.map((index) => extent - edge + index)];
}

/** The entries that are shown when axis `a` shows `edge(a)` at either end. */
export function shownEntries(array: HostArray, edge: (axis: number) => number): Entry[] {
  const strides = rowMajorStrides(array.shape);
  const entries: Entry[] = [];
  const walk = (axis: number, offset: number): void => {
    if (axis === array.shape.length) {
      entries.push(array.data[offset]);
      return;
    }
    for (const index of shownIndices(array.shape[axis], edge(axis))) {
      if (index !== null) walk(axis + 1, offset + index * strides[axis]);
    }
  };
  walk(0, 0);
  return entries;
}

/** How far apart neighbours along each axis lie in a dense row-major buffer. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  }
  return strides;
}
