/** A program as a person reads it, for `explain`: kernels with their loops, buffers, memory. */
import { bytesOf } from "../lang/dtype.js";
import { type Dim, formatDim, formatShape, multiplyDims } from "../lang/size.js";
import type { Schedule } from "./group.js";
import type { Axis, Kernel, Operand, Stage, Store } from "./ir.js";
import type { BufferPlan, Program } from "./program.js";

/**
 * One line per group: its grid, then its members, with `*` where the result is kept in a buffer,
 * and over what they loop at each point of the grid.
 */
export const describeSchedule = ({ groups, stored }: Schedule): string =>
  groups
    .map(({ kind, grid, members }) => {
      const texts = members.map(({ node, domain, places }) => {
        const loops = domain.filter((_, axis) => places[axis]?.level === "loop");
        const over = loops.length > 0 ? ` over ${formatShape(loops)}` : "";
        return `${node.op}${stored.has(node) ? "*" : ""} ${formatShape(node.shape)}${over}`;
      });
      return `${kind} ${formatShape(grid)}: ${texts.join(", ")}`;
    })
    .join("\n");

/** Kernels in order, then the memory plan. */
export function describe(program: Program): string {
  const label = (i: number): string => `${bufferName(program.buffers[i])}${i}`;
  const kernels = program.steps.flatMap(({ kernel, buffers }) => [
    `${kernel.name}: ${describeKernel(kernel)}`,
    ...kernel.params.map(
      ({ access, dtype }, i) =>
        `    ${access.padEnd(6)} ${label(buffers[i])}: ${dtype}[${formatDim(
          program.buffers[buffers[i]].length,
        )}]`,
    ),
  ]);
  const memory = program.buffers.map((plan, i) => `  ${label(i)}: ${describeBuffer(plan)}`);
  const total = `${formatDim(program.arena)} bytes for temporaries`;
  const { length } = program.steps;
  const count = `${length} ${length === 1 ? "kernel" : "kernels"}`;
  return [count, ...kernels, `memory: ${total}`, ...memory].join("\n");
}

const bufferName = ({ role }: BufferPlan): string =>
  ({ input: "in", output: "out", temporary: "tmp" })[role.kind];

function describeBuffer({ dtype, length, role }: BufferPlan): string {
  const size = `${formatDim(multiplyDims(length, bytesOf(dtype)))} bytes`;
  if (role.kind === "temporary") return `${size} at ${formatDim(role.offset)}`;
  if (role.kind === "input") return `${size}, input ${role.position}`;
  const place = role.inPlaceOf === null ? "" : `, overwrites input ${role.inPlaceOf}`;
  return `${size}, output ${role.position}${place}`;
}

const count = (stores: readonly Store[]): string =>
  stores.length === 1 ? "1 store" : `${stores.length} stores`;

const extents = (axes: readonly Axis[]): string =>
  axes.length === 0 ? "once" : axes.map(({ extent }) => formatDim(extent)).join(" × ");

/** A softmax over rows reads: `grid 100; max over 10; sum over 10; 1 store over 10`. */
export function describeKernel(kernel: Kernel): string {
  switch (kernel.kind) {
    case "loop":
      return [`grid ${extents(kernel.grid)}`, ...kernel.stages.map(describeStage)].join("; ");
    case "dot": {
      const { batch, m, n, k, a, b, stores } = kernel;
      const [rows, columns, inner] = [m, n, k].map(({ extent }) => formatDim(extent));
      const many = batch.length > 0 ? `${extents(batch)} products of ` : "";
      const product = `${many}(${rows} × ${inner})${layout(a)} · (${inner} × ${columns})${layout(b)}`;
      return `${product}; ${count(stores)}`;
    }
    case "library":
      return `${kernel.routine} of ${[kernel.outer, kernel.length, kernel.inner]
        .map((extent: Dim) => formatDim(extent))
        .join(" × ")}`;
  }
}

/** A transposed operand is marked as one. */
const layout = ({ row, column }: Operand): string => (row === 1 && column !== 1 ? "ᵀ" : "");

function describeStage({ loops, accumulators, stores, checks }: Stage): string {
  const parts: string[] = accumulators.map(({ reduce }) => reduce);
  if (stores.length > 0) parts.push(count(stores));
  if (checks.length > 0) parts.push("checks");
  return `${parts.join(", ")}${loops.length > 0 ? ` over ${extents(loops)}` : ""}`;
}
