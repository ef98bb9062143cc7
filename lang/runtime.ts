/**
 * The one call upward: what the language asks of whoever compiles and runs graphs. The entry point
 * (backends/hypatia.ts) fills it in with {@link setRuntime}.
 */
import { HypatiaError } from "./error.js";
import type { Node, NodeOf } from "./graph.js";
import type { SizeBindings } from "./size.js";
import type { RunStats, SharedState, Value } from "./value.js";

/** A function to compile. All nodes are as the user wrote them; nothing has been rewritten. */
export interface FunctionSpec {
  /** Shown in `explain` and in errors. */
  readonly name: string;
  /** The arguments, in the order in which {@link Compiled.run} gets them. */
  readonly inputs: readonly NodeOf<"symbol">[];
  readonly outputs: readonly Node[];
  /**
   * After a run, each shared variable holds the value of its node, all computed from the values
   * before the run. dtype and shape are the variable's.
   */
  readonly updates: readonly (readonly [SharedState, Node])[];
  /** Nodes to replace everywhere, all at once, before anything else. */
  readonly givens: readonly (readonly [Node, Node])[];
}

/** A compiled function, as the runtime hands it out. */
export interface Compiled {
  /**
   * Runs the function and returns the outputs, which stay on the device. The arguments have been
   * checked against the inputs' dtypes and shapes; `sizes` binds the inputs' symbolic sizes.
   */
  run(args: readonly Value[], sizes: SizeBindings): readonly Value[];
  /** What the last run cost, with the compilation that it caused. */
  readonly stats: RunStats | undefined;
  /** The passes and the rules that fired, the kernels, the memory plan, the generated source. */
  explain(): string;
}

/**
 * The contract about shared variables: an update puts a *new* `Value` object into
 * `SharedState.value`, also when it overwrites the device's buffer in place. Whether the object is
 * the same tells the language whether a value that was computed from it is still good.
 */
export interface Runtime {
  /** The values of closed nodes (no free symbols), computed by one program. */
  evaluate(nodes: readonly Node[]): readonly Value[];
  compile(spec: FunctionSpec): Compiled;
  /** A value of its own that no update overwrites, where the original is. */
  copy(value: Value): Value;
}

let current: Runtime | null = null;

/** Makes `next` what {@link runtime} returns. */
export function setRuntime(next: Runtime): void {
  current = next;
}

/** The runtime in use; throws where none was set. */
export function runtime(): Runtime {
  if (current) return current;
  throw new HypatiaError("runtime", "nothing is loaded that could compute this", {
    remedy: 'import from "hypatia", which brings the compiler and the backends along',
  });
}
