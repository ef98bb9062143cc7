/**
 * The native runtime seen from JavaScript: memory, kernels by address, and running a program.
 *
 * Addresses are plain numbers: user space ends far below 2^53.
 */
import { readFileSync } from "node:fs";
import koffi from "koffi";
import { type BuiltKernel, buildLibrary, type Workshop } from "./build.js";
import { threadCount } from "./threads.js";
import { runtimeFlags } from "./toolchain.js";

/** Memory outside JavaScript's heap, aligned to a cache line. */
export interface Memory {
  readonly address: number;
  /** What was asked for; at least `slack` more bytes can be read behind it. */
  readonly size: number;
  /** The memory as JavaScript sees it; made when first asked for, which takes microseconds. */
  readonly bytes: ArrayBuffer;
}

/** Matrix products read whole vectors, also at the end of the last row. */
const slack = 256;

export interface Runtime {
  /** The pool's size, the calling thread included. */
  readonly threads: number;
  /** Uninitialised memory; throws a RangeError when there is none. */
  allocate(bytes: number): Memory;
  /** Gives memory back; its `bytes` must not be touched any more. */
  free(memory: Memory): void;
  /** The address of a compiled kernel, which stays loaded for good. */
  load(kernel: BuiltKernel): number;
  /** The address of a routine in the runtime itself. */
  routine(name: string): number;
  /** Runs the program block at this address; true if something stopped it. */
  run(block: number): boolean;
}

/** The runtime's sources lie in the package beside this file's source, above `dist`. */
const runtimeSources = ["runtime.c", "sort.c"].map(
  (name) => new URL(`../../../backends/cpu/${name}`, import.meta.url),
);

/** Builds (or finds in the cache) and loads the runtime, and starts its threads. */
export function openRuntime(workshop: Workshop): Runtime {
  const path = buildLibrary(
    workshop,
    runtimeSources.map((source) => readFileSync(source, "utf8")).join("\n"),
    runtimeFlags,
  );
  const library = koffi.load(path);
  const allocate = library.func("hypatia_allocate", "uint64_t", ["int64_t"]);
  const free = library.func("hypatia_free", "void", ["uint64_t"]);
  const open = library.func("hypatia_load", "uint64_t", ["const char *"]);
  const find = library.func("hypatia_symbol", "uint64_t", ["uint64_t", "const char *"]);
  const lastError = library.func("hypatia_error", "const char *", []);
  const run = library.func("hypatia_run", "int32_t", ["uint64_t"]);
  const threads: number = library.func("hypatia_threads", "int32_t", ["int32_t"])(threadCount());
  const handles = new Map<string, number>();

  return {
    threads,
    allocate(bytes) {
      const address = Number(allocate(bytes + slack));
      if (address === 0) {
        throw new RangeError(
          `out of memory: cannot allocate ${bytes} bytes for a tensor; ` +
            "free tensors that are no longer needed, or use smaller ones",
        );
      }
      return new NativeMemory(address, bytes);
    },
    free(memory) {
      free(memory.address);
    },
    load({ path, symbol }) {
      let handle = handles.get(path);
      if (handle === undefined) {
        handle = Number(open(path));
        if (handle === 0) throw new Error(`internal: cannot load a kernel: ${lastError()}`);
        handles.set(path, handle);
      }
      const address = Number(find(handle, symbol));
      if (address === 0) throw new Error(`internal: ${path} lacks its kernel: ${lastError()}`);
      return address;
    },
    routine(name) {
      const address = Number(find(Number(open(path)), name));
      if (address === 0) throw new Error(`internal: the runtime lacks ${name}`);
      return address;
    },
    run: (block) => run(block) !== 0,
  };
}

class NativeMemory implements Memory {
  readonly address: number;
  readonly size: number;
  #bytes: ArrayBuffer | null = null;

  constructor(address: number, size: number) {
    this.address = address;
    this.size = size;
  }

  get bytes(): ArrayBuffer {
    this.#bytes ??= koffi.view(this.address, this.size + slack);
    return this.#bytes;
  }
}

/** Where a typed array's elements are; it has to live as long as the address is used. */
export const addressOf = (array: Int32Array): number => Number(koffi.address(array));
