/** Making and walking nodes: immutable and interned. */
import { captureSite, type Site } from "./error.js";
import type { Node, NodeOf, OpAttrs, OpName } from "./graph.js";
import { InternTable } from "./intern.js";
import { ops } from "./ops.js";
import { type Dim, dimKey } from "./size.js";

let nextId = 0;

/**
 * The node `op(inputs; attrs)`: checks dtypes and shapes by the op's row and returns the
 * one node of that structure. Throws a HypatiaError that names the op when they do not fit. `site`
 * is where the expression was built, for a node that takes the place of another; else it is here.
 */
export function node<O extends OpName>(
  op: O,
  inputs: readonly Node[],
  attrs: OpAttrs[O],
  site?: Site,
): NodeOf<O> & Node {
  const made = interned(op, inputs, attrs, () => {
    const { dtype, shape } = ops[op].infer(inputs, attrs);
    const from = site ?? captureSite(node);
    const fresh = { id: nextId++, op, inputs, attrs, dtype, shape, site: from };
    return fresh as unknown as Node; // the one place where op and attrs are tied together
  });
  return made as unknown as NodeOf<O> & Node;
}

/** Nodes over symbols, literals and shared variables. */
const table = new InternTable<Node>();

/** The node of a value. */
const constants = new WeakMap<object, Node>();

/** The newest constant that a node depends on. */
const newestConstant = new WeakMap<Node, Node>();

/** Recent nodes over a constant, by their keys. */
const overConstant = new WeakMap<Node, Map<string, Node>>();

/** How many nodes over one constant are remembered. */
const rememberedNodes = 64;

/**
 * Interning must not keep data alive. V8 holds the target of a WeakRef until the present job ends,
 * which for a training loop in a cell is minutes: each batch would stay. So constants, and what is
 * computed from them, are reached from the constants themselves and die with them. A few of the
 * latest are remembered for each constant; older structure is only made again, and the compiler
 * finds its program all the same.
 */
function interned(
  op: OpName,
  inputs: readonly Node[],
  attrs: OpAttrs[OpName],
  make: () => Node,
): Node {
  if (op === "constant") {
    const { value } = attrs as OpAttrs["constant"];
    const known = constants.get(value);
    if (known) return known;
    const made = make();
    constants.set(value, made);
    newestConstant.set(made, made);
    return made;
  }
  const key = `${op}(${inputs.map((input) => input.id).join(",")})${attrKey(attrs)}`;
  const anchor = inputs.reduce<Node | undefined>((newest, input) => {
    const constant = newestConstant.get(input);
    return constant && (!newest || constant.id > newest.id) ? constant : newest;
  }, undefined);
  if (!anchor) return table.get(key, make);
  let nodes = overConstant.get(anchor);
  if (!nodes || nodes.size >= rememberedNodes) {
    nodes = new Map();
    overConstant.set(anchor, nodes);
  }
  const known = nodes.get(key);
  if (known) return known;
  const made = make();
  newestConstant.set(made, anchor);
  nodes.set(key, made);
  return made;
}

/** Drops a node over a constant from what is remembered: its value is large. */
export function forget(of: Node): void {
  const anchor = newestConstant.get(of);
  const nodes = anchor && overConstant.get(anchor);
  if (!nodes) return;
  for (const [key, known] of nodes) if (known === of) nodes.delete(key);
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

function identityOf(object: object): number {
  const known = identities.get(object);
  if (known !== undefined) return known;
  identities.set(object, nextIdentity);
  return nextIdentity++;
}

/** Attributes that are compared by identity: data and the state of shared variables. */
const byIdentity: ReadonlySet<string> = new Set(["value", "state"]);

/** A text that is equal for equal attributes only. */
function attrKey(attr: unknown): string {
  if (typeof attr === "string") return JSON.stringify(attr);
  if (typeof attr === "number") return Object.is(attr, -0) ? "-0" : String(attr);
  if (typeof attr !== "object" || attr === null) return `${typeof attr}:${String(attr)}`;
  if (Array.isArray(attr)) return `[${attr.map(attrKey).join(",")}]`;
  if ("terms" in attr && "key" in attr) return dimKey(attr as Dim);
  const entries = Object.entries(attr).map(([name, value]) =>
    typeof value === "object" && byIdentity.has(name)
      ? `${name}:#${identityOf(value)}`
      : `${name}:${attrKey(value)}`,
  );
  return `{${entries.join(",")}}`;
}

/**
 * Inputs before users, each node once; nothing below a node that `stops`. Iterative: graphs may be
 * deeper than the stack.
 */
export function topologicalOrder(
  roots: readonly Node[],
  stops: (of: Node) => boolean = () => false,
): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: Node[] = [...roots].reverse();
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (state.get(top) === undefined) {
      state.set(top, "open");
      for (let i = stops(top) ? -1 : top.inputs.length - 1; i >= 0; i--)
        if (!state.has(top.inputs[i])) stack.push(top.inputs[i]);
      continue;
    }
    stack.pop();
    if (state.get(top) === "done") continue;
    state.set(top, "done");
    order.push(top);
  }
  return order;
}

/** The same node over other inputs; itself when nothing changes. */
export function withInputs(old: Node, inputs: readonly Node[]): Node {
  if (inputs.every((input, i) => input === old.inputs[i])) return old;
  return node(old.op, inputs, old.attrs, old.site);
}

/**
 * Rebuild the graph under `roots` bottom-up; `visit` sees each node with its new inputs. A node in
 * `replaced` gives way to what is there, and nothing below it is visited.
 */
export function rebuild(
  roots: readonly Node[],
  visit: (old: Node, inputs: readonly Node[]) => Node,
  replaced: ReadonlyMap<Node, Node> = new Map(),
): Node[] {
  const made = new Map(replaced);
  for (const old of topologicalOrder(roots, (of) => replaced.has(of)))
    if (!replaced.has(old))
      made.set(
        old,
        visit(
          old,
          old.inputs.map((input) => made.get(input)!),
        ),
      );
  return roots.map((root) => made.get(root)!);
}

/** The literal that a node is, directly or spread over a shape; null for other nodes. */
export function splatValue(of: Node): number | bigint | null {
  let x = of;
  while (x.op === "expand" || x.op === "reshape") [x] = x.inputs;
  return x.op === "literal" ? x.attrs.value : null;
}
