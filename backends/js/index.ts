/** The js backend: typed arrays and generated JavaScript. Needs nothing, does everything. */
import { performance } from "node:perf_hooks";
import { printJs } from "../../compiler/print/js.js";
import type { BufferPlan, Program, Step } from "../../compiler/program.js";
import {
  bytesOf,
  type DType,
  dtypes,
  hostArray,
  hostView,
  type TypedArray,
} from "../../lang/dtype.js";
import { internal } from "../../lang/error.js";
import { bindDim, type Dim } from "../../lang/size.js";
import type { DeviceBuffer } from "../../lang/value.js";
import type { Backend, Executable } from "../backend.js";
import { dataError } from "../data-error.js";
import { functions } from "./functions.js";

/** A typed array. */
export interface JsBuffer extends DeviceBuffer {
  readonly backend: "js";
  readonly elements: TypedArray;
}

type KernelFunction = (params: readonly TypedArray[], sizes: readonly number[]) => number;

const bufferOf = (dtype: DType, elements: TypedArray): JsBuffer => ({
  backend: "js",
  dtype,
  length: elements.length,
  elements,
});

/** The js backend. Memory is the garbage collector's: `free` has nothing to do. */
export const jsBackend: Backend<JsBuffer> = {
  name: "js",
  capabilities: {
    device: `JavaScript (Node ${process.versions.node})`,
    dtypes: new Set(Object.keys(dtypes) as DType[]),
    hardware: true,
  },
  allocate: (dtype, length) => bufferOf(dtype, hostArray(dtype, length)),
  upload: (dtype, data) => bufferOf(dtype, data.slice()),
  download: ({ elements }) => elements.slice(),
  copy: ({ dtype, elements }) => bufferOf(dtype, elements.slice()),
  free() {},
  compile: (program) => compileProgram(program),
  synchronize() {},
  dispose() {},
};

function compileProgram(program: Program): Executable<JsBuffer> {
  const started = performance.now();
  const sources = program.steps.map(({ kernel }) => printJs(kernel, program.sizes));
  const kernels = sources.map(
    (source): KernelFunction =>
      new Function("m", "f", `"use strict"; return ${source}`)(functions, Math.fround),
  );
  const compile = performance.now() - started;
  let arena = new ArrayBuffer(0);
  return {
    sources,
    cost: { compile, kernels: kernels.length, cached: 0 },
    run(inputs, sizes) {
      const numberOf = sizeReader(program, sizes);
      const bytes = numberOf(program.arena);
      if (arena.byteLength < bytes) arena = new ArrayBuffer(bytes);
      const buffers = program.buffers.map((plan) => place(plan, inputs, arena, numberOf));
      for (const [i, step] of program.steps.entries())
        runStep(program, step, kernels[i], buffers, sizes);
      const outputs: JsBuffer[] = [];
      program.buffers.forEach(({ role }, i) => {
        if (role.kind === "output") outputs[role.position] = buffers[i];
      });
      return outputs;
    },
    free() {
      arena = new ArrayBuffer(0);
    },
  };
}

/** Sizes as numbers, given the values of the symbolic ones. */
function sizeReader(program: Program, sizes: readonly number[]): (dim: Dim) => number {
  const bindings = new Map(program.sizes.map(({ key }, i) => [key, sizes[i]]));
  return (dim) => {
    const bound = bindDim(dim, bindings);
    if (typeof bound !== "number") throw internal("a run was not given all of its sizes");
    return bound;
  };
}

function place(
  { dtype, length, role }: BufferPlan,
  inputs: readonly JsBuffer[],
  arena: ArrayBuffer,
  numberOf: (dim: Dim) => number,
): JsBuffer {
  if (role.kind === "input") return inputs[role.position];
  const count = numberOf(length);
  if (role.kind === "output")
    return role.inPlaceOf === null
      ? bufferOf(dtype, hostArray(dtype, count))
      : inputs[role.inPlaceOf];
  const start = numberOf(role.offset);
  const view = hostView(dtype, arena);
  return bufferOf(dtype, view.subarray(start / bytesOf(dtype), start / bytesOf(dtype) + count));
}

function runStep(
  program: Program,
  { buffers: indices }: Step,
  kernel: KernelFunction,
  buffers: readonly JsBuffer[],
  sizes: readonly number[],
): void {
  const failed = kernel(
    indices.map((i) => buffers[i].elements),
    sizes,
  );
  if (failed >= 0) throw dataError(program, failed, sizes);
}
