/** What the compiler compiles: a graph with its inputs, outputs and updates in their positions. */
import type { Node } from "../lang/graph.js";

/** The new value of a shared variable; a run overwrites its buffer where that is safe. */
export interface Update {
  /** Position of the shared leaf among the inputs. */
  readonly input: number;
  readonly node: Node;
}

/**
 * A graph to lower. `inputs` are the leaf nodes (symbol, constant, shared) whose buffers a run is
 * given, in that order. A run returns the values of `outputs`, then those of `updates`: the
 * position of an update among the program's outputs is `outputs.length` + its own.
 */
export interface GraphSpec {
  readonly name: string;
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  readonly updates: readonly Update[];
}
