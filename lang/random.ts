/**
 * Random numbers as a function of a key: Threefry-2x32 with 20 rounds, the same numbers on every
 * backend. (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.)
 *
 * Element i of a result is computed from block i of its key's stream alone, as in JAX's
 * partitionable generator, whose bits and uniform numbers these are.
 */
import { add, multiply, subtract } from "./arithmetic.js";
import { less } from "./comparison.js";
import { type CreationOptions, type ShapeArgument, tensor } from "./creation.js";
import { type DType, isInteger } from "./dtype.js";
import { HypatiaError } from "./error.js";
import { cos, log, sqrt } from "./functions.js";
import { argSort, at, take } from "./indexing.js";
import { stack } from "./movement.js";
import { node } from "./node.js";
import {
  apply,
  castTo,
  checkedLiteral,
  checkSizes,
  expandTo,
  iota,
  literal,
  type Operand,
  reshapeTo,
} from "./operand.js";
import { elements, isStatic, type Shape } from "./size.js";
import { Tensor } from "./tensor.js";

export interface RandomOptions extends CreationOptions {
  /** A u32 tensor of two words from {@link key}, {@link split} or {@link foldIn}. */
  readonly key?: Tensor;
}

/**
 * The key of a seed: u32 [2]. Equal keys give equal numbers; derive others with `random.split`.
 *
 * @example
 * const k = random.key(42);
 * random.uniform([3], { key: k });
 */
export function key(seed: number | bigint): Tensor {
  if (typeof seed === "number" && !Number.isSafeInteger(seed))
    throw new HypatiaError("random.key", `${seed} is not a seed`, { expected: "an integer" });
  const bits = BigInt.asUintN(64, BigInt(seed));
  return tensor(Uint32Array.of(Number(bits >> 32n), Number(bits & 0xffff_ffffn)));
}

/** What functions without a key take their keys from. */
const stream = { seed: 0n, next: 0 };

/**
 * Starts the sequence of keys that functions use when they are given none. At the start of a
 * program the seed is 0, so that running a notebook again gives the same numbers.
 *
 * @example
 * random.seed(1);
 */
export function seed(value: number | bigint): void {
  key(value); // checks the value
  stream.seed = BigInt(value);
  stream.next = 0;
}

const nextKey = (): Tensor => foldIn(key(stream.seed), stream.next++);

function checkedKey(op: string, given: Tensor | undefined): Tensor {
  if (given === undefined) return nextKey();
  if (given.dtype !== "u32" || given.ndim !== 1 || (given.shape[0] !== 2 && isStatic(given.shape)))
    throw new HypatiaError(op, "this is not a key", {
      got: given.toString(),
      expected: "u32 [2], as random.key and random.split make them",
    });
  return given;
}

/** Words `lane` of the key's blocks with these counters (high word 0). */
function words(of: Tensor, counter: Tensor, lane: 0 | 1): Tensor {
  const { shape } = counter;
  const spread = (x: Tensor): Tensor => expandTo(x, shape);
  const inputs = [
    spread(at(of, 0)),
    spread(at(of, 1)),
    spread(literal(0, "u32")),
    counter,
  ] as const;
  return new Tensor(
    node(
      "threefry",
      inputs.map((x) => x.node),
      { lane },
    ),
  );
}

/** Row-major positions of a shape's elements, as counters. */
const counters = (shape: Shape): Tensor => reshapeTo(iota([elements(shape)], 0, "u32"), shape);

/**
 * `count` independent keys from one: u32 [count, 2].
 *
 * @example
 * const [a, b] = random.split(random.key(1));
 */
export function split(of: Tensor, count = 2): Tensor[] {
  const from = checkedKey("random.split", of);
  const blocks = counters(checkSizes("random.split", [count]));
  const keys = stack([words(from, blocks, 0), words(from, blocks, 1)], 1);
  return Array.from({ length: count }, (_, i) => at(keys, i));
}

/**
 * A key that depends on another key and on a number, such as a step: u32 [2]. The number is one of
 * 32 bits, or an integer scalar tensor, also a symbol, of which the lowest 32 bits count.
 *
 * @example
 * const k = random.foldIn(random.key(1), step);
 */
export function foldIn(of: Tensor, data: number | Tensor): Tensor {
  const from = checkedKey("random.foldIn", of);
  const isNumber = typeof data === "number";
  if (!isNumber && (data.ndim !== 0 || !isInteger(data.dtype)))
    throw new HypatiaError("random.foldIn", "this is not a number to make a key with", {
      got: data.toString(),
      expected: "an integer scalar",
      remedy: data.ndim === 0 ? 'x.cast("i32")' : "pick one element with at(...)",
    });
  const number = isNumber ? checkedLiteral("random.foldIn", data, "u32") : castTo(data, "u32");
  return stack([words(from, number, 0), words(from, number, 1)]);
}

const shapeOf = (op: string, shape: ShapeArgument): Shape =>
  checkSizes(op, Array.isArray(shape) ? shape : [shape]);

/**
 * Uniformly distributed 32-bit words, u32.
 *
 * @example
 * random.bits([4]).dtype; // "u32"
 */
export function bits(shape: ShapeArgument, options: { readonly key?: Tensor } = {}): Tensor {
  const from = checkedKey("random.bits", options.key);
  const counter = counters(shapeOf("random.bits", shape));
  return apply("xor", words(from, counter, 0), words(from, counter, 1));
}

type Real = "f32" | "f64";

