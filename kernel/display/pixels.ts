import type { DType } from "../../lang/dtype.js";
import { isFloat } from "../../lang/dtype.js";
import type { Value } from "../../lang/value.js";
import { type ColormapName, colormap } from "./colormap.js";

/** 8-bit RGBA, rows from the top, left to right. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface PixelOptions {
  readonly colormap: ColormapName;
  /** The values shown by the lowest and the highest colour. */
  readonly min?: number;
  readonly max?: number;
}

/** A batch of pictures as their values lie: `count` of `height` × `width` × `channels`. */
export interface Pictures {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  readonly value: Value;
}

/**
 * How the shape of a value is read: `[h, w]`, `[h, w, c]` with c = 1, 3 or 4, `[n, h, w]`,
 * `[n, h, w, c]`. A last axis of 1, 3 or 4 is taken for channels. Null for any other.
 */
export function picturesOf(value: Value): Pictures | null {
  const { shape } = value;
  const last = shape[shape.length - 1];
  const coloured = shape.length > 2 && (last === 1 || last === 3 || last === 4);
  const channels = coloured ? last : 1;
  const [height, width] = coloured ? shape.slice(-3, -1) : shape.slice(-2);
  const batch = shape.slice(0, coloured ? -3 : -2);
  if (shape.length < 2 || batch.length > 1 || shape.includes(0)) return null;
  return { count: batch[0] ?? 1, height, width, channels, value };
}

/** The values that the ends of the colour scale stand for. */
export function rangeOf(pictures: Pictures, options: PixelOptions): readonly [number, number] {
  const [low, high] = naturalRange(pictures, options.colormap);
  return [options.min ?? low, options.max ?? high];
}

/**
 * Bytes are 0 … 255 and truth values 0 … 1; colours in floats are 0 … 1, in integers 0 … 255.
 * Other values with one channel span what is there, symmetric about 0 on a diverging scale.
 */
function naturalRange({ value, channels }: Pictures, scale: ColormapName): [number, number] {
  const { dtype, data } = value;
  const fixed = fixedRange(dtype, channels);
  if (fixed !== null) return fixed;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const entry of data) {
    const number = Number(entry);
    if (!Number.isFinite(number)) continue;
    if (number < low) low = number;
    if (number > high) high = number;
  }
  if (low > high) return [0, 1];
  if (scale !== "diverging") return [low, high];
  const most = Math.max(Math.abs(low), Math.abs(high));
  return [-most, most];
}

function fixedRange(dtype: DType, channels: number): [number, number] | null {
  if (dtype === "bool") return [0, 1];
  if (dtype === "u8") return [0, 255];
  if (channels === 1) return null;
  return isFloat(dtype) ? [0, 1] : [0, 255];
}

/** Each picture in colours. NaN and infinities become transparent. */
export function rendered(pictures: Pictures, options: PixelOptions): Pixels[] {
  const { count, height, width, channels, value } = pictures;
  const [low, high] = rangeOf(pictures, options);
  const colours = colormap(options.colormap);
  /** 0 … 255; everything at the low end when there is no range. */
  const level = (entry: number): number =>
    high > low ? Math.min(255, Math.max(0, Math.round(((entry - low) / (high - low)) * 255))) : 0;
  return Array.from({ length: count }, (_, at) => {
    const data = new Uint8Array(height * width * 4);
    const start = at * height * width * channels;
    for (let pixel = 0; pixel < height * width; pixel++) {
      const from = start + pixel * channels;
      const entries = Array.from({ length: channels }, (_, c) => Number(value.data[from + c]));
      const [red, green, blue] =
        channels === 1 ? colours[level(entries[0]) || 0] : entries.map(level);
      const alpha = channels === 4 ? level(entries[3]) : 255;
      data.set([red, green, blue, entries.every(Number.isFinite) ? alpha : 0], pixel * 4);
    }
    return { width, height, data };
  });
}

/** Each pixel as a square of `scale` × `scale`. */
export function enlarged({ width, height, data }: Pixels, scale: number): Pixels {
  if (scale === 1) return { width, height, data };
  const larger = new Uint8Array(width * height * scale * scale * 4);
  const row = new Uint8Array(width * scale * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = data.subarray((y * width + x) * 4, (y * width + x + 1) * 4);
      for (let i = 0; i < scale; i++) row.set(colour, (x * scale + i) * 4);
    }
    for (let i = 0; i < scale; i++) larger.set(row, (y * scale + i) * row.length);
  }
  return { width: width * scale, height: height * scale, data: larger };
}

/** Pictures of one size in rows of `columns`, with transparent gaps between. */
export function tiled(pictures: readonly Pixels[], columns: number, gap: number): Pixels {
  const { width: w, height: h } = pictures[0];
  const rows = Math.ceil(pictures.length / columns);
  const width = columns * (w + gap) - gap;
  const height = rows * (h + gap) - gap;
  const data = new Uint8Array(width * height * 4);
  pictures.forEach((picture, at) => {
    const left = (at % columns) * (w + gap);
    const top = Math.floor(at / columns) * (h + gap);
    for (let y = 0; y < h; y++) {
      data.set(picture.data.subarray(y * w * 4, (y + 1) * w * 4), ((top + y) * width + left) * 4);
    }
  });
  return { width, height, data };
}

const shades = " ░▒▓█";
const mostColumns = 72;

/**
 * The picture in characters, about twice as high as wide: brightness as ink. Large pictures are
 * averaged down to 72 columns.
 */
export function shadeText({ width, height, data }: Pixels): string {
  const step = Math.max(1, width / mostColumns);
  const columns = Math.floor(width / step);
  const rows = Math.max(1, Math.floor(height / (2 * step)));
  const brightness = (pixel: number): number => {
    const [red, green, blue, alpha] = data.subarray(pixel * 4, pixel * 4 + 4);
    return ((0.2126 * red + 0.7152 * green + 0.0722 * blue) * alpha) / 255;
  };
  const mean = (row: number, column: number): number => {
    let [sum, count] = [0, 0];
    const bottom = Math.max(Math.floor((row + 1) * 2 * step), Math.floor(row * 2 * step) + 1);
    for (let y = Math.floor(row * 2 * step); y < Math.min(bottom, height); y++) {
      for (let x = Math.floor(column * step); x < Math.floor((column + 1) * step); x++) {
        sum += brightness(y * width + x);
        count++;
      }
    }
    return count === 0 ? 0 : sum / count;
  };
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const shade = Math.round((mean(row, column) / 255) * (shades.length - 1));
      return shades[shade];
    })
      .join("")
      .trimEnd(),
  ).join("\n");
}
