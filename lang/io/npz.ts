/** NumPy's .npz format: a zip archive of .npy files. */
import { unzipSync, zipSync } from "fflate";
import { HypatiaError } from "../error.js";
import type { Value } from "../value.js";
import { formatNpy, parseNpy } from "./npy.js";

export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** The arrays in the bytes of an .npz file by name; `name` says in errors which file it was. */
export function parseNpz(bytes: Uint8Array, name = "npz"): Record<string, Value> {
  if (!isZip(bytes))
    throw new HypatiaError(name, "this is not an .npz file", { expected: "a zip archive" });
  const entries = unzip(bytes, name);
  return Object.fromEntries(
    Object.entries(entries).map(([file, content]) => [
      file.replace(/\.npy$/, ""),
      parseNpy(content, `${name}: ${file}`),
    ]),
  );
}

function unzip(bytes: Uint8Array, name: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter: ({ name: file }) => file.endsWith(".npy") });
  } catch (error) {
    throw new HypatiaError(name, "the archive is damaged or truncated", {
      got: `${bytes.length} bytes; ${error instanceof Error ? error.message : String(error)}`,
      expected: "a complete zip archive",
      remedy: "download or write the file again",
    });
  }
}

/** The bytes of an .npz file; compressed (as `numpy.savez_compressed` does) unless told not to. */
export function formatNpz(
  values: Readonly<Record<string, Value>>,
  { compress = true }: { readonly compress?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const files = Object.entries(values).map(([name, value]) => [`${name}.npy`, formatNpy(value)]);
  return zipSync(Object.fromEntries(files), { level: compress ? 6 : 0 });
}
