import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import type { TensorData } from "../../lang/data.js";
import { formatShape } from "../../lang/size.js";
import type { Tensor } from "../../lang/tensor.js";
import { type ColormapName, colormapNames, isColormap } from "./colormap.js";
import { escapeControls, escapeHtml } from "./escape.js";
import {
  enlarged,
  type Pictures,
  type Pixels,
  picturesOf,
  rangeOf,
  rendered,
  shadeText,
  tiled,
} from "./pixels.js";
import { Rich, toHtml } from "./rich.js";
import { hostValueOf } from "./series.js";
import { page } from "./style.js";

export interface ImageOptions {
  /** Screen pixels per value, a whole number ≥ 1. Default: small pictures are enlarged. */
  readonly scale?: number;
  /** Colours for pictures with one channel. Default `"gray"`. */
  readonly colormap?: ColormapName;
  /** The value shown by the lowest colour, and by the highest. */
  readonly min?: number;
  readonly max?: number;
  /** Pictures of a batch per row. Default: as many as fit. */
  readonly columns?: number;
  /** A line under each picture of a batch, or under the one. */
  readonly captions?: readonly unknown[];
}

/** Pictures smaller than this are enlarged by a whole factor. */
const comfortable = { single: 112, tile: 56 } as const;
const rowWidth = 720;
const gap = 4;
/** A notebook is no place for more pictures than one can look at. */
const mostPictures = 400;

/**
 * A picture, or a batch of them in a grid: PNG, with captions an HTML grid beside it, and shades
 * of characters where there is only text.
 *
 * - Data: `[h, w]`, `[h, w, c]` with c = 1 (gray), 3 (RGB) or 4 (RGBA), or a batch `[n, …]` of
 *   those; a closed tensor, nested arrays, or rows of typed arrays. Bytes go from 0 to 255 and
 *   colours in floats from 0 to 1; other values are stretched from their smallest to their
 *   largest, unless `min` and `max` say otherwise.
 * - A path to a PNG, JPEG, GIF, WebP or SVG file, or the bytes of such a file: shown as it is.
 *
 * @example
 * image(digits, { captions: labels })           // f32 [20, 28, 28]
 * image(weights, { colormap: "diverging" })     // blue below 0, red above
 * image("figures/model.png")
 */
export function image(source: TensorData | Tensor | string, options: ImageOptions = {}): Rich {
  if (typeof source === "string") return file(readFileSync(source), source);
  if (source instanceof Uint8Array) return file(source, "these bytes");
  const value = hostValueOf("image", source);
  const pictures = picturesOf(value);
  if (pictures === null) {
    throw new TypeError(
      `image: cannot draw ${value.dtype} ${formatShape(value.shape)}; expected [h, w], ` +
        "[h, w, 1 | 3 | 4] or a batch [n, …] of those, without empty axes. Reshape it first",
    );
  }
  return pictureGrid(pictures, checked(options));
}

function checked(options: ImageOptions): ImageOptions {
  const { scale = 1, columns = 1, colormap = "gray" } = options;
  for (const [name, count] of Object.entries({ scale, columns })) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`image: ${name} is ${count}; expected a whole number ≥ 1`);
    }
  }
  if (!isColormap(colormap)) {
    throw new RangeError(
      `image: unknown colormap ${JSON.stringify(colormap)}; there are ${colormapNames.join(", ")}`,
    );
  }
  return options;
}

function pictureGrid(pictures: Pictures, options: ImageOptions): Rich {
  const { captions = [], colormap = "gray" } = options;
  const look = { ...options, colormap };
  const shown = rendered({ ...pictures, count: Math.min(pictures.count, mostPictures) }, look);
  const batch = pictures.count > 1;
  const { width, height } = pictures;
  const goal = batch ? comfortable.tile : comfortable.single;
  const scale = options.scale ?? Math.max(1, Math.floor(goal / Math.max(width, height)));
  const fitting = Math.max(1, Math.floor((rowWidth + gap) / (width * scale + gap)));
  const columns = Math.min(options.columns ?? fitting, shown.length);
  const large = shown.map((each) => enlarged(each, scale));
  const png = base64(tiled(large, columns, gap));
  const data = {
    "image/png": png,
    "text/plain": pictureText(pictures, shown, captions, look),
  };
  const grid = captions.length > 0 ? { "text/html": captioned(large, captions, columns) } : {};
  return new Rich({ data: { ...data, ...grid }, metadata: {} });
}

