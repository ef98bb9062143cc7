/** Values that live on a backend, and getting values onto one. */
import type { DType, TypedArray } from "../lang/dtype.js";
import type { DeviceBuffer, RunStats, Value } from "../lang/value.js";
import type { Backend } from "./backend.js";

/** A value in a backend's buffer; its elements come to the host when somebody asks. */
export class DeviceValue implements Value {
  readonly #backend: Backend;
  #data: TypedArray | undefined;

  constructor(
    backend: Backend,
    readonly buffer: DeviceBuffer,
    readonly dtype: DType,
    readonly shape: readonly number[],
    readonly stats?: RunStats,
    /** Only a shared variable's state refers to it, so that programs may overwrite its buffer. */
    readonly isOwned = false,
  ) {
    this.#backend = backend;
  }

  get data(): TypedArray {
    this.#data ??= this.#backend.download(this.buffer);
    return this.#data;
  }
}

const uploads = new WeakMap<Value, Map<string, DeviceBuffer>>();

/** The value's buffer on a backend; uploaded once if it is elsewhere. Not to be written to. */
export function bufferOn(backend: Backend, value: Value): DeviceBuffer {
  if (value.buffer?.backend === backend.name) return value.buffer;
  let copies = uploads.get(value);
  if (!copies) {
    copies = new Map();
    uploads.set(value, copies);
  }
  const known = copies.get(backend.name);
  if (known) return known;
  const made = backend.upload(value.dtype, value.data);
  copies.set(backend.name, made);
  return made;
}
