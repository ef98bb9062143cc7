/**
 * How each node is written: which notation, and which nodes appear inside it. What broadcasting and
 * promotion put in (`expand`, axes of size 1) is passed over.
 */
import type { Node, NodeOf, Range } from "./graph.js";
import { asVariable, type Dim, formatDim, formatShape, multiplyDims, sameShape } from "./size.js";

/** Signs between two operands; `·` is the matrix product, `×` the elementwise one. */
export type Infix =
  | "+"
  | "−"
  | "·"
  | "×"
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

/** A node's notation: what is written, and the nodes that are written inside it. */
export type Notation =
  | { readonly kind: "name" | "data"; readonly text: string; readonly args: readonly [] }
  | { readonly kind: "number"; readonly value: number | bigint; readonly args: readonly [] }
  | { readonly kind: "call"; readonly name: string; readonly args: Args; readonly rest: string }
  | { readonly kind: "infix"; readonly sign: Infix; readonly args: Args }
  /** A matrix product; a side that is `flipped` is written transposed. */
  | { readonly kind: "product"; readonly flipped: readonly boolean[]; readonly args: Args }
  | { readonly kind: "fraction"; readonly args: Args }
  | { readonly kind: "prefix"; readonly sign: "−" | "¬"; readonly args: Args }
  | { readonly kind: "power"; readonly exponent: number | null; readonly args: Args }
  | { readonly kind: "fence"; readonly fence: "abs" | "floor" | "ceil"; readonly args: Args }
  | { readonly kind: "root"; readonly args: Args }
  | { readonly kind: "transposed"; readonly args: Args }
  | { readonly kind: "picked"; readonly text: string; readonly args: Args };

export type Args = readonly Node[];

