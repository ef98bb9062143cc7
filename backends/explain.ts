/** `explain`: what the compiler made of an expression, for people. */
import type { CompiledFunction } from "../lang/compile.js";
import { freeSymbols } from "../lang/evaluation.js";
import { runtime } from "../lang/runtime.js";
import { Tensor } from "../lang/tensor.js";

/** A report; shows as preformatted text in a notebook, prints as text elsewhere. */
export class Explanation {
  /** The whole report. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.text;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": this.text };
  }
}

/**
 * What the compiler does with a tensor or a compiled function: each pass with the rules that fired
 * in it, the graph that is left, the kernels with their loops, the memory plan, and the generated
 * source for the backend in use. Compiles, but does not run. A tensor is compiled for its own sizes;
 * when it is computed after another that differs in sizes only, it takes a version for all of them.
 *
 * @example
 * explain(mean((tanh(dot(x, w)) - y) ** 2));
 */
export function explain(of: Tensor | Pick<CompiledFunction, "compiled">): Explanation {
  if (!(of instanceof Tensor)) return new Explanation(of.compiled.explain());
  const compiled = runtime().compile({
    name: of.name || "expression",
    inputs: freeSymbols([of.node]),
    outputs: [of.node],
    updates: [],
    givens: [],
  });
  return new Explanation(compiled.explain());
}
