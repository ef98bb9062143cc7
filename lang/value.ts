/** Values: what a tensor is once it has been computed, on the host or on a device. */
import type { DType, TypedArray } from "./dtype.js";

/** Where a value's elements are; made by a backend, meaningful to that backend only. */
export interface DeviceBuffer {
  readonly backend: string;
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: number;
}

/** What computing a value cost, in milliseconds, and where it happened. */
export interface RunStats {
  readonly backend: string;
  readonly build: number;
  readonly rewrite: number;
  readonly compile: number;
  readonly run: number;
  /** Moving data between backends, when the graph did not fit on one. */
  readonly transfer: number;
  readonly kernels: number;
  /** Whether every kernel came from a cache. */
  readonly cached: boolean;
}

/** Elements in row-major order with a dtype and a shape of plain numbers. */
export interface Value {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements on the host; read from the device when first asked for. Do not write to it. */
  readonly data: TypedArray;
  /** The elements on a device, if they are on one. */
  readonly buffer?: DeviceBuffer;
  readonly stats?: RunStats;
}

/** A value that is on the host only. */
export const hostValue = (dtype: DType, shape: readonly number[], data: TypedArray): Value => ({
  dtype,
  shape,
  data,
});

/**
 * A shared variable's state: a cell whose value compiled functions replace or overwrite in place.
 * The runtime owns `value`; reading it through {@link Value.data} after a later update is not
 * defined, so `get` hands out copies.
 */
export interface SharedState {
  readonly id: number;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  value: Value;
}
