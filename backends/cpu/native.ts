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

/**
 * Memory that native code works on: aligned to a cache line inside an ArrayBuffer. V8 owns it,
 * counts it and frees it while it collects garbage, also in the middle of a synchronous loop,
 * where the callbacks of a FinalizationRegistry would never run.
 */
export interface Memory {
  readonly address: number;
  /** What was asked for; at least `slack` more bytes can be read behind it. */
  readonly size: number;
  readonly bytes: ArrayBufferLike;
  /** Where in `bytes` the memory begins. */
  readonly offset: number;
}

/** Matrix products read whole vectors, also at the end of the last row. */
const slack = 256;

const cacheLine = 64;

/** From here on, memory is worth large pages. */
const largeBytes = 4 << 20;

export interface Runtime {
  /** The pool's size, the calling thread included. */
  readonly threads: number;
  /** Uninitialised memory; throws a RangeError when there is none. */
  allocate(bytes: number): Memory;
  /** The address of a compiled kernel, which stays loaded for good. */
  load(kernel: BuiltKernel): number;
  /** The address of a routine in the runtime itself. */
  routine(name: string): number;
  /** Runs the program block at this address; true if something stopped it. */
  run(block: number): boolean;
}

/** The runtime's sources lie in the package beside this file's source, above `dist`. */
const runtimeSources = ["sort.c", "angle.c", "runtime.c"].map(
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
  const useLargePages = library.func("hypatia_use_large_pages", "void", ["uint64_t", "int64_t"]);
  const open = library.func("hypatia_load", "uint64_t", ["const char *"]);
  const find = library.func("hypatia_symbol", "uint64_t", ["uint64_t", "const char *"]);
  const lastError = library.func("hypatia_error", "const char *", []);
  const run = library.func("hypatia_run", "int32_t", ["uint64_t"]);
  const threads: number = library.func("hypatia_threads", "int32_t", ["int32_t"])(threadCount());
  const handles = new Map<string, number>();
  library.func("hypatia_keep_pages", "void", [])();

  return {
    threads,
    allocate(bytes) {
      const block = uninitialised(bytes + slack + cacheLine);
      const start = Number(koffi.address(block));
      if (bytes >= largeBytes) useLargePages(start, block.length);
      const padding = (cacheLine - (start % cacheLine)) % cacheLine;
      return {
        address: start + padding,
        size: bytes,
        bytes: block.buffer,
        offset: block.byteOffset + padding,
      };
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

function uninitialised(bytes: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(bytes);
  } catch {
    throw new RangeError(
      `out of memory: cannot allocate ${bytes} bytes for a tensor; ` +
        "drop tensors that are no longer needed, or use smaller ones",
    );
  }
}

/** Where a typed array's elements are; it has to live as long as the address is used. */
export const addressOf = (array: Int32Array): number => Number(koffi.address(array));