function captioned(pictures: readonly Pixels[], captions: readonly unknown[], columns: number) {
  const figures = pictures.map((picture, at) => {
    const caption = toHtml(captions[at]);
    const { width, height } = picture;
    const name = escapeHtml(`picture ${at}`);
    return (
      `<figure><img alt="${name}" width="${width}" height="${height}" ` +
      `src="data:image/png;base64,${base64(picture)}"><figcaption>${caption}</figcaption></figure>`
    );
  });
  return page(
    `<div class="hy-tiles" style="grid-template-columns:repeat(${columns},max-content)">` +
      `${figures.join("")}</div>`,
  );
}

const require = createRequire(import.meta.url);

/** The encoder is loaded with the first picture: it takes as long as the rest of the display. */
function base64({ width, height, data }: Pixels): string {
  const { encode }: typeof import("fast-png") = require("fast-png");
  return Buffer.from(encode({ width, height, data, channels: 4, depth: 8 })).toString("base64");
}

/** What it is, and the first pictures in characters. */
function pictureText(
  pictures: Pictures,
  shown: readonly Pixels[],
  captions: readonly unknown[],
  look: { readonly colormap: ColormapName; readonly min?: number; readonly max?: number },
): string {
  const { count, width, height, channels, value } = pictures;
  const [low, high] = rangeOf(pictures, look).map((end) => Number(end.toPrecision(4)));
  const kind = { 1: look.colormap, 3: "RGB", 4: "RGBA" }[channels];
  const many = count === 1 ? "" : `${count} × `;
  const cut = count > shown.length ? ` · the first ${shown.length} shown` : "";
  const head = `image ${many}${height} × ${width} ${kind} · ${value.dtype}, ${low} … ${high}${cut}`;
  const side = Math.max(1, Math.min(shown.length, Math.floor(74 / (width + 2))));
  const row = shadeText(tiled(shown.slice(0, side), side, side === 1 ? 0 : 2));
  const names = captions.slice(0, side).map((caption) =>
    escapeControls(String(caption))
      .replace(/\s+/g, " ")
      .padEnd(width + 2),
  );
  return [head, row, names.join("").trimEnd()].filter((part) => part.trim() !== "").join("\n");
}

/** Formats by their first bytes. */
const signatures: readonly (readonly [type: string, test: (head: string) => boolean])[] = [
  ["image/png", (head) => head.startsWith("\x89PNG\r\n\x1a\n")],
  ["image/jpeg", (head) => head.startsWith("\xff\xd8\xff")],
  ["image/gif", (head) => /^GIF8[79]a/.test(head)],
  ["image/webp", (head) => /^RIFF.{4}WEBP/s.test(head)],
  [
    "image/svg+xml",
    (head) => /^\s*(<\?xml[\s\S]*?\?>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE svg|<svg)/.test(head),
  ],
];

function file(bytes: Uint8Array, name: string): Rich {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  const type = signatures.find(([, test]) => test(head))?.[0];
  if (type === undefined) {
    const what = extname(name) === "" ? name : `${name} (${extname(name)})`;
    throw new TypeError(
      `image: ${what} is none of PNG, JPEG, GIF, WebP and SVG; ` +
        "pass values with their shape, for example tensor(bytes, { shape: [28, 28] })",
    );
  }
  const content = Buffer.from(bytes).toString(type === "image/svg+xml" ? "utf8" : "base64");
  const text = `[${type}, ${bytes.length} bytes]`;
  return new Rich({ data: { [type]: content, "text/plain": text }, metadata: {} });
}
