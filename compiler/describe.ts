/** A program as text: its kernels in order, what each reads and writes, and the memory plan. */
import { formatDim } from "../lang/size.js";
import type { Axis, Kernel, Stage } from "./ir.js";
import type { BufferPlan, Program } from "./program.js";

/** One line per kernel and per buffer; sizes as the program knows them. */
export function describe(program: Program): string {
  const name = (buffer: number): string => `#${buffer}`;
  const steps = program.steps.map(({ kernel, buffers }, i) => {
    const params = kernel.params.map(({ access }, at) => {
      const mark = { read: "", write: "→", update: "↻" }[access];
      return `${mark}${name(buffers[at])}`;
    });
    return `${String(i).padStart(3)}  ${kernel.name}: ${shapeOf(kernel)}  (${params.join(" ")})`;
  });
  const buffers = program.buffers.map((buffer, i) => `${name(i).padStart(5)}  ${plan(buffer)}`);
  return [
    ...steps,
    `buffers (→ written, ↻ read and written; arena ${formatDim(program.arena)} bytes)`,
    ...buffers,
  ].join("\n");
}

const times = (axes: readonly Axis[]): string =>
  axes.map(({ extent }) => formatDim(extent)).join("×") || "1";

function shapeOf(kernel: Kernel): string {
  switch (kernel.kind) {
    case "loop":
      return `grid ${times(kernel.grid)}; ${kernel.stages.map(stageText).join("; ")}`;
    case "dot": {
      const { batch, m, n, k, stores } = kernel;
      const batches = batch.length > 0 ? `batch ${times(batch)}, ` : "";
      return `${batches}${times([m, k])} · ${times([k, n])}, ${stores.length} stores`;
    }
    case "library":
      return `${kernel.routine} of ${[kernel.outer, kernel.length, kernel.inner].map(formatDim).join("×")}`;
  }
}

function stageText({ loops, accumulators, stores }: Stage): string {
  const work = [
    ...accumulators.map(({ reduce }) => reduce),
    ...(stores.length > 0 ? [`${stores.length} store${stores.length > 1 ? "s" : ""}`] : []),
  ];
  return `${loops.length > 0 ? `over ${times(loops)}: ` : ""}${work.join(", ")}`;
}

function plan({ dtype, length, role }: BufferPlan): string {
  const what = `${dtype} × ${formatDim(length)}`;
  switch (role.kind) {
    case "input":
      return `${what}, input ${role.position}`;
    case "output":
      return role.inPlaceOf === null
        ? `${what}, output ${role.position}`
        : `${what}, output ${role.position}, in place of input ${role.inPlaceOf}`;
    case "temporary":
      return `${what}, temporary at ${formatDim(role.offset)}`;
  }
}
