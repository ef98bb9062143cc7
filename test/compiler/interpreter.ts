/**
 * What a kernel means, said as plainly as possible: one scalar at a time, no plan, no types but
 * JavaScript's. Printers are tested against it.
 */

import type { Expression, Kernel, Operand, ScalarType, Store } from "../../compiler/ir.js";
import { farAngle } from "../../compiler/math/angle.js";
import { type DType, isBig, isFloat, rangeOf, type TypedArray } from "../../lang/dtype.js";
import { bindDim, type Dim, type SizeBindings } from "../../lang/size.js";

type Scalar = number | bigint;
type Bindings = Map<unknown, Scalar>;

/** Runs the kernel on host arrays, which it overwrites where the kernel stores. */
export function interpret(
  kernel: Kernel,
  buffers: readonly TypedArray[],
  sizes: SizeBindings = new Map(),
): void {
  const extent = (dim: Dim): number => Number(bindDim(dim, sizes));
  const bound: Bindings = new Map();
  for (const [key, value] of sizes) bound.set(key, value);
  const each = (axes: readonly { extent: Dim }[], body: () => void, at = 0): void => {
    if (at === axes.length) {
      body();
      return;
    }
    for (let i = 0; i < extent(axes[at].extent); i++) {
      bound.set(axes[at], i);
      each(axes, body, at + 1);
    }
  };
  const evaluate = (x: Expression) => valueOf(x, bound, buffers);
  /** All values are taken before anything is stored. */
  const makeStores = (stores: readonly Store[]) => {
    const taken = stores.map(({ guard, index, value }) =>
      guard !== null && !evaluate(guard)
        ? null
        : { at: Number(evaluate(index)), value: evaluate(value) },
    );
    stores.forEach(({ param, add }, i) => {
      const one = taken[i];
      if (one === null) return;
      const dtype = kernel.params[param].dtype;
      const sum = add ? arithmetic(dtype, buffers[param][one.at], one.value, "add") : one.value;
      buffers[param][one.at] = settle(dtype, sum);
    });
  };

  if (kernel.kind === "loop") {
    each(kernel.grid, () => {
      for (const stage of kernel.stages) {
        const running = stage.accumulators.map(() => null as Scalar | null);
        const places = stage.accumulators.map(() => 0);
        each(stage.loops, () => {
          stage.accumulators.forEach((accumulator, i) => {
            const next = evaluate(accumulator.value);
            const before = running[i];
            if (accumulator.reduce === "argMax" || accumulator.reduce === "argMin") {
              const better =
                before === null ||
                (isNaN(before) ? false : isNaN(next)) ||
                (accumulator.reduce === "argMax" ? next > before : next < before);
              if (better) {
                running[i] = next;
                places[i] = Number(evaluate(accumulator.position!));
              }
            } else {
              const op = ({ sum: "add", prod: "mul", max: "max", min: "min" } as const)[
                accumulator.reduce
              ];
              const type = accumulator.value.type;
              running[i] = before === null ? next : arithmetic(type, before, next, op);
            }
          });
          makeStores(stage.stores);
        });
        stage.accumulators.forEach(({ name, reduce, type }, i) => {
          const arg = reduce === "argMax" || reduce === "argMin";
          bound.set(name, arg ? places[i] : (running[i] ?? neutral(type, reduce)));
        });
      }
    });
  } else if (kernel.kind === "dot") {
    const { a, b, batch, m, n, k, dtype } = kernel;
    const at = (operand: Operand, row: unknown, column: unknown) =>
      buffers[operand.param][
        batch.reduce(
          (sum, axis, i) => sum + Number(bound.get(axis)) * extent(operand.batch[i]),
          extent(operand.offset) +
            Number(bound.get(row)) * extent(operand.row) +
            Number(bound.get(column)) * extent(operand.column),
        )
      ];
    const results: Scalar[] = [];
    each([...batch, m, n], () => {
      let sum: Scalar = isBig(dtype) ? 0n : 0;
      each([k], () => {
        const product = exactProduct(dtype, at(a, m, k), at(b, k, n));
        sum = isFloat(dtype)
          ? Number(sum) + Number(product)
          : arithmetic(dtype, sum, settle(dtype, product), "add");
      });
      results.push(settle(dtype, sum));
    });
    let next = 0;
    each([...batch, m, n], () => {
      bound.set("dot", results[next++]);
      makeStores(kernel.stores);
    });
  } else {
    throw new Error("the interpreter has no library routines");
  }
}

