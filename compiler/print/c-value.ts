/**
 * Where values are computed. A value is computed in the outermost scope where everything it depends
 * on is known, once. A *varying* value differs between the lanes of the axis that is being spread
 * over vectors; all others are plain C scalars.
 */
import type { SizeVariable } from "../../lang/size.js";
import { dim } from "../expression.js";
import type { Axis, Expression, ScalarType } from "../ir.js";
import { type Operands, type Operation, operationText } from "./c-operation.js";
import { literalText, Prelude, signedOfBytes } from "./c-prelude.js";
import { Scopes } from "./c-scope.js";
import { Types, type VectorShape } from "./c-types.js";

export type Load = Extract<Expression, { kind: "load" }>;

/** What is being spread over the lanes at the moment. */
export interface Lanes {
  readonly axis: Axis;
  /** C text of the axis' value in lane 0 of vector 0. */
  readonly base: string;
  /** Depth of the scope in which `base` holds. */
  readonly depth: number;
  /** Number of lanes that count, if not all do. */
  readonly active: string | null;
}

/** A finished reduction: one text, or one for each vector in flight. */
interface Result {
  readonly texts: readonly string[];
  readonly depth: number;
  readonly varying: boolean;
}

export abstract class Values extends Scopes {
  readonly prelude = new Prelude();
  readonly sizes: SizeVariable[] = [];
  readonly plan: VectorShape;
  readonly types: Types;
  /** Text and depth of each axis that is open, and of each finished reduction. */
  readonly axes = new Map<Axis, { text: string; depth: number }>();
  results = new Map<string, Result>();
  /** How often each expression of the current stage is used; see countUses. */
  uses: ReadonlyMap<Expression, number> = new Map();
  #lanes: Lanes | null = null;
  /** The parameters that the kernel stores to. */
  readonly #written: ReadonlySet<number>;
  /** What is known of expressions while the lanes, or the scopes, stay as they are. */
  #varying = new Map<Expression, boolean>();
  #depths = new Map<Expression, number>();

  constructor(plan: VectorShape, written: ReadonlySet<number>) {
    super();
    this.plan = plan;
    this.types = new Types(this.prelude, plan);
    this.#written = written;
  }

  /** The text of a load that has not been named yet. */
  protected abstract load(x: Load, u: number): string;

  /** The C text of a value in vector `u`: a name, or an expression that is used once, here. */
  value(x: Expression, u: number): string {
    if (x.kind === "literal") return literalText(x.type, x.value);
    if (x.kind === "axis") return this.#axisValue(x.axis, u);
    if (x.kind === "size") return this.#sizeName(x.variable);
    if (x.kind === "result") {
      const result = this.results.get(x.name);
      if (result === undefined) throw new Error(`internal: ${x.name} is used before it is reduced`);
      return result.texts[result.texts.length > 1 ? u : 0];
    }
    const slot = this.isVarying(x) ? u : 0;
    const depth = this.#depthOf(x);
    const known = this.scopes[depth].names.get(x)?.[slot];
    if (known !== undefined) return known;
    // A load may take statements of its own, which belong where its value does.
    const text = this.at(depth, () =>
      x.kind === "load" ? this.load(x, u) : operationText(x, this.#operands(x, u)),
    );
    const once = (this.uses.get(x) ?? 1) <= 1 && text.length <= 72;
    const stable = x.kind !== "load" || !this.#written.has(x.param);
    if (once && stable && depth === this.depth) return text;
    return this.#assign(x, slot, depth, text);
  }

  /** The same, but certainly a name. */
  named(x: Expression, u: number): string {
    const text = this.value(x, u);
    if (/^-?\w+$/.test(text)) return text;
    return this.#assign(x, this.isVarying(x) ? u : 0, this.depth, text);
  }

  /** A value converted to `type`, as a vector if `vector`. */
  as(x: Expression, type: ScalarType, u: number, vector: boolean): string {
    const varying = this.isVarying(x);
    const text = this.types.convert(x.type, type, this.value(x, u), varying);
    return vector && !varying ? this.types.splat(type, text) : text;
  }

  extent(axis: Axis): string {
    return typeof axis.extent === "number" ? String(axis.extent) : this.value(dim(axis.extent), 0);
  }

  #operands(x: Operation, u: number): Operands {
    const varying = this.isVarying(x);
    return {
      prelude: this.prelude,
      types: this.types,
      lanes: varying ? this.plan.lanes : 0,
      arg: (i) => this.value(x.args[i], u),
      full: (i) => this.as(x.args[i], x.args[i].type, u, varying),
      isVarying: (i) => this.isVarying(x.args[i]),
    };
  }

