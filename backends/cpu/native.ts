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

/** Memory outside JavaScript's heap, aligned to a cache line, seen through `bytes`. */
export interface Memory {
  readonly address: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Runtime {
  /** The pool's size, the calling thread included. */
  readonly threads: number;
  /** Uninitialised memory; throws a RangeError when there is none. */
  allocate(bytes: number): Memory;
  /** Gives memory back; its `bytes` must not be touched any more. */
  free(memory: Memory): void;
  /** The address of a compiled kernel, which stays loaded for good. */
  load(kernel: BuiltKernel): number;
  /** Runs the program block at this address; true if the interrupt flag stopped it. */
  run(block: number): boolean;
}

/** The runtime's source lies in the package beside this file's source, above `dist`. */
const runtimeSource = new URL("../../../backends/cpu/runtime.c", import.meta.url);

/** Builds (or finds in the cache) and loads the runtime, and starts its threads. */
export function openRuntime(workshop: Workshop): Runtime {
  const path = buildLibrary(workshop, readFileSync(runtimeSource, "utf8"), runtimeFlags);
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
      const address = Number(allocate(bytes));
      if (address === 0) {
        throw new RangeError(
          `out of memory: cannot allocate ${bytes} bytes for a tensor; ` +
            "free tensors that are no longer needed, or use smaller ones",
        );
      }
      return { address, bytes: new Uint8Array(koffi.view(address, Math.max(1, bytes)), 0, bytes) };
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
    run: (block) => run(block) !== 0,
  };
}
