import type { Series } from "./series.js";

/** Dots of a braille character by row and column, as bits above U+2800. */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

export interface ChartOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Join neighbours by lines. Default true. */
  readonly lines?: boolean;
}

/**
 * The series drawn with braille dots between two labelled axes, for where there are no pictures.
 * Null when there is no finite point to draw.
 */
export function brailleChart(series: readonly Series[], options: ChartOptions = {}): string | null {
  const { columns = 60, rows = 10, lines = true } = options;
  const xScale = options.logX === true ? Math.log10 : Number;
  const yScale = options.logY === true ? Math.log10 : Number;
  const scaled = series.map(({ x, y }) =>
    x.map((value, i) => [xScale(value), yScale(y[i])] as const),
  );
  const finite = scaled.flat().filter(isFinitePoint);
  if (finite.length === 0) return null;
  const xs = extent(finite.map(([x]) => x));
  const ys = extent(finite.map(([, y]) => y));
  const canvas = new Canvas(columns, rows);
  const place = ([x, y]: Point): Point => [
    Math.round(share(x, xs) * (columns * 2 - 1)),
    Math.round((1 - share(y, ys)) * (rows * 4 - 1)),
  ];
  for (const points of scaled) {
    points.forEach((point, i) => {
      if (!isFinitePoint(point)) return;
      const before = points[i - 1];
      if (lines && before !== undefined && isFinitePoint(before))
        canvas.line(place(before), place(point));
      else canvas.set(place(point));
    });
  }
  const unscale = (value: number, log: boolean | undefined): string =>
    label(log === true ? 10 ** value : value);
  const [bottom, top] = ys.map((y) => unscale(y, options.logY));
  const [first, last] = xs.map((x) => unscale(x, options.logX));
  const margin = Math.max(top.length, bottom.length);
  const body = canvas.lines().map((line, row, all) => {
    const name = row === 0 ? top : row === all.length - 1 ? bottom : "";
    return `${name.padStart(margin)} ${name === "" ? "│" : "┤"}${line}`.trimEnd();
  });
  const axis = `${" ".repeat(margin)} └${"─".repeat(columns)}`;
  const names = first + last.padStart(columns - first.length);
  return [...body, axis, `${" ".repeat(margin + 2)}${names}`].join("\n");
}

type Point = readonly [x: number, y: number];

const isFinitePoint = ([x, y]: Point): boolean => Number.isFinite(x) && Number.isFinite(y);

function extent(values: readonly number[]): readonly [number, number] {
  let [low, high] = [values[0], values[0]];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Where a value lies between the ends; in the middle when they are the same. */
const share = (value: number, [low, high]: readonly [number, number]): number =>
  high > low ? (value - low) / (high - low) : 0.5;

/** Four digits are what a chart can be read to. */
export const label = (value: number): string => String(Number(value.toPrecision(4)));

class Canvas {
  readonly #cells: Uint8Array;
  readonly #columns: number;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#cells = new Uint8Array(columns * rows);
  }

  set([x, y]: Point): void {
    this.#cells[(y >> 2) * this.#columns + (x >> 1)] |= dots[y & 3][x & 1];
  }

  line([x0, y0]: Point, [x1, y1]: Point): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let step = 0; step <= steps; step++) {
      const at = step / steps;
      this.set([Math.round(x0 + at * (x1 - x0)), Math.round(y0 + at * (y1 - y0))]);
    }
  }

  lines(): string[] {
    const text = Array.from(this.#cells, (bits) =>
      bits === 0 ? " " : String.fromCharCode(0x2800 + bits),
    );
    const lines: string[] = [];
    for (let at = 0; at < text.length; at += this.#columns) {
      lines.push(text.slice(at, at + this.#columns).join(""));
    }
    return lines;
  }
}