  #assign(x: Expression, slot: number, depth: number, text: string): string {
    const name = this.name("t");
    const scope = this.scopes[depth];
    scope.lines.push(`const ${this.types.name(x.type, this.isVarying(x))} ${name} = ${text};`);
    const names = scope.names.get(x) ?? [];
    names[slot] = name;
    scope.names.set(x, names);
    return name;
  }

  #axisValue(axis: Axis, u: number): string {
    if (this.#lanes?.axis !== axis) {
      const bound = this.axes.get(axis);
      if (bound === undefined) throw new Error(`internal: axis ${axis.name} is not open here`);
      return bound.text;
    }
    const { lanes, indexBytes } = this.plan;
    const dtype = signedOfBytes(indexBytes);
    const type = this.prelude.vector(dtype, lanes);
    const steps = Array.from({ length: lanes }, (_, l) => l + u * lanes).join(", ");
    return `((${type}){${steps}} + (${this.prelude.scalar(dtype)})${this.#lanes.base})`;
  }

  #sizeName(variable: SizeVariable): string {
    let at = this.sizes.findIndex(({ key }) => key === variable.key);
    if (at < 0) at = this.sizes.push(variable) - 1;
    return `s${at}`;
  }

  // ---- lanes and depths ------------------------------------------------------------------------

  get lanes(): Lanes | null {
    return this.#lanes;
  }

  setLanes(lanes: Lanes | null): void {
    this.#lanes = lanes;
    this.#varying = new Map();
    this.#depths = new Map();
  }

  isVarying(x: Expression): boolean {
    if (this.#lanes === null) return false;
    const known = this.#varying.get(x);
    if (known !== undefined) return known;
    const varying = this.#findVarying(x, this.#lanes.axis);
    this.#varying.set(x, varying);
    return varying;
  }

  #findVarying(x: Expression, axis: Axis): boolean {
    switch (x.kind) {
      case "axis":
        return x.axis === axis;
      case "result":
        return this.results.get(x.name)?.varying ?? false;
      case "load":
        return this.isVarying(x.index) || (x.guard !== null && this.isVarying(x.guard));
      case "op":
        return x.args.some((arg) => this.isVarying(arg));
      default:
        return false;
    }
  }

  /** The outermost scope in which a value can be computed. */
  #depthOf(x: Expression): number {
    const known = this.#depths.get(x);
    if (known !== undefined) return known;
    const depth = this.#findDepth(x);
    this.#depths.set(x, depth);
    return depth;
  }

  #findDepth(x: Expression): number {
    switch (x.kind) {
      case "axis":
        if (this.#lanes?.axis === x.axis) return this.#lanes.depth;
        return this.axes.get(x.axis)?.depth ?? 0;
      case "result":
        return this.results.get(x.name)?.depth ?? 0;
      case "load": {
        // What is written here, and what a check may have to come before, stays in its place.
        const fixed = this.#written.has(x.param) || x.guard !== null || readsMemory(x.index);
        return fixed ? this.depth : this.#depthOf(x.index);
      }
      case "op":
        return Math.max(0, ...x.args.map((arg) => this.#depthOf(arg)));
      default:
        return 0;
    }
  }

  override open(): void {
    this.#depths = new Map();
    super.open();
  }

  override close(head: string): void {
    this.#depths = new Map();
    super.close(head);
  }
}

const reads = new WeakMap<Expression, boolean>();

function readsMemory(x: Expression): boolean {
  const known = reads.get(x);
  if (known !== undefined) return known;
  const answer = x.kind === "load" || (x.kind === "op" && x.args.some(readsMemory));
  reads.set(x, answer);
  return answer;
}
