/**
 * The C types that values of a kernel have, alone and as vectors, and texts that take a value from
 * one to another. In vectors, all masks are as wide as the kernel's widest type, and positions as
 * narrow as the kernel allows; alone, a truth value is 0 or 1 and a position is wide.
 */
import { bytesOf, type DType, isFloat, rangeOf } from "../../lang/dtype.js";
import { boundsOf } from "../bounds.js";
import type { Expression, ScalarType } from "../ir.js";
import type { LoopPlan } from "../vectorize.js";
import { type Prelude, signedOfBytes } from "./c-prelude.js";

/** How vectors look: the part of a plan that values depend on. */
export type VectorShape = Pick<LoopPlan, "mode" | "lanes" | "maskBytes" | "indexBytes">;

export class Types {
  readonly #prelude: Prelude;
  readonly #shape: VectorShape;

  constructor(prelude: Prelude, shape: VectorShape) {
    this.#prelude = prelude;
    this.#shape = shape;
  }

  /** The element type that stands for this type; for a position it depends on where it is. */
  dtype(type: ScalarType, vector: boolean): DType {
    if (type !== "index") return type;
    return vector ? signedOfBytes(this.#shape.indexBytes) : "i64";
  }

  name(type: ScalarType, vector: boolean): string {
    const { lanes, maskBytes } = this.#shape;
    if (vector && type === "bool") return this.#prelude.vector(signedOfBytes(maskBytes), lanes);
    if (vector) return this.#prelude.vector(this.dtype(type, true), lanes);
    return type === "index" ? this.#prelude.position() : this.#prelude.scalar(type);
  }

  /** C computes small integers as int: cut the result back to its type. */
  narrow(type: ScalarType, text: string): string {
    const small = type !== "index" && type !== "bool" && bytesOf(type) < 4;
    return small ? `(${this.#prelude.scalar(type)})${text}` : text;
  }

  /** A value that stands alone, in every lane. */
  splat(type: ScalarType, text: string): string {
    const { lanes, maskBytes } = this.#shape;
    if (type === "bool") {
      const lane = signedOfBytes(maskBytes);
      return this.#prelude.splat(lane, lanes, `(${this.#prelude.scalar(lane)})-(${text})`);
    }
    const dtype = this.dtype(type, true);
    return this.#prelude.splat(dtype, lanes, `(${this.#prelude.scalar(dtype)})${text}`);
  }

  convert(from: ScalarType, to: ScalarType, text: string, vector: boolean): string {
    if (from === to) return text;
    if (!vector) return to === "bool" ? `(${text} != 0)` : `(${this.name(to, false)})${text}`;
    if (to === "bool") return this.mask(`(${text} != 0)`, from);
    const [a, b] = [this.name(from, true), this.name(to, true)];
    const source = from === "bool" ? `(${text} & 1)` : text;
    return a === b ? source : `__builtin_convertvector(${source}, ${b})`;
  }

  /** The value of `x`, whose text this is, cast: what an integer cannot hold becomes its nearest. */
  cast(x: Expression, to: ScalarType, text: string, vector: boolean): string {
    const from = x.type;
    const type = this.dtype(to, vector);
    if (from === "index" || !isFloat(from) || to === "bool" || to === from || isFloat(type)) {
      return this.convert(from, to, text, vector);
    }
    const [least, most] = rangeOf(type)!;
    const { low, high } = boundsOf(x);
    const inside = low >= Number(least) && high < Number(most);
    const lanes = vector ? this.#shape.lanes : 0;
    return `${this.#prelude.toInteger(from, type, lanes, inside)}(${text})`;
  }

  /** The result of a comparison of `of`s, in the width that all masks of the kernel have. */
  mask(text: string, of: ScalarType): string {
    const { lanes, maskBytes, indexBytes } = this.#shape;
    const bytes = of === "index" ? indexBytes : of === "bool" ? maskBytes : bytesOf(of);
    const mask = this.#prelude.vector(signedOfBytes(maskBytes), lanes);
    return bytes === maskBytes ? `(${mask})${text}` : `__builtin_convertvector(${text}, ${mask})`;
  }

  /** The mask of the first `active` lanes. */
  activeMask(active: string): string {
    const { lanes, maskBytes } = this.#shape;
    const lane = signedOfBytes(maskBytes);
    const steps = Array.from({ length: lanes }, (_, l) => l).join(", ");
    const numbers = `(${this.#prelude.vector(lane, lanes)}){${steps}}`;
    return `(${numbers} < (${this.#prelude.scalar(lane)})${active})`;
  }

  /** Lane by lane, `yes` where the mask is set, else `no`. */
  select(type: ScalarType, mask: string, yes: string, no: string): string {
    const { lanes, maskBytes } = this.#shape;
    const dtype = type === "bool" ? signedOfBytes(maskBytes) : this.dtype(type, true);
    const width = bytesOf(dtype);
    const lane = this.#prelude.vector(signedOfBytes(width), lanes);
    const fitted = width === maskBytes ? mask : `__builtin_convertvector(${mask}, ${lane})`;
    return `${this.#prelude.call("select", dtype, lanes)}(${fitted}, ${yes}, ${no})`;
  }

  /** Vectors as they lie in memory, where truth values are bytes; and back. */
  toMemory(type: ScalarType, dtype: DType, text: string): string {
    if (type !== "bool") return this.convert(type, dtype, text, true);
    const bytes = this.#prelude.vector(dtype, this.#shape.lanes);
    return this.#shape.maskBytes === bytesOf(dtype)
      ? `((${bytes})${text} & 1)`
      : `__builtin_convertvector(${text} & 1, ${bytes})`;
  }

  fromMemory(type: ScalarType, text: string): string {
    if (type !== "bool") return text;
    const mask = this.name("bool", true);
    return this.#shape.maskBytes === 1
      ? `(${mask})(${text} != 0)`
      : `(__builtin_convertvector(${text}, ${mask}) != 0)`;
  }
}
