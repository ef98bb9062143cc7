/** Tensors from and to files: .npy, .npz, and IDX, each also gzipped. */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "fflate";
import { HypatiaError } from "../error.js";
import { ofValue, type Tensor } from "../tensor.js";
import type { Value } from "../value.js";
import { formatIdx, isIdx, parseIdx } from "./idx.js";
import { formatNpy, isNpy, parseNpy } from "./npy.js";
import { formatNpz, isZip, parseNpz } from "./npz.js";

/**
 * The tensor in a file: NumPy's .npy or IDX (the format of MNIST), plain or gzipped. The content
 * decides, not the name. Throws if the file is truncated or of another kind.
 *
 * @example
 * const images = load("train-images-idx3-ubyte.gz"); // u8 [60000, 28, 28]
 */
export function load(path: string): Tensor {
  const bytes = read(path);
  if (isNpy(bytes)) return ofValue(parseNpy(bytes, path));
  if (isIdx(bytes)) return ofValue(parseIdx(bytes, path));
  throw new HypatiaError("load", `${path} is not a file of one tensor`, {
    got: isZip(bytes) ? "a zip archive" : `first bytes ${bytes.subarray(0, 8).join(" ")}`,
    expected: "a .npy or IDX file, plain or gzipped",
    remedy: isZip(bytes)
      ? "loadArchive(path) reads .npz files"
      : isText(bytes)
        ? 'it is text: take readFileSync(path, "utf8") of node:fs apart into arrays, for tensor'
        : "check what the file is",
  });
}

/** Whether a file begins as text does: without control characters but tabs and new lines. */
const isText = (bytes: Uint8Array): boolean =>
  bytes.length > 0 && bytes.subarray(0, 256).every((byte) => byte >= 32 || (byte > 8 && byte < 14));

/**
 * The tensors in an .npz file, by name.
 *
 * @example
 * const { w, b } = loadArchive("weights.npz");
 */
export function loadArchive(path: string): Record<string, Tensor> {
  const values = parseNpz(read(path), path);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, ofValue(value)]));
}

/**
 * Writes a closed tensor to a file, as .npy, or as IDX where the name says so
 * (`…-idx3-ubyte`, `….idx`); gzipped if it ends in `.gz`.
 *
 * @example
 * save("weights.npy", w);
 */
export function save(path: string, x: Tensor): void {
  const name = path.replace(/\.gz$/, "");
  const isIdxName = /\.idx$|-idx\d+-\w+$/.test(name);
  if (!isIdxName && !name.endsWith(".npy"))
    throw new HypatiaError("save", `the name ${path} does not say which format to write`, {
      expected: "a name that ends in .npy or .idx, with .gz where it should be compressed",
      remedy: "saveArchive(path, { name: tensor }) writes .npz files",
    });
  const value: Value = x.value();
  const bytes = isIdxName ? formatIdx(value, path) : formatNpy(value);
  writeFileSync(path, path.endsWith(".gz") ? gzipSync(bytes) : bytes);
}

/**
 * Writes closed tensors to an .npz file, compressed.
 *
 * @example
 * saveArchive("weights.npz", { w, b });
 */
export function saveArchive(path: string, tensors: Readonly<Record<string, Tensor>>): void {
  const values = Object.entries(tensors).map(([name, x]) => [name, x.value()] as const);
  writeFileSync(path, formatNpz(Object.fromEntries(values)));
}

function read(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new HypatiaError("load", `${path} is damaged or truncated`, {
      got: `${bytes.length} bytes; ${error instanceof Error ? error.message : String(error)}`,
      expected: "a complete gzip file",
      remedy: "download or write the file again",
    });
  }
}