const isNaN = (x: Scalar): boolean => typeof x === "number" && Number.isNaN(x);

const exactProduct = (dtype: DType, x: Scalar, y: Scalar): Scalar =>
  isBig(dtype)
    ? BigInt(x) * BigInt(y)
    : isFloat(dtype)
      ? Number(x) * Number(y)
      : arithmetic(dtype, x, y, "mul");

function neutral(type: DType, reduce: "sum" | "prod" | "max" | "min"): Scalar {
  if (reduce === "sum" || reduce === "prod") return settle(type, reduce === "sum" ? 0 : 1);
  const range = rangeOf(type) ?? null;
  const lowest = reduce === "max";
  if (type === "bool") return lowest ? 0 : 1;
  if (range === null) return lowest ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return settle(type, lowest ? range[0] : range[1]);
}

/** A scalar as its type keeps it: integers wrapped, f32 rounded, bool 0 or 1. */
function settle(type: ScalarType, x: Scalar): Scalar {
  if (type === "index") return Number(x);
  if (type === "bool") return Number(x) === 0 ? 0 : 1; // NaN is true, as in NumPy
  if (type === "f64") return Number(x);
  if (type === "f32") return Math.fround(Number(x));
  const [low, high] = rangeOf(type)!;
  const bits = Number(
    high - low === 255n ? 8 : high - low === 65535n ? 16 : high - low === 4294967295n ? 32 : 64,
  );
  const whole = typeof x === "bigint" ? x : Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n;
  const wrapped = low < 0n ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole);
  return isBig(type) ? wrapped : Number(wrapped);
}

/** The value of an expression where axes, sizes and results are bound; shared parts once. */
export function valueOf(
  root: Expression,
  bound: ReadonlyMap<unknown, Scalar>,
  buffers: readonly TypedArray[],
): Scalar {
  const known = new Map<Expression, Scalar>();
  const evaluate = (x: Expression): Scalar => {
    const value = known.get(x) ?? compute(x);
    known.set(x, value);
    return value;
  };
  const compute = (x: Expression): Scalar => {
    switch (x.kind) {
      case "literal":
        return settle(x.type, x.value);
      case "axis":
        return bound.get(x.axis)!;
      case "size":
        return bound.get(x.variable.key)!;
      case "result":
        return bound.get(x.name)!;
      case "load": {
        if (x.guard !== null && !evaluate(x.guard)) return isBig(x.type) ? 0n : 0;
        return buffers[x.param][Number(evaluate(x.index))];
      }
      case "op": {
        if (x.op === "select") return evaluate(x.args[evaluate(x.args[0]) ? 1 : 2]);
        const args = x.args.map(evaluate);
        if (x.op === "cast") return convert(x.args[0].type, x.type, args[0]);
        if (x.op === "bitcast") return bitcast(x.args[0].type, x.type, args[0]);
        return operate(x.op, x.type, x.args[0].type, args);
      }
    }
  };
  return evaluate(root);
}

/** Floats to integers go towards zero and saturate, NaN to 0; integers wrap. */
function convert(from: ScalarType, to: ScalarType, x: Scalar): Scalar {
  const range = to === "index" ? undefined : rangeOf(to);
  if ((from !== "f32" && from !== "f64") || range === undefined) return settle(to, x);
  if (Number.isNaN(x)) return settle(to, 0);
  if (x >= Number(range[1])) return settle(to, range[1]);
  return settle(to, x <= Number(range[0]) ? range[0] : x);
}

function bitcast(from: ScalarType, to: ScalarType, x: Scalar): Scalar {
  const view = new DataView(new ArrayBuffer(8));
  if (from === "f64") view.setFloat64(0, Number(x), true);
  else if (from === "f32") view.setFloat32(0, Number(x), true);
  else view.setBigInt64(0, BigInt.asIntN(64, BigInt(x)), true);
  if (to === "f64") return view.getFloat64(0, true);
  if (to === "f32") return view.getFloat32(0, true);
  return settle(to, view.getBigInt64(0, true));
}

