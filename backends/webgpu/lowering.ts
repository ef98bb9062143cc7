/**
 * From a program to dispatches: every decision about how a kernel meets the device is taken here,
 * and the printers of compiler/print write it down.
 */

import type { DotKernel, Kernel, LibraryKernel, LoopKernel, Param } from "../../compiler/ir.js";
import { expandMath } from "../../compiler/math.js";
import { type Launch, printLoop } from "../../compiler/print/wgsl.js";
import { printDot, type Tiling, tileGrid, workgroupOf } from "../../compiler/print/wgsl-dot.js";
import type { Layout, Place } from "../../compiler/print/wgsl-layout.js";
import { wordOf } from "../../compiler/print/wgsl-scalar.js";
import { printSortPass, runWidth } from "../../compiler/print/wgsl-sort.js";
import type { BufferPlan, Program } from "../../compiler/program.js";
import { internal } from "../../lang/error.js";
import { addDims, type Dim, elements, multiplyDims, type SizeVariable } from "../../lang/size.js";
import type { Access, AdapterReport, Shader } from "./messages.js";

/** Invocations in a workgroup wherever nothing asks for more. */
const WORKGROUP = 64;

/** What a symbolic extent is taken for when the launch is chosen. */
const TYPICAL_EXTENT = 1024;

export type DeviceStep =
  | {
      readonly kind: "dispatch";
      readonly shader: Shader;
      /** The program's buffer at each storage binding. */
      readonly buffers: readonly number[];
      /** Values of the uniform block. */
      readonly sizes: readonly SizeVariable[];
      /** Units of work, and how many of them a workgroup does. */
      readonly units: Dim;
      readonly perGroup: number;
    }
  | {
      /** Passes of a merge sort over runs of 1, 2, 4, … elements; see wgsl-sort.ts. */
      readonly kind: "sort";
      readonly shader: Shader;
      readonly keys: number;
      readonly positions: number;
      readonly scratch: number;
      readonly sizes: readonly SizeVariable[];
      readonly length: Dim;
      readonly units: Dim;
      readonly perGroup: number;
    }
  | {
      /** A buffer's elements into another, from element `at` on. */
      readonly kind: "copy";
      readonly from: number;
      readonly to: number;
      readonly at: Dim;
    };

/** A buffer of the program, or scratch of our own, or the word that says which check failed. */
export type DeviceBufferPlan = Omit<BufferPlan, "role"> & {
  readonly role: BufferPlan["role"] | { readonly kind: "status" };
};

export interface DeviceProgram {
  readonly buffers: readonly DeviceBufferPlan[];
  readonly steps: readonly DeviceStep[];
  /** The source of each of the program's steps. */
  readonly sources: readonly string[];
  /** The buffer that says which check failed, if there are checks. */
  readonly status: number | null;
}

/** Lower a program for an adapter. */
export function lower(program: Program, adapter: AdapterReport): DeviceProgram {
  const buffers: DeviceBufferPlan[] = [...program.buffers];
  const add = (buffer: DeviceBufferPlan): number => buffers.push(buffer) - 1;
  const checked = program.messages.length > 0;
  const status = checked ? add({ dtype: "u32", length: 1, role: { kind: "status" } }) : null;
  const context: Context = { program, adapter, status, add };
  const lowered = program.steps.map(({ kernel, buffers: used }) =>
    lowerKernel(
      expandMath(kernel),
      used.map((buffer) => storageOf(program, buffer)),
      context,
    ),
  );
  const source = (steps: readonly DeviceStep[]): string =>
    steps.flatMap((step) => (step.kind === "copy" ? [] : [step.shader.code])).join("\n");
  return { buffers, steps: lowered.flat(), sources: lowered.map(source), status };
}

interface Context {
  readonly program: Program;
  readonly adapter: AdapterReport;
  readonly status: number | null;
  /** Add a buffer to the program's; its index. */
  readonly add: (buffer: DeviceBufferPlan) => number;
}

/** The buffer whose memory this one is: the input, for an output that overwrites one. */
function storageOf({ buffers }: Program, buffer: number): number {
  const { role } = buffers[buffer]!;
  if (role.kind !== "output" || role.inPlaceOf === null) return buffer;
  return buffers.findIndex((b) => b.role.kind === "input" && b.role.position === role.inPlaceOf);
}

function lowerKernel(kernel: Kernel, used: readonly number[], context: Context): DeviceStep[] {
  switch (kernel.kind) {
    case "loop":
      return lowerLoop(kernel, used, context);
    case "dot":
      return lowerDot(kernel, used, context);
    case "library":
      return lowerSort(kernel, used, context);
  }
}

function lowerLoop(kernel: LoopKernel, used: readonly number[], context: Context): DeviceStep[] {
  const launch = chooseLaunch(kernel, context.adapter);
  const { layout, buffers, copies } = layOut(kernel, used, context);
  const step: DeviceStep = {
    kind: "dispatch",
    shader: shaderOf(kernel, layout, printLoop(kernel, layout, launch)),
    buffers,
    sizes: layout.sizes,
    units: elements(kernel.grid.map(({ extent }) => extent)),
    perGroup: launch.unit === "group" ? 1 : launch.workgroup,
  };
  return [...copies, step];
}

/**
 * One invocation per point, unless there are too few points to fill the device and long loops to
 * share: then one workgroup per point. Barriers are slow on SwiftShader, and it has few threads
 * to fill.
 */
