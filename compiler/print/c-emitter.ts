/**
 * Writes C statements for expressions: names, scopes, and which values are vectors.
 *
 * A value is computed in the outermost scope where everything it depends on is known, once. A
 * *varying* value differs between the lanes of the axis that is being spread over vectors; all
 * others are plain C scalars.
 */
import { bytesOf, type DType, isFloat, rangeOf } from "../../lang/dtype.js";
import type { SizeVariable } from "../../lang/size.js";
import { isNonNegative, strideOf } from "../affine.js";
import { boundsOf } from "../bounds.js";
import { dim, expressionOrder } from "../expression.js";
import type { Axis, Check, Expression, Param, ScalarType, Store } from "../ir.js";
import type { LoopPlan } from "../vectorize.js";
import { literalText, Prelude, signedOfBytes } from "./c-prelude.js";
import type { KernelSource } from "./c-source.js";
import { squareDefinition } from "./c-transpose.js";

type Load = Extract<Expression, { kind: "load" }>;

/** A region of the text in which names hold: the function, a loop, the body of a vector loop. */
interface Scope {
  readonly lines: string[];
  /** Text of each value that was computed here, for each of the vectors in flight. */
  readonly names: Map<Expression, string[]>;
}

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

/** How vectors look: the part of a plan that values depend on. */
export type VectorShape = Pick<LoopPlan, "mode" | "lanes" | "maskBytes" | "indexBytes">;

export class Emitter {
  readonly prelude = new Prelude();
  readonly sizes: SizeVariable[] = [];
  readonly plan: VectorShape;
  readonly params: readonly Param[];
  /** Text and depth of each axis that is open, and of each finished reduction. */
  readonly axes = new Map<Axis, { text: string; depth: number }>();
  results = new Map<string, Result>();
  /** How often each expression of the current stage is used; see countUses. */
  uses: ReadonlyMap<Expression, number> = new Map();
  readonly scopes: Scope[] = [{ lines: [], names: new Map() }];
  lanes: Lanes | null = null;
  readonly #written: ReadonlySet<number>;
  /** What is known of expressions while the lanes, or the scopes, stay as they are. */
  #varying = new Map<Expression, boolean>();
  #depths = new Map<Expression, number>();
  #next = 0;

  constructor(params: readonly Param[], stores: readonly Store[], plan: VectorShape) {
    this.params = params;
    this.plan = plan;
    this.#written = new Set(stores.map(({ param }) => param));
  }

  /** Declares the buffers, at the top of the function. */
  declareParams(checks: boolean): void {
    const { lines } = this.scopes[0];
    this.params.forEach(({ name, dtype, access }, i) => {
      const constant = access === "read" ? "const " : "";
      lines.push(`${constant}${this.prelude.scalar(dtype)} *restrict p${i} = b[${i}]; // ${name}`);
    });
    if (checks)
      lines.push(`volatile ${this.prelude.scalar("i32")} *failed = b[${this.params.length}];`);
  }

  /** The finished function; its outermost scope is all that is open. */
  source(name: string): KernelSource {
    const idx = this.prelude.position();
    const sizes = this.sizes.map(({ name: size }, i) => `const ${idx} s${i} = n[${i}]; // ${size}`);
    const lines = [...sizes, ...this.scopes[0].lines].map((line) => `  ${line}`);
    const head = [
      `// ${name}`,
      '__attribute__((visibility("default")))',
      `void KERNEL(void *const *b, const ${idx} *n, ${idx} begin, ${idx} end) {`,
    ];
    return { prelude: this.prelude.texts, body: [...head, ...lines, "}"].join("\n") };
  }

  /** Makes stores that belong together: all values are taken before anything is stored. */
  storeAll(stores: readonly Store[], u: number): void {
    const values = stores.map(({ value }) =>
      stores.length > 1 ? this.named(value, u) : this.value(value, u),
    );
    stores.forEach((store, i) => {
      this.store(store, values[i], u);
    });
  }

