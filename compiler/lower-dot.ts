/** From a scheduled group to a matrix product with its epilogue, and to library kernels. */
import { internal } from "../lang/error.js";
import type { Node } from "../lang/graph.js";
import { elements } from "../lang/size.js";
import { type Coordinates, elementsFrom } from "./element.js";
import { axis as axisOf, load, result } from "./expression.js";
import type { Group } from "./group.js";
import { flatten, reshapeCoordinates } from "./index-map.js";
import type { Axis, DotKernel, LibraryKernel, Operand, Store } from "./ir.js";
import { Params } from "./kernel-params.js";
import { type Context, coordinatesOf, KernelAxes, type Lowered } from "./lower-loop.js";
import { storageOf } from "./normal-form.js";
import { viewOf } from "./operand.js";
import { isGiven } from "./schedule.js";

/** Lowers a group whose first member is a product in normal form. */
export function lowerDot(group: Group, context: Context, name: string): Lowered<DotKernel> {
  const [{ node: product }] = group.members;
  if (product.op !== "dot") throw internal(`${product.op} is not dot`);
  const { schedule, buffers } = context;
  const params = new Params();
  const axes = new KernelAxes(group.grid);
  const { at } = coordinatesOf(group.members[0], axes);
  const [m, n] = axes.grid.slice(-2);
  const batch = axes.grid.slice(0, -2);
  const k: Axis = { name: "k", extent: product.inputs[0].shape.at(-1) ?? 1 };
  const batchAt = at.slice(0, -2);
  const [rowAt, columnAt, innerAt] = [m, n, k].map(axisOf);
  const [a, b] = product.inputs;
  const [baseA, baseB] = schedule.operands.get(product as Node) ?? [a, b];
  const left = operand(a, baseA, [...batchAt, rowAt, innerAt], [batch, m, k], params, context);
  const right = operand(b, baseB, [...batchAt, innerAt, columnAt], [batch, k, n], params, context);

  const element = elementsFrom({
    read(node, coordinates, guard) {
      if (node === (product as Node)) return result(product.dtype, "dot");
      const owner = schedule.groupOf.get(node);
      if (owner === group || (!owner && !isGiven(node))) return null;
      const param = params.use(buffers.read(node), node, "reads");
      return load(node.dtype, param, flatten(node.shape, coordinates), guard);
    },
    check(_, node) {
      throw internal(`${node.op} cannot be checked in the epilogue of a product`);
    },
  });
  const stores: Store[] = [];
  for (const member of group.members) {
    if (!schedule.stored.has(member.node)) continue;
    const { node, domain } = member;
    const own = reshapeCoordinates(node.shape, domain, coordinatesOf(member, axes).at);
    const value = element(node, own, null);
    const position = flatten(node.shape, own);
    for (const buffer of buffers.write(node)) {
      const param = params.use(buffer, node, "writes");
      stores.push({ param, index: position, value, add: false, guard: null });
    }
  }
  const { dtype } = product;
  const kernel: DotKernel = {
    kind: "dot",
    name,
    params: params.params,
    dtype,
    batch,
    m,
    n,
    k,
    a: left,
    b: right,
    stores,
  };
  return { kernel, buffers: params.buffers };
}

/** The strides of an operand over (batch…, row, column); unit axes have none. */
function operand(
  node: Node,
  base: Node,
  at: Coordinates,
  [batch, row, column]: readonly [readonly Axis[], Axis, Axis],
  params: Params,
  { buffers }: Context,
): Operand {
  const view = viewOf(node, at, (of) => of === base);
  if (!view) throw internal("an operand of dot is not affine");
  const { position } = view;
  const stride = (of: Axis) => position.terms.get(axisOf(of)) ?? 0;
  return {
    param: params.use(buffers.read(base), base, "reads"),
    offset: position.constant,
    batch: batch.map(stride),
    row: stride(row),
    column: stride(column),
  };
}

export function lowerArgSort(group: Group, context: Context, name: string): Lowered<LibraryKernel> {
  const [{ node }] = group.members;
  if (node.op !== "argSort") throw internal(`${node.op} is not argSort`);
  const x = storageOf(node.inputs[0]);
  const { axis } = node.attrs;
  const params = new Params();
  params.use(context.buffers.read(x), x, "reads");
  for (const buffer of context.buffers.write(node)) params.use(buffer, node, "writes");
  const kernel: LibraryKernel = {
    kind: "library",
    name,
    routine: "argSort",
    params: params.params,
    outer: elements(node.shape.slice(0, axis)),
    length: node.shape[axis],
    inner: elements(node.shape.slice(axis + 1)),
  };
  return { kernel, buffers: params.buffers };
}
