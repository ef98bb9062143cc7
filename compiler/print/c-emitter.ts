/** Writes the C statements of a kernel: its head, its loops, and what it does in memory. */
import { strideOf } from "../affine.js";
import { expressionOrder } from "../expression.js";
import type { Axis, Check, Expression, Param, Store } from "../ir.js";
import { allLanes, maskBits } from "./c-mask.js";
import type { KernelSource } from "./c-source.js";
import { squareDefinition } from "./c-transpose.js";
import type { VectorShape } from "./c-types.js";
import { type Lanes, type Load, Values } from "./c-value.js";

export class Emitter extends Values {
  readonly params: readonly Param[];

  constructor(params: readonly Param[], stores: readonly Store[], plan: VectorShape) {
    super(plan, new Set(stores.map(({ param }) => param)));
    this.params = params;
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
    const sizes = this.sizes.map(
      // A comment ends with its line: what people call a size must stay inside.
      ({ name: size }, i) => `const ${idx} s${i} = n[${i}]; // ${size.replace(/[^\w .[\]]/g, "_")}`,
    );
    const lines = [...sizes, ...this.scopes[0].lines].map((line) => `  ${line}`);
    const head = [
      `// ${name}`,
      '__attribute__((visibility("default")))',
      `void KERNEL(void *const *b, const ${idx} *n, ${idx} begin, ${idx} end) {`,
    ];
    return { prelude: this.prelude.texts, body: [...head, ...lines, "}"].join("\n") };
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

  // ---- stores ----------------------------------------------------------------------------------

  /** Makes stores that belong together: all values are taken before anything is stored. */
  storeAll(stores: readonly Store[], u: number): void {
    const values = stores.map(({ value }) =>
      stores.length > 1 ? this.named(value, u) : this.value(value, u),
    );
    stores.forEach((store, i) => {
      const { index, value, guard } = store;
      const spread = [index, value, ...(guard ? [guard] : [])].some((x) => this.isVarying(x));
      if (this.lanes === null || !spread) this.#storeOne(store, values[i], u);
      else this.#storeVector(store, values[i], u, this.lanes);
    });
  }

  #storeOne({ param, index, add, guard, value }: Store, text: string, u: number): void {
    const { dtype } = this.params[param];
    const at = `p${param}[${this.value(index, u)}]`;
    const stored = this.types.convert(value.type, dtype, text, false);
    const sum = add ? this.types.narrow(dtype, `(${at} + ${stored})`) : stored;
    this.scope.lines.push(`${guard ? `if (${this.value(guard, u)}) ` : ""}${at} = ${sum};`);
  }

