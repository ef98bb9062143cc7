/**
 * A program laid out for the native runtime: one block of 64-bit words that a run patches with the
 * addresses of its buffers and hands over in a single call.
 */
import type { PrintedKernel } from "../../compiler/print/c-source.js";
import type { BufferPlan, Program } from "../../compiler/program.js";
import { internal } from "../../lang/error.js";
import { bindDim, type Dim, type SizeBindings, type SizeVariable } from "../../lang/size.js";
import type { Executable } from "../backend.js";
import { dataError } from "../data-error.js";
import { Interruption } from "../interruption.js";
import type { CpuBuffer, Heap } from "./memory.js";
import type { Memory, Runtime } from "./native.js";

/** A kernel that is loaded: its address, and how it wants to be called. */
export interface LoadedKernel {
  readonly address: number;
  readonly sizes: readonly (SizeVariable | Dim)[];
  readonly launch: PrintedKernel["launch"];
  readonly source: string;
}

export interface Preparation {
  readonly kernels: readonly LoadedKernel[];
  readonly compile: number;
  readonly cached: number;
}

/** Raised when the interrupt flag stopped a run. Its outputs are gone, its updates incomplete. */
export class RunInterrupted extends Interruption {
  override readonly name = "RunInterrupted";
}

/** Words: count, steps, interrupt, failed, nanoseconds, then the word that checks write to. */
const HEADER = { count: 0, steps: 1, interrupt: 2, failed: 3, times: 4, failure: 5, words: 6 };
/** Words of a step: function, buffers, sizes, tasks, chunk, backwards. */
const STEP = 6;

/** Where each step's parts lie in the block, in words. */
interface Layout {
  readonly words: number;
  readonly buffers: readonly number[];
  readonly sizes: readonly number[];
}

function layOut(program: Program, kernels: readonly LoadedKernel[]): Layout {
  let words = HEADER.words + STEP * kernels.length;
  const take = (count: number) => {
    words += count;
    return words - count;
  };
  const buffers = program.steps.map((step) => take(step.buffers.length + 1));
  const sizes = kernels.map((kernel) => take(kernel.sizes.length));
  return { words, buffers, sizes };
}

export class CpuExecutable implements Executable<CpuBuffer> {
  readonly sources: readonly string[];
  readonly cost: Executable<CpuBuffer>["cost"];
  readonly #runtime: Runtime;
  readonly #heap: Heap;
  readonly #program: Program;
  readonly #kernels: readonly LoadedKernel[];
  readonly #block: Memory;
  readonly #words: BigInt64Array;
  readonly #failure: Int32Array;
  readonly #layout: Layout;
  /** For each buffer of the program, the words that hold its address. */
  readonly #uses: readonly (readonly number[])[];
  readonly #addresses: number[];
  readonly #outputs: readonly { readonly index: number; readonly plan: BufferPlan }[];
  readonly #inputs: readonly { readonly index: number; readonly position: number }[];
  #lengths: readonly number[] = [];
  #sizes: readonly number[] | null = null;
  /** Temporaries: their buffers, where each lies in the arena, and what they take together. */
  #temporaries: readonly { readonly index: number; readonly offset: number }[] = [];
  #arenaBytes = 0;

