/** How a WGSL kernel meets its buffers: decided by the backend, before anything is printed. */
import type { Dim, SizeVariable } from "../../lang/size.js";
import type { Register } from "./wgsl-scalar.js";

/** Where a parameter's elements are: one word each, from word `offset` of a binding. */
export interface Place {
  readonly binding: number;
  readonly offset: Dim;
}

export interface Layout {
  /** One per parameter. Parameters that are one buffer must share a binding. */
  readonly places: readonly Place[];
  /** How each binding is declared: its access and the type of its words. */
  readonly access: readonly ("read" | "read_write")[];
  readonly words: readonly Exclude<Register, "bool">[];
  /** Sizes in the uniform block, which is the binding after the storage buffers. */
  readonly sizes: readonly SizeVariable[];
  /**
   * The binding of the program's status word, if it has checks: 0 while all is well, else
   * 2³² − 1 − the number of the message. A kernel does nothing once it is set.
   */
  readonly status: number | null;
}