  #storeVector(store: Store, text: string, u: number, { axis, active }: Lanes): void {
    const { param, index, add, guard, value } = store;
    const { dtype } = this.params[param];
    const { lanes } = this.plan;
    const pointer = `p${param}`;
    const lines = this.scope.lines;
    const vector = this.isVarying(value)
      ? this.types.toMemory(value.type, dtype, text)
      : this.prelude.splat(dtype, lanes, this.types.convert(value.type, dtype, text, false));
    const stride = strideOf(index, axis);
    const type = this.prelude.vector(dtype, lanes);
    const even = guard === null || !this.isVarying(guard);
    const condition = guard !== null && even ? `if (${this.value(guard, u)}) ` : "";
    if (stride === 1 && even && this.isAligned(index)) {
      const at = `${pointer} + ${this.laneZero(index, u)}`;
      if (active === null) {
        const target = `*(${type}_u *)(${at})`;
        lines.push(`${condition}${target} = ${add ? `${target} + ${vector}` : vector};`);
      } else {
        const before = `${this.prelude.call("load", dtype, lanes)}(${at}, ${active})`;
        const sum = add ? `${before} + ${vector}` : vector;
        const call = this.prelude.call("store", dtype, lanes);
        lines.push(`${condition}${call}(${at}, ${sum}, ${active});`);
      }
      return;
    }
    const v = this.name("v");
    lines.push(`const ${type} ${v} = ${vector};`);
    const place = this.#laneIndex(index, u, stride);
    const lane = even ? condition : `if (${this.named(guard!, u)}[l]) `;
    const assign = add
      ? `${pointer}[${place}] = ${pointer}[${place}] + ${v}[l]`
      : `${pointer}[${place}] = ${v}[l]`;
    lines.push(`for (int l = 0; l < ${active ?? lanes}; l++) ${lane}${assign};`);
  }

  // ---- loads -----------------------------------------------------------------------------------

  protected override load(x: Load, u: number): string {
    if (this.lanes !== null && this.isVarying(x)) return this.#loadVector(x, u, this.lanes);
    const at = `p${x.param}[${this.value(x.index, u)}]`;
    if (x.guard === null) return at;
    return this.types.narrow(x.type, `(${this.value(x.guard, u)} ? ${at} : 0)`);
  }

  #loadVector(x: Load, u: number, { axis, active }: Lanes): string {
    const pointer = `p${x.param}`;
    const { lanes } = this.plan;
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
        this.#laneIndex(x.index, u, aligned ? stride : null, String(l)),
      );
      text = `(${type}){${places.map((place) => `${pointer}[${place}]`).join(", ")}}`;
    } else {
      const v = this.name("g");
      const guard = even ? "" : `if (${this.named(x.guard!, u)}[l]) `;
      const place = this.#laneIndex(x.index, u, aligned ? stride : null);
      const loop = `for (int l = 0; l < ${active ?? lanes}; l++) ${guard}${v}[l] = ${pointer}[${place}];`;
      this.scope.lines.push(`${type} ${v} = {};`);
      if (stride === 1 && aligned && active === null) {
        // Where an array is cut, padded or joined: most vectors lie on one side of the edge.
        const bits = `${maskBits(this.prelude, this.plan.maskBytes, lanes)}(${this.named(x.guard!, u)})`;
        const at = `${pointer} + ${this.laneZero(x.index, u)}`;
        this.scope.lines.push(
          `if (${bits} == ${allLanes(lanes)}) ${v} = *(const ${type}_u *)(${at});`,
          `else if (${bits} != 0) ${loop}`,
        );
      } else this.scope.lines.push(loop);
      text = v;
    }
    if (even && x.guard !== null)
      text = `(${this.value(x.guard, u)} ? (${type})${text} : (${type}){})`;
    return this.types.fromMemory(x.type, text);
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

  // ---- positions in vectors --------------------------------------------------------------------

  /**
   * Whether a linear index consists of parts that are the same in every lane, but for the axis.
   * What is not counted in indices is not linear, and not looked into: an index drawn at random
   * consists of twenty rounds that each use the one before twice, so looking there took for ever.
   */
  isAligned(index: Expression): boolean {
    if (index.kind === "axis" || !this.isVarying(index)) return true;
    if (index.kind !== "op" || index.type !== "index") return false;
    return index.args.every((arg) => this.isAligned(arg));
  }

  /** The scalar text of a linear index in lane 0. */
  laneZero(x: Expression, u: number): string {
    if (this.lanes === null || !this.isVarying(x)) return this.value(x, u);
    if (x.kind === "axis") {
      const { base } = this.lanes;
      return u === 0 ? base : `(${base} + ${u * this.plan.lanes})`;
    }
    if (x.kind !== "op") throw new Error("internal: an index that is not linear");
    const sign = { add: "+", sub: "-", mul: "*" }[x.op as string];
    return `(${this.laneZero(x.args[0], u)} ${sign} ${this.laneZero(x.args[1], u)})`;
  }

  /** The text of an index in lane `l`. */
  #laneIndex(x: Expression, u: number, stride: number | null, l = "l"): string {
    if (!this.isVarying(x)) return this.value(x, u);
    if (stride === null || !this.isAligned(x)) return `${this.named(x, u)}[${l}]`;
    return stride === 0
      ? this.laneZero(x, u)
      : `${this.laneZero(x, u)} + ${stride === 1 ? "" : `${stride} * `}${l}`;
  }
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