  // ---- memory ------------------------------------------------------------------------------

  check({ holds, message }: Check, u: number): void {
    const text = this.value(holds, u);
    const fail = `{ *failed = ${message + 1}; return; }`;
    if (!this.isVarying(holds)) {
      this.scope.lines.push(`if (!${text}) ${fail}`);
      return;
    }
    const m = this.named(holds, u);
    const count = this.lanes?.active ?? this.plan.lanes;
    this.scope.lines.push(`for (int l = 0; l < ${count}; l++) if (!${m}[l]) ${fail}`);
  }

  store({ param, index, add, guard, value }: Store, text: string, u: number): void {
    const { dtype } = this.params[param];
    const pointer = `p${param}`;
    const lines = this.scope.lines;
    const spread = [index, value, ...(guard ? [guard] : [])].some((x) => this.isVarying(x));
    if (this.lanes === null || !spread) {
      const at = `${pointer}[${this.value(index, u)}]`;
      const stored = this.convert(value.type, dtype, text, false);
      const sum = add ? this.narrow(dtype, `(${at} + ${stored})`) : stored;
      lines.push(`${guard ? `if (${this.value(guard, u)}) ` : ""}${at} = ${sum};`);
      return;
    }
    const { lanes } = this.plan;
    const vector = this.toMemory(value, dtype, text);
    const stride = strideOf(index, this.lanes.axis);
    const type = this.prelude.vector(dtype, lanes);
    const active = this.lanes.active;
    const even = guard === null || !this.isVarying(guard);
    const condition = guard !== null && even ? `if (${this.value(guard, u)}) ` : "";
    if (stride === 1 && even && this.isAligned(index)) {
      const at = `(${pointer} + ${this.laneZero(index, u)})`;
      if (active === null) {
        const target = `*(${type}_u *)${at}`;
        lines.push(`${condition}${target} = ${add ? `${target} + ${vector}` : vector};`);
      } else {
        const before = `${this.prelude.call("load", dtype, lanes)}${at.slice(0, -1)}, ${active})`;
        const sum = add ? `${before} + ${vector}` : vector;
        const call = this.prelude.call("store", dtype, lanes);
        lines.push(`${condition}${call}(${at.slice(1, -1)}, ${sum}, ${active});`);
      }
      return;
    }
    const v = this.name("v");
    lines.push(`const ${type} ${v} = ${vector};`);
    const place = this.laneIndex(index, u, stride);
    const lane = even ? condition : `if (${this.named(guard!, u)}[l]) `;
    const assign = add
      ? `${pointer}[${place}] = ${pointer}[${place}] + ${v}[l]`
      : `${pointer}[${place}] = ${v}[l]`;
    lines.push(`for (int l = 0; l < ${active ?? lanes}; l++) ${lane}${assign};`);
  }

  /** A vector value as its lanes lie in memory; a mask becomes bytes of 0 and 1. */
  toMemory(value: Expression, dtype: DType, text: string): string {
    const { lanes } = this.plan;
    if (!this.isVarying(value)) {
      return this.prelude.splat(dtype, lanes, this.convert(value.type, dtype, text, false));
    }
    if (value.type !== "bool") return this.convert(value.type, dtype, text, true);
    const type = this.prelude.vector(dtype, lanes);
    return this.plan.maskBytes === bytesOf(dtype)
      ? `((${type})${text} & 1)`
      : `__builtin_convertvector(${text} & 1, ${type})`;
  }

