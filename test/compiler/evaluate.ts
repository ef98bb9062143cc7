/** Running nodes exactly as they are: lowered without any rewriting, on the js backend. */
import { jsBackend as backend } from "../../backends/js/index.js";
import { lower } from "../../compiler/lower.js";
import { hostArray, isBig, isFloat, type TypedArray } from "../../lang/dtype.js";
import type { Node } from "../../lang/graph.js";
import { topologicalOrder } from "../../lang/node.js";

export type Inputs = ReadonlyMap<Node, TypedArray>;

/** Numbers in (0, 1) for the float symbols under the roots, small ones for the integers. */
export function randomInputs(roots: readonly Node[], seed = 1): Inputs {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const inputs = new Map<Node, TypedArray>();
  for (const of of topologicalOrder(roots)) {
    if (of.op !== "symbol") continue;
    const length = of.shape.reduce<number>((product, size) => product * Number(size), 1);
    const data = hostArray(of.dtype, length);
    for (let i = 0; i < length; i++) {
      const x = isFloat(of.dtype) ? next() : Math.floor(2 * next());
      data[i] = isBig(of.dtype) ? BigInt(x) : x;
    }
    inputs.set(of, data);
  }
  return inputs;
}

/** The values of the roots as numbers. */
export function evaluateOnJs(roots: readonly Node[], inputs: Inputs): number[][] {
  const symbols = [...inputs.keys()];
  const program = lower({ name: "test", inputs: symbols, outputs: roots, updates: [] });
  const executable = backend.compile(program);
  const buffers = symbols.map((of) => backend.upload(of.dtype, inputs.get(of)!));
  return executable.run(buffers, []).map((buffer) => Array.from(backend.download(buffer), Number));
}
