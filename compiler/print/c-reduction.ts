/** Reductions in C: running vectors or scalars, how they combine, and how they end. */
import { isFloat, rangeOf } from "../../lang/dtype.js";
import type { Accumulator, ScalarType, Stage } from "../ir.js";
import type { Emitter } from "./c-emitter.js";
import { literalText, signedOfBytes } from "./c-prelude.js";
import type { Types } from "./c-types.js";

/** A reduction under way. Arg reductions also keep where their best values were. */
export interface Running {
  readonly accumulator: Accumulator;
  readonly of: ScalarType;
  readonly arg: boolean;
  /** Positions only grow from one iteration to the next: a later equal value is never better. */
  readonly ordered: boolean;
  readonly vector: boolean;
  /** One name for each vector in flight. */
  readonly best: readonly string[];
  readonly places: readonly string[];
}

export class Reductions {
  readonly #emit: Emitter;
  readonly #types: Types;

  constructor(emit: Emitter) {
    this.#emit = emit;
    this.#types = emit.types;
  }

  declare(stage: Stage, unroll: number, vector: boolean): Running[] {
    return stage.accumulators.map((accumulator) => {
      const { reduce, type, value } = accumulator;
      const arg = reduce === "argMax" || reduce === "argMin";
      // Truth values are compared as 0 and 1, not as the lanes of a mask.
      const truth = signedOfBytes(this.#emit.plan.maskBytes);
      const of = !arg ? type : value.type === "bool" ? truth : value.type;
      const ordered = arg && isOrdered(accumulator, stage);
      const best: string[] = [];
      const places: string[] = [];
      for (let u = 0; u < unroll; u++) {
        const name = this.#emit.name("a");
        const neutral = this.#neutral(of, reduce);
        const start = vector ? this.#types.splat(of, neutral) : neutral;
        this.#emit.scope.lines.push(`${this.#types.name(of, vector)} ${name} = ${start};`);
        best.push(name);
        if (!arg) continue;
        const place = this.#emit.name("q");
        // In order, no value is less than the neutral one at the first position, which is there.
        const last = this.#emit.plan.indexBytes === 4 ? "0x7fffffff" : "0x7fffffffffffffffLL";
        const none = ordered ? "0" : last;
        const first = vector ? this.#types.splat("index", none) : none;
        this.#emit.scope.lines.push(`${this.#types.name("index", vector)} ${place} = ${first};`);
        places.push(place);
      }
      return { accumulator, of, arg, ordered, vector, best, places };
    });
  }

  /** The running vectors of a strip, in arrays of `count`. */
  declareStrip(stage: Stage, count: number): Running[] {
    this.#emit.open();
    const running = this.declare(stage, 1, true);
    const strip = running.map((one) => renamed(one, () => this.#emit.name("strip")));
    const pairs = running.flatMap((one, i) => variables(one, strip[i]));
    this.#emit.scope.lines.push(...pairs.map(([start, array]) => `${array}[v] = ${start};`));
    const declarations = strip.flatMap(({ of, best, places }) => [
      ...best.map((name) => `${this.#types.name(of, true)} ${name}[${count}];`),
      ...places.map((name) => `${this.#types.name("index", true)} ${name}[${count}];`),
    ]);
    const outside = this.#emit.scopes[this.#emit.depth - 1];
    outside.lines.push(...declarations);
    this.#emit.close(`for (int v = 0; v < ${count}; v++) {`);
    return strip;
  }

  /** Vector `v` of a strip, in variables. */
  takeFromStrip(strip: readonly Running[]): Running[] {
    return strip.map((one) => {
      const taken = renamed(one, () => this.#emit.name("a"));
      for (const [array, name] of variables(one, taken)) {
        const type = one.best.includes(array) ? one.of : "index";
        this.#emit.scope.lines.push(`${this.#types.name(type, true)} ${name} = ${array}[v];`);
      }
      return taken;
    });
  }

  putIntoStrip(taken: readonly Running[], strip: readonly Running[]): void {
    strip.forEach((one, i) => {
      for (const [array, name] of variables(one, taken[i]))
        this.#emit.scope.lines.push(`${array}[v] = ${name};`);
    });
  }

  #neutral(type: ScalarType, reduce: Accumulator["reduce"]): string {
    if (type === "index") throw new Error("internal: a reduction of positions");
    const upwards = reduce === "max" || reduce === "argMax";
    if (reduce === "sum") return literalText(type, 0);
    if (reduce === "prod") return literalText(type, 1);
    if (type === "bool") return upwards ? "0" : "1";
    if (isFloat(type)) return literalText(type, upwards ? -Infinity : Infinity);
    const [low, high] = rangeOf(type)!;
    return literalText(type, upwards ? low : high);
  }

  accumulate({ accumulator, of, arg, ordered, vector, best, places }: Running, u: number): void {
    const { reduce, value, position } = accumulator;
    const varying = vector && this.#emit.lanes !== null;
    const lanes = varying ? this.#emit.plan.lanes : 0;
    let text = this.#emit.as(value, of, u, varying);
    const active = this.#emit.lanes?.active ?? null;
    // Along the grid, lanes that do not count are never stored; along a loop they would be added.
    const partial = active !== null && this.#emit.plan.mode === "loops";
    if (partial) {
      const neutral = this.#types.splat(of, this.#neutral(of, reduce));
      text = this.#types.select(of, this.#types.activeMask(active), text, neutral);
    }
    const into = best[u];
    if (!arg) {
      this.#emit.scope.lines.push(`${into} = ${this.#combine(of, reduce, into, text, lanes)};`);
      return;
    }
    const v = this.#emit.name("v");
    this.#emit.scope.lines.push(`const ${this.#types.name(of, varying)} ${v} = ${text};`);
    let at = this.#emit.as(position!, "index", u, varying);
    if (partial) at = this.#types.select("index", this.#types.activeMask(active), at, places[u]);
    const q = this.#emit.name("v");
    this.#emit.scope.lines.push(`const ${this.#types.name("index", varying)} ${q} = ${at};`);
    const better = ordered
      ? this.#later(of, reduce, v, into, lanes)
      : this.#better(of, reduce, v, q, into, places[u], lanes);
    if (lanes === 0) {
      this.#emit.scope.lines.push(`if (${better}) { ${into} = ${v}; ${places[u]} = ${q}; }`);
      return;
    }
    const m = this.#emit.name("v");
    this.#emit.scope.lines.push(
      `const ${this.#types.name("bool", varying)} ${m} = ${better};`,
      `${into} = ${this.#types.select(of, m, v, into)};`,
      `${places[u]} = ${this.#types.select("index", m, q, places[u])};`,
    );
  }

  /** Whether (v, q) replaces (best, place): the first NaN wins, then the best, then the first. */
  #better(
    of: ScalarType,
    reduce: string,
    v: string,
    q: string,
    best: string,
    place: string,
    lanes: number,
  ) {
    const sign = reduce === "argMax" ? ">" : "<";
    const mask = (text: string, type: ScalarType) =>
      lanes === 0 ? text : this.#types.mask(text, type);
    const earlier = mask(`(${q} < ${place})`, "index");
    const strictly = mask(`(${v} ${sign} ${best})`, of);
    const equal = mask(`(${v} == ${best})`, of);
    if (of === "index" || !isFloat(of)) return `(${strictly} | (${equal} & ${earlier}))`;
    const [nanV, nanBest] = [mask(`(${v} != ${v})`, of), mask(`(${best} != ${best})`, of)];
    const invert = lanes === 0 ? "!" : "~";
    return (
      `((${strictly} & ${invert}${nanBest}) | (${nanV} & ${invert}${nanBest}) | ` +
      `((${equal} | (${nanV} & ${nanBest})) & ${earlier}))`
    );
  }

  /** Whether v, which comes later, replaces best: it is better, or the first NaN. */
  #later(of: ScalarType, reduce: string, v: string, best: string, lanes: number): string {
    const not = reduce === "argMax" ? "<=" : ">=";
    const mask = (text: string) => (lanes === 0 ? text : this.#types.mask(text, of));
    const better = `${lanes === 0 ? "!" : "~"}${mask(`(${v} ${not} ${best})`)}`;
    if (of === "index" || !isFloat(of)) return better;
    return `(${better} & ${mask(`(${best} == ${best})`)})`;
  }

  #combine(
    of: ScalarType,
    reduce: Accumulator["reduce"],
    x: string,
    y: string,
    lanes: number,
  ): string {
    if (of === "bool") return `(${x} ${reduce === "max" || reduce === "sum" ? "|" : "&"} ${y})`;
    const dtype = this.#types.dtype(of, lanes > 0);
    if (reduce === "sum" || reduce === "prod") {
      const text = `(${x} ${reduce === "sum" ? "+" : "*"} ${y})`;
      return lanes === 0 ? this.#types.narrow(dtype, text) : text;
    }
    return `${this.#emit.prelude.call(reduce, dtype, lanes)}(${x}, ${y})`;
  }

