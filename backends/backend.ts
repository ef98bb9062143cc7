/** What a backend is. Everything here is synchronous. */
import type { Program } from "../compiler/program.js";
import type { DType, TypedArray } from "../lang/dtype.js";
import type { DeviceBuffer } from "../lang/value.js";

export interface Capabilities {
  /** What the device calls itself, e.g. `AMD EPYC (2 threads, AVX-512)`. */
  readonly device: string;
  /** Element types that kernels may use; a program with any other goes to the next backend. */
  readonly dtypes: ReadonlySet<DType>;
  /** False for an emulated GPU, which `auto` does not choose. */
  readonly hardware: boolean;
}

/** A program made ready to run. */
export interface Executable<B extends DeviceBuffer> {
  /**
   * Runs the program. `inputs` by their positions, `sizes` in the program's order. Returns the
   * outputs by their positions: new buffers, owned by the caller, or the inputs they overwrite.
   */
  run(inputs: readonly B[], sizes: readonly number[]): readonly B[];
  /** The generated source of each step's kernel, for `explain`. */
  readonly sources: readonly string[];
  /** Milliseconds spent on generating and compiling; kernels and how many were in a cache. */
  readonly cost: { readonly compile: number; readonly kernels: number; readonly cached: number };
  free(): void;
}

export interface Backend<B extends DeviceBuffer = DeviceBuffer> {
  readonly name: "cpu" | "webgpu" | "js";
  readonly capabilities: Capabilities;
  /** Elements are not initialised. */
  allocate(dtype: DType, length: number): B;
  upload(dtype: DType, data: TypedArray): B;
  /** A copy of the elements on the host; waits for whatever computes them. */
  download(buffer: B): TypedArray;
  /** Copies a buffer on the device. */
  copy(buffer: B): B;
  /** Gives the memory back. Buffers that are dropped are also freed when they are collected. */
  free(buffer: B): void;
  compile(program: Program): Executable<B>;
  /** Waits until everything that was started is done. */
  synchronize(): void;
  dispose(): void;
}
