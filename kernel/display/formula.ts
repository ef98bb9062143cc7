import type { Node, NodeOf, OpName, Range } from "../../lang/graph.js";
import { topologicalOrder } from "../../lang/node.js";
import { ops } from "../../lang/ops.js";
import { formatDim, formatShape, type Shape } from "../../lang/size.js";
import { type Entry, scalarText } from "./numbers.js";

/** A formula as it is written, before it is printed as text, LaTeX or MathML. */
export type Formula =
  | { readonly kind: "name"; readonly name: string; readonly index?: number }
  | { readonly kind: "number"; readonly text: string }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Formula[];
      /** Axes and the like, after the arguments. */
      readonly option?: string;
    }
  | {
      readonly kind: "infix";
      readonly sign: Sign;
      readonly left: Formula;
      readonly right: Formula;
    }
  | { readonly kind: "prefix"; readonly sign: "-" | "¬"; readonly of: Formula }
  | { readonly kind: "fraction"; readonly over: Formula; readonly under: Formula }
  | { readonly kind: "power"; readonly base: Formula; readonly exponent: Formula }
  | { readonly kind: "root" | "transposed"; readonly of: Formula }
  | { readonly kind: "fenced"; readonly fence: "abs" | "floor" | "ceil"; readonly of: Formula }
  | { readonly kind: "reduced"; readonly name: string; readonly axes: string; readonly of: Formula }
  | { readonly kind: "indexed"; readonly of: Formula; readonly index: string };

export type Sign =
  | "+"
  | "-"
  | "·"
  | "⊙"
  | "@"
  | "mod"
  | "="
  | "≠"
  | "<"
  | "≤"
  | ">"
  | "≥"
  | "∧"
  | "∨"
  | "⊻"
  | "≪"
  | "≫";

/** A result, and the names it uses for parts that are long or occur more than once. */
export interface Definition {
  readonly result: Formula;
  readonly where: readonly (readonly [name: Formula, value: Formula])[];
}

/** A part with more operations than this gets a line of its own. */
const longestLine = 14;

/**
 * The expression `root` stands for, as mathematics: what broadcasting put in is left out, parts
 * that occur more than once are named.
 */
export function formulaOf(root: Node): Definition {
  const order = topologicalOrder([root]);
  const uses = countUses(root, order);
  const names = new Map<Node, Formula>();
  const where: [Formula, Formula][] = [];
  /** Operations written on the line of a node, named parts counting as nothing. */
  const sizes = new Map<Node, number>();
  const write = (of: Node): Formula => {
    const seen = withoutBroadcast(of);
    return names.get(seen) ?? written(seen, write);
  };
  for (const of of order) {
    if (!uses.has(of)) continue;
    const own = ops[of.op].family === "leaf" ? 0 : 1;
    const size = of.inputs.reduce(
      (sum, input) => sum + (sizes.get(withoutBroadcast(input)) ?? 0),
      own,
    );
    const repeated = uses.get(of) !== 1 && size > 1;
    if (of !== root && (repeated || size > longestLine)) {
      const name: Formula = { kind: "name", name: "t", index: where.length + 1 };
      where.push([name, written(of, write)]);
      names.set(of, name);
      sizes.set(of, 0);
    } else {
      sizes.set(of, size);
    }
  }
  return { result: written(root, write), where };
}

/** How often each node is written; nodes that only broadcast are passed through. */
function countUses(root: Node, order: readonly Node[]): Map<Node, number> {
  const uses = new Map<Node, number>([[root, 1]]);
  for (const of of order.toReversed()) {
    if (!uses.has(of)) continue;
    for (const input of of.inputs) {
      const seen = withoutBroadcast(input);
      uses.set(seen, (uses.get(seen) ?? 0) + 1);
    }
  }
  return uses;
}

/** The node under `expand`s and under `reshape`s that only add or remove axes of size 1. */
export function withoutBroadcast(of: Node): Node {
  while (of.op === "expand" || (of.op === "reshape" && addsOnes(of))) of = of.inputs[0];
  return of;
}

function addsOnes({ inputs, shape }: NodeOf<"reshape">): boolean {
  const kept = (all: Shape) => all.filter((size) => size !== 1);
  const [before, after] = [kept(inputs[0].shape), kept(shape)];
  return before.length === after.length && before.every((size, axis) => size === after[axis]);
}

type Write = (of: Node) => Formula;

const call = (name: string, args: readonly Formula[], option?: string): Formula => ({
  kind: "call",
  name,
  args,
  option,
});

const signs: Partial<Record<OpName, Sign>> = {
  add: "+",
  sub: "-",
  mod: "mod",
  eq: "=",
  ne: "≠",
  lt: "<",
  le: "≤",
  gt: ">",
  ge: "≥",
  and: "∧",
  or: "∨",
  xor: "⊻",
  shiftLeft: "≪",
  shiftRight: "≫",
};