  /** Closes a stage's reductions: vectors in flight into one, then its lanes, unless they stay. */
  finish(running: readonly Running[], keepLanes: boolean): void {
    for (const { accumulator, of, arg, vector, best, places } of running) {
      const { name, reduce, type } = accumulator;
      const result = arg ? places : best;
      if (keepLanes || !vector) {
        const texts = result.map((text) =>
          arg ? this.#types.convert("index", type, text, vector) : text,
        );
        this.#emit.results.set(name, { texts, depth: this.#emit.depth, varying: keepLanes });
        continue;
      }
      const { lanes } = this.#emit.plan;
      const total = this.#emit.name("r");
      const place = this.#emit.name("q");
      const zero = (text: string) => (of === "bool" ? `(${text} != 0)` : text);
      const lines = this.#emit.scope.lines;
      for (let u = 1; u < best.length; u++) {
        if (!arg) {
          lines.push(`${best[0]} = ${this.#combine(of, reduce, best[0], best[u], lanes)};`);
          continue;
        }
        const m = this.#emit.name("v");
        const positions = signedOfBytes(this.#emit.plan.indexBytes);
        const better = this.#better(of, reduce, best[u], places[u], best[0], places[0], lanes);
        lines.push(
          `const ${this.#types.name("bool", true)} ${m} = ${better};`,
          `${best[0]} = ${this.#types.select(of, m, best[u], best[0])};`,
          `${places[0]} = ${this.#types.select(positions, m, places[u], places[0])};`,
        );
      }
      const [lane, at] = [`${best[0]}[l]`, `${places[0]}[l]`];
      lines.push(`${this.#types.name(of, false)} ${total} = ${zero(`${best[0]}[0]`)};`);
      if (arg) {
        lines.push(
          `${this.#types.name("index", false)} ${place} = ${places[0]}[0];`,
          `for (int l = 1; l < ${lanes}; l++)`,
          `  if (${this.#better(of, reduce, lane, at, total, place, 0)}) ` +
            `{ ${total} = ${lane}; ${place} = ${at}; }`,
        );
      } else {
        const next = this.#combine(of, reduce, total, zero(lane), 0);
        lines.push(`for (int l = 1; l < ${lanes}; l++) ${total} = ${next};`);
      }
      const texts = [arg ? this.#types.convert("index", type, place, false) : total];
      this.#emit.results.set(name, { texts, depth: this.#emit.depth, varying: false });
    }
  }
}

/** The same reduction in other variables. */
const renamed = (one: Running, name: () => string): Running => ({
  ...one,
  best: one.best.map(name),
  places: one.places.map(name),
});

/** The variables of two that differ in names only, pair by pair. */
const variables = (a: Running, b: Running): [string, string][] =>
  [...a.best, ...a.places].map((name, i) => [name, [...b.best, ...b.places][i]]);

/** Whether positions are those of the one loop there is: 0, 1, 2, … */
function isOrdered({ position }: Accumulator, { loops }: Stage): boolean {
  return loops.length === 1 && position?.kind === "axis" && position.axis === loops[0];
}
