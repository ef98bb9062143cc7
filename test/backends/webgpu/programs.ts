/** Programs of one kernel, written by hand, and running them on host arrays. */
import type { Backend, Executable } from "../../../backends/backend.js";
import {
  addIndex,
  axis as axisOf,
  index,
  load,
  multiplyIndex,
} from "../../../compiler/expression.js";
import type {
  Axis,
  DotKernel,
  Expression,
  Kernel,
  LoopKernel,
  Param,
  Stage,
} from "../../../compiler/ir.js";
import type { BufferPlan, Program } from "../../../compiler/program.js";
import type { DType, TypedArray } from "../../../lang/dtype.js";
import type { Dim, SizeVariable } from "../../../lang/size.js";
import type { DeviceBuffer } from "../../../lang/value.js";

export const axis = (name: string, extent: Dim): Axis => ({ name, extent });

/** Row-major position of a point in a box with these axes. */
export const at = (...axes: readonly Axis[]): Expression =>
  axes
    .map((a, i) => {
      const stride = axes.slice(i + 1).reduce((n, { extent }) => n * Number(extent), 1);
      return multiplyIndex(axisOf(a), index(stride));
    })
    .reduce(addIndex);

export const input = (dtype: DType, name = "x"): Param => ({ name, dtype, access: "read" });
export const output = (dtype: DType, name = "y"): Param => ({ name, dtype, access: "write" });

export const stage = (parts: Partial<Stage>): Stage => ({
  loops: [],
  accumulators: [],
  stores: [],
  checks: [],
  ...parts,
});

export const loopKernel = (
  params: readonly Param[],
  grid: readonly Axis[],
  ...stages: readonly Partial<Stage>[]
): LoopKernel => ({ kind: "loop", name: "kernel", params, grid, stages: stages.map(stage) });

/** y[i] = f(x₀[i], x₁[i], …) over n elements. */
export function elementwise(
  n: number,
  from: readonly DType[],
  to: DType,
  f: (...xs: Expression[]) => Expression,
): Program {
  const i = axis("i", n);
  const params = [...from.map((dtype, p) => input(dtype, `x${p}`)), output(to)];
  const value = f(...from.map((dtype, p) => load(dtype, p, axisOf(i))));
  const store = { param: from.length, index: axisOf(i), value, add: false, guard: null };
  return program(
    loopKernel(params, [i], { stores: [store] }),
    params.map(() => n),
  );
}

/** One kernel whose read parameters are inputs, and whose written ones are outputs. */
export function program(
  kernel: Kernel,
  lengths: readonly Dim[],
  options: { sizes?: readonly SizeVariable[]; messages?: Program["messages"] } = {},
): Program {
  const positions = { input: 0, output: 0 };
  const buffers: BufferPlan[] = [];
  const used = kernel.params.map(({ dtype, access }, i) => {
    const length = lengths[i]!;
    const position = access === "write" ? -1 : positions.input++;
    if (position >= 0) buffers.push({ dtype, length, role: { kind: "input", position } });
    if (access === "read") return buffers.length - 1;
    const inPlaceOf = access === "update" ? position : null;
    const role = { kind: "output", position: positions.output++, inPlaceOf } as const;
    return buffers.push({ dtype, length, role }) - 1;
  });
  const { sizes = [], messages = [] } = options;
  return { name: "test", sizes, buffers, arena: 0, steps: [{ kernel, buffers: used }], messages };
}

/** Run a program once on host arrays. */
export function run<B extends DeviceBuffer>(
  backend: Backend<B>,
  text: Program,
  inputs: readonly TypedArray[],
  sizes: readonly number[] = [],
): TypedArray[] {
  const executable = backend.compile(text);
  const outputs = execute(backend, text, executable, inputs, sizes);
  executable.free();
  return outputs;
}

export function execute<B extends DeviceBuffer>(
  backend: Backend<B>,
  text: Program,
  executable: Executable<B>,
  inputs: readonly TypedArray[],
  sizes: readonly number[] = [],
): TypedArray[] {
  const dtypes = text.buffers.flatMap((b) => (b.role.kind === "input" ? [b.dtype] : []));
  const given = inputs.map((data, i) => backend.upload(dtypes[i]!, data));
  return executable.run(given, sizes).map((buffer) => backend.download(buffer));
}

/** A product of matrices with these strides and epilogue. */
export const dotKernel = (
  shape: { batch?: readonly number[]; m: Dim; n: Dim; k: Dim },
  parts: Pick<DotKernel, "params" | "a" | "b"> & {
    stores: (batch: readonly Axis[], m: Axis, n: Axis) => DotKernel["stores"];
    dtype?: DType;
  },
): DotKernel => {
  const batch = (shape.batch ?? []).map((extent, i) => axis(`batch${i}`, extent));
  const [m, n, k] = [axis("m", shape.m), axis("n", shape.n), axis("k", shape.k)];
  const { params, a, b, dtype = "f32" } = parts;
  const stores = parts.stores(batch, m, n);
  return { kind: "dot", name: "dot", params, dtype, batch, m, n, k, a, b, stores };
};

/** The bits of an f32 number. */
export const bitsOf = (x: number): number => new Int32Array(new Float32Array([x]).buffer)[0]!;

/** Distance of two f32 numbers in units in the last place; 0 for two NaNs. */
export function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  const ordered = (x: number): number => {
    const bits = bitsOf(x);
    return bits < 0 ? -(2 ** 31) - bits : bits;
  };
  return Math.abs(ordered(a) - ordered(b));
}