function realType(op: string, dtype: DType = "f32"): Real {
  if (dtype === "f32" || dtype === "f64") return dtype;
  throw new HypatiaError(op, `not defined for ${dtype}`, { expected: "f32 or f64" });
}

/** Numbers in [0, 1): 23 random bits for f32, 52 for f64. */
function unit(from: Tensor, shape: Shape, dtype: Real): Tensor {
  const counter = counters(shape);
  const [high, low] = [words(from, counter, 0), words(from, counter, 1)];
  const shifted = (x: Tensor, by: number): Tensor =>
    apply("shiftRight", x, expandTo(literal(by, "u32"), shape));
  if (dtype === "f32")
    return multiply(castTo(shifted(apply("xor", high, low), 9), "f32"), 2 ** -23);
  const upper = multiply(castTo(high, "f64"), 2 ** -32);
  return add(upper, multiply(castTo(shifted(low, 12), "f64"), 2 ** -52));
}

export interface UniformOptions extends RandomOptions {
  /** 0 by default. */
  readonly low?: Operand;
  /** 1 by default. */
  readonly high?: Operand;
}

/**
 * Numbers uniformly distributed over low … high, without high: f32, or f64 if asked.
 *
 * @example
 * random.uniform([2, 3], { low: -1, key: random.key(7) }).shape; // [2, 3]
 */
export function uniform(shape: ShapeArgument, options: UniformOptions = {}): Tensor {
  const { low = 0, high = 1 } = options;
  const from = checkedKey("random.uniform", options.key);
  const sizes = shapeOf("random.uniform", shape);
  const u = unit(from, sizes, realType("random.uniform", options.dtype));
  return low === 0 && high === 1 ? u : add(multiply(u, subtract(high, low)), low);
}

export interface NormalOptions extends RandomOptions {
  /** 0 by default. */
  readonly mean?: Operand;
  /** The standard deviation; 1 by default. */
  readonly std?: Operand;
}

/**
 * Normally distributed numbers by Box and Muller's formula √(−2 log u) · cos 2πv: f32, or f64 if
 * asked.
 *
 * @example
 * const w = shared(random.normal([784, 500], { std: 0.1 }), "w");
 */
export function normal(shape: ShapeArgument, options: NormalOptions = {}): Tensor {
  const { mean = 0, std = 1 } = options;
  const dtype = realType("random.normal", options.dtype);
  const counter = counters(shapeOf("random.normal", shape));
  const from = checkedKey("random.normal", options.key);
  // u in (0, 1], so that its logarithm is finite; v in [0, 1).
  const u = multiply(add(castTo(words(from, counter, 0), dtype), 1), 2 ** -32);
  const v = multiply(castTo(words(from, counter, 1), dtype), 2 ** -32);
  const radius = sqrt(multiply(log(u), -2));
  const z = multiply(radius, cos(multiply(v, 2 * Math.PI)));
  return mean === 0 && std === 1 ? z : add(multiply(z, std), mean);
}

/**
 * Truth values that are true with probability p (0.5 by default), as bool.
 *
 * @example
 * const mask = random.bernoulli([100], { p: 0.9 });
 */
export function bernoulli(
  shape: ShapeArgument,
  options: { readonly p?: Operand; readonly key?: Tensor } = {},
): Tensor {
  return less(uniform(shape, { key: options.key }), options.p ?? 0.5);
}

/**
 * Integers uniformly distributed over low … high − 1, as i32. (Two words modulo the range, as in
 * JAX: the bias is below 2⁻³² for ranges up to 2¹⁶.)
 *
 * @example
 * random.integers(0, 10, [5]).dtype; // "i32"
 */
export function integers(
  low: number,
  high: number,
  shape: ShapeArgument = [],
  options: { readonly key?: Tensor } = {},
): Tensor {
  const isInt32 = (n: number): boolean => (n | 0) === n;
  if (!isInt32(low) || !isInt32(high - 1) || high <= low)
    throw new HypatiaError("random.integers", "this range is empty or too wide", {
      got: `${low} to ${high}`,
      expected: "integers low < high within i32",
    });
  const from = checkedKey("random.integers", options.key);
  const counter = counters(shapeOf("random.integers", shape));
  const span = high - low;
  // A span of 2³² is every word there is; as a u32 it would be 0.
  const rest = (x: Tensor): Tensor =>
    span === 2 ** 32 ? x : apply("mod", x, expandTo(literal(span, "u32"), counter.shape));
  // (high word · 2³² + low word) mod span, where the products of remainders fit in 32 bits.
  const carry = span <= 2 ** 16 ? 2 ** 32 % span : 0;
  const upper = multiply(rest(words(from, counter, 0)), carry);
  const offset = rest(add(rest(upper), rest(words(from, counter, 1))));
  return add(castTo(offset, "i32"), low);
}

/**
 * A random order: of 0 … n − 1 as i32, or of the slices of a tensor along its first axis.
 *
 * @example
 * const order = random.permutation(60000);
 * const shuffled = random.permutation(x);
 */
export function permutation(x: number | Tensor, options: { readonly key?: Tensor } = {}): Tensor {
  const n = typeof x === "number" ? x : x.shape[0];
  if (n === undefined)
    throw new HypatiaError("random.permutation", "a scalar has no order", {
      got: String(x),
      expected: "a number n, or a tensor with at least one axis",
    });
  const order = argSort(bits([n], options));
  return typeof x === "number" ? order : take(x, order);
}
