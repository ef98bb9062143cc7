/** The cpu backend: programs as C, compiled by the system's compiler and run on all cores. */
import { cpus } from "node:os";
import { performance } from "node:perf_hooks";
import { printKernel } from "../../compiler/print/c-kernel.js";
import { share } from "../../compiler/print/c-source.js";
import type { Program, Step } from "../../compiler/program.js";
import { type DType, dtypes } from "../../lang/dtype.js";
import { bindDim } from "../../lang/size.js";
import type { Backend } from "../backend.js";
import { buildKernels, unitText, type Workshop } from "./build.js";
import { openCache, temporaryCache } from "./cache.js";
import { CpuExecutable, type LoadedKernel, type Preparation } from "./executable.js";
import { type CpuBuffer, elementsOf, Heap } from "./memory.js";
import { addressOf, openRuntime, type Runtime } from "./native.js";
import { detectProcessor, findCompiler, type Processor } from "./toolchain.js";

export { RunInterrupted } from "./executable.js";
export type { CpuBuffer } from "./memory.js";

export interface CpuOptions {
  /**
   * Polled by running kernels: not 0 stops them with {@link RunInterrupted}. A view of a
   * SharedArrayBuffer, so that another thread can raise it.
   */
  readonly interrupt?: Int32Array;
  /** Told once, in words for the user, when the disk cache cannot be used. */
  readonly say?: (message: string) => void;
}

/** The cpu backend, whose executables can also be timed step by step. */
export interface CpuBackend extends Backend<CpuBuffer> {
  compile(program: Program): CpuExecutable;
}

/**
 * Opens the cpu backend.
 *
 * @throws an Error with the reason, in words for the user, if there is no C compiler
 * @example const cpu = openCpu(); cpu.compile(program).run(inputs, []);
 */
export function openCpu(options: CpuOptions = {}): CpuBackend {
  const compiler = findCompiler();
  if (typeof compiler === "string") throw new Error(compiler);
  const say = options.say ?? ((message) => console.log(`Hypatia: ${message}`));
  const workshop: Workshop = {
    compiler,
    processor: detectProcessor(),
    cache: openCache(process.env, say),
    replaceCache(reason) {
      const { folder } = workshop.cache;
      return temporaryCache(`compiled kernels cannot be kept in ${folder} now: ${reason}`, say);
    },
  };
  const runtime = openRuntime(workshop);
  const heap = new Heap(runtime);
  const interrupt = options.interrupt === undefined ? 0 : addressOf(options.interrupt);
  const upload: Backend<CpuBuffer>["upload"] = (dtype, data) => {
    const buffer = heap.allocate(dtype, data.length);
    copyElements(data, elementsOf(buffer));
    return buffer;
  };
  return {
    name: "cpu",
    capabilities: {
      device: describe(workshop.processor, runtime),
      dtypes: new Set(Object.keys(dtypes) as DType[]),
      hardware: true,
    },
    allocate: (dtype, length) => heap.allocate(dtype, length),
    upload,
    download: (buffer) => elementsOf(buffer).slice(),
    copy: (buffer) => upload(buffer.dtype, elementsOf(buffer)),
    free: (buffer) => heap.free(buffer),
    compile: (program) =>
      new CpuExecutable(runtime, heap, program, prepare(workshop, runtime, program), interrupt),
    synchronize() {},
    dispose: () => heap.clear(),
  };
}

/** Both arrays have the same element type. */
const copyElements = (from: ArrayLike<number | bigint>, to: { set(from: never): void }) =>
  to.set(from as never);

function describe(processor: Processor, { threads }: Runtime): string {
  const model = cpus()[0]?.model.trim() || processor.arch;
  const vectors = { 16: "128-bit vectors", 32: "AVX2", 64: "AVX-512" }[processor.vectorBytes];
  return `${model} (${threads} thread${threads === 1 ? "" : "s"}, ${vectors})`;
}

/** Prints, builds and loads the kernels of a program. */
function prepare(workshop: Workshop, runtime: Runtime, program: Program): Preparation {
  const started = performance.now();
  const steps = program.steps.map((step) => ({ step, printed: printStep(step, workshop) }));
  const printed = steps.flatMap(({ printed: kernel }) => (kernel === null ? [] : [kernel.source]));
  const { built, cached } = buildKernels(workshop, printed);
  let next = 0;
  const kernels = steps.map(({ step, printed: kernel }): LoadedKernel => {
    if (kernel === null) return loadRoutine(runtime, step);
    const source = unitText([{ source: kernel.source, symbol: step.kernel.name }]);
    const { sizes, launch } = kernel;
    return { address: runtime.load(built[next++]), sizes, launch, source };
  });
  return {
    kernels,
    compile: performance.now() - started,
    cached: cached + kernels.length - printed.length,
  };
}

const printStep = ({ kernel }: Step, { processor }: Workshop) =>
  kernel.kind === "library" ? null : printKernel(kernel, processor);

/** A routine that the runtime brings along. */
function loadRoutine(runtime: Runtime, { kernel }: Step): LoadedKernel {
  if (kernel.kind !== "library") throw new Error(`internal: ${kernel.name} has no routine`);
  const name = `hypatia_sort_${kernel.params[0].dtype}`;
  return {
    address: runtime.routine(name),
    sizes: [kernel.length, kernel.inner],
    launch(sizes) {
      const [outer, length, inner] = [kernel.outer, kernel.length, kernel.inner].map((dim) =>
        Number(bindDim(dim, sizes)),
      );
      return share(outer * inner, 30 * length * Math.log2(length + 2));
    },
    source: `/* ${kernel.name}: ${name}, in the runtime */`,
  };
}