  load(x: Load, u: number): string {
    const pointer = `p${x.param}`;
    if (!this.isVarying(x)) {
      const at = `${pointer}[${this.value(x.index, u)}]`;
      return x.guard === null ? at : `(${this.value(x.guard, u)} ? ${at} : 0)`;
    }
    const { lanes } = this.plan;
    const { axis, active } = this.lanes!;
    const type = this.prelude.vector(x.type, lanes);
    const stride = strideOf(x.index, axis);
    const even = x.guard === null || !this.isVarying(x.guard);
    const aligned = this.isAligned(x.index);
    let text: string;
    if (stride === 0 && aligned && even) {
      text = this.prelude.splat(x.type, lanes, `${pointer}[${this.value(x.index, u)}]`);
    } else if (stride === 1 && aligned && even) {
      const at = `${pointer} + ${this.laneZero(x.index, u)}`;
      text =
        active === null
          ? `*(const ${type}_u *)(${at})`
          : `${this.prelude.call("load", x.type, lanes)}(${at}, ${active})`;
    } else if (active === null && even) {
      const places = Array.from({ length: lanes }, (_, l) =>
        this.laneIndex(x.index, u, aligned ? stride : null, String(l)),
      );
      text = `(${type}){${places.map((place) => `${pointer}[${place}]`).join(", ")}}`;
    } else {
      const v = this.name("g");
      const guard = even ? "" : `if (${this.named(x.guard!, u)}[l]) `;
      const place = this.laneIndex(x.index, u, aligned ? stride : null);
      this.scope.lines.push(
        `${type} ${v} = {};`,
        `for (int l = 0; l < ${active ?? lanes}; l++) ${guard}${v}[l] = ${pointer}[${place}];`,
      );
      text = v;
    }
    if (even && x.guard !== null)
      text = `(${this.value(x.guard, u)} ? (${type})${text} : (${type}){})`;
    if (x.type !== "bool") return text;
    const mask = signedOfBytes(this.plan.maskBytes);
    const wide = this.prelude.vector(mask, lanes);
    return this.plan.maskBytes === 1
      ? `(${wide})(${text} != 0)`
      : `(__builtin_convertvector(${text}, ${wide}) != 0)`;
  }

  /**
   * Loads a square: the vectors of `x` from here to `count` − 1 steps on along an axis on which
   * its elements lie side by side. The text is the array that holds them.
   */
  square(x: Load, count: string): string {
    const { lanes } = this.plan;
    const { axis, active } = this.lanes!;
    const vectors = this.name("g");
    const start = `p${x.param} + ${this.laneZero(x.index, 0)}`;
    const size = `${strideOf(x.index, axis)}, ${active ?? lanes}, ${count}`;
    const transpose = squareDefinition(this.prelude, x.type, lanes);
    this.scope.lines.push(
      `${this.prelude.vector(x.type, lanes)} ${vectors}[${lanes}];`,
      `${transpose}(${start}, ${size}, ${vectors});`,
    );
    return vectors;
  }

  /** Whether a linear index consists of parts that are the same in every lane, but for the axis. */
  isAligned(index: Expression): boolean {
    if (index.kind === "axis" || !this.isVarying(index)) return true;
    return index.kind === "op" && index.args.every((arg) => this.isAligned(arg));
  }

  /** The scalar text of a linear index in lane 0. */
  laneZero(x: Expression, u: number): string {
    if (!this.isVarying(x)) return this.value(x, u);
    if (x.kind === "axis") {
      const { base } = this.lanes!;
      return u === 0 ? base : `(${base} + ${u * this.plan.lanes})`;
    }
    if (x.kind !== "op") throw new Error("internal: an index that is not linear");
    const sign = { add: "+", sub: "-", mul: "*" }[x.op as string];
    return `(${this.laneZero(x.args[0], u)} ${sign} ${this.laneZero(x.args[1], u)})`;
  }

  /** The text of an index in lane `l`. */
  laneIndex(x: Expression, u: number, stride: number | null, l = "l"): string {
    if (!this.isVarying(x)) return this.value(x, u);
    if (stride === null || !this.isAligned(x)) return `${this.named(x, u)}[${l}]`;
    return stride === 0
      ? this.laneZero(x, u)
      : `${this.laneZero(x, u)} + ${stride === 1 ? "" : `${stride} * `}${l}`;
  }

  // ---- values ------------------------------------------------------------------------------

