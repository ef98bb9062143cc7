/** Compiling expressions into functions. */
import { type Argument, bindSizes, convertArgument } from "./argument.js";
import { isScalar, isTypedArray, valueOf } from "./data.js";
import { promote, promoteWeak } from "./dtype.js";
import { buildAgain, HypatiaError } from "./error.js";
import type { Node, NodeOf } from "./graph.js";
import { describe } from "./inference.js";
import { asTensor, castTo, expandExactly, literal, type Operand, promoted } from "./operand.js";
import { type Compiled, runtime } from "./runtime.js";
import { SharedVariable } from "./shared.js";
import { asVariable, bindDim, Size, type SizeBindings, sameDim } from "./size.js";
import { ofValue, Tensor } from "./tensor.js";
import type { RunStats } from "./value.js";

/** What a function computes: a tensor, a list, a record, or nothing but its updates. */
export type Outputs =
  | Tensor
  | readonly Tensor[]
  | { readonly [name: string]: Tensor }
  | null
  | undefined;

/** What calling a function gives: tensors with values, arranged as its outputs. */
export type Results<O extends Outputs> = O extends Tensor
  ? Tensor
  : O extends null | undefined
    ? undefined
    : { -readonly [K in keyof O]: Tensor };

export interface CompileOptions {
  /**
   * New values of shared variables, computed from the old ones and stored after the outputs have
   * been computed.
   */
  readonly updates?: readonly (readonly [SharedVariable, Operand])[];
  /** Expressions to replace by others of the same dtype and shape, everywhere, at once. */
  readonly givens?: readonly (readonly [Tensor, Operand])[];
  /** What the function is called in `explain` and in errors. */
  readonly name?: string;
}

/** A compiled function: call it with one value per input. */
export interface CompiledFunction<
  I extends readonly Tensor[] = readonly Tensor[],
  O extends Outputs = Outputs,
> {
  /**
   * Computes the outputs and applies the updates. Arguments are numbers, booleans, nested arrays,
   * typed arrays or tensors with values; results stay on the device until they are read. Throws a
   * HypatiaError that names the input for an argument of the wrong rank, dtype or size.
   */
  (...args: { readonly [K in keyof I]: Argument }): Results<O>;
  readonly inputs: I;
  readonly outputs: O;
  readonly updates: readonly (readonly [SharedVariable, Tensor])[];
  readonly name: string;
  /** What the last call cost; undefined before the first. */
  readonly stats: RunStats | undefined;
  /** What the runtime made of it, for `explain`. */
  readonly compiled: Compiled;
}

/**
 * A function of the inputs that computes the outputs and then updates shared variables.
 *
 * `inputs` are symbols. `outputs` is a tensor, a list or a record of tensors, or `null`; a call
 * returns the same arrangement. Throws if an output depends on a symbol that is not an input, and
 * if an update does not fit its variable.
 *
 * @example
 * const x = vector("x"), w = shared([1, 2], "w");
 * const f = compile([x], sum(multiply(x, w)), { updates: [[w, add(w, 1)]] });
 * f([3, 4]).item(); // 11
 * f([3, 4]).item(); // 18
 */
export function compile<const I extends readonly Tensor[], const O extends Outputs>(
  inputs: I,
  outputs: O,
  { updates = [], givens = [], name = "function" }: CompileOptions = {},
): CompiledFunction<I, O> {
  const symbols = symbolsOf(inputs);
  const given = givens.map(([from, to]) => [from, operandLike(from, to)] as const);
  const replaced = given.map(([from, to]) => [from, fitting("givens", from, to)] as const);
  const targets = updates.map(([variable, next]) => {
    if (!(variable instanceof SharedVariable))
      throw new HypatiaError("compile", "only shared variables can be updated", {
        got: String(variable),
        remedy: "make it with shared(value, name)",
      });
    return [variable, fitting("updates", variable, next)] as const;
  });
  checkOnce(targets.map(([variable]) => variable));
  const listed = outputList(outputs);
  checkFree(symbols, [...listed, ...targets.map(([, next]) => next)], replaced);
  const compiled = runtime().compile({
    name,
    inputs: symbols,
    outputs: listed.map((output) => output.node),
    updates: targets.map(([variable, next]) => [variable.state, next.node]),
    givens: replaced.map(([from, to]) => [from.node, to.node]),
  });

  const call = (...args: readonly Argument[]): Results<O> => {
    if (args.length !== symbols.length)
      throw new HypatiaError(name, "another number of arguments is needed", {
        got: `${args.length}`,
        expected: `${symbols.length}: ${inputs.map(String).join(", ")}`,
      });
    const values = symbols.map((symbol, i) => convertArgument(name, symbol, i, args[i]));
    const sizes = withGivenSizes(bindSizes(name, symbols, values), given);
    return arranged(outputs, compiled.run(values, sizes).map(ofValue));
  };
  return Object.defineProperties(call, {
    name: { value: name },
    inputs: { value: inputs, enumerable: true },
    outputs: { value: outputs, enumerable: true },
    updates: { value: targets, enumerable: true },
    compiled: { value: compiled },
    stats: { get: () => compiled.stats },
  }) as CompiledFunction<I, O>;
}