  constructor(
    runtime: Runtime,
    heap: Heap,
    program: Program,
    { kernels, compile, cached }: Preparation,
    interrupt: number,
  ) {
    this.#runtime = runtime;
    this.#heap = heap;
    this.#program = program;
    this.#kernels = kernels;
    this.sources = kernels.map(({ source }) => source);
    this.cost = { compile, kernels: kernels.length, cached };
    this.#layout = layOut(program, kernels);
    this.#block = runtime.allocate(8 * this.#layout.words);
    this.#words = new BigInt64Array(this.#block.bytes, this.#block.offset, this.#layout.words);
    this.#failure = new Int32Array(this.#block.bytes, this.#block.offset + 8 * HEADER.failure, 1);
    this.#uses = this.#fillBlock(interrupt);
    this.#addresses = program.buffers.map(() => 0);
    const indexed = program.buffers.map((plan, index) => ({ plan, index }));
    this.#outputs = indexed.filter(({ plan }) => plan.role.kind === "output");
    this.#inputs = indexed.flatMap(({ plan: { role }, index }) =>
      role.kind === "input" ? [{ index, position: role.position }] : [],
    );
  }

  run(inputs: readonly CpuBuffer[], sizes: readonly number[]): readonly CpuBuffer[] {
    return this.#run(inputs, sizes, 0);
  }

  /** @param times where the native runtime writes the time of each step, if not 0 */
  #run(
    inputs: readonly CpuBuffer[],
    sizes: readonly number[],
    times: number,
  ): readonly CpuBuffer[] {
    // An interrupt ends JavaScript anywhere, without `finally`: the memory of other times is gone,
    // and the failure of a run that nobody was told of is still there.
    this.#words[HEADER.times] = BigInt(times);
    this.#failure[0] = 0;
    if (this.#sizes === null || sizes.some((size, i) => size !== this.#sizes![i])) {
      this.#bind(sizes);
    }
    if (this.#arenaBytes > 0 || this.#temporaries.length > 0) {
      const { address } = this.#heap.arena(this.#arenaBytes);
      for (const { index, offset } of this.#temporaries) this.#place(index, address + offset);
    }
    for (const { index, position } of this.#inputs) {
      this.#place(index, inputs[position].memory.address);
    }
    const results: CpuBuffer[] = [];
    for (const { index, plan } of this.#outputs) {
      if (plan.role.kind !== "output") continue;
      const { position, inPlaceOf } = plan.role;
      results[position] =
        inPlaceOf === null
          ? this.#heap.allocate(plan.dtype, this.#lengths[index])
          : inputs[inPlaceOf];
      this.#place(index, results[position].memory.address);
    }
    if (this.#runtime.run(this.#block.address)) this.#explain(results, inputs);
    return results;
  }

  /** Runs once more with a clock at every step; microseconds per step. */
  profile(inputs: readonly CpuBuffer[], sizes: readonly number[]): readonly number[] {
    const count = this.#kernels.length;
    const times = this.#runtime.allocate(8 * Math.max(1, count));
    this.#run(inputs, sizes, times.address);
    return Array.from(
      new BigInt64Array(times.bytes, times.offset, count),
      (ns) => Number(ns) / 1000,
    );
  }

  free(): void {} // Its memory goes with the executable.

  /** Everything that no run changes; returns where each buffer's address has to go. */
  #fillBlock(interrupt: number): number[][] {
    const { address } = this.#block;
    const words = this.#words;
    words.fill(0n);
    words[HEADER.count] = BigInt(this.#kernels.length);
    words[HEADER.steps] = BigInt(address + 8 * HEADER.words);
    words[HEADER.interrupt] = BigInt(interrupt);
    words[HEADER.failed] = BigInt(address + 8 * HEADER.failure);
    const uses: number[][] = this.#program.buffers.map(() => []);
    this.#program.steps.forEach(({ buffers, kernel: { params } }, i) => {
      const step = HEADER.words + STEP * i;
      const first = this.#layout.buffers[i];
      words[step] = BigInt(this.#kernels[i].address);
      words[step + 1] = BigInt(address + 8 * first);
      words[step + 2] = BigInt(address + 8 * this.#layout.sizes[i]);
      // What is updated has just been read, in a training step: backwards, much of it is at hand.
      words[step + 5] = BigInt(params.some(({ access }) => access === "update"));
      buffers.forEach((buffer, k) => {
        uses[buffer].push(first + k);
      });
      words[first + buffers.length] = words[HEADER.failed];
    });
    return uses;
  }

  /** What depends on the symbolic sizes: lengths, temporaries, and how steps are shared out. */
  #bind(sizes: readonly number[]): void {
    this.#sizes = null; // Until all is bound: there may be no memory, or an interrupt.
    const program = this.#program;
    const bindings: SizeBindings = new Map(program.sizes.map(({ key }, i) => [key, sizes[i]]));
    const numberOf = (dim: Dim): number => {
      const bound = bindDim(dim, bindings);
      if (typeof bound !== "number") throw internal("a run was not given all of its sizes");
      return bound;
    };
    this.#lengths = program.buffers.map(({ length }) => numberOf(length));
    this.#kernels.forEach((kernel, i) => {
      const step = HEADER.words + STEP * i;
      const { tasks, chunk } = kernel.launch(bindings);
      this.#words[step + 3] = BigInt(tasks);
      this.#words[step + 4] = BigInt(chunk);
      kernel.sizes.forEach((size, k) => {
        const value =
          typeof size === "object" && "kind" in size ? bindings.get(size.key)! : numberOf(size);
        this.#words[this.#layout.sizes[i] + k] = BigInt(value);
      });
    });
    this.#arenaBytes = numberOf(program.arena);
    this.#temporaries = program.buffers.flatMap(({ role }, index) =>
      role.kind === "temporary" ? [{ index, offset: numberOf(role.offset) }] : [],
    );
    this.#sizes = [...sizes];
  }

  #place(index: number, address: number): void {
    if (this.#addresses[index] === address) return;
    this.#addresses[index] = 0; // Until all words have it: an interrupt may come between.
    const word = BigInt(address);
    for (const at of this.#uses[index]) this.#words[at] = word;
    this.#addresses[index] = address;
  }

  #explain(results: readonly CpuBuffer[], inputs: readonly CpuBuffer[]): never {
    for (const buffer of results) if (!inputs.includes(buffer)) this.#heap.free(buffer);
    const failed = this.#failure[0];
    if (failed > 0) throw dataError(this.#program, failed - 1, this.#sizes ?? []);
    throw new RunInterrupted("the computation was interrupted");
  }
}