  /** The C text of a value: a name, or an expression that is used once, here. */
  value(x: Expression, u: number): string {
    if (x.kind === "literal") return literalText(x.type, x.value);
    if (x.kind === "axis") return this.axisValue(x.axis, u);
    if (x.kind === "size") return this.sizeName(x.variable);
    if (x.kind === "result") {
      const result = this.results.get(x.name);
      if (result === undefined) throw new Error(`internal: ${x.name} is used before it is reduced`);
      return result.texts[result.texts.length > 1 ? u : 0];
    }
    const varying = this.isVarying(x);
    const slot = varying ? u : 0;
    const depth = this.depthOf(x);
    const known = this.scopes[depth].names.get(x)?.[slot];
    if (known !== undefined) return known;
    const text = x.kind === "load" ? this.load(x, u) : this.operation(x, u);
    const once = (this.uses.get(x) ?? 1) <= 1 && text.length <= 72;
    const stable = x.kind !== "load" || !this.#written.has(x.param);
    if (once && stable && depth === this.depth) return text;
    return this.assign(x, slot, depth, text);
  }

  /** The same, but certainly a name. */
  named(x: Expression, u: number): string {
    const text = this.value(x, u);
    if (/^-?\w+$/.test(text)) return text;
    return this.assign(x, this.isVarying(x) ? u : 0, this.depth, text);
  }

  assign(x: Expression, slot: number, depth: number, text: string): string {
    const name = this.name("t");
    const scope = this.scopes[depth];
    const lanes = this.isVarying(x) ? this.plan.lanes : 0;
    scope.lines.push(`const ${this.type(x.type, lanes)} ${name} = ${text};`);
    const names = scope.names.get(x) ?? [];
    names[slot] = name;
    scope.names.set(x, names);
    return name;
  }

  axisValue(axis: Axis, u: number): string {
    if (this.lanes?.axis !== axis) {
      const bound = this.axes.get(axis);
      if (bound === undefined) throw new Error(`internal: axis ${axis.name} is not open here`);
      return bound.text;
    }
    const { lanes, indexBytes } = this.plan;
    const dtype = signedOfBytes(indexBytes);
    const type = this.prelude.vector(dtype, lanes);
    const steps = Array.from({ length: lanes }, (_, l) => l + u * lanes).join(", ");
    return `((${type}){${steps}} + (${this.prelude.scalar(dtype)})${this.lanes.base})`;
  }