/** The node itself, its inputs as `write` has them. Ops without a notation are calls. */
function written(of: Node, write: Write): Formula {
  const [a, b] = of.inputs;
  const sign = signs[of.op];
  if (sign !== undefined) return { kind: "infix", sign, left: write(a), right: write(b) };
  switch (of.op) {
    case "symbol":
      return { kind: "name", name: of.attrs.name || "symbol" };
    case "shared":
      return { kind: "name", name: of.attrs.state.name || "shared" };
    case "literal":
      return number(of.dtype, of.attrs.value);
    case "constant": {
      const { value } = of.attrs;
      return value.shape.length === 0
        ? number(value.dtype, value.data[0])
        : { kind: "indexed", of: { kind: "name", name: "data" }, index: sizes(of.shape) };
    }
    case "size":
      return { kind: "name", name: formatDim(of.attrs.dim) };
    case "iota":
      return call("iota", [], `${formatShape(of.shape)}, ${of.attrs.axis}`);
    case "neg":
      return { kind: "prefix", sign: "-", of: write(a) };
    case "not":
      return { kind: "prefix", sign: "¬", of: write(a) };
    case "abs":
    case "floor":
    case "ceil":
      return { kind: "fenced", fence: of.op, of: write(a) };
    case "sqrt":
      return { kind: "root", of: write(a) };
    case "cast":
      return call(of.dtype, [write(a)]);
    case "mul":
      return product(a, b, write);
    case "div":
      return { kind: "fraction", over: write(a), under: write(b) };
    case "floorDiv":
      return {
        kind: "fenced",
        fence: "floor",
        of: { kind: "fraction", over: write(a), under: write(b) },
      };
    case "pow":
      return { kind: "power", base: write(a), exponent: write(b) };
    case "sum":
    case "prod":
    case "max":
    case "min":
      return reduced(of.op, of.attrs.axes, a, write);
    case "argMax":
    case "argMin":
      return reduced(of.op, [of.attrs.axis], a, write);
    case "dot":
      return contraction(of, write);
    case "transpose":
      return of.shape.length === 2
        ? { kind: "transposed", of: write(a) }
        : call("transpose", [write(a)], `[${of.attrs.perm.join(", ")}]`);
    case "expand":
      return call("broadcastTo", [write(a)], formatShape(of.shape));
    case "reshape":
      return addsOnes(of) ? write(a) : call("reshape", [write(a)], formatShape(of.shape));
    case "slice":
      return { kind: "indexed", of: write(a), index: sliceIndex(of.attrs.ranges, a.shape) };
    case "concat":
    case "gather":
    case "scatterAdd":
    case "argSort":
      return call(of.op, of.inputs.map(write), `axis ${of.attrs.axis}`);
    default:
      return call(of.op, of.inputs.map(write));
  }
}

const number = (dtype: string, value: Entry): Formula => ({
  kind: "number",
  text: scalarText(dtype, value),
});

/** `x²` for x · x, a dot beside a number, ⊙ between arrays. */
function product(a: Node, b: Node, write: Write): Formula {
  if (a === b) return { kind: "power", base: write(a), exponent: { kind: "number", text: "2" } };
  const scalar = [a, b].some((side) => withoutBroadcast(side).shape.length === 0);
  return { kind: "infix", sign: scalar ? "·" : "⊙", left: write(a), right: write(b) };
}

const reduced = (name: string, axes: readonly number[], of: Node, write: Write): Formula => ({
  kind: "reduced",
  name,
  axes: axes.length === of.shape.length ? "" : axes.join(", "),
  of: write(of),
});

/** Matrix products as products, the transposed operand marked; other contractions as calls. */
function contraction({ inputs: [a, b], attrs }: NodeOf<"dot">, write: Write): Formula {
  const { contract, batch } = attrs;
  const plain = contract[0].length === 1 && a.shape.length <= 2 && b.shape.length <= 2;
  if (batch[0].length > 0 || !plain) {
    const axes = contract.map((side) => `[${side.join(", ")}]`).join(" with ");
    return call("dot", [write(a), write(b)], `axes ${axes}`);
  }
  const side = (of: Node, flipped: boolean): Formula =>
    flipped ? { kind: "transposed", of: write(of) } : write(of);
  return {
    kind: "infix",
    sign: "@",
    left: side(a, a.shape.length === 2 && contract[0][0] === 0),
    right: side(b, b.shape.length === 2 && contract[1][0] === 1),
  };
}

function sliceIndex(ranges: readonly Range[], shape: Shape): string {
  return ranges
    .map(({ start, size, step }, axis) => {
      if (start === 0 && size === shape[axis] && step === 1) return ":";
      const from = formatDim(start);
      return `${from}${step === 1 ? "" : ` step ${step}`} (${formatDim(size)})`;
    })
    .join(", ");
}

const sizes = (shape: Shape): string => shape.map(formatDim).join(", ");
