/**
 * The runtime behind the language: takes graphs through the compiler, keeps what was compiled for
 * closed expressions, and copies values where they are.
 */
import { HypatiaError } from "../lang/error.js";
import type { Node } from "../lang/graph.js";
import { topologicalOrder } from "../lang/node.js";
import type { FunctionSpec, Runtime } from "../lang/runtime.js";
import type { SizeBindings } from "../lang/size.js";
import type { Value } from "../lang/value.js";
import { abstractData } from "./abstraction.js";
import { CompiledGraph } from "./compiled-graph.js";
import { DeviceValue } from "./device-value.js";
import type { BackendSelector } from "./select.js";
import { abstractSizes } from "./size-abstraction.js";

export function createRuntime(selector: BackendSelector): Runtime {
  const evaluations = new Evaluations(selector);
  return {
    evaluate: (nodes) => evaluations.run(nodes),
    compile: (spec) => new CompiledGraph(spec, selector),
    copy(value) {
      const { buffer, dtype, shape } = value;
      const home = selector.opened().find((backend) => backend.name === buffer?.backend);
      if (!buffer || !home) return { dtype, shape, data: value.data };
      return new DeviceValue(home, home.copy(buffer), dtype, shape);
    },
  };
}

/** Programs for closed expressions that are kept, so that a loop in a cell compiles once. */
const keptEvaluations = 256;

/**
 * Closed expressions: the first of a structure is compiled for its sizes and integers; when one
 * comes that differs in these only, it and all further ones share a program that takes them at run
 * time.
 */
class Evaluations {
  readonly #selector: BackendSelector;
  readonly #programs = new RecentlyUsed<CompiledGraph>(keptEvaluations, (graph) => graph.free());
  /** Structures, their sizes and integers left open, of which there is a program for some. */
  readonly #structures = new RecentlyUsed<readonly Node[]>(keptEvaluations);

  constructor(selector: BackendSelector) {
    this.#selector = selector;
  }

  run(nodes: readonly Node[]): readonly Value[] {
    const { roots, symbols, values, starts } = abstractData(nodes);
    const key = keyOf(roots);
    const own = this.#programs.get(key);
    if (own) return runAs(nodes, own, roots, values, starts);
    const generic = abstractSizes(roots, symbols);
    const structure = generic && keyOf(generic.roots);
    if (generic && structure && this.#structures.get(structure)) {
      const shared =
        this.#programs.get(structure) ??
        this.#programs.put(structure, this.#compile(generic.roots, generic.symbols, 0));
      const sizes = new Map([...starts, ...generic.sizes]);
      return runAs(nodes, shared, generic.roots, [...values, ...generic.integers], sizes);
    }
    if (generic && structure) this.#structures.put(structure, generic.roots);
    // What is left open are starts of slices.
    const made = this.#programs.put(key, this.#compile(roots, symbols, 1));
    return runAs(nodes, made, roots, values, starts);
  }

  #compile(outputs: readonly Node[], inputs: FunctionSpec["inputs"], specialized: number) {
    const spec = { name: "value", inputs, outputs, updates: [], givens: [] };
    return new CompiledGraph(spec, this.#selector, specialized);
  }
}

/**
 * Runs the program that was compiled from `roots`, which have the structure of `nodes`. It may have
 * been made for another expression; a mistake is told where this one was built.
 */
function runAs(
  nodes: readonly Node[],
  graph: CompiledGraph,
  roots: readonly Node[],
  values: readonly Value[],
  sizes: SizeBindings,
): readonly Value[] {
  try {
    return graph.run(values, sizes, true);
  } catch (error) {
    if (!(error instanceof HypatiaError) || !error.details.site) throw error;
    const { site } = error.details;
    // A symbol in the place of data has the site of the whole expression, and no mistakes.
    const at = topologicalOrder(roots).findIndex((of) => of.site === site && of.op !== "symbol");
    throw at < 0 ? error : error.at(topologicalOrder(nodes)[at].site);
  }
}

/** Equal for equal nodes, as long as they are held. */
const keyOf = (roots: readonly Node[]): string => roots.map(({ id }) => id).join(",");

/** The entries that were used last, up to `limit` of them. */
class RecentlyUsed<T> {
  readonly #limit: number;
  readonly #drop: (entry: T) => void;
  readonly #entries = new Map<string, T>(); // in the order of last use

  constructor(limit: number, drop: (entry: T) => void = () => {}) {
    this.#limit = limit;
    this.#drop = drop;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  put(key: string, entry: T): T {
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#limit) {
      const [[oldest, dropped]] = this.#entries;
      this.#entries.delete(oldest);
      this.#drop(dropped);
    }
    return entry;
  }
}
