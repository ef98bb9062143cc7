/**
 * The kernel IR: what a backend compiles. Plain data; a printer turns it into C, WGSL or JavaScript
 * without deciding anything.
 *
 * A kernel reads and writes flat buffers in row-major order. There are three kinds:
 *
 * - a **loop** kernel runs its stages in order at every point of a grid of independent iterations;
 *   a stage is a loop nest that accumulates reductions, then stores. Elementwise chains have one
 *   stage without loops; a row softmax has the rows as its grid and three stages over the columns;
 * - a **dot** kernel is a (batched) matrix product whose result goes through an epilogue of stores;
 * - a **library** kernel names a routine that every backend brings along, such as a sort.
 */
import type { DType } from "../lang/dtype.js";
import type { Dim, SizeVariable } from "../lang/size.js";

/** The type of a scalar expression; `index` is an integer wide enough for any position. */
export type ScalarType = DType | "index";

/**
 * Operations on scalars that a printer must know. `div` is for floats, `floorDiv` and `mod` round
 * towards −∞ and give 0 for an integer divisor 0; `min` and `max` give NaN if either side is NaN;
 * shifts beyond the width give 0 (or the sign); integers wrap. `bitcast` keeps the bits.
 *
 * `cast` to a float rounds to nearest; from a float to an integer it goes towards zero, saturates at
 * the ends of the type, and makes NaN 0; between integers it wraps; to bool it is x ≠ 0 (so NaN is
 * true); from bool it gives 0 or 1.
 */
export type BasicOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "floorDiv"
  | "mod"
  | "fma"
  | "neg"
  | "abs"
  | "sqrt"
  | "floor"
  | "ceil"
  | "trunc"
  | "round"
  | "min"
  | "max"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "and"
  | "or"
  | "xor"
  | "not"
  | "shiftLeft"
  | "shiftRight"
  | "select"
  | "cast"
  | "bitcast";

/**
 * Functions that the C and WGSL printers never see: compiler/math.ts replaces them by polynomials
 * over basic ops, the same ones for both. The JS printer maps them to `Math`.
 */
export type TranscendentalOp =
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "erf"
  | "pow"
  | "atan2";

/**
 * What sin and cos stand on where |x| is large; the JS printer never sees them. x = j · π/2 + r
 * with |r| ≤ π/4: farQuadrant(x, near) is j modulo 4, as an integer of x's width, and
 * farRest(x, near) is r; below the limit in compiler/math/angle.ts, and for NaN and infinities,
 * both are `near`.
 */
export type AngleOp = "farQuadrant" | "farRest";

export type ScalarOp = BasicOp | AngleOp | TranscendentalOp;

/** A loop variable that runs over 0 … extent − 1. Two axes are the same when they are `===`. */
export interface Axis {
  readonly name: string;
  readonly extent: Dim;
}

/**
 * A scalar expression. Built by compiler/expression.ts, which interns: equal expressions are
 * `===`, so a printer names what is used twice.
 */
export type Expression =
  | { readonly kind: "literal"; readonly type: ScalarType; readonly value: number | bigint }
  | { readonly kind: "axis"; readonly type: "index"; readonly axis: Axis }
  /** A symbolic size, passed to the kernel when it runs. */
  | { readonly kind: "size"; readonly type: "index"; readonly variable: SizeVariable }
  /** Element `index` of a parameter; 0 without touching memory where the guard is false. */
  | {
      readonly kind: "load";
      readonly type: DType;
      readonly param: number;
      readonly index: Expression;
      readonly guard: Expression | null;
    }
  /** A reduction finished by an earlier stage, or the product in a dot kernel's epilogue. */
  | { readonly kind: "result"; readonly type: DType; readonly name: string }
  | {
      readonly kind: "op";
      readonly type: ScalarType;
      readonly op: ScalarOp;
      readonly args: readonly Expression[];
    };

/** A buffer that a kernel works on. An `update` parameter is read and written at the same points. */
export interface Param {
  readonly name: string;
  readonly dtype: DType;
  readonly access: "read" | "write" | "update";
}

/**
 * A reduction over a stage's loops. `sum` and friends start from their neutral element and combine
 * in any order; `argMax`/`argMin` keep the smallest `position` among the best values, the first
 * NaN counting as best; their result is an `i32`.
 */
export interface Accumulator {
  readonly name: string;
  /** Type of the finished result. */
  readonly type: DType;
  readonly reduce: "sum" | "prod" | "max" | "min" | "argMax" | "argMin";
  readonly value: Expression;
  /** For argMax and argMin: the index that is kept. */
  readonly position: Expression | null;
}

/** `param[index] = value`, or `+= value`, where the guard holds. */
export interface Store {
  readonly param: number;
  readonly index: Expression;
  readonly value: Expression;
  readonly add: boolean;
  readonly guard: Expression | null;
}

/**
 * A loop nest at one point of the grid, outermost loop first. In each iteration the accumulators
 * take their values and the stores are made, after all values have been computed: a store may
 * overwrite what the value of another one reads, at the same point; afterwards the accumulators' results can be used by
 * later stages under their names. A stage without loops runs once.
 */
export interface Stage {
  readonly loops: readonly Axis[];
  readonly accumulators: readonly Accumulator[];
  readonly stores: readonly Store[];
  /** Conditions that must hold at every iteration; the first that fails ends the program. */
  readonly checks: readonly Check[];
}

/** A condition on data, such as an index within its bounds. */
export interface Check {
  readonly holds: Expression;
  /** Position in the program's list of messages. */
  readonly message: number;
}

export interface LoopKernel {
  readonly kind: "loop";
  readonly name: string;
  readonly params: readonly Param[];
  /** Independent iterations, outermost first: any order, any thread. */
  readonly grid: readonly Axis[];
  readonly stages: readonly Stage[];
}

/** A matrix inside a flat buffer: element (batch…, row, column) is at offset + Σ index · stride. */
export interface Operand {
  readonly param: number;
  readonly offset: Dim;
  readonly batch: readonly Dim[];
  readonly row: Dim;
  readonly column: Dim;
}

/**
 * result[batch…, m, n] = Σₖ a[batch…, m, k] · b[batch…, k, n], then the stores at each
 * (batch…, m, n), whose expressions use the axes and `{ kind: "result", name: "dot" }`. All values
 * of a point are computed before its stores. The dtype is a float; sizes that are known are not 1
 * (other products are loop kernels).
 */
export interface DotKernel {
  readonly kind: "dot";
  readonly name: string;
  readonly params: readonly Param[];
  readonly dtype: DType;
  readonly batch: readonly Axis[];
  readonly m: Axis;
  readonly n: Axis;
  readonly k: Axis;
  readonly a: Operand;
  readonly b: Operand;
  readonly stores: readonly Store[];
}

/** argSort of params[0] into params[1] (i32), along the middle one of three axes. */
export interface LibraryKernel {
  readonly kind: "library";
  readonly name: string;
  readonly routine: "argSort";
  readonly params: readonly Param[];
  readonly outer: Dim;
  readonly length: Dim;
  readonly inner: Dim;
}

export type Kernel = LoopKernel | DotKernel | LibraryKernel;
