/** A naive evaluator: one node at a time, one element at a time. What lowering is checked against. */

import { functions } from "../../backends/js/functions.js";
import { type DType, hostArray, isBig, isFloat, type TypedArray } from "../../lang/dtype.js";
import type { Node } from "../../lang/graph.js";
import { topologicalOrder } from "../../lang/node.js";
import { ops } from "../../lang/ops.js";
import { bindDim, type Dim, type SizeBindings } from "../../lang/size.js";

interface Dense {
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

type Coordinates = readonly number[];

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function* points(shape: readonly number[]): Generator<number[]> {
  const total = count(shape);
  for (let flat = 0; flat < total; flat++) {
    const at: number[] = [];
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    yield at;
  }
}

const offset = (shape: readonly number[], at: Coordinates): number =>
  at.reduce((sum, position, axis) => sum * shape[axis] + position, 0);

/** A number as an element: rounded, wrapped, or saturated from a float. */
function store(dtype: DType, value: number, fromFloat: boolean): number | bigint {
  if (dtype === "bool") return value !== 0 ? 1 : 0;
  if (isFloat(dtype)) return value;
  const bounds = ranges[dtype as keyof typeof ranges];
  if (fromFloat && bounds) return functions.toInteger(value, bounds[0], bounds[1]);
  if (isBig(dtype)) return BigInt(Math.trunc(value));
  return Number.isFinite(value) ? Math.trunc(value) : 0;
}

const ranges = {
  u8: [0, 255],
  i8: [-128, 127],
  u16: [0, 65535],
  i16: [-32768, 32767],
  i32: [-2147483648, 2147483647],
  u32: [0, 4294967295],
} as const;

/** Values of the roots, given those of the leaves and of symbolic sizes. */
export function interpret(
  roots: readonly Node[],
  inputs: ReadonlyMap<Node, TypedArray>,
  sizes: SizeBindings = new Map(),
): TypedArray[] {
  const values = new Map<Node, Dense>();
  const number = (dim: Dim): number => Number(bindDim(dim, sizes));
  for (const node of topologicalOrder(roots)) {
    const shape = node.shape.map(number);
    const args = node.inputs.map((input) => values.get(input)!);
    const given = inputs.get(node);
    if (given) {
      values.set(node, { shape, data: given });
      continue;
    }
    const data = hostArray(node.dtype, count(shape));
    const element = elementOf(node, args, shape, number);
    const fromFloat = node.inputs.some((input) => isFloat(input.dtype));
    let i = 0;
    for (const at of points(shape)) data[i++] = store(node.dtype, element(at), fromFloat);
    values.set(node, { shape, data });
  }
  return roots.map((root) => values.get(root)!.data);
}

function elementOf(
  node: Node,
  args: readonly Dense[],
  shape: readonly number[],
  number: (dim: Dim) => number,
): (at: Coordinates) => number {
  const get = (which: number, at: Coordinates): number =>
    Number(args[which].data[offset(args[which].shape, at)]);
  const flatGet = (which: number, at: number): number => Number(args[which].data[at]);
  switch (node.op) {
    case "literal":
      return () => Number(node.attrs.value);
    case "size":
      return () => number(node.attrs.dim);
    case "iota":
      return (at) => at[node.attrs.axis];
    case "reshape":
      return (at) => flatGet(0, offset(shape, at));
    case "transpose":
      return (at) => {
        const moved: number[] = [];
        node.attrs.perm.forEach((from, to) => {
          moved[from] = at[to];
        });
        return get(0, moved);
      };
    case "expand":
      return (at) =>
        get(
          0,
          at.map((p, axis) => (args[0].shape[axis] === 1 ? 0 : p)),
        );
    case "slice":
      return (at) =>
        get(
          0,
          at.map(
            (p, axis) => number(node.attrs.ranges[axis].start) + p * node.attrs.ranges[axis].step,
          ),
        );
    case "pad":
      return (at) => {
        const moved = at.map((p, axis) => {
          const { low, interior } = node.attrs.padding[axis];
          return (p - number(low)) / (interior + 1);
        });
        const inside = moved.every(
          (p, axis) => Number.isInteger(p) && p >= 0 && p < args[0].shape[axis],
        );
        return inside ? get(0, moved) : 0;
      };
    case "concat":
      return (at) => {
        let start = 0;
        for (const [which, { shape: part }] of args.entries()) {
          const p = at[node.attrs.axis] - start;
          if (p < part[node.attrs.axis])
            return get(
              which,
              at.map((q, axis) => (axis === node.attrs.axis ? p : q)),
            );
          start += part[node.attrs.axis];
        }
        throw new Error("concat: no part");
      };
    case "gather":
      return (at) => {
        const { axis } = node.attrs;
        const rank = args[1].shape.length;
        const p = get(1, at.slice(axis, axis + rank));
        const extent = args[0].shape[axis];
        return get(0, [...at.slice(0, axis), p < 0 ? p + extent : p, ...at.slice(axis + rank)]);
      };
    case "scatterAdd":
      return (at) => {
        const { axis } = node.attrs;
        let sum = 0;
        for (const where of points(args[0].shape)) {
          const p = get(0, where);
          if ((p < 0 ? p + shape[axis] : p) === at[axis])
            sum += get(1, [...at.slice(0, axis), ...where, ...at.slice(axis + 1)]);
        }
        return sum;
      };
    case "argSort":
      return (at) => {
        const { axis } = node.attrs;
        const rows = Array.from({ length: shape[axis] }, (_, i) => i);
        const value = (i: number): number =>
          get(
            0,
            at.map((p, a) => (a === axis ? i : p)),
          );
        rows.sort((a, b) => {
          const [x, y] = [value(a), value(b)];
          if (Number.isNaN(x) || Number.isNaN(y))
            return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
          return x - y;
        });
        return rows[at[axis]];
      };
    case "dot": {
      const { contract, batch } = node.attrs;
      const inner = contract[0].map((axis) => args[0].shape[axis]);
      const free = (side: 0 | 1): number[] =>
        [...args[side].shape.keys()].filter(
          (axis) => !contract[side].includes(axis) && !batch[side].includes(axis),
        );
      const [freeA, freeB] = [free(0), free(1)];
      return (at) => {
        let sum = 0;
        for (const k of points(inner)) {
          const place = (side: 0 | 1, axes: readonly number[], start: number): number[] => {
            const p: number[] = [];
            batch[side].forEach((axis, i) => {
              p[axis] = at[i];
            });
            axes.forEach((axis, i) => {
              p[axis] = at[start + i];
            });
            contract[side].forEach((axis, i) => {
              p[axis] = k[i];
            });
            return p;
          };
          sum +=
            get(0, place(0, freeA, batch[0].length)) *
            get(1, place(1, freeB, batch[0].length + freeA.length));
        }
        return sum;
      };
    }
    case "sum":
    case "prod":
    case "max":
    case "min":
    case "argMax":
    case "argMin": {
      const axes = "axes" in node.attrs ? node.attrs.axes : [node.attrs.axis];
      const inner = axes.map((axis) => args[0].shape[axis]);
      return (at) => {
        const kept = at.values();
        const outer = args[0].shape.map((_, axis) =>
          axes.includes(axis) ? 0 : kept.next().value!,
        );
        const all = [...points(inner)].map((k) => {
          const p = [...outer];
          axes.forEach((axis, i) => {
            p[axis] = k[i];
          });
          return get(0, p);
        });
        const best = (better: (a: number, b: number) => boolean): number =>
          all.reduce(
            (b, v, i) => (better(v, all[b]) || (Number.isNaN(v) && !Number.isNaN(all[b])) ? i : b),
            0,
          );
        if (node.op === "sum") return all.reduce((a, b) => a + b, 0);
        if (node.op === "prod") return all.reduce((a, b) => a * b, 1);
        if (node.op === "max") return Math.max(...all);
        if (node.op === "min") return Math.min(...all);
        return node.op === "argMax" ? best((a, b) => a > b) : best((a, b) => a < b);
      };
    }
    default: {
      const { scalar } = ops[node.op];
      if (!scalar) throw new Error(`${node.op}: no definition to interpret`);
      return (at) =>
        scalar(...([0, 1, 2].map((i) => (args[i] ? get(i, at) : 0)) as [number, number, number]));
    }
  }
}
