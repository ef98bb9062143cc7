/**
 * Kernels in JavaScript: `function (p, s)` over the parameters' typed arrays and the program's
 * sizes. It returns the number of the message of a check that failed, or −1.
 */
import type { DType } from "../../lang/dtype.js";
import { isBig, isFloat, rangeOf } from "../../lang/dtype.js";
import type { Dim, SizeVariable } from "../../lang/size.js";
import { dim, expressionOrder, stageRoots } from "../expression.js";
import type {
  Accumulator,
  Axis,
  DotKernel,
  Expression,
  Kernel,
  LibraryKernel,
  LoopKernel,
  Operand,
  Param,
  Stage,
  Store,
} from "../ir.js";
import { printLiteral, printOp, printProduct, wrap } from "./js-scalar.js";

/** The source of an expression that is a kernel's function, given `m` and `f`. */
export function printJs(kernel: Kernel, sizes: readonly SizeVariable[]): string {
  const printer = new Printer(kernel.params, sizes);
  if (kernel.kind === "loop") printer.loopKernel(kernel);
  else if (kernel.kind === "dot") printer.dotKernel(kernel);
  else printer.libraryKernel(kernel);
  return printer.function(kernel);
}

class Printer {
  readonly #lines: string[] = [];
  readonly #params: readonly Param[];
  readonly #sizes: readonly SizeVariable[];
  #indent = 1;
  #temporaries = 0;

  constructor(params: readonly Param[], sizes: readonly SizeVariable[]) {
    this.#params = params;
    this.#sizes = sizes;
  }

  function(kernel: Kernel): string {
    const params = kernel.params.map(({ name }) => name);
    const head = [`function ${kernel.name}(p, s) {`];
    if (params.length > 0) head.push(`  const [${params.join(", ")}] = p;`);
    if (this.#sizes.length > 0)
      head.push(`  const [${this.#sizes.map((_, i) => `s${i}`).join(", ")}] = s;`);
    return [...head, ...this.#lines, "  return -1;", "}"].join("\n");
  }

  #line(text: string): void {
    this.#lines.push("  ".repeat(this.#indent) + text);
  }

  #open(axis: Axis): void {
    const { name } = axis;
    this.#line(`for (let ${name} = 0; ${name} < ${this.#dim(axis.extent)}; ${name}++) {`);
    this.#indent++;
  }

