/** Host arrays to and from device memory, where every element takes one 32-bit word. */
import { type DType, hostArray, hostView, type TypedArray } from "../../lang/dtype.js";

/** Element types that fit in a word. WGSL has no 64-bit types. */
export const wordTypes: ReadonlySet<DType> = new Set<DType>([
  "bool",
  "u8",
  "u16",
  "u32",
  "i8",
  "i16",
  "i32",
  "f32",
]);

const isWordSized = (dtype: DType): boolean =>
  dtype === "f32" || dtype === "i32" || dtype === "u32";

/** A copy of the elements as words; narrow integers are widened with their sign. */
export function toWords(dtype: DType, data: TypedArray): ArrayBuffer {
  const words = new ArrayBuffer(data.length * 4);
  const isSigned = dtype === "i8" || dtype === "i16";
  const target = isWordSized(dtype)
    ? hostView(dtype, words)
    : isSigned
      ? new Int32Array(words)
      : new Uint32Array(words);
  copyElements(target, data);
  return words;
}

/** The elements that words hold; the buffer is taken over where it can be. */
export function fromWords(dtype: DType, words: ArrayBuffer, length: number): TypedArray {
  if (isWordSized(dtype)) return hostView(dtype, words);
  const data = hostArray(dtype, length);
  copyElements(data, new Uint32Array(words));
  return data;
}

function copyElements(to: TypedArray, from: TypedArray): void {
  if (
    to instanceof BigInt64Array ||
    to instanceof BigUint64Array ||
    from instanceof BigInt64Array ||
    from instanceof BigUint64Array
  )
    throw new Error("internal: webgpu was given 64-bit integers");
  to.set(from);
}
