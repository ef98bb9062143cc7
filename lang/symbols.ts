/** Symbols: the free inputs of expressions. */
import type { DType } from "./dtype.js";
import { HypatiaError } from "./error.js";
import { node } from "./node.js";
import { checkDType } from "./operand.js";
import { type Dim, freshSize, namedSize, type Shape } from "./size.js";
import { Tensor } from "./tensor.js";

/**
 * The size of an axis as it is declared: a number; a name, which is the same size wherever it is
 * used; a size of another tensor (`x.shape[0]`); or `null` for one that is only known when data
 * comes.
 */
export type AxisSize = Dim | string | null;

export interface SymbolOptions {
  /** f32 by default. */
  readonly dtype?: DType;
  /** One entry per axis; a scalar by default. */
  readonly shape?: readonly AxisSize[];
}

let nextSymbol = 0;

/**
 * A free input of any dtype and shape. A size that is not a number never broadcasts.
 *
 * @example
 * const x = symbol("x", { dtype: "u8", shape: ["batch", 28, 28] });
 */
export function symbol(name: string, { dtype = "f32", shape = [] }: SymbolOptions = {}): Tensor {
  checkDType("symbol", dtype);
  const sizes: Shape = shape.map((size, axis) => {
    if (size === null) return freshSize(`${name}.shape[${axis}]`);
    if (typeof size === "string") return namedSize(size);
    if (typeof size === "number" && !(Number.isInteger(size) && size >= 0))
      throw new HypatiaError("symbol", `${size} is not a size (axis ${axis} of ${name})`, {
        expected: `an integer ≥ 0, a name such as "batch", or null`,
      });
    return size;
  });
  return new Tensor(node("symbol", [], { name, id: nextSymbol++, dtype, shape: sizes }));
}

type Maker0 = (name?: string) => Tensor;
type MakerN = (name?: string, shape?: readonly AxisSize[]) => Tensor;

const scalarOf =
  (dtype: DType): Maker0 =>
  (name = "") =>
    symbol(name, { dtype });

/** A maker of symbols with `rank` axes, all of unknown size unless told. */
const tensorOf =
  (kind: string, rank: number, dtype: DType): MakerN =>
  (name = "", shape = Array.from({ length: rank }, () => null)) => {
    if (shape.length !== rank)
      throw new HypatiaError(kind, `${name || "the symbol"} has another number of axes`, {
        got: `${shape.length} sizes`,
        expected: `${rank}`,
        remedy: "symbol(name, { shape }) makes symbols of any shape",
      });
    return symbol(name, { dtype, shape });
  };

/**
 * A free input without axes, f32. Prefixes give other dtypes: `dscalar` f64, `iscalar` i32,
 * `lscalar` i64, `bscalar` bool.
 *
 * @example
 * const rate = scalar("rate");
 */
export const scalar = scalarOf("f32");

/**
 * A free input with one axis, f32. Sizes may be numbers, names or `null` (the default: unknown).
 * Prefixes give other dtypes: `dvector` f64, `ivector` i32, `lvector` i64, `bvector` bool.
 *
 * @example
 * const b = vector("b", [10]);
 */
export const vector = tensorOf("vector", 1, "f32");

/**
 * A free input with two axes, f32. Sizes may be numbers, names or `null` (the default: unknown).
 * Prefixes give other dtypes: `dmatrix` f64, `imatrix` i32, `lmatrix` i64, `bmatrix` bool.
 *
 * @example
 * const x = matrix("x", ["batch", 784]);
 */
export const matrix = tensorOf("matrix", 2, "f32");

/**
 * A free input with three axes, f32. Sizes may be numbers, names or `null` (the default: unknown).
 * Prefixes give other dtypes: `dtensor3` f64, `itensor3` i32, `ltensor3` i64, `btensor3` bool.
 *
 * @example
 * const images = tensor3("images", ["batch", 28, 28]);
 */
export const tensor3 = tensorOf("tensor3", 3, "f32");

/**
 * A free input with four axes, f32. Sizes may be numbers, names or `null` (the default: unknown).
 * Prefixes give other dtypes: `dtensor4` f64, `itensor4` i32, `ltensor4` i64, `btensor4` bool.
 *
 * @example
 * const images = tensor4("images", ["batch", 3, 28, 28]);
 */
export const tensor4 = tensorOf("tensor4", 4, "f32");

/** A free input without axes, f64. See {@link scalar}. */
export const dscalar = scalarOf("f64");
/** A free input with one axis, f64. See {@link vector}. */
export const dvector = tensorOf("dvector", 1, "f64");
/** A free input with two axes, f64. See {@link matrix}. */
export const dmatrix = tensorOf("dmatrix", 2, "f64");
/** A free input with three axes, f64. See {@link tensor3}. */
export const dtensor3 = tensorOf("dtensor3", 3, "f64");
/** A free input with four axes, f64. See {@link tensor4}. */
export const dtensor4 = tensorOf("dtensor4", 4, "f64");

/** A free input without axes, i32. See {@link scalar}. */
export const iscalar = scalarOf("i32");
/** A free input with one axis, i32. See {@link vector}. */
export const ivector = tensorOf("ivector", 1, "i32");
/** A free input with two axes, i32. See {@link matrix}. */
export const imatrix = tensorOf("imatrix", 2, "i32");
/** A free input with three axes, i32. See {@link tensor3}. */
export const itensor3 = tensorOf("itensor3", 3, "i32");
/** A free input with four axes, i32. See {@link tensor4}. */
export const itensor4 = tensorOf("itensor4", 4, "i32");

/** A free input without axes, i64. See {@link scalar}. */
export const lscalar = scalarOf("i64");
/** A free input with one axis, i64. See {@link vector}. */
export const lvector = tensorOf("lvector", 1, "i64");
/** A free input with two axes, i64. See {@link matrix}. */
export const lmatrix = tensorOf("lmatrix", 2, "i64");
/** A free input with three axes, i64. See {@link tensor3}. */
export const ltensor3 = tensorOf("ltensor3", 3, "i64");
/** A free input with four axes, i64. See {@link tensor4}. */
export const ltensor4 = tensorOf("ltensor4", 4, "i64");

/** A free input without axes, bool (Theano's `b` was int8). See {@link scalar}. */
export const bscalar = scalarOf("bool");
/** A free input with one axis, bool (Theano's `b` was int8). See {@link vector}. */
export const bvector = tensorOf("bvector", 1, "bool");
/** A free input with two axes, bool (Theano's `b` was int8). See {@link matrix}. */
export const bmatrix = tensorOf("bmatrix", 2, "bool");
/** A free input with three axes, bool (Theano's `b` was int8). See {@link tensor3}. */
export const btensor3 = tensorOf("btensor3", 3, "bool");
/** A free input with four axes, bool (Theano's `b` was int8). See {@link tensor4}. */
export const btensor4 = tensorOf("btensor4", 4, "bool");