  #close(count: number): void {
    for (; count > 0; count--) {
      this.#indent--;
      this.#line("}");
    }
  }

  #dim(value: Dim): string {
    return this.#print(dim(value), new Map());
  }

  loopKernel({ grid, stages }: LoopKernel): void {
    const names = new Map<Expression, string>();
    const roots = stages.flatMap(stageRoots);
    const depths = this.#depthsOf(roots, grid, Number.POSITIVE_INFINITY);
    // What needs no loop and no earlier stage is computed where its axes are known.
    const early = hoisted(roots, depths, grid.length);
    for (const [depth, axis] of [null, ...grid].entries()) {
      if (axis) this.#open(axis);
      const here = early.filter((x) => depths.get(x) === depth);
      this.#nameAll(here, names);
    }
    for (const stage of stages) this.#stage(stage, grid, new Map(names));
    this.#close(grid.length);
  }

  #stage(stage: Stage, grid: readonly Axis[], names: Map<Expression, string>): void {
    for (const accumulator of stage.accumulators) this.#start(accumulator);
    const roots = stageRoots(stage);
    const depths = this.#depthsOf(roots, [...grid, ...stage.loops], grid.length);
    for (const [i, axis] of stage.loops.entries()) {
      this.#nameAll(hoisted(roots, depths, grid.length + i), names);
      this.#open(axis);
    }
    this.#body(stage, names);
    this.#close(stage.loops.length);
    for (const accumulator of stage.accumulators) this.#finish(accumulator);
  }

  /**
   * Inside how many of the axes an expression is known, given where results of earlier stages are;
   * Infinity if it needs another axis, or memory that this kernel changes.
   */
  #depthsOf(
    roots: readonly Expression[],
    axes: readonly Axis[],
    ofResults: number,
  ): Map<Expression, number> {
    const depths = new Map<Expression, number>();
    for (const x of expressionOrder(roots)) {
      const needed = partsOf(x).map((part) => depths.get(part) ?? 0);
      if (x.kind === "result") needed.push(ofResults);
      if (x.kind === "axis") needed.push(axes.indexOf(x.axis) + 1 || Number.POSITIVE_INFINITY);
      if (x.kind === "load" && this.#params[x.param].access !== "read")
        needed.push(Number.POSITIVE_INFINITY);
      depths.set(x, Math.max(0, ...needed));
    }
    return depths;
  }

  /** One iteration: checks, then every value, then accumulators and stores. */
  #body(stage: Stage, names: Map<Expression, string>): void {
    const isUsedTwice = usedTwice(stageRoots(stage));
    for (const x of expressionOrder(stage.checks.map(({ holds }) => holds)))
      if (isUsedTwice.has(x)) this.#name(x, names);
    for (const { holds, message } of stage.checks)
      this.#line(`if (!${paren(this.#print(holds, names))}) return ${message};`);
    for (const x of expressionOrder(stageRoots(stage)))
      if (isUsedTwice.has(x)) this.#name(x, names);
    // A store may overwrite what the value of a later one reads.
    if (stage.stores.length > 1)
      for (const { value } of stage.stores) if (!isAtom(value)) this.#name(value, names);
    for (const accumulator of stage.accumulators) this.#accumulate(accumulator, names);
    for (const store of stage.stores) this.#store(store, names);
  }

  /** Names expressions, and before them whatever they share. */
  #nameAll(wanted: readonly Expression[], names: Map<Expression, string>): void {
    const isShared = usedTwice(wanted);
    const isWanted = new Set(wanted);
    for (const x of expressionOrder(wanted))
      if (isShared.has(x) || isWanted.has(x)) this.#name(x, names);
  }

  #name(x: Expression, names: Map<Expression, string>): void {
    if (names.has(x) || isAtom(x)) return;
    const name = `t${this.#temporaries++}`;
    this.#line(`const ${name} = ${this.#print(x, names)};`);
    names.set(x, name);
  }

  #store({ param, index, value, add, guard }: Store, names: Map<Expression, string>): void {
    const { name, dtype } = this.#params[param];
    const target = `${name}[${this.#print(index, names)}]`;
    const text = this.#print(value, names);
    const made = add ? wrap(dtype, `${target} + ${paren(text)}`) : text;
    const when = guard ? `if (${this.#print(guard, names)}) ` : "";
    this.#line(`${when}${target} = ${made};`);
  }

  #start({ name, reduce, type, value }: Accumulator): void {
    this.#line(`let ${name} = ${neutral(reduce, reduce.startsWith("arg") ? value.type : type)};`);
    if (reduce === "argMax" || reduce === "argMin") this.#line(`let ${name}_at = -1;`);
  }

  #accumulate(accumulator: Accumulator, names: Map<Expression, string>): void {
    const { name, reduce, type, value, position } = accumulator;
    const x = paren(this.#print(value, names));
    // Sums of f32 are kept in double precision until they are finished.
    const rounded = (text: string): string => (isFloat(type) ? text : wrap(type, text));
    switch (reduce) {
      case "sum":
        this.#line(`${name} = ${rounded(`${name} + ${x}`)};`);
        break;
      case "prod":
        this.#line(`${name} = ${isFloat(type) ? `${name} * ${x}` : printProduct(type, name, x)};`);
        break;
      case "max":
      case "min":
        if (isBig(type))
          this.#line(`if (${x} ${reduce === "max" ? ">" : "<"} ${name}) ${name} = ${x};`);
        else this.#line(`${name} = Math.${reduce}(${name}, ${x});`);
        break;
      case "argMax":
      case "argMin": {
        const value = `v${this.#temporaries++}`;
        const better = `${value} ${reduce === "argMax" ? ">" : "<"} ${name}`;
        const firstNaN = `(${value} !== ${value} && ${name} === ${name})`;
        this.#line(`const ${value} = ${x};`);
        this.#line(`if (${name}_at < 0 || ${better} || ${firstNaN}) {`);
        this.#line(`  ${name} = ${value};`);
        this.#line(`  ${name}_at = ${position ? this.#print(position, names) : 0};`);
        this.#line("}");
        break;
      }
      default:
        reduce satisfies never;
    }
  }

  #finish({ name, reduce, type }: Accumulator): void {
    if (reduce === "argMax" || reduce === "argMin") this.#line(`${name} = ${name}_at;`);
    else if (type === "f32" && (reduce === "sum" || reduce === "prod"))
      this.#line(`${name} = f(${name});`);
  }

  dotKernel(kernel: DotKernel): void {
    const { batch, m, n, k, a, b, stores, dtype } = kernel;
    const outer = [...batch, m];
    this.#line(`const row = new Float64Array(${this.#dim(n.extent)});`);
    for (const axis of outer) this.#open(axis);
    const batched = (of: Operand): string =>
      [
        this.#dim(of.offset),
        ...of.batch.map((stride, i) => this.#times(batch[i].name, stride)),
      ].join(" + ");
    this.#line(`const rowA = ${batched(a)} + ${this.#times(m.name, a.row)};`);
    this.#line(`const startB = ${batched(b)};`);
    this.#line("row.fill(0);");
    // Along the rows of b, which is how its elements usually lie; four rows at a time take a third
    // of the time, for fewer loads and stores of the sums.
    this.#line(`let ${k.name} = 0;`);
    for (const rows of [4, 1]) this.#addRows(kernel, rows);
    this.#open(n);
    this.#line(`const dot = ${wrap(dtype, `row[${n.name}]`)};`);
    this.#body({ loops: [], accumulators: [], checks: [], stores }, new Map());
    this.#close(outer.length + 1);
  }

  /** While there are `count` rows of b left: row += Σ a[m, k] · b[k, …] over as many k. */
  #addRows({ n, k, a, b }: DotKernel, count: number): void {
    const [nameA, nameB] = [this.#params[a.param].name, this.#params[b.param].name];
    const rows = Array.from({ length: count }, (_, i) => i);
    const later = (i: number): string => (i === 0 ? k.name : `(${k.name} + ${i})`);
    const last = count === 1 ? k.name : `${k.name} + ${count - 1}`;
    this.#line(`for (; ${last} < ${this.#dim(k.extent)}; ${k.name} += ${count}) {`);
    this.#indent++;
    for (const i of rows) {
      this.#line(`const x${i} = ${nameA}[rowA + ${this.#times(later(i), a.column)}];`);
      this.#line(`const row${i} = startB + ${this.#times(later(i), b.row)};`);
    }
    this.#open(n);
    const column = this.#times(n.name, b.column);
    const products = rows.map((i) => `x${i} * ${nameB}[row${i} + ${column}]`);
    this.#line(`row[${n.name}] += ${products.join(" + ")};`);
    this.#close(2);
  }

  #times(name: string, stride: Dim): string {
    return stride === 1 ? name : `${name} * ${paren(this.#dim(stride))}`;
  }

  libraryKernel({ routine, outer, length, inner, params }: LibraryKernel): void {
    const extents = [outer, length, inner].map((extent) => this.#dim(extent));
    this.#line(`m.${routine}(${[...params.map(({ name }) => name), ...extents].join(", ")});`);
  }

  #print(x: Expression, names: ReadonlyMap<Expression, string>): string {
    const name = names.get(x);
    if (name !== undefined) return name;
    switch (x.kind) {
      case "literal":
        return printLiteral(x.type, x.value);
      case "axis":
        return x.axis.name;
      case "size":
        return `s${this.#sizes.findIndex(({ key }) => key === x.variable.key)}`;
      case "result":
        return x.name;
      case "load": {
        const element = `${this.#params[x.param].name}[${this.#print(x.index, names)}]`;
        const zero = isBig(x.type) ? "0n" : "0";
        return x.guard ? `${paren(this.#print(x.guard, names))} ? ${element} : ${zero}` : element;
      }
      case "op":
        return printOp(
          x,
          x.args.map((arg) => paren(this.#print(arg, names))),
        );
    }
  }
}

/** Atoms need no parentheses; a sign would meet another one. */
const paren = (text: string): string => (/^[\w.[\]]+$/.test(text) ? text : `(${text})`);

const isAtom = (x: Expression): boolean => x.kind !== "op" && x.kind !== "load";

const partsOf = (x: Expression): readonly Expression[] =>
  x.kind === "op" ? x.args : x.kind === "load" ? (x.guard ? [x.index, x.guard] : [x.index]) : [];

/** Expressions that have several users. */
function usedTwice(roots: readonly Expression[]): Set<Expression> {
  const counts = new Map<Expression, number>();
  const count = (x: Expression): void => {
    counts.set(x, (counts.get(x) ?? 0) + 1);
  };
  roots.forEach(count);
  for (const x of expressionOrder(roots)) partsOf(x).forEach(count);
  return new Set([...counts].filter(([, uses]) => uses > 1).map(([x]) => x));
}

/**
 * Expressions of at most the given depth that are part of deeper ones, or roots, or have several
 * users (written out for each, the rounds of a random generator would grow exponentially).
 */
function hoisted(
  roots: readonly Expression[],
  depths: ReadonlyMap<Expression, number>,
  most: number,
): Expression[] {
  const isEarly = (x: Expression): boolean => (depths.get(x) ?? 0) <= most;
  const found = new Set<Expression>();
  const add = (x: Expression): void => {
    if (isEarly(x) && !isAtom(x)) found.add(x);
  };
  roots.forEach(add);
  usedTwice(roots).forEach(add);
  const order = expressionOrder(roots);
  for (const x of order)
    for (const part of partsOf(x)) if ((depths.get(part) ?? 0) < (depths.get(x) ?? 0)) add(part);
  return order.filter((x) => found.has(x));
}

/** What a reduction starts from. */
function neutral(reduce: Accumulator["reduce"], type: Expression["type"]): string {
  const dtype: DType = type === "index" ? "i32" : type;
  const big = isBig(dtype) ? "n" : "";
  if (reduce === "sum") return `0${big}`;
  if (reduce === "prod") return `1${big}`;
  const isMax = reduce === "max" || reduce === "argMax";
  if (isFloat(dtype)) return isMax ? "-Infinity" : "Infinity";
  const [low, high] = rangeOf(dtype) ?? [0n, 1n];
  return `${isMax ? low : high}${big}`;
}
