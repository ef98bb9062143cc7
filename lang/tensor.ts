/** The Tensor: a handle on a graph node, and what it is worth. */
import { type Nested, nestedOf, numberOf } from "./data.js";
import type { DType, TypedArray } from "./dtype.js";
import { HypatiaError } from "./error.js";
import { evaluateNodes, isClosed } from "./evaluation.js";
import type { Node } from "./graph.js";
import { Hold } from "./memo.js";
import { node } from "./node.js";
import { formatShape, type Shape } from "./size.js";
import type { Value } from "./value.js";

/** Arrays of numbers by their number of axes. */
export interface ArrayOfRank {
  0: number;
  1: number[];
  2: number[][];
  3: number[][][];
  4: number[][][][];
}

/**
 * An n-dimensional array in a computation: immutable, and usually not computed yet.
 *
 * A tensor is a *symbol* (a free input), a *constant* (data), a *shared* variable, or the result of
 * a function of other tensors. One without free symbols is *closed*: showing it, or `item`,
 * `toArray` and `data`, compiles and runs it. Others are given values by {@link compile}.
 *
 * Every function whose first argument is a tensor is also a method: `x.exp()` is `exp(x)`.
 *
 * @example
 * const x = matrix("x");
 * const y = x.tanh().mean(0);
 * y.shape; // [x.shape[1]]
 */
export class Tensor {
  /** A value becomes a node when an expression is built on it: most results are only read. */
  #of: Node | Value;
  /** On the value of an expression, while the tensor can be asked for it. */
  #hold: Hold | null = null;

  constructor(of: Node | Value) {
    this.#of = of;
  }

  /** The expression. Equal expressions are the same object. */
  get node(): Node {
    const of = this.#of;
    if ("op" in of) {
      this.#hold?.putBack();
      return of;
    }
    const made = node("constant", [], { value: of });
    this.#of = made;
    return made;
  }

  /** The type of the elements. */
  get dtype(): DType {
    return this.#of.dtype;
  }

  /** The sizes of the axes, outermost first; each a number or a symbolic size. */
  get shape(): Shape {
    return this.#of.shape;
  }

  /** The number of axes. */
  get ndim(): number {
    return this.#of.shape.length;
  }

  /** The name of a symbol or a shared variable; empty for other tensors. */
  get name(): string {
    const of = this.#of;
    if (!("op" in of)) return "";
    return of.op === "symbol" ? of.attrs.name : of.op === "shared" ? of.attrs.state.name : "";
  }

  /** The tensor with its axes in reverse order. */
  get T(): Tensor {
    const perm = this.shape.map((_, axis) => this.ndim - 1 - axis);
    return this.ndim < 2 ? this : new Tensor(node("transpose", [this.node], { perm }));
  }

  /**
   * What the tensor is worth, computed at most once for an expression whose shared variables have
   * not changed. Throws if the tensor depends on symbols.
   */
  value(): Value {
    const of = this.#of;
    if (!("op" in of)) return of;
    this.#hold?.putBack();
    const [value] = evaluateNodes([of]);
    this.#hold = Hold.on(of);
    return value;
  }

  /**
   * The only element, as a number; a truth value as 1 or 0. Throws unless there is exactly one.
   *
   * @example
   * sum(tensor([1, 2, 3])).item(); // 6
   */
  item(): number {
    if (this.shape.some((size) => typeof size === "number" && size !== 1)) throw this.#notOne();
    const { data } = this.value();
    if (data.length !== 1) throw this.#notOne();
    return numberOf(data[0], "item");
  }

  #notOne(): HypatiaError {
    return new HypatiaError("item", "the tensor does not have exactly one element", {
      got: this.toString(),
      remedy: "reduce it (sum, mean, ...), pick one element with at(...), or use toArray()",
    });
  }

  /**
   * The elements as nested arrays, one level per axis; numbers, or booleans for bool.
   * With the number of axes as argument, the type of the result says how deep it is, and all
   * elements are numbers, truth values 1 or 0.
   *
   * @example
   * tensor([[1, 2], [3, 4]]).toArray(); // [[1, 2], [3, 4]]
   * tensor([1, 2]).toArray(1).map((v) => v / 2); // [0.5, 1]
   */
  toArray(): Nested;
  toArray<R extends keyof ArrayOfRank>(rank: R): ArrayOfRank[R];
  toArray(rank?: number): Nested {
    if (rank !== undefined && rank !== this.ndim)
      throw new HypatiaError("toArray", `the tensor does not have ${rank} axes`, {
        got: this.toString(),
        expected: `${rank} axes`,
      });
    return nestedOf(this.value(), rank !== undefined);
  }

  /** For `JSON.stringify`, which would write `{}`: as `toArray`; JSON has null for NaN and infinity. */
  toJSON(): Nested {
    return this.toArray();
  }

  /** The elements in row-major order as a typed array; a copy. Bool comes as 0 and 1 in bytes. */
  data(): TypedArray {
    return this.value().data.slice();
  }

  /** `f32 [batch, 784]`, with the name where there is one. */
  toString(): string {
    return `${this.name && `${this.name}: `}${this.dtype} ${formatShape(this.shape)}`;
  }

  /**
   * What Node shows, also inside arrays and objects: its type, not its values. In a notebook
   * `console.log(x)` writes the values (kernel/display/console.ts).
   */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Tensor ${this.toString()}`;
  }

  /**
   * Type and elements, or which expression it is when there are symbols in it. Functions that
   * compare deeply, such as those of `node:assert`, find all tensors equal by what they can see, but
   * compare these tags first. They show them, too.
   */
  get [Symbol.toStringTag](): string {
    const { node } = this;
    if (!isClosed(node)) return `${this.toString()}: expression ${node.id}`;
    const { data } = this.value();
    return `${this.dtype} ${formatShape(this.shape)}: ${summaryOf(data)}`;
  }

  /** Tensors are not numbers: `Number(x)` and native operators on a tensor are errors. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new HypatiaError("operator", "a tensor cannot be used as a JavaScript number", {
      got: this.toString(),
      remedy: "use x.item() for a number, or add, multiply, ... where operators are not lowered",
    });
  }
}

/** What assertions may print: all elements, or the first ones and a digest of all. */
function summaryOf(data: TypedArray): string {
  if (data.length <= 50) return Array.from(data, String).join(", ");
  return `${Array.from(data.subarray(0, 5), String).join(", ")}, … (digest ${digestOf(data)})`;
}

/** Over the bits of the elements, -0 as 0. Each step keeps apart what was: one difference shows. */
function digestOf(data: TypedArray): string {
  const bits = new DataView(new ArrayBuffer(8));
  const mixed = (hash: number, word: number, factor: number): number => {
    const product = Math.imul(hash ^ word, factor);
    return product ^ (product >>> 15);
  };
  let [a, b] = [1, 2];
  for (const element of data) {
    if (typeof element === "bigint") bits.setBigUint64(0, BigInt.asUintN(64, element));
    else bits.setFloat64(0, Number.isNaN(element) ? Number.NaN : element + 0);
    for (const word of [bits.getUint32(0), bits.getUint32(4)]) {
      a = mixed(a, word, 0x85ebca6b);
      b = mixed(b, word, 0xc2b2ae35);
    }
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

/** The tensor that is a value. */
export const ofValue = (value: Value): Tensor => new Tensor(value);
