/** Parts of kernels for the tests of the cpu backend, data for them, and how they are judged. */
import type { Backend } from "../../../backends/backend.js";
import type { CpuBuffer } from "../../../backends/cpu/memory.js";
import { addIndex, axis, index, multiplyIndex } from "../../../compiler/expression.js";
import type { Axis, Expression, Param, Store } from "../../../compiler/ir.js";
import { type DType, hostArray, isBig, type TypedArray } from "../../../lang/dtype.js";
import type { Dim, SizeVariable } from "../../../lang/size.js";
import { type Case, firstDifference, runCases } from "./cases.js";

/** Small whole numbers, so that sums are exact in any order; the same every time. */
export function filled(dtype: DType, length: number, seed = 1): TypedArray {
  const data = hostArray(dtype, length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = dtype === "bool" ? (state >>> 20) % 2 : (state >>> 20) % 9;
    const signed = dtype.startsWith("u") || dtype === "bool" ? x : x - 4;
    data[i] = isBig(dtype) ? BigInt(signed) : signed;
  }
  return data;
}

export const param = (name: string, dtype: DType, access: Param["access"]): Param => ({
  name,
  dtype,
  access,
});
export const ax = (name: string, extent: Dim): Axis => ({ name, extent });
export const at = (...terms: [Axis, number][]): Expression =>
  terms.map(([of, stride]) => multiplyIndex(axis(of), index(stride))).reduce(addIndex);
export const put = (
  to: number,
  where: Expression,
  value: Expression,
  rest: Partial<Store> = {},
): Store => ({
  param: to,
  index: where,
  value,
  add: false,
  guard: null,
  ...rest,
});

/** Where the parameters of cases differ from what the interpreter makes of them. */
export function differencesOf(
  cpu: Backend<CpuBuffer>,
  cases: readonly Case[],
  tolerance = 0,
  sizes?: ReadonlyMap<SizeVariable, number>,
): string[] {
  return runCases(cpu, cases, sizes).flatMap(({ name, got, want }) =>
    got.flatMap((array, i) => {
      const difference = firstDifference(array, want[i], tolerance);
      return difference === null ? [] : [`${name}, parameter ${i}${difference}`];
    }),
  );
}
