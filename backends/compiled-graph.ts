/**
 * A graph that is compiled when it runs: per backend, and for the sizes that it is run with.
 *
 * Static where known, dynamic where not: a function with symbolic sizes is compiled anew for the
 * first few shapes it sees, and once with the sizes as run-time parameters for all further ones.
 */
import { describeSchedule } from "../compiler/describe.js";
import type { GraphSpec, Update } from "../compiler/graph-spec.js";
import { lower } from "../compiler/lower.js";
import { optimize, type PassTrace } from "../compiler/passes.js";
import type { Program } from "../compiler/program.js";
import { bindSizes, sizesOf } from "../compiler/sizes.js";
import { config } from "../lang/config.js";
import type { DType } from "../lang/dtype.js";
import { internal } from "../lang/error.js";
import type { Node } from "../lang/graph.js";
import { node, rebuild, topologicalOrder, withInputs } from "../lang/node.js";
import type { Compiled, FunctionSpec } from "../lang/runtime.js";
import { bindDim, type SizeBindings } from "../lang/size.js";
import type { DeviceBuffer, RunStats, SharedState, Value } from "../lang/value.js";
import type { Backend, Executable } from "./backend.js";
import { trace } from "./debug.js";
import { bufferOn, DeviceValue } from "./device-value.js";
import { describeGraph, describePasses, explainProgram } from "./explanation.js";
import type { BackendSelector } from "./select.js";

/** Distinct shapes that get code of their own before the size-generic version takes over. */
const specializedShapes = 3;

/** Shapes whose sizes are known to fit the generic version, so that they are not checked again. */
const rememberedShapes = 4096;

/** Where an input of a program comes from at each run. */
type Source =
  | { readonly kind: "argument"; readonly position: number }
  | { readonly kind: "constant"; readonly value: Value }
  /** `overwritten`: the run updates the state's buffer in place. */
  | { readonly kind: "shared"; readonly state: SharedState; readonly overwritten: boolean };

/** A graph compiled for one backend and one binding of its sizes (none for the generic one). */
interface Variant {
  readonly backend: Backend;
  readonly program: Program;
  readonly executable: Executable<DeviceBuffer>;
  readonly passes: readonly PassTrace[];
  readonly sources: readonly Source[];
  readonly outputs: readonly Node[];
  readonly updates: readonly Update[];
  /** What making it cost, for its first run. */
  readonly cost: Cost;
  /** The same for all further runs. */
  readonly noCost: Cost;
}

type Cost = Omit<RunStats, "run" | "transfer">;

export class CompiledGraph implements Compiled {
  readonly #selector: BackendSelector;
  readonly #graph: GraphSpec;
  readonly #dtypes: ReadonlySet<DType>;
  readonly #hasSizes: boolean;
  readonly #specialized: number;
  readonly #variants = new Map<string, Variant>();
  /** Shapes that the generic version has been checked for. */
  readonly #fitting = new Set<string>();
  #stats: RunStats | undefined;

  /** `specialized`: how many bindings of its sizes get code of their own. */
  constructor(spec: FunctionSpec, selector: BackendSelector, specialized = specializedShapes) {
    this.#specialized = specialized;
    this.#selector = selector;
    this.#graph = capture(spec);
    this.#dtypes = dtypesOf(this.#graph);
    this.#hasSizes = sizesOf(this.#graph).length > 0;
  }

  get stats(): RunStats | undefined {
    return this.#stats;
  }

