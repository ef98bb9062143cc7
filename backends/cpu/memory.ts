/**
 * Device memory: blocks that were given back are handed out again, because fresh pages cost more
 * than most kernels; blocks that were dropped are the garbage collector's.
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

/** Blocks up to this size share a slab: one of their own each costs more than a small kernel. */
const smallBytes = 1024;
const slabBytes = 64 * smallBytes;

export class Heap {
  readonly #runtime: Runtime;
  readonly #free = new Map<number, Memory[]>();
  #freeBytes = 0;
  /** Where small blocks are taken from, and how much of it is taken. */
  #slab: Memory | null = null;
  #taken = 0;
  /** Where programs have their temporaries: they run one after the other. */
  #arena: Memory | null = null;
  /** What was given back: only the first time counts. */
  readonly #freed = new WeakSet<CpuBuffer>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  allocate(dtype: DType, length: number): CpuBuffer {
    const memory = this.#take(sizeClass(length * bytesOf(dtype)));
    return { backend: "cpu", dtype, length, memory };
  }

  free(buffer: CpuBuffer): void {
    if (this.#freed.has(buffer)) return;
    this.#freed.add(buffer);
    this.#release(buffer.memory);
  }

  /**
   * At least so many bytes for the temporaries of one run; the next run may overwrite them. All
   * programs share them: hundreds are kept, and with arenas of their own kept gigabytes. A large
   * arena goes when a program comes that needs little of it.
   */
  arena(bytes: number): Memory {
    const known = this.#arena;
    const isTooLarge = known !== null && known.size > Math.max(keptBytes, 4 * bytes);
    if (known !== null && known.size >= bytes && !isTooLarge) return known;
    this.#arena = null; // There may be no memory for both.
    const made = this.#allocate(sizeClass(bytes));
    this.#arena = made;
    return made;
  }

  /** Forgets the blocks that are not in use. */
  clear(): void {
    this.#free.clear();
    this.#freeBytes = 0;
  }

  #take(size: number): Memory {
    const block = this.#free.get(size)?.pop();
    if (block !== undefined) {
      this.#freeBytes -= size;
      return block;
    }
    return size > smallBytes ? this.#allocate(size) : this.#carve(size);
  }

  #allocate(size: number): Memory {
    try {
      return this.#runtime.allocate(size);
    } catch (error) {
      if (this.#freeBytes === 0) throw error;
      this.clear();
      return this.#runtime.allocate(size);
    }
  }

  #carve(size: number): Memory {
    if (this.#slab === null || this.#taken + size > slabBytes) {
      this.#slab = this.#allocate(slabBytes);
      this.#taken = 0;
    }
    const { address, bytes, offset } = this.#slab;
    const at = this.#taken;
    this.#taken += size;
    return { address: address + at, size, bytes, offset: offset + at };
  }

  #release(memory: Memory): void {
    if (this.#freeBytes + memory.size > keptBytes) return;
    const blocks = this.#free.get(memory.size) ?? [];
    blocks.push(memory);
    this.#free.set(memory.size, blocks);
    this.#freeBytes += memory.size;
  }
}

/** The elements as JavaScript sees them, without a copy. */
export const elementsOf = ({ dtype, length, memory }: CpuBuffer): TypedArray =>
  hostView(dtype, memory.bytes, memory.offset, length);

/** Rounded up so that similar sizes share blocks, wasting an eighth at most. */
function sizeClass(bytes: number): number {
  const step = Math.max(64, 2 ** (Math.floor(Math.log2(Math.max(1, bytes))) - 3));
  return Math.max(64, Math.ceil(bytes / step) * step);
}
