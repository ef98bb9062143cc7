/**
 * Statements of a WGSL kernel: expressions become text, and those that are used twice, or that do
 * not change in the loops around them, become `let`s in the outermost scope that has what they
 * need.
 */
import { internal } from "../../lang/error.js";
import { dim, expressionOrder } from "../expression.js";
import type { Expression, Param, Store } from "../ir.js";
import type { Layout } from "./wgsl-layout.js";
import { fromWord, literalText, operationText, toWord } from "./wgsl-scalar.js";

/** Single-use expressions longer than this get a name, so that no line runs on for ever. */
const LONG = 72;

/** A block of statements: the kernel's body, or that of a loop. */
export interface Scope {
  readonly lines: string[];
  /** 0 for the kernel's body. */
  readonly depth: number;
}

export class Body {
  private readonly names = new Map<Expression, string>();
  private readonly depths = new Map<Expression, number>();
  /** Named expressions that read what the kernel writes: their values end with their stage. */
  private readonly passing = new Set<Expression>();
  /** Bindings that the kernel writes; a parameter that it only reads may be the same buffer. */
  private readonly written: ReadonlySet<number>;
  private nextName = 0;

  constructor(
    private readonly params: readonly Param[],
    private readonly layout: Layout,
  ) {
    this.written = new Set(
      params.flatMap(({ access }, i) => (access === "read" ? [] : [layout.places[i]!.binding])),
    );
  }

  /** A name for a local variable that no other has. */
  fresh(prefix: string): string {
    return `${prefix}${this.nextName++}`;
  }

  /** Let an expression be known by this text from here on; it needs scope `depth`. */
  define(expression: Expression, text: string, depth = 0): void {
    this.names.set(expression, text);
    this.depths.set(expression, depth);
  }

  /**
   * Write to the scopes (outermost first) what the roots need, so that `text` of a root is short
   * afterwards.
   */
  prepare(scopes: readonly Scope[], roots: readonly Expression[]): void {
    const innermost = scopes.length - 1;
    const order = expressionOrder(roots);
    const uses = new Map<Expression, number>();
    for (const root of roots) uses.set(root, (uses.get(root) ?? 0) + 1);
    const hoisted = new Set<Expression>();
    for (const x of order) {
      const depth = this.depthOf(x);
      for (const part of partsOf(x)) {
        uses.set(part, (uses.get(part) ?? 0) + 1);
        if (this.depthOf(part) < depth) hoisted.add(part);
      }
    }
    for (const root of roots) if (this.depthOf(root) < innermost) hoisted.add(root);
    for (const x of order) {
      if (this.names.has(x) || x.kind === "literal" || x.kind === "size") continue;
      const fleeting = this.readsWritten(x);
      if (fleeting) this.passing.add(x);
      const text = this.write(x);
      const shared = (uses.get(x) ?? 0) > 1 || hoisted.has(x);
      const ownLoad = x.kind === "load" && fleeting;
      if (!shared && !ownLoad && text.length <= LONG) continue;
      const name = this.fresh("t");
      scopes[this.depthOf(x)]!.lines.push(`let ${name} = ${text};`);
      this.names.set(x, name);
    }
  }

  /** Forget what ends with a stage: values inside its loops, and of memory that it wrote. */
  leaveStage(): void {
    for (const x of this.names.keys())
      if (this.depthOf(x) > 0 || this.passing.has(x)) this.names.delete(x);
    for (const [x, depth] of this.depths) if (depth > 0) this.depths.delete(x);
    this.passing.clear();
  }

  /** The expression as text: its name, or written out. */
  text(x: Expression): string {
    return this.names.get(x) ?? this.write(x);
  }

  /** The statements of a store. */
  store(store: Store): string[] {
    const { param, guard } = store;
    const { dtype } = this.params[param]!;
    const word = this.layout.words[this.layout.places[param]!.binding]!;
    const target = this.element(param, store.index);
    const value = store.add
      ? `(${fromWord(dtype, word, target)} + ${this.text(store.value)})`
      : this.text(store.value);
    const line = `${target} = ${toWord(dtype, word, value)};`;
    return guard === null ? [line] : [`if (${this.text(guard)}) {`, `  ${line}`, "}"];
  }

  private element(param: number, index: Expression): string {
    const { binding, offset } = this.layout.places[param]!;
    const at = this.text(index);
    return offset === 0 ? `b${binding}[${at}]` : `b${binding}[${this.text(dim(offset))} + ${at}]`;
  }

  private write(x: Expression): string {
    switch (x.kind) {
      case "literal":
        return literalText(x.type, x.value);
      case "size": {
        const at = this.layout.sizes.findIndex((size) => size.key === x.variable.key);
        if (at < 0) throw internal(`the size ${x.variable.name} is not passed to the kernel`);
        return `sizes.words[${at >> 2}].${"xyzw"[at & 3]}`;
      }
      case "load": {
        const word = this.layout.words[this.layout.places[x.param]!.binding]!;
        const text = fromWord(x.type, word, this.element(x.param, x.index));
        if (x.guard === null) return text;
        // Both sides are computed; an index out of bounds reads some element, which is dropped.
        return `select(${literalText(x.type, 0)}, ${text}, ${this.text(x.guard)})`;
      }
      case "op":
        return operationText(
          x,
          x.args.map((arg) => this.text(arg)),
        );
      case "axis":
        throw internal(`axis ${x.axis.name} is used outside its loop`);
      case "result":
        throw internal(`${x.name} is used before it is computed`);
    }
  }

  /** The innermost scope that an expression depends on. */
  private depthOf(x: Expression): number {
    const known = this.depths.get(x);
    if (known !== undefined) return known;
    const depth = Math.max(0, ...partsOf(x).map((part) => this.depthOf(part)));
    this.depths.set(x, depth);
    return depth;
  }

  private readsWritten(x: Expression): boolean {
    if (x.kind === "load" && this.written.has(this.layout.places[x.param]!.binding)) return true;
    return partsOf(x).some((part) => this.passing.has(part));
  }
}

function partsOf(x: Expression): readonly Expression[] {
  if (x.kind === "op") return x.args;
  if (x.kind === "load") return x.guard === null ? [x.index] : [x.index, x.guard];
  return [];
}