  operation(x: Extract<Expression, { kind: "op" }>, u: number): string {
    const lanes = this.isVarying(x) ? this.plan.lanes : 0;
    const [first] = x.args;
    const of = first.type;
    const arg = (i: number) => this.value(x.args[i], u);
    /** An argument that must be a vector where the operation is on vectors. */
    const full = (i: number) => this.as(x.args[i], x.args[i].type, u, lanes > 0);
    const call = (name: string) => {
      const parts = x.args.map((_, i) => full(i)).join(", ");
      return `${this.prelude.call(name, this.dtype(x.type), lanes)}(${parts})`;
    };
    const infix = (sign: string) => {
      // C spreads a scalar over the lanes by itself, but not a position, which is wider than they.
      const side = x.type === "index" ? full : arg;
      const text = `(${side(0)} ${sign} ${side(1)})`;
      return lanes === 0 ? this.narrow(x.type, text) : text;
    };
    switch (x.op) {
      case "add":
        return x.type === "bool" ? this.logical("|", x, u, lanes) : infix("+");
      case "mul":
        return x.type === "bool" ? this.logical("&", x, u, lanes) : infix("*");
      case "sub":
        return infix("-");
      case "div":
        return infix("/");
      case "floorDiv":
      case "mod":
        if (
          x.type === "index" &&
          lanes === 0 &&
          x.args.every(isNonNegative) &&
          isPositive(x.args[1])
        ) {
          return infix(x.op === "mod" ? "%" : "/");
        }
        return call(x.op);
      case "fma":
        return isFloat(this.dtype(x.type)) ? call("fma") : `(${arg(0)} * ${arg(1)} + ${arg(2)})`;
      case "neg":
        return lanes === 0 ? this.narrow(x.type, `(-${arg(0)})`) : `(-${arg(0)})`;
      case "abs":
        return isUnsigned(x.type) ? arg(0) : call("abs");
      case "sqrt":
      case "floor":
      case "ceil":
      case "trunc":
      case "round":
        return isFloat(this.dtype(x.type)) ? call(x.op) : arg(0);
      case "min":
      case "max":
        if (x.type === "bool") return this.logical(x.op === "max" ? "|" : "&", x, u, lanes);
        return call(x.op);
      case "eq":
      case "ne":
      case "lt":
      case "le":
      case "gt":
      case "ge": {
        const sign = { eq: "==", ne: "!=", lt: "<", le: "<=", gt: ">", ge: ">=" }[x.op];
        if (lanes === 0) return `(${arg(0)} ${sign} ${arg(1)})`;
        if (of === "bool") return this.compareMasks(x.op, full(0), full(1));
        return this.toMask(`(${full(0)} ${sign} ${full(1)})`, of);
      }
      case "and":
      case "or":
      case "xor":
        return this.logical({ and: "&", or: "|", xor: "^" }[x.op], x, u, lanes);
      case "not":
        if (x.type === "bool") return lanes === 0 ? `(!${arg(0)})` : `(~${arg(0)})`;
        return lanes === 0 ? this.narrow(x.type, `(~${arg(0)})`) : `(~${arg(0)})`;
      case "shiftLeft":
      case "shiftRight": {
        const amount = x.args[1];
        const width = 8 * bytesOf(this.dtype(x.type));
        if (amount.kind !== "literal") return call(x.op);
        if (Number(amount.value) >= width) return call(x.op);
        return infix(x.op === "shiftLeft" ? "<<" : ">>");
      }
      case "select":
        if (lanes === 0) return `(${arg(0)} ? ${arg(1)} : ${arg(2)})`;
        if (!this.isVarying(first)) return `(${arg(0)} ? ${full(1)} : ${full(2)})`;
        return this.select(x.type, arg(0), full(1), full(2));
      case "cast":
        return this.#cast(first, x.type, arg(0), lanes > 0);
      case "bitcast":
        if (lanes > 0) return `((${this.type(x.type, lanes)})${arg(0)})`;
        return `${this.prelude.bitcast(this.dtype(of), this.dtype(x.type))}(${arg(0)})`;
      default:
        throw new Error(`internal: ${x.op} was not expanded before printing`);
    }
  }

