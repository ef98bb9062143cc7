/** Programs around single kernels, run on the cpu backend and by the interpreter. */

import type { Backend } from "../../../backends/backend.js";
import type { CpuBuffer } from "../../../backends/cpu/memory.js";
import type { DotKernel, Kernel, LoopKernel } from "../../../compiler/ir.js";
import { expandMath } from "../../../compiler/math.js";
import type { Program } from "../../../compiler/program.js";
import type { TypedArray } from "../../../lang/dtype.js";
import type { SizeBindings, SizeVariable } from "../../../lang/size.js";
import { interpret } from "../../compiler/interpreter.js";

/** A kernel with what its parameters hold at the start. */
export interface Case {
  readonly name: string;
  readonly kernel: LoopKernel | DotKernel;
  readonly data: readonly TypedArray[];
}

/** A program of one step per case, every parameter an input that is overwritten in place. */
export function programOf(
  cases: readonly { readonly kernel: Kernel; readonly data: readonly TypedArray[] }[],
  sizes: readonly SizeVariable[] = [],
  messages: Program["messages"] = [],
): Program {
  let position = 0;
  const buffers: Program["buffers"][number][] = [];
  const steps = cases.map(({ kernel, data }) => ({
    kernel,
    buffers: kernel.params.map(({ dtype }, i) => {
      buffers.push({
        dtype,
        length: data[i].length,
        role: { kind: "input", position: position++ },
      });
      return buffers.length - 1;
    }),
  }));
  return { name: "test", sizes, buffers, arena: 0, steps, messages };
}

/** What each case's parameters hold afterwards, on the cpu and according to the interpreter. */
export function runCases(
  cpu: Backend<CpuBuffer>,
  cases: readonly Case[],
  sizes: ReadonlyMap<SizeVariable, number> = new Map(),
): { name: string; got: TypedArray[]; want: TypedArray[] }[] {
  const executable = cpu.compile(programOf(cases, [...sizes.keys()]));
  const buffers = cases.map(({ kernel, data }) =>
    data.map((array, i) => cpu.upload(kernel.params[i].dtype, array)),
  );
  executable.run(buffers.flat(), [...sizes.values()]);
  executable.free();
  const bindings: SizeBindings = new Map([...sizes].map(([{ key }, value]) => [key, value]));
  return cases.map(({ name, kernel, data }, i) => {
    const want = data.map((array) => array.slice());
    interpret(expandMath(kernel), want, bindings);
    return { name, got: buffers[i].map((buffer) => cpu.download(buffer)), want };
  });
}

/** Where two arrays differ by more than `tolerance` times the magnitude, or in a NaN; else null. */
export function firstDifference(got: TypedArray, want: TypedArray, tolerance = 0): string | null {
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [Number(got[i]), Number(want[i])];
    const equal =
      got[i] === want[i] ||
      (Number.isNaN(a) && Number.isNaN(b)) ||
      Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
    if (!equal) return `[${i}] is ${got[i]} instead of ${want[i]}`;
  }
  return null;
}