function symbolsOf(inputs: readonly Tensor[]): NodeOf<"symbol">[] {
  const seen = new Set<Node>();
  return inputs.map((input, i) => {
    const { node: of } = input;
    if (of.op !== "symbol")
      throw new HypatiaError("compile", `input ${i} is not a symbol`, {
        got: input.toString(),
        expected: "scalar, vector, matrix, ... or symbol",
        remedy: "to replace an expression by another, use givens",
      });
    if (seen.has(of)) throw new HypatiaError("compile", `input ${input.name || i} is given twice`);
    seen.add(of);
    return of;
  });
}

/** `next` in the dtype and shape of what it takes the place of. */
function fitting(what: "updates" | "givens", target: Tensor, next: Operand): Tensor {
  const label = target.name || target.toString();
  const wanted = describe(target);
  const tensor = operandLike(target, next);
  if (promote(tensor.dtype, target.dtype) !== target.dtype)
    throw new HypatiaError("compile", `${what}: the value for ${label} has another dtype`, {
      got: describe(tensor),
      expected: wanted,
      remedy: `x.cast("${target.dtype}")`,
    });
  const missing = target.ndim - tensor.ndim;
  const fits =
    missing >= 0 &&
    tensor.shape.every((n, i) => n === 1 || sameDim(n, target.shape[i + missing]) !== false);
  if (!fits)
    throw new HypatiaError("compile", `${what}: the value for ${label} has another shape`, {
      got: describe(tensor),
      expected: wanted,
      remedy: "sum or reshape it first",
    });
  return expandExactly(castTo(tensor, target.dtype), target.shape);
}

/** Numbers, sizes and nested arrays take the dtype of what they are put in the place of. */
function operandLike(target: Tensor, next: Operand): Tensor {
  const { dtype } = target;
  if (next instanceof Size) return promoted("compile", [target, next])[1];
  if (next instanceof Tensor || isTypedArray(next)) return asTensor("compile", next);
  return isScalar(next)
    ? literal(next, promoteWeak(dtype, next))
    : ofValue(valueOf("compile", next, { dtype }));
}

/** A symbolic size of what is replaced takes the value that it has in the replacement. */
function withGivenSizes(
  sizes: SizeBindings,
  givens: readonly (readonly [Tensor, Tensor])[],
): SizeBindings {
  if (givens.length === 0) return sizes;
  const all = new Map(sizes);
  for (const [from, to] of givens)
    from.shape.forEach((size, axis) => {
      const variable = asVariable(size);
      const given = bindDim(to.shape[axis - from.ndim + to.ndim] ?? 1, sizes);
      if (variable && !all.has(variable.key) && typeof given === "number")
        all.set(variable.key, given);
    });
  return all;
}

function checkOnce(variables: readonly SharedVariable[]): void {
  const twice = variables.find((each, i) => variables.indexOf(each) !== i);
  if (twice)
    throw new HypatiaError("compile", `${twice.name || "a shared variable"} is updated twice`, {
      remedy: "add the changes up in one update",
    });
}

function outputList(outputs: Outputs): readonly Tensor[] {
  if (outputs === null || outputs === undefined) return [];
  if (outputs instanceof Tensor) return [outputs];
  const list = Object.values(outputs);
  for (const output of list)
    if (!(output instanceof Tensor))
      throw new HypatiaError("compile", "an output is not a tensor", { got: String(output) });
  return list;
}

/** The results in the arrangement of the outputs. */
function arranged<O extends Outputs>(outputs: O, results: readonly Tensor[]): Results<O> {
  // Only here is the type-level arrangement tied to the run-time one.
  const as = (value: unknown): Results<O> => value as Results<O>;
  if (outputs === null || outputs === undefined) return as(undefined);
  if (outputs instanceof Tensor) return as(results[0]);
  if (Array.isArray(outputs)) return as(results);
  return as(Object.fromEntries(Object.keys(outputs).map((name, i) => [name, results[i]])));
}

/** Every symbol that is reached must be an input; replaced expressions are not looked into. */
function checkFree(
  inputs: readonly Node[],
  roots: readonly Tensor[],
  givens: readonly (readonly [Tensor, Tensor])[],
): void {
  const replacement = new Map(givens.map(([from, to]) => [from.node, to.node]));
  const allowed = new Set(inputs);
  const free = new Set<string>();
  const visit = (start: readonly Node[], replacing: boolean, seen: Set<Node>): void => {
    const stack = [...start];
    for (let of = stack.pop(); of !== undefined; of = stack.pop()) {
      if (seen.has(of)) continue;
      seen.add(of);
      const other = replacing ? replacement.get(of) : undefined;
      if (other) visit([other], false, within);
      else if (of.op === "symbol" && !allowed.has(of)) free.add(of.attrs.name || "(unnamed)");
      else stack.push(...of.inputs);
    }
  };
  const within = new Set<Node>();
  const nodes = roots.map((root) => root.node);
  visit(nodes, true, new Set());
  if (free.size === 0) return;
  const names = [...free].join(", ");
  const given = new Set(inputs.map((input) => new Tensor(input).name));
  const isOld = [...free].every((name) => given.has(name));
  throw new HypatiaError("compile", `the function depends on symbols without values: ${names}`, {
    expected: "every symbol among the inputs, or replaced by givens",
    remedy: isOld ? buildAgain(names) : `add ${names} to the inputs`,
  });
}
