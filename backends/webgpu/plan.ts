/** A lowered program for given sizes: its commands, and the buffers that they need. */

import { runWidth } from "../../compiler/print/wgsl-sort.js";
import type { DType } from "../../lang/dtype.js";
import { internal } from "../../lang/error.js";
import { bindDim, type Dim, type SizeVariable } from "../../lang/size.js";
import type { DeviceProgram, DeviceStep } from "./lowering.js";
import type { AdapterLimits, Command, Shader } from "./messages.js";

/** What a slot of the commands stands for. */
export type Slot =
  | {
      readonly kind: "input" | "output";
      readonly position: number;
      readonly dtype: DType;
      readonly length: number;
    }
  | { readonly kind: "temporary"; readonly length: number }
  | { readonly kind: "status" };

export interface Plan {
  readonly commands: readonly Command[];
  readonly slots: readonly Slot[];
  /** For each output by position, the input whose memory it is, or null. */
  readonly inPlace: readonly (number | null)[];
}

/** Work out a program for values of its sizes; `pipeline` names the pipeline of a shader. */
export function planProgram(
  device: DeviceProgram,
  variables: readonly SizeVariable[],
  values: readonly number[],
  limits: AdapterLimits,
  pipeline: (shader: Shader) => number,
): Plan {
  const bindings = new Map(variables.map((variable, i) => [variable.key, values[i]!]));
  const valueOf = (size: Dim): number => {
    const value = bindDim(size, bindings);
    if (typeof value !== "number") throw internal("webgpu: a size has no value");
    return value;
  };
  const { slots, slotOf } = assignSlots(device, valueOf);
  const words = (sizes: readonly SizeVariable[], width = 0): number[] =>
    sizes.map(({ key }) => (key === runWidth.key ? width : bindings.get(key)!));
  const dispatch = (
    step: Exclude<DeviceStep, { kind: "copy" }>,
    buffers: readonly number[],
    width?: number,
  ): Command[] => {
    const groups = Math.ceil(valueOf(step.units) / step.perGroup);
    if (groups === 0) return [];
    const block = words(step.sizes, width);
    return [
      {
        kind: "dispatch",
        pipeline: pipeline(step.shader),
        slots: buffers.map(slotOf),
        ...(block.length > 0 ? { words: block } : {}),
        workgroups: arrange(groups, limits.workgroupsPerDimension),
      },
    ];
  };
  const commandsOf = (step: DeviceStep): Command[] => {
    switch (step.kind) {
      case "dispatch":
        return dispatch(step, step.buffers);
      case "sort":
        return passes(valueOf(step.length)).flatMap(({ width, last }) => {
          // The last pass writes to the result, the one before it to the scratch, and so on.
          const [before, after] =
            last % 2 === 0 ? [step.scratch, step.positions] : [step.positions, step.scratch];
          const status = device.status === null ? [] : [device.status];
          return dispatch(step, [step.keys, before, after, ...status], width);
        });
      case "copy": {
        const bytes = valueOf(device.buffers[step.from]!.length) * 4;
        if (bytes === 0) return [];
        const [from, to] = [slotOf(step.from), slotOf(step.to)];
        return [{ kind: "copy", from, to, at: valueOf(step.at) * 4, bytes }];
      }
    }
  };
  return { commands: device.steps.flatMap(commandsOf), slots, inPlace: inPlaceOutputs(device) };
}

/** Widths of a merge sort's passes, each with the number of passes after it; at least one. */
function passes(length: number): { width: number; last: number }[] {
  const count = Math.max(1, Math.ceil(Math.log2(length)));
  return Array.from({ length: count }, (_, i) => ({ width: 2 ** i, last: count - 1 - i }));
}

/** Workgroups in x and y: one dimension has room for 65,535. */
function arrange(groups: number, most: number): [number, number, number] {
  const rows = Math.ceil(groups / most);
  return [Math.ceil(groups / rows), rows, 1];
}

/**
 * Temporaries share slots when the last use of one comes before the first use of the other. Two
 * buffers of one dispatch never do: WebGPU does not let one be read and the other written.
 */
function assignSlots(device: DeviceProgram, valueOf: (size: Dim) => number) {
  const slots: Slot[] = [];
  const slotOfBuffer = new Map<number, number>();
  const uses = device.steps.map(buffersOf);
  const lastUse = new Map<number, number>();
  uses.forEach((buffers, step) => {
    for (const buffer of buffers) lastUse.set(buffer, step);
  });
  const temporaries = new Set<number>();
  device.buffers.forEach(({ role, dtype, length }, buffer) => {
    if (role.kind === "temporary") temporaries.add(buffer);
    else if (role.kind === "status") slotOfBuffer.set(buffer, slots.push(role) - 1);
    else if (role.kind === "input" || role.inPlaceOf === null) {
      const { kind, position } = role;
      slotOfBuffer.set(buffer, slots.push({ kind, position, dtype, length: valueOf(length) }) - 1);
    }
  });
  const free: { slot: number; length: number }[] = [];
  uses.forEach((buffers, step) => {
    for (const buffer of buffers) {
      if (!temporaries.has(buffer) || slotOfBuffer.has(buffer)) continue;
      const length = valueOf(device.buffers[buffer]!.length);
      const fit = free.findIndex((other) => other.length === length);
      const reused = fit < 0 ? undefined : free.splice(fit, 1)[0];
      slotOfBuffer.set(buffer, reused?.slot ?? slots.push({ kind: "temporary", length }) - 1);
    }
    for (const buffer of new Set(buffers)) {
      if (!temporaries.has(buffer) || lastUse.get(buffer) !== step) continue;
      const length = valueOf(device.buffers[buffer]!.length);
      free.push({ slot: slotOfBuffer.get(buffer)!, length });
    }
  });
  const slotOf = (buffer: number): number => {
    const slot = slotOfBuffer.get(buffer);
    if (slot === undefined) throw internal(`webgpu: buffer ${buffer} has no slot`);
    return slot;
  };
  return { slots, slotOf };
}

function buffersOf(step: DeviceStep): readonly number[] {
  switch (step.kind) {
    case "dispatch":
      return step.buffers;
    case "sort":
      return [step.keys, step.positions, step.scratch];
    case "copy":
      return [step.from, step.to];
  }
}

function inPlaceOutputs({ buffers }: DeviceProgram): (number | null)[] {
  const outputs: (number | null)[] = [];
  for (const { role } of buffers)
    if (role.kind === "output") outputs[role.position] = role.inPlaceOf;
  return outputs;
}