function operate(name: string, type: ScalarType, of: ScalarType, args: readonly Scalar[]): Scalar {
  const [x, y, z] = args;
  const truth = (condition: boolean): Scalar => (condition ? 1 : 0);
  switch (name) {
    case "eq":
      return truth(x === y);
    case "ne":
      return truth(x !== y);
    case "lt":
      return truth(x < y);
    case "le":
      return truth(x <= y);
    case "gt":
      return truth(x > y);
    case "ge":
      return truth(x >= y);
    case "fma":
      return settle(type, Number(x) * Number(y) + Number(z));
    case "farQuadrant":
    case "farRest": {
      const isNear = !(Math.abs(Number(x)) > farAngle[of as "f32"]) || !Number.isFinite(x);
      if (isNear) return y;
      const [sin, cos] = [Math.sin(Number(x)), Math.cos(Number(x))];
      const steep = Math.abs(sin) > Math.abs(cos);
      const quadrant = steep ? (sin > 0 ? 1 : 3) : cos > 0 ? 0 : 2;
      if (name === "farQuadrant") return settle(type, quadrant);
      return settle(type, Math.asin([sin, -cos, -sin, cos][quadrant]));
    }
    case "neg":
      return settle(type, typeof x === "bigint" ? -x : -x);
    case "abs":
      return settle(type, x < 0 ? -x : typeof x === "number" ? Math.abs(x) : x);
    case "not":
      return type === "bool" ? truth(!x) : settle(type, ~BigInt(x));
    case "sqrt":
    case "floor":
    case "ceil":
    case "trunc":
      return settle(type, Math[name](Number(x)));
    case "round": {
      const down = Math.floor(Number(x));
      const rest = Number(x) - down;
      if (!Number.isFinite(down) || rest === 0) return Number(x);
      return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
    }
    default:
      return arithmetic(of === "index" ? "index" : type, x, y, name);
  }
}

function arithmetic(type: ScalarType, x: Scalar, y: Scalar, name: string): Scalar {
  if (type === "f32" || type === "f64") return settle(type, floating(Number(x), Number(y), name));
  if (type === "bool" && (name === "add" || name === "max")) name = "or";
  if (type === "bool" && (name === "mul" || name === "min")) name = "and";
  const bits =
    type === "index" ? 64n : BigInt(8 * (type === "bool" ? 1 : Number(String(type).slice(1)) / 8));
  return settle(type, whole(BigInt(x), BigInt(y), name, bits));
}

function floating(x: number, y: number, name: string): number {
  switch (name) {
    case "add":
      return x + y;
    case "sub":
      return x - y;
    case "mul":
      return x * y;
    case "div":
      return x / y;
    case "floorDiv":
      if (Number.isFinite(x) && Math.abs(y) === Infinity) return x * y < 0 ? -1 : 0;
      return Math.floor(x / y);
    case "mod": {
      const rest = x % y;
      return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
    }
    case "min":
      return Math.min(x, y);
    case "max":
      return Math.max(x, y);
    default:
      throw new Error(`the interpreter does not know ${name} on floats`);
  }
}

function whole(x: bigint, y: bigint, name: string, bits: bigint): bigint {
  switch (name) {
    case "add":
      return x + y;
    case "sub":
      return x - y;
    case "mul":
      return x * y;
    case "floorDiv":
      return y === 0n ? 0n : (x - modulo(x, y)) / y;
    case "mod":
      return y === 0n ? 0n : modulo(x, y);
    case "min":
      return x < y ? x : y;
    case "max":
      return x > y ? x : y;
    case "and":
      return x & y;
    case "or":
      return x | y;
    case "xor":
      return x ^ y;
    case "shiftLeft":
      return y >= bits || y < 0n ? 0n : x << y;
    case "shiftRight":
      return y >= bits || y < 0n ? (x < 0n ? -1n : 0n) : x >> y;
    default:
      throw new Error(`the interpreter does not know ${name} on integers`);
  }
}

const modulo = (x: bigint, y: bigint): bigint => ((x % y) + y) % y;