function chooseLaunch(kernel: LoopKernel, { hardware, limits }: AdapterReport): Launch {
  const work = (axes: LoopKernel["grid"]): number =>
    axes.reduce((n, { extent }) => n * (typeof extent === "number" ? extent : TYPICAL_EXTENT), 1);
  const longest = Math.max(...kernel.stages.map(({ loops }) => work(loops)));
  const serial = kernel.stages.some(
    ({ checks, stores }) => checks.length > 0 || stores.some((store) => store.add),
  );
  const [fewPoints, longLoop] = hardware ? [16384, 64] : [8, 4096];
  if (serial || work(kernel.grid) > fewPoints || longest < longLoop)
    return { workgroup: WORKGROUP, unit: "point" };
  const wide = Math.min(256, limits.workgroupInvocations);
  return { workgroup: longest >= 2048 ? wide : WORKGROUP, unit: "group" };
}

function lowerDot(kernel: DotKernel, used: readonly number[], context: Context): DeviceStep[] {
  const tiling = chooseTiling(kernel, context.adapter);
  const { layout, buffers, copies } = layOut(kernel, used, context);
  const step: DeviceStep = {
    kind: "dispatch",
    shader: shaderOf(kernel, layout, printDot(kernel, layout, tiling)),
    buffers,
    sizes: layout.sizes,
    units: elements(tileGrid(kernel, tiling).map(({ extent }) => extent)),
    perGroup: tiling.kind === "register" ? workgroupOf(tiling) : 1,
  };
  return [...copies, step];
}

/** Shared tiles on hardware: large ones where there are enough of them to fill it. */
function chooseTiling(kernel: DotKernel, { hardware, limits }: AdapterReport): Tiling {
  if (!hardware) return { kind: "register", workgroup: WORKGROUP };
  const large: Tiling = { kind: "shared", edge: 64 };
  const tiles = elements(tileGrid(kernel, large).map(({ extent }) => extent));
  const enough = typeof tiles !== "number" || tiles >= 128;
  return enough && limits.workgroupInvocations >= 256 ? large : { kind: "shared", edge: 32 };
}

function lowerSort(kernel: LibraryKernel, used: readonly number[], context: Context): DeviceStep[] {
  const units = multiplyDims(kernel.outer, kernel.length, kernel.inner);
  const [keys, positions] = used as readonly [number, number];
  const scratch = context.add({
    dtype: "i32",
    length: units,
    role: { kind: "temporary", offset: 0 },
  });
  const before: Param = { name: "before", dtype: "i32", access: "read" };
  const pass = { ...kernel, params: [kernel.params[0]!, before, kernel.params[1]!] };
  const { layout } = layOut(pass, [keys, scratch, positions], context);
  const withWidth = { ...layout, sizes: [...layout.sizes, runWidth] };
  const code = printSortPass(pass, withWidth, WORKGROUP);
  return [
    {
      kind: "sort",
      shader: shaderOf(pass, withWidth, code),
      keys,
      positions,
      scratch,
      sizes: withWidth.sizes,
      length: kernel.length,
      units,
      perGroup: WORKGROUP,
    },
  ];
}

const shaderOf = (kernel: Kernel, { access, sizes }: Layout, code: string): Shader => ({
  label: kernel.name,
  code,
  access,
  uniform: sizes.length > 0,
});

interface LaidOut {
  readonly layout: Layout;
  /** The program's buffer at each binding. */
  readonly buffers: readonly number[];
  /** Copies to be made before the kernel runs. */
  readonly copies: readonly DeviceStep[];
}

/**
 * Give each buffer of a kernel a binding. A buffer may be bound only once in a dispatch, so
 * parameters that are the same memory share one. Where an adapter allows fewer bindings than there
 * are buffers, the last ones of those that are only read are copied together into one.
 */
function layOut(kernel: Kernel, used: readonly number[], context: Context): LaidOut {
  const { program, status, add } = context;
  const checks = kernel.kind === "loop" && kernel.stages.some((stage) => stage.checks.length > 0);
  const written = new Set(used.filter((_, i) => kernel.params[i]!.access !== "read"));
  const distinct = [...new Set(used)];
  const room = context.adapter.limits.storageBuffers - (status === null ? 0 : 1);
  const read = distinct.filter((buffer) => !written.has(buffer));
  const packed = new Set(distinct.length > room ? read.slice(room - written.size - 1) : []);
  const bound = distinct.filter((buffer) => !packed.has(buffer));
  if (bound.length + (packed.size > 0 ? 1 : 0) > room) {
    throw internal(
      `webgpu: kernel ${kernel.name} writes ${written.size} buffers, and the adapter binds ${room}`,
    );
  }
  const copies: DeviceStep[] = [];
  const places = new Map<number, Place>(bound.map((b, binding) => [b, { binding, offset: 0 }]));
  const buffers = [...bound];
  if (packed.size > 0) {
    let offset: Dim = 0;
    const starts = [...packed].map((buffer) => {
      const start = offset;
      offset = addDims(offset, program.buffers[buffer]!.length);
      return { buffer, start };
    });
    const pack = add({ dtype: "u32", length: offset, role: { kind: "temporary", offset: 0 } });
    for (const { buffer, start } of starts) {
      places.set(buffer, { binding: buffers.length, offset: start });
      copies.push({ kind: "copy", from: buffer, to: pack, at: start });
    }
    buffers.push(pack);
  }
  const words = buffers.map((_, binding) => {
    const types = kernel.params
      .filter((_, i) => places.get(used[i]!)!.binding === binding)
      .map(({ dtype }) => wordOf(dtype));
    return types.every((type) => type === types[0]) ? types[0]! : "u32";
  });
  const access = buffers.map((buffer): Access => (written.has(buffer) ? "read_write" : "read"));
  if (status !== null) {
    buffers.push(status);
    words.push("u32");
    access.push(checks ? "read_write" : "read");
  }
  const layout: Layout = {
    places: used.map((buffer) => places.get(buffer)!),
    access,
    words,
    sizes: program.sizes,
    status: status === null ? null : buffers.length - 1,
  };
  return { layout, buffers, copies };
}
