/** Short names for building graphs in the compiler's tests. */

import { jsBackend } from "../../backends/js/index.js";
import type { GraphSpec } from "../../compiler/graph-spec.js";
import { lower } from "../../compiler/lower.js";
import { type DType, hostArray, type TypedArray } from "../../lang/dtype.js";
import type { Node, OpAttrs, OpName } from "../../lang/graph.js";
import { node } from "../../lang/node.js";
import type { Dim, Shape, SizeBindings } from "../../lang/size.js";
import { bindDim, elements } from "../../lang/size.js";

let nextSymbol = 0;

export const symbol = (name: string, shape: Shape, dtype: DType = "f64"): Node =>
  node("symbol", [], { name, id: nextSymbol++, dtype, shape }) as Node;

export const literal = (value: number, dtype: DType = "f64"): Node =>
  node("literal", [], { dtype, value }) as Node;

export const make = <O extends OpName>(op: O, inputs: readonly Node[], attrs: OpAttrs[O]): Node =>
  node(op, inputs, attrs) as unknown as Node;

type Plain = {
  [O in OpName]: OpAttrs[O] extends Readonly<Record<never, never>> ? O : never;
}[OpName];

/** An op without attributes. */
export const apply = (op: Plain, ...inputs: readonly Node[]): Node => make(op, inputs, {} as never);

export const reshape = (x: Node, shape: Shape): Node => make("reshape", [x], { shape });
export const transpose = (x: Node, ...perm: number[]): Node => make("transpose", [x], { perm });
export const expand = (x: Node, shape: Shape): Node => make("expand", [x], { shape });
export const sum = (x: Node, ...axes: number[]): Node => make("sum", [x], { axes });
export const max = (x: Node, ...axes: number[]): Node => make("max", [x], { axes });
export const matmul = (a: Node, b: Node): Node =>
  make("dot", [a, b], { contract: [[1], [0]], batch: [[], []] });

/** A scalar or a tensor with axes of size 1, over a larger shape. */
export function broadcast(x: Node, shape: Shape): Node {
  const padded = [...Array.from({ length: shape.length - x.shape.length }, () => 1), ...x.shape];
  return expand(reshape(x, padded), shape);
}

/** The values of `kept` axes over the rows or columns of a shape: inserts size 1 at `axis`. */
export const along = (x: Node, axis: number, shape: Shape): Node =>
  expand(reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]), shape);

export const scaled = (x: Node, by: number): Node =>
  apply("mul", x, broadcast(literal(by, x.dtype), x.shape));

export const graphOf = (
  inputs: readonly Node[],
  outputs: readonly Node[],
  updates: readonly (readonly [Node, Node])[] = [],
): GraphSpec => ({
  name: "test",
  inputs,
  outputs,
  updates: updates.map(([leaf, node]) => ({ input: inputs.indexOf(leaf), node })),
});

/** What running the graph on the js backend returns. */
export function run(
  graph: GraphSpec,
  data: ReadonlyMap<Node, TypedArray>,
  sizes: SizeBindings = new Map(),
): TypedArray[] {
  const program = lower(graph);
  const inputs = graph.inputs.map((leaf) => jsBackend.upload(leaf.dtype, data.get(leaf)!));
  const values = program.sizes.map(({ key }) => sizes.get(key)!);
  return jsBackend
    .compile(program)
    .run(inputs, values)
    .map((buffer) => jsBackend.download(buffer));
}

/** Reproducible data: small numbers of both signs, integers for integer dtypes. */
export function dataFor(leaf: Node, seed = 1, sizes: SizeBindings = new Map()): TypedArray {
  const length = Number(bindDim(elements(leaf.shape) as Dim, sizes));
  const data = hostArray(leaf.dtype, length);
  let state = seed * 2654435761 + leaf.id * 40503;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = state / 2 ** 32;
    if (leaf.dtype === "bool") data[i] = x < 0.5 ? 0 : 1;
    else if (leaf.dtype === "f32" || leaf.dtype === "f64") data[i] = x * 4 - 2;
    else if (leaf.dtype === "i64" || leaf.dtype === "u64") data[i] = BigInt(Math.floor(x * 5));
    else data[i] = Math.floor(x * 5);
  }
  return data;
}
