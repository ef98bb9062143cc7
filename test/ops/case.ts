/**
 * One case of the op table: inputs, how Hypatia computes something from them, and the NumPy
 * expression of the same, whose value test/ops/record.py writes to reference.json.
 */
import { type DType, isFloat } from "../../lang/dtype.js";
import type { Tensor } from "../../lang/index.js";

/** An input's elements in row-major order; integers beyond 2⁵³ are not needed here. */
export interface Input {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface Case {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly build: (...inputs: Tensor[]) => Tensor;
  /**
   * The same in Python over the inputs a, b, c and the names np, sp (scipy.special) and threefry.
   * f32 inputs are given as f64, and the result is rounded to `dtype`.
   */
  readonly numpy: string;
  /** Of the result. */
  readonly dtype: DType;
  /** Greatest relative error; 16 units of the last place for floats, else 0. */
  readonly tolerance: number;
  /** Compare the gradient with respect to float inputs with finite differences. */
  readonly gradient: boolean;
  /** The expression needs sizes that are numbers, so it is not tried with symbolic ones. */
  readonly staticSizes: boolean;
}

export type Options = Partial<
  Pick<Case, "dtype" | "tolerance" | "gradient" | "staticSizes"> & { readonly name: string }
>;

const unitInLastPlace = (dtype: DType): number =>
  dtype === "f32" ? 2 ** -23 : dtype === "f64" ? 2 ** -52 : 0;

/** A case named after its NumPy expression and input types. The result's dtype is a's unless given. */
export function makeCase(
  inputs: readonly Input[],
  build: Case["build"],
  numpy: string,
  options: Options = {},
): Case {
  const dtype = options.dtype ?? inputs[0]?.dtype ?? "f32";
  const types = inputs.map((input) => `${input.dtype} [${input.shape.join(", ")}]`).join(", ");
  return {
    name: options.name ? `${options.name}: ${types}` : `${numpy}: ${types}`,
    inputs,
    build,
    numpy,
    dtype,
    tolerance: options.tolerance ?? 16 * unitInLastPlace(dtype),
    gradient: options.gradient ?? false,
    staticSizes: options.staticSizes ?? false,
  };
}

/** The case with its float inputs, and a float result, in another float dtype. */
export const inFloat = (of: Case, dtype: "f32" | "f64"): Case => ({
  ...of,
  inputs: of.inputs.map((input) =>
    isFloat(input.dtype) ? { ...input, dtype, data: rounded(dtype, input.data) } : input,
  ),
});

const rounded = (dtype: DType, data: readonly number[]): number[] =>
  data.map((x) => (dtype === "f32" ? Math.fround(x) : x));

/** The input of these elements; the shape is that of a vector unless given. */
export const input = (
  dtype: DType,
  data: readonly number[],
  shape: readonly number[] = [data.length],
): Input => ({ dtype, shape, data: rounded(dtype, data) });

/** Numbers that look random, the same in every run: x ← 1664525 x + 1013904223 mod 2³². */
export function sample(
  dtype: DType,
  shape: readonly number[],
  low = -2,
  high = 2,
  seed = 1,
): Input {
  const length = shape.reduce((product, size) => product * size, 1);
  let state = (seed * 2654435761) >>> 0;
  const data = Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = low + (high - low) * (state / 2 ** 32);
    if (isFloat(dtype)) return x;
    if (dtype === "bool") return x < (low + high) / 2 ? 0 : 1;
    return dtype.startsWith("u") ? Math.floor(Math.abs(x)) : Math.floor(x);
  });
  return input(dtype, data, shape);
}

/** Where functions go wrong: signs of zero, infinities, NaN, small and large numbers. */
export const edges = (dtype: "f32" | "f64"): Input =>
  input(dtype, [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    2.5,
    1e-4,
    -1e-4,
    1e-20,
    30,
    -30,
    100,
    -200,
    1e30,
  ]);