const infixOf: { readonly [O in Node["op"]]?: Infix } = {
  add: "+",
  sub: "−",
  mul: "×",
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

/** The node without what only repeats it or adds and removes axes of size 1. */
export function visible(of: Node): Node {
  let seen = of;
  while (isPlumbing(seen)) [seen] = seen.inputs;
  return seen;
}

const withoutOnes = (of: Node): readonly Dim[] => of.shape.filter((size) => size !== 1);

function isPlumbing(of: Node): boolean {
  switch (of.op) {
    case "expand":
    case "stopGradient":
      return true;
    case "reshape":
      return sameShape(withoutOnes(of), withoutOnes(of.inputs[0]));
    case "cast":
      return of.inputs[0].op === "literal" || of.inputs[0].op === "size";
    default:
      return false;
  }
}

const call = (name: string, args: Args, ...rest: readonly string[]): Notation => ({
  kind: "call",
  name,
  args: args.map(visible),
  rest: rest.map((text) => `, ${text}`).join(""),
});

const axisList = (axes: readonly number[]): string =>
  axes.length === 1 ? String(axes[0]) : `[${axes.join(", ")}]`;

/** A reduction; its axes are shown unless it takes all of them. */
const reduced = (name: string, x: Node, axes: readonly number[]): Notation =>
  call(name, [x], ...(axes.length === x.shape.length ? [] : [axisList(axes)]));

export function notation(of: Node): Notation {
  const sign = infixOf[of.op];
  const args = of.inputs.map(visible);
  if (of.op === "mul" && args[0] === args[1])
    return { kind: "power", exponent: 2, args: [args[0]] };
  if (sign) return { kind: "infix", sign, args };
  switch (of.op) {
    case "symbol":
      return { kind: "name", text: of.attrs.name || `⟨${typeText(of)}⟩`, args: [] };
    case "shared":
      return { kind: "name", text: of.attrs.state.name || `⟨${typeText(of)}⟩`, args: [] };
    case "size":
      return { kind: "name", text: sizeText(of.attrs.dim), args: [] };
    case "literal":
      return { kind: "number", value: of.attrs.value, args: [] };
    case "constant": {
      const { value } = of.attrs;
      // A lone number is shown; reading it from a device for that would make printing slow.
      const isReady = value.shape.length === 0 && value.buffer === undefined;
      return isReady
        ? { kind: "number", value: value.data[0], args: [] }
        : { kind: "data", text: `⟨${typeText(of)}⟩`, args: [] };
    }
    case "iota":
      return { kind: "data", text: `iota(${formatDim(of.shape[of.attrs.axis])})`, args: [] };
    case "neg":
      return { kind: "prefix", sign: "−", args };
    case "not":
      return { kind: "prefix", sign: "¬", args };
    case "abs":
    case "floor":
    case "ceil":
      return { kind: "fence", fence: of.op, args };
    case "sqrt":
      return { kind: "root", args };
    case "div":
      return meanOf(of) ?? { kind: "fraction", args };
    case "pow": {
      const [, exponent] = args;
      const whole = exponent.op === "literal" ? Number(exponent.attrs.value) : Number.NaN;
      return Number.isInteger(whole) && Math.abs(whole) < 100
        ? { kind: "power", exponent: whole, args: [args[0]] }
        : { kind: "power", exponent: null, args };
    }
    case "minimum":
      return call("minimum", args);
    case "maximum":
      return call("maximum", args);
    case "cast":
      return call(of.attrs.dtype, args);
    case "sum":
    case "prod":
    case "max":
    case "min":
      return reduced(of.op, of.inputs[0], of.attrs.axes);
    case "argMax":
    case "argMin":
      return reduced(of.op, of.inputs[0], [of.attrs.axis]);
    case "argSort":
      return call(of.op, args, String(of.attrs.axis));
    case "dot":
      return productOf(of) ?? call("dot", args, ...of.attrs.contract.map(axisList));
    case "transpose":
      return of.shape.length === 2
        ? { kind: "transposed", args }
        : call("transpose", args, axisList(of.attrs.perm));
    case "reshape":
      return call("reshape", args, formatShape(of.shape));
    case "slice":
      return { kind: "picked", text: rangesText(of), args };
    case "pad":
      return call(
        "pad",
        args,
        `[${of.attrs.padding.map((p) => `[${formatDim(p.low)}, ${formatDim(p.high)}]`).join(", ")}]`,
      );
    case "concat":
      return call("concat", args, String(of.attrs.axis));
    case "gather":
      return call("take", args, String(of.attrs.axis));
    case "scatterAdd":
      return call("scatterAdd", args, String(of.attrs.axis));
    default:
      return call(of.op, of.inputs);
  }
}

/** A size is written as a name; one that is computed says so by its parentheses. */
const sizeText = (dim: Dim): string =>
  asVariable(dim) === null ? `(${formatDim(dim)})` : formatDim(dim);

const typeText = ({ dtype, shape }: Node): string => `${dtype} ${formatShape(shape)}`;

/** mean(x) for a sum over axes divided by their number of elements. */
function meanOf(of: NodeOf<"div">): Notation | null {
  const [sum, count] = of.inputs.map(visible);
  if (sum.op !== "sum") return null;
  const [x] = sum.inputs;
  const size = multiplyDims(...sum.attrs.axes.map((axis) => x.shape[axis]));
  const isCount =
    count.op === "literal"
      ? count.attrs.value === size
      : count.op === "size" && count.attrs.dim === size;
  return isCount ? reduced("mean", x, sum.attrs.axes) : null;
}

/**
 * `x·y` for the last axis of the left with the last but one of the right. A matrix that is summed
 * over its other axis is written transposed: derivatives of products are of that kind.
 */
function productOf({ inputs, attrs: { contract, batch } }: NodeOf<"dot">): Notation | null {
  if (contract[0].length !== 1 || batch[0].length > 0) return null;
  const flipped = inputs.map(({ shape }, side) => {
    const usual = side === 0 ? shape.length - 1 : Math.max(shape.length - 2, 0);
    return contract[side][0] !== usual;
  });
  if (inputs.some(({ shape }, side) => flipped[side] && shape.length !== 2)) return null;
  return { kind: "product", flipped, args: inputs.map(visible) };
}

function rangesText(of: NodeOf<"slice">): string {
  const [x] = of.inputs;
  const texts = of.attrs.ranges.map((range, axis) => rangeText(range, x.shape[axis]));
  while (texts.length > 1 && texts[texts.length - 1] === ":") texts.pop();
  return texts.join(", ");
}

function rangeText({ start, size, step }: Range, whole: Dim): string {
  if (start === 0 && size === whole && step === 1) return ":";
  if (size === 1) return formatDim(start);
  const isNumber = typeof start === "number" && typeof size === "number";
  const stop = isNumber ? start + size * step : null;
  const limits = stop === null ? `${formatDim(start)}: +${formatDim(size)}` : `${start}:${stop}`;
  return step === 1 ? limits : `${limits.replace(/:-\d+$/, ":")}:${step}`;
}
