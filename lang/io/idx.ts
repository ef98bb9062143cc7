/**
 * The IDX format of the MNIST files: two zero bytes, a type, the number of axes, the sizes as
 * big-endian 32-bit integers, then the elements, big-endian and row-major.
 */
import { bytesOf, type DType, hostView } from "../dtype.js";
import { HypatiaError } from "../error.js";
import { hostValue, type Value } from "../value.js";
import { swapBytes } from "./npy.js";

const types = new Map<number, DType>([
  [0x08, "u8"],
  [0x09, "i8"],
  [0x0b, "i16"],
  [0x0c, "i32"],
  [0x0d, "f32"],
  [0x0e, "f64"],
]);

export const isIdx = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && types.has(bytes[2]);

/** The array in the bytes of an IDX file; `name` says in errors which file it was. */
export function parseIdx(bytes: Uint8Array, name = "idx"): Value {
  const dtype = types.get(bytes[2]);
  if (!isIdx(bytes) || !dtype)
    throw new HypatiaError(name, "this is not an IDX file", {
      got: `first bytes ${bytes.subarray(0, 4).join(" ") || "(empty)"}`,
      expected: `0 0, then a type (${[...types.keys()].join(", ")}), then the number of axes`,
    });
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw wrongLength(name, bytes.length, start, "the header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const length = shape.reduce((product, size) => product * size, 1);
  const end = start + length * bytesOf(dtype);
  if (bytes.length !== end)
    throw wrongLength(name, bytes.length, end, `${dtype} [${shape.join(", ")}]`);
  const content = new Uint8Array(bytes.subarray(start, end));
  swapBytes(content, bytesOf(dtype));
  return hostValue(dtype, shape, hostView(dtype, content.buffer));
}

const wrongLength = (name: string, got: number, expected: number, what: string): HypatiaError =>
  new HypatiaError(name, got < expected ? "the file is truncated" : "the file is too long", {
    got: `${got} bytes`,
    expected: `${expected} bytes for ${what}`,
    remedy: "download or write the file again",
  });

/** The bytes of an IDX file. Throws for dtypes that the format does not have. */
export function formatIdx({ dtype, shape, data }: Value, name = "idx"): Uint8Array<ArrayBuffer> {
  const type = [...types].find(([, each]) => each === dtype)?.[0];
  if (type === undefined)
    throw new HypatiaError(name, `an IDX file cannot hold ${dtype}`, {
      expected: [...types.values()].join(", "),
      remedy: "cast it first, or save it as .npy",
    });
  const content = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  swapBytes(content, bytesOf(dtype));
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + content.length);
  bytes.set([0, 0, type, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  bytes.set(content, start);
  return bytes;
}
