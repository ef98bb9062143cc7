/**
 * Random programs in the language, from lists of numbers that fast-check can shrink: its functions
 * on every dtype and on shapes that broadcast, are empty, or have axes of size 1.
 */
import {
  type DType,
  hostArray,
  isBig,
  isFloat,
  rangeOf,
  type TypedArray,
} from "../../lang/dtype.js";
import * as h from "../../lang/index.js";
import { bindDim, type Dim, namedSize, type SizeBindings } from "../../lang/size.js";
import { type Operand, type Step, steps } from "./steps.js";

/** One step: which function, on which two values so far, and two numbers for its options. */
export type Choice = readonly [step: number, x: number, y: number, p: number, q: number];

/** A leaf: positions in the lists of dtypes and of shapes, how wild its values are, and a seed. */
export type Leaf = readonly [dtype: number, shape: number, wildness: number, seed: number];

export interface Setting {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Whether the sizes are symbols; else they are known when the program is compiled. */
  readonly symbolic: boolean;
  readonly leaves: readonly Leaf[];
}

export interface Computed {
  readonly x: h.Tensor;
  readonly shape: readonly number[];
  /** Whether it has been computed without any rounding. */
  readonly exact: boolean;
}

/** A program; `text` says it in words. */
export interface RandomProgram {
  readonly symbols: readonly h.Tensor[];
  readonly data: readonly TypedArray[];
  readonly args: readonly h.Tensor[];
  readonly outputs: readonly h.Tensor[];
  /** All tensors that it computes, the outputs among them, with their sizes as they will be. */
  readonly values: readonly Computed[];
  /** Whether an output has been computed without any rounding. */
  readonly exact: readonly boolean[];
  readonly sizes: SizeBindings;
  readonly text: string;
}

/** f32 has 24 significant bits: values that need more have been rounded. */
const exactBits = 24;
const mostElements = 2000;

const dtypes: readonly DType[] = [
  ...(["f32", "i32", "f32", "bool", "f64", "u8", "i64"] as const),
  ...(["f32", "i8", "u32", "i16", "u64", "u16"] as const),
];
export const leafDTypes = dtypes.length;

const shapes: readonly (readonly ("a" | "b" | "c" | 1)[])[] = [
  ["a", "b"],
  ["b"],
  [],
  [1, "b"],
  ["a", 1],
  ["c", "a", "b"],
  ["b", "a"],
  ["a"],
];
export const leafShapes = shapes.length;

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const plain = [0, 1, -1, 2, 0.5, -0.5, 3, -2, 1.5, -3, 4, 7, -5, 2.5, 0.25];
const special = [nan, infinity, -infinity, -0];
/** Subnormal, almost too large, and with all 24 bits. */
const wide = [1e-40, 3.4e38, 1e-45, 65504, 1.1, -1e-38, 1e20, 123456789];

/** Numbers among which the extremes of the dtype are, the more so the wilder. */
function dataOf(dtype: DType, length: number, wildness: number, seed: number): TypedArray {
  const range = rangeOf(dtype);
  const small = dtype === "bool" ? [0, 1] : [0, 1, 2, 3, 5, 7, ...(range?.[0] ? [-1, -2, -3] : [])];
  const extremes = range ? [range[0], range[1], range[1] - 1n, range[0] + 1n] : [];
  const pool: readonly (number | bigint)[] = isFloat(dtype)
    ? [...plain, ...(wildness > 0 ? special : []), ...(wildness > 1 ? wide : [])]
    : [...small, ...(wildness > 0 ? extremes : [])];
  const data = hostArray(dtype, length);
  let state = (seed + 1) * 2654435761;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = pool[Math.floor((state / 2 ** 32) * pool.length)];
    data[i] = isBig(dtype) ? BigInt(value) : Number(value);
  }
  return data;
}

/** The program that the choices describe; steps that do not apply are left out. */
export function randomProgram(
  setting: Setting,
  choices: readonly Choice[],
  picks: readonly number[],
): RandomProgram {
  const sizes = new Map<string, number>();
  for (const name of ["a", "b", "c"] as const) {
    const dim = namedSize(name);
    if (typeof dim !== "number") sizes.set(dim.terms[0].atoms[0].key, setting[name]);
  }
  const known = (dim: Dim): number => Number(bindDim(dim, sizes));
  const pool: (Operand & { readonly name: string })[] = [];
  const data: TypedArray[] = [];
  const lines: string[] = [];
  setting.leaves.forEach(([d, s, wildness, seed], i) => {
    const dtype = dtypes[d % dtypes.length];
    const names = shapes[s % shapes.length];
    const shape = names.map((name) => (name === 1 ? 1 : setting[name]));
    const name = `x${i}`;
    const x = h.symbol(name, { dtype, shape: setting.symbolic ? names : shape });
    const length = shape.reduce((product, size) => product * size, 1);
    data.push(dataOf(dtype, length, wildness, seed));
    lines.push(`${x} = [${shape}] [${data[i].join(", ")}]`);
    pool.push({ x, shape, name, bits: isFloat(dtype) ? (wildness > 1 ? exactBits : 5) : 0 });
  });
  const leaves = pool.slice();
  for (const [which, i, j, p, q] of choices) {
    const step: Step = steps[which % steps.length];
    const [x, y] = [i, j].map((back) => pool[pool.length - 1 - (back % pool.length)]);
    if (step.needsExact && Math.max(x.bits, y.bits) > exactBits) continue;
    let made: h.Tensor | null;
    try {
      made = step.make(x.x, y.x, p, q);
    } catch (error) {
      if (error instanceof h.HypatiaError) continue;
      throw new Error(`${lines.join("\n")}\n${step.name}(${x.name}, ${y.name}, ${p}, ${q})`, {
        cause: error,
      });
    }
    const shape = made?.shape.map(known) ?? [];
    if (!made || shape.length > 5 || shape.reduce((n, d) => n * d, 1) > mostElements) continue;
    const bits = isFloat(made.dtype) ? step.bits(x, y) : 0;
    const name = `v${pool.length - leaves.length}`;
    const mark = bits > exactBits ? " (rounded)" : "";
    lines.push(`${name}: ${made} = ${step.name}(${x.name}, ${y.name}, ${p}, ${q})${mark}`);
    pool.push({ x: made, shape, name, bits });
  }
  const outputs = picks.map((back) => pool[pool.length - 1 - (back % pool.length)]);
  return {
    symbols: leaves.map(({ x }) => x),
    data,
    args: leaves.map(({ x, shape }, i) => h.tensor(data[i], { shape, dtype: x.dtype })),
    outputs: outputs.map(({ x }) => x),
    values: pool.map(({ x, shape, bits }) => ({ x, shape, exact: bits <= exactBits })),
    exact: outputs.map(({ bits }) => bits <= exactBits),
    sizes,
    text: [...lines, `gives ${outputs.map(({ name }) => name).join(", ")}`].join("\n"),
  };
}
