/** What the C printers hand to the CPU backend. */
import type { SizeBindings, SizeVariable } from "../../lang/size.js";

/**
 * One kernel as C text: a function
 * `void KERNEL(void *const *b, const idx *n, idx begin, idx end)` and the definitions it stands on.
 * `b` are the parameters' buffers, followed by the word that a failing check writes its message to;
 * `n` are the sizes; the function does the tasks from `begin` to `end`. Equal definitions of kernels
 * that are compiled together are emitted once.
 */
export interface KernelSource {
  readonly prelude: readonly string[];
  readonly body: string;
}

export interface PrintedKernel {
  readonly source: KernelSource;
  /** The symbolic sizes that the kernel wants, in the order of `n`. */
  readonly sizes: readonly SizeVariable[];
  /** How the work is shared out, once the sizes are known. */
  launch(sizes: SizeBindings): Launch;
}

export interface Launch {
  readonly tasks: number;
  /** Tasks that are handed out together: some microseconds of work. */
  readonly chunk: number;
}

/** Threads get work in portions of about this many nanoseconds. */
const portion = 5000;

/** Shares `tasks` out, each of which takes about `nanoseconds`. */
export const share = (tasks: number, nanoseconds: number): Launch => ({
  tasks,
  chunk: Math.max(1, Math.min(tasks, Math.ceil(portion / Math.max(0.01, nanoseconds)))),
});
