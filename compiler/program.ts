/** A compiled graph, before any backend has seen it: kernels, buffers, order. Plain data. */
import type { DType } from "../lang/dtype.js";
import type { Site } from "../lang/error.js";
import type { Dim, SizeVariable } from "../lang/size.js";
import type { Kernel } from "./ir.js";

/**
 * What a buffer is for.
 *
 * - `input`: given at each run, in the order of `position`: arguments, constants, shared state;
 * - `output`: made by the run and handed out, in the order of `position`;
 * - `temporary`: lives within a run, at byte `offset` of one arena, which other temporaries whose
 *   lives do not overlap may share.
 */
export type Role =
  | { readonly kind: "input"; readonly position: number }
  | {
      readonly kind: "output";
      readonly position: number;
      /** The buffer of this input (a position) is overwritten and becomes the output. */
      readonly inPlaceOf: number | null;
    }
  | { readonly kind: "temporary"; readonly offset: Dim };

export interface BufferPlan {
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: Dim;
  readonly role: Role;
}

/** One kernel launch: `buffers[i]` (an index into the program's buffers) is params[i]. */
export interface Step {
  readonly kernel: Kernel;
  readonly buffers: readonly number[];
}

/** The mistake that a check finds: a position that data gives lies outside its axis. */
export interface OutOfBounds {
  readonly op: "gather" | "scatterAdd";
  readonly axis: number;
  readonly size: Dim;
  /** Where the expression was built. */
  readonly site: Site;
}

export interface Program {
  readonly name: string;
  /** Symbolic sizes, whose values each run passes in this order. Empty when all are static. */
  readonly sizes: readonly SizeVariable[];
  readonly buffers: readonly BufferPlan[];
  /** Bytes of the arena for temporaries; offsets in it are multiples of 64. */
  readonly arena: Dim;
  readonly steps: readonly Step[];
  /** What to say when a kernel's check fails, by Check.message. */
  readonly messages: readonly OutOfBounds[];
}
