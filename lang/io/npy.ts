/**
 * NumPy's .npy format, versions 1 to 3: a magic number, a version, a header that is a Python dict
 * literal, then the elements. (numpy.lib.format; NEP 1.)
 */
import { bytesOf, type DType, hostArray, hostView, type TypedArray } from "../dtype.js";
import { HypatiaError } from "../error.js";
import { hostValue, type Value } from "../value.js";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY

/** NumPy's type codes without the byte order. */
const codes: Record<DType, string> = {
  bool: "b1",
  u8: "u1",
  u16: "u2",
  u32: "u4",
  u64: "u8",
  i8: "i1",
  i16: "i2",
  i32: "i4",
  i64: "i8",
  f32: "f4",
  f64: "f8",
};
const dtypeOfCode = new Map(Object.entries(codes).map(([dtype, code]) => [code, dtype as DType]));

export const isNpy = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);

/** The array in the bytes of a .npy file; `name` says in errors which file it was. */
export function parseNpy(bytes: Uint8Array, name = "npy"): Value {
  if (!isNpy(bytes))
    throw new HypatiaError(name, "this is not a .npy file", {
      got: `first bytes ${Array.from(bytes.subarray(0, 6), hex).join(" ") || "(empty)"}`,
      expected: `first bytes ${magic.map(hex).join(" ")}`,
    });
  const { text, end } = readHeader(bytes, name);
  const { dtype, swapped, fortran, shape } = parseHeader(text, name);
  const length = shape.reduce((product, size) => product * size, 1);
  const expected = length * bytesOf(dtype);
  if (bytes.length - end < expected)
    throw truncated(name, bytes.length, end + expected, `${dtype} [${shape.join(", ")}]`);
  // A copy: elements must be aligned, and the file's bytes are not kept alive by it. (The slice of
  // a Buffer would be no copy.)
  const content = new Uint8Array(bytes.subarray(end, end + expected));
  if (swapped) swapBytes(content, bytesOf(dtype));
  const data = hostView(dtype, content.buffer);
  return hostValue(dtype, shape, fortran ? rowMajor(data, dtype, shape) : data);
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

const truncated = (name: string, got: number, expected: number, what: string): HypatiaError =>
  new HypatiaError(name, "the file is truncated", {
    got: `${got} bytes`,
    expected: `${expected} bytes for ${what}`,
    remedy: "download or write the file again",
  });

function readHeader(bytes: Uint8Array, name: string): { text: string; end: number } {
  const major = bytes[6];
  if (major < 1 || major > 3)
    throw new HypatiaError(name, `version ${major} of the format is not supported`, {
      expected: "version 1, 2 or 3",
    });
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw truncated(name, bytes.length, start, "the header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < end) throw truncated(name, bytes.length, end, "the header");
  const encoding = major === 3 ? "utf-8" : "latin1";
  return { text: new TextDecoder(encoding).decode(bytes.subarray(start, end)), end };
}

interface Header {
  readonly dtype: DType;
  readonly swapped: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

function parseHeader(text: string, name: string): Header {
  const descr = /'descr'\s*:\s*'([<>|=])([a-zA-Z]\d*)'/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const sizes = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  const dtype = descr && dtypeOfCode.get(descr[2]);
  if (!dtype)
    throw new HypatiaError(name, "the elements have a dtype that Hypatia does not have", {
      got: excerpt(/'descr'\s*:\s*(\[.*\]|'[^']*')/.exec(text)?.[1] ?? text),
      expected: [...dtypeOfCode.keys()].join(", "),
      remedy: 'convert it in Python, for example a.astype("float32")',
    });
  if (!order || !sizes)
    throw new HypatiaError(name, "the header is damaged", {
      got: excerpt(text),
      expected: "{'descr': ..., 'fortran_order': ..., 'shape': ...}",
    });
  const shape = sizes[1]
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map((size) => Number.parseInt(size, 10));
  return {
    dtype,
    swapped: descr[1] === ">" && bytesOf(dtype) > 1,
    fortran: order[1] === "True",
    shape,
  };
}

/** A file's own words in an error: not too many, and nothing that a terminal would obey. */
const excerpt = (text: string): string =>
  text
    .trim()
    .slice(0, 200)
    .replace(/[^\x20-\x7e]/g, (character) => `\\u${hex(character.charCodeAt(0)).padStart(4, "0")}`);

/** Reverses the bytes of each element, in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size)
    bytes.subarray(start, start + size).reverse();
}

/** Elements in column-major order (first axis fastest) put into row-major order. */
function rowMajor(data: TypedArray, dtype: DType, shape: readonly number[]): TypedArray {
  const result = hostArray(dtype, data.length);
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    result[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

/** The bytes of a .npy file, little-endian, row-major, with the data aligned to 64 bytes. */
export function formatNpy({ dtype, shape, data }: Value): Uint8Array<ArrayBuffer> {
  const code = `${bytesOf(dtype) === 1 ? "|" : "<"}${codes[dtype]}`;
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': ${sizes}, }`;
  const isLong = 10 + text.length + 1 > 0xffff;
  const start = isLong ? 12 : 10;
  const end = Math.ceil((start + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(end + data.byteLength);
  bytes.set([...magic, isLong ? 2 : 1, 0]);
  const view = new DataView(bytes.buffer);
  if (isLong) view.setUint32(8, end - start, true);
  else view.setUint16(8, end - start, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(end - start - 1)}\n`), start);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end);
  return bytes;
}