  run(args: readonly Value[], sizes: SizeBindings, wait = false): readonly Value[] {
    const backend = this.#selector.choose(config.backend, this.#dtypes);
    const known = this.#variants.size;
    const variant = this.#variantFor(backend, sizes);
    const isNew = this.#variants.size > known;

    const start = performance.now();
    const inputs = variant.sources.map((source) => sourceBuffer(backend, source, args));
    const uploaded = performance.now();
    const sizeValues = variant.program.sizes.map(({ key }) => sizes.get(key)!);
    const buffers = variant.executable.run(inputs, sizeValues);
    if (wait) backend.synchronize();
    const done = performance.now();

    const cost = isNew ? variant.cost : variant.noCost;
    const stats = withRun(cost, done - uploaded, uploaded - start);
    this.#stats = stats;
    trace(1, () => describeRun(this.#graph.name, stats));
    const value = (of: Node, i: number, isOwned = false) => {
      const shape = of.shape.map((dim) => bindDim(dim, sizes) as number);
      return new DeviceValue(backend, buffers[i], of.dtype, shape, stats, isOwned);
    };
    variant.updates.forEach(({ input, node: of }, i) => {
      const source = variant.sources[input];
      if (source.kind !== "shared") throw internal("an update of something that is not shared");
      source.state.value = value(of, variant.outputs.length + i, true);
    });
    return variant.outputs.map((of, i) => value(of, i));
  }

  explain(): string {
    const variant =
      [...this.#variants.values()].at(-1) ??
      this.#compile(this.#selector.choose(config.backend, this.#dtypes), this.#graph);
    return explainProgram(
      this.#graph.name,
      variant.backend.name,
      variant.passes,
      variant.program,
      variant.executable.sources,
    );
  }

  free(): void {
    for (const { executable } of this.#variants.values()) executable.free();
    this.#variants.clear();
  }

  #variantFor(backend: Backend, sizes: SizeBindings): Variant {
    if (!this.#hasSizes)
      return this.#known(backend.name, () => this.#compile(backend, this.#graph));
    const key = `${backend.name}:${[...sizes.values()].join(",")}`;
    const specialized = this.#variants.get(key);
    if (specialized) return specialized;
    if (this.#variants.size < this.#specialized)
      return this.#known(key, () => this.#compile(backend, bindSizes(this.#graph, sizes)));
    this.#checkFit(key, sizes);
    return this.#known(`${backend.name}:generic`, () => this.#compile(backend, this.#graph));
  }

  #known(key: string, make: () => Variant): Variant {
    const known = this.#variants.get(key);
    if (known) return known;
    const made = make();
    this.#variants.set(key, made);
    return made;
  }

  /** The shape rules on these sizes, once; the generic code does not look at them. */
  #checkFit(key: string, sizes: SizeBindings): void {
    if (this.#fitting.has(key)) return;
    bindSizes(this.#graph, sizes);
    if (this.#fitting.size >= rememberedShapes) this.#fitting.clear();
    this.#fitting.add(key);
  }

  #compile(backend: Backend, captured: GraphSpec): Variant {
    const start = performance.now();
    const passes: PassTrace[] = [];
    const optimized = withLeaves(optimize(captured, passes));
    const rewritten = performance.now();
    const program = lower(optimized, (schedule) => trace(3, () => describeSchedule(schedule)));
    const lowered = performance.now();
    const executable = backend.compile(program);
    const { kernels, cached } = executable.cost;
    const idle = { backend: backend.name, build: 0, rewrite: 0, compile: 0, kernels };
    trace(2, () => describePasses(passes));
    trace(3, () => explainProgram(captured.name, backend.name, passes, program, []));
    trace(4, () => executable.sources.join("\n"));
    trace(5, () => passes.map(({ pass, roots }) => `${pass}:\n${describeGraph(roots)}`).join("\n"));
    return {
      backend,
      program,
      executable,
      passes,
      sources: optimized.inputs.map((leaf, position) => sourceOf(leaf, position, program)),
      outputs: optimized.outputs,
      updates: optimized.updates,
      cost: {
        ...idle,
        build: lowered - rewritten,
        rewrite: rewritten - start,
        compile: performance.now() - lowered,
        cached: cached === kernels,
      },
      noCost: { ...idle, cached: true },
    };
  }
}

/** Applies the givens; inputs come first, so that an argument's position is its input's. */
function capture({ name, inputs, outputs, updates, givens }: FunctionSpec): GraphSpec {
  const replaced = new Map(givens);
  const wanted = [...outputs, ...updates.map(([, of]) => of)];
  const roots =
    replaced.size === 0
      ? wanted
      : rebuild(wanted, (old, below) => replaced.get(old) ?? withInputs(old, below));
  const states = updates.map(([state]): Node => node("shared", [], { state }));
  return withLeaves({
    name,
    inputs: [...inputs, ...states],
    outputs: roots.slice(0, outputs.length),
    updates: updates.map((_, i) => ({
      input: inputs.length + i,
      node: roots[outputs.length + i],
    })),
  });
}

/** The graph with every leaf that needs a buffer among its inputs. */
function withLeaves(graph: GraphSpec): GraphSpec {
  const inputs = new Set(graph.inputs);
  const roots = [...graph.outputs, ...graph.updates.map((update) => update.node)];
  for (const of of topologicalOrder(roots))
    if (of.op === "symbol" || of.op === "constant" || of.op === "shared") inputs.add(of);
  return { ...graph, inputs: [...inputs] };
}

function sourceOf(leaf: Node, position: number, program: Program): Source {
  switch (leaf.op) {
    case "symbol":
      return { kind: "argument", position };
    case "constant":
      return { kind: "constant", value: leaf.attrs.value };
    case "shared": {
      const overwritten = program.buffers.some(
        ({ role }) => role.kind === "output" && role.inPlaceOf === position,
      );
      return { kind: "shared", state: leaf.attrs.state, overwritten };
    }
    default:
      throw internal(`${leaf.op} cannot be an input`);
  }
}

function sourceBuffer(backend: Backend, source: Source, args: readonly Value[]): DeviceBuffer {
  switch (source.kind) {
    case "argument":
      return bufferOn(backend, args[source.position]);
    case "constant":
      return bufferOn(backend, source.value);
    case "shared": {
      const { state, overwritten } = source;
      const { value } = state;
      const buffer = bufferOn(backend, value);
      if (!overwritten) return buffer;
      const isOwned = value instanceof DeviceValue && value.isOwned && buffer === value.buffer;
      const own = isOwned ? buffer : backend.copy(buffer);
      // Another value from here on: a run that fails may have overwritten it all the same.
      state.value = new DeviceValue(backend, own, state.dtype, state.shape, undefined, true);
      return own;
    }
  }
}

function dtypesOf(graph: GraphSpec): Set<DType> {
  const roots = [...graph.inputs, ...graph.outputs, ...graph.updates.map((update) => update.node)];
  return new Set(topologicalOrder(roots).map((of) => of.dtype));
}

/** Not a spread, which takes as long as a small kernel. */
const withRun = (
  { backend, build, rewrite, compile, kernels, cached }: Cost,
  run: number,
  transfer: number,
): RunStats => ({ backend, build, rewrite, compile, kernels, cached, run, transfer });

const describeRun = (name: string, stats: RunStats): string =>
  `${name}: ${stats.backend}, ${stats.kernels} kernels, rewrite ${stats.rewrite.toFixed(2)} ms, ` +
  `build ${stats.build.toFixed(2)} ms, compile ${stats.compile.toFixed(2)} ms, ` +
  `transfer ${stats.transfer.toFixed(3)} ms, run ${stats.run.toFixed(3)} ms`;