  #cast(x: Expression, to: ScalarType, text: string, vector: boolean): string {
    const from = x.type;
    if (from === "index" || !isFloat(from) || to === "bool" || to === from) {
      return this.convert(from, to, text, vector);
    }
    const type = this.dtype(to);
    if (isFloat(type)) return this.convert(from, to, text, vector);
    const [least, most] = rangeOf(type)!;
    const { low, high } = boundsOf(x);
    const inside = low >= Number(least) && high < Number(most);
    return `${this.prelude.toInteger(from, type, vector ? this.plan.lanes : 0, inside)}(${text})`;
  }

  logical(sign: string, x: Extract<Expression, { kind: "op" }>, u: number, lanes: number): string {
    const [a, b] = x.args.map((arg) => this.as(arg, arg.type, u, lanes > 0));
    if (lanes > 0) return `(${a} ${sign} ${b})`;
    return this.narrow(x.type, `(${a} ${sign} ${b})`);
  }

  /** Comparisons of truth values, false below true; a lane of a mask is 0 or −1. */
  compareMasks(name: string, a: string, b: string): string {
    if (name === "eq") return `(~(${a} ^ ${b}))`;
    if (name === "ne") return `(${a} ^ ${b})`;
    const table: Record<string, string> = {
      lt: `(~${a} & ${b})`,
      le: `(~${a} | ${b})`,
      gt: `(${a} & ~${b})`,
      ge: `(${a} | ~${b})`,
    };
    return table[name];
  }

  /** A value converted to `type`, as a vector if `vector`. */
  as(x: Expression, type: ScalarType, u: number, vector: boolean): string {
    const varying = this.isVarying(x);
    const text = this.convert(x.type, type, this.value(x, u), varying);
    return vector && !varying ? this.splat(type, text) : text;
  }

  splat(type: ScalarType, text: string): string {
    const { lanes, maskBytes } = this.plan;
    if (type === "bool") {
      const lane = signedOfBytes(maskBytes);
      return this.prelude.splat(lane, lanes, `(${this.prelude.scalar(lane)})-(${text})`);
    }
    const dtype = type === "index" ? signedOfBytes(this.plan.indexBytes) : type;
    return this.prelude.splat(dtype, lanes, `(${this.prelude.scalar(dtype)})${text}`);
  }

  convert(from: ScalarType, to: ScalarType, text: string, vector: boolean): string {
    if (from === to) return text;
    if (!vector) {
      if (to === "bool") return `(${text} != 0)`;
      const type = to === "index" ? this.prelude.position() : this.prelude.scalar(to);
      return `(${type})${text}`;
    }
    const { lanes } = this.plan;
    if (to === "bool") return this.toMask(`(${text} != 0)`, from);
    const [a, b] = [this.type(from, lanes), this.type(to, lanes)];
    const source = from === "bool" ? `(${text} & 1)` : text;
    return a === b ? source : `__builtin_convertvector(${source}, ${b})`;
  }

  /** The result of a comparison of `of`s, in the width that all masks of the kernel have. */
  toMask(text: string, of: ScalarType): string {
    const { lanes, maskBytes, indexBytes } = this.plan;
    const bytes = of === "index" ? indexBytes : of === "bool" ? maskBytes : bytesOf(of);
    const mask = this.prelude.vector(signedOfBytes(maskBytes), lanes);
    return bytes === maskBytes ? `(${mask})${text}` : `__builtin_convertvector(${text}, ${mask})`;
  }

  select(type: ScalarType, mask: string, yes: string, no: string): string {
    const { lanes, maskBytes } = this.plan;
    const dtype = type === "bool" ? signedOfBytes(maskBytes) : this.dtype(type);
    const width = bytesOf(dtype);
    const lane = this.prelude.vector(signedOfBytes(width), lanes);
    const fitted = width === maskBytes ? mask : `__builtin_convertvector(${mask}, ${lane})`;
    return `${this.prelude.call("select", dtype, lanes)}(${fitted}, ${yes}, ${no})`;
  }

  activeMask(active: string): string {
    const { lanes, maskBytes } = this.plan;
    const lane = signedOfBytes(maskBytes);
    const type = this.prelude.vector(lane, lanes);
    const steps = Array.from({ length: lanes }, (_, l) => l).join(", ");
    return `((${type}){${steps}} < (${this.prelude.scalar(lane)})${active})`;
  }

  // ---- names, types, scopes ------------------------------------------------------------------

  /** The type of positions in vectors is as narrow as the kernel allows; alone it is wide. */
  dtype(type: ScalarType): DType {
    return type === "index"
      ? this.lanes === null
        ? "i64"
        : signedOfBytes(this.plan.indexBytes)
      : type;
  }

  type(type: ScalarType, lanes: number): string {
    if (lanes === 0) return type === "index" ? this.prelude.position() : this.prelude.scalar(type);
    if (type === "bool") return this.prelude.vector(signedOfBytes(this.plan.maskBytes), lanes);
    if (type === "index") return this.prelude.vector(signedOfBytes(this.plan.indexBytes), lanes);
    return this.prelude.vector(type, lanes);
  }

  /** C computes small integers as int: cut the result back to its type. */
  narrow(type: ScalarType, text: string): string {
    const small = type !== "index" && type !== "bool" && bytesOf(type) < 4;
    return small ? `(${this.prelude.scalar(type)})${text}` : text;
  }

  extent(axis: Axis): string {
    return typeof axis.extent === "number" ? String(axis.extent) : this.value(dim(axis.extent), 0);
  }

  sizeName(variable: SizeVariable): string {
    let at = this.sizes.findIndex(({ key }) => key === variable.key);
    if (at < 0) at = this.sizes.push(variable) - 1;
    return `s${at}`;
  }

  isVarying(x: Expression): boolean {
    if (this.lanes === null) return false;
    const known = this.#varying.get(x);
    if (known !== undefined) return known;
    const lanes = this.lanes;
    const varying =
      x.kind === "axis"
        ? x.axis === lanes.axis
        : x.kind === "result"
          ? (this.results.get(x.name)?.varying ?? false)
          : x.kind === "load"
            ? this.isVarying(x.index) || (x.guard !== null && this.isVarying(x.guard))
            : x.kind === "op" && x.args.some((arg) => this.isVarying(arg));
    this.#varying.set(x, varying);
    return varying;
  }

  /** The outermost scope in which a value can be computed. */
  depthOf(x: Expression): number {
    const known = this.#depths.get(x);
    if (known !== undefined) return known;
    const depth = this.#findDepth(x);
    this.#depths.set(x, depth);
    return depth;
  }

  #findDepth(x: Expression): number {
    switch (x.kind) {
      case "axis":
        if (this.lanes?.axis === x.axis) return this.lanes.depth;
        return this.axes.get(x.axis)?.depth ?? 0;
      case "result":
        return this.results.get(x.name)?.depth ?? 0;
      case "load": {
        // What is written here, and what a check may have to come before, stays in its place.
        const fixed = this.#written.has(x.param) || x.guard !== null || readsMemory(x.index);
        return fixed ? this.depth : this.depthOf(x.index);
      }
      case "op":
        return Math.max(0, ...x.args.map((arg) => this.depthOf(arg)));
      default:
        return 0;
    }
  }

  setLanes(lanes: Lanes | null): void {
    this.lanes = lanes;
    this.#varying = new Map();
    this.#depths = new Map();
  }

  name(letter: string): string {
    return `${letter}${this.#next++}`;
  }

  get depth(): number {
    return this.scopes.length - 1;
  }

  get scope(): Scope {
    return this.scopes[this.depth];
  }

  open(): void {
    this.#depths = new Map();
    this.scopes.push({ lines: [], names: new Map() });
  }

  close(head: string): void {
    this.#depths = new Map();
    const { lines } = this.scopes.pop()!;
    this.scope.lines.push(head, ...lines.map((line) => `  ${line}`), "}");
  }

  openLoop(axis: Axis): void {
    this.extent(axis); // computed outside
    this.open();
    this.axes.set(axis, { text: this.name("i"), depth: this.depth });
  }

  closeLoop(axis: Axis): void {
    const { text } = this.axes.get(axis)!;
    this.close(`for (idx ${text} = 0; ${text} < ${this.extent(axis)}; ${text}++) {`);
  }
}

const isUnsigned = (type: ScalarType): boolean => type === "bool" || type.startsWith("u");

const isPositive = (x: Expression): boolean => x.kind === "literal" && x.value > 0;

const reads = new WeakMap<Expression, boolean>();

function readsMemory(x: Expression): boolean {
  const known = reads.get(x);
  if (known !== undefined) return known;
  const answer = x.kind === "load" || (x.kind === "op" && x.args.some(readsMemory));
  reads.set(x, answer);
  return answer;
}

/** How often each expression is an argument or a root. */
export function countUses(roots: readonly Expression[]): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  const use = (x: Expression) => uses.set(x, (uses.get(x) ?? 0) + 1);
  roots.forEach(use);
  for (const x of expressionOrder(roots)) {
    if (x.kind === "op") x.args.forEach(use);
    else if (x.kind === "load") {
      use(x.index);
      if (x.guard) use(x.guard);
    }
  }
  return uses;
}
