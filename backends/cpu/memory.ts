/**
 * Device memory with a short memory of its own: blocks that were given back are handed out again,
 * because fresh pages cost more than most kernels.
 */
import { bytesOf, type DType, hostView, type TypedArray } from "../../lang/dtype.js";
import type { DeviceBuffer } from "../../lang/value.js";
import type { Memory, Runtime } from "./native.js";

/** Elements in native memory. */
export interface CpuBuffer extends DeviceBuffer {
  readonly backend: "cpu";
  readonly memory: Memory;
}

/** Bytes in blocks that nobody uses, above which blocks go back to the system. */
const keptBytes = 256e6;

export class Heap {
  readonly #runtime: Runtime;
  readonly #free = new Map<number, Memory[]>();
  #freeBytes = 0;
  /** A buffer that was dropped gives its memory back when it is collected. */
  readonly #dropped = new FinalizationRegistry<Memory>((memory) => this.#release(memory));

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  allocate(dtype: DType, length: number): CpuBuffer {
    const memory = this.#take(sizeClass(length * bytesOf(dtype)));
    const buffer: CpuBuffer = { backend: "cpu", dtype, length, memory };
    this.#dropped.register(buffer, memory, buffer);
    return buffer;
  }

  free(buffer: CpuBuffer): void {
    // Only the first time: the registry forgets what was freed.
    if (this.#dropped.unregister(buffer)) this.#release(buffer.memory);
  }

  /** Gives everything back that is not in use. */
  clear(): void {
    for (const blocks of this.#free.values()) {
      for (const memory of blocks) this.#runtime.free(memory);
    }
    this.#free.clear();
    this.#freeBytes = 0;
  }

  #take(size: number): Memory {
    const block = this.#free.get(size)?.pop();
    if (block !== undefined) {
      this.#freeBytes -= size;
      return block;
    }
    try {
      return this.#runtime.allocate(size);
    } catch (error) {
      if (this.#freeBytes === 0) throw error;
      this.clear();
      return this.#runtime.allocate(size);
    }
  }

  #release(memory: Memory): void {
    if (this.#freeBytes + memory.size > keptBytes) {
      this.#runtime.free(memory);
      return;
    }
    const blocks = this.#free.get(memory.size) ?? [];
    blocks.push(memory);
    this.#free.set(memory.size, blocks);
    this.#freeBytes += memory.size;
  }
}

/** The elements as JavaScript sees them, without a copy. */
export const elementsOf = ({ dtype, length, memory }: CpuBuffer): TypedArray =>
  hostView(dtype, memory.bytes).subarray(0, length);

/** Rounded up so that similar sizes share blocks, wasting an eighth at most. */
function sizeClass(bytes: number): number {
  const step = Math.max(64, 2 ** (Math.floor(Math.log2(Math.max(1, bytes))) - 3));
  return Math.max(64, Math.ceil(bytes / step) * step);
}
