/** What every WGSL kernel has: its bindings, its entry point, and which part of the work it does. */
import { axis as axisOf, dim, index, multiplyIndex } from "../expression.js";
import type { Axis, Kernel } from "../ir.js";
import type { Body, Scope } from "./wgsl-body.js";
import { preludeFor } from "./wgsl-functions.js";
import type { Layout } from "./wgsl-layout.js";

interface Parts {
  /** Whether the kernel can set the status word. */
  readonly checks: boolean;
  readonly workgroup: number;
  /** Workgroup memory and functions of the kernel's own. */
  readonly globals: readonly string[];
  readonly body: readonly string[];
}

/** The whole source: bindings, the prelude functions that are used, and `main`. */
export function assemble(kernel: Kernel, layout: Layout, parts: Parts): string {
  const { checks, workgroup, globals, body } = parts;
  const kernelText = [
    ...globals,
    "",
    `@compute @workgroup_size(${workgroup})`,
    "fn main(",
    "  @builtin(workgroup_id) group: vec3<u32>,",
    "  @builtin(num_workgroups) groups: vec3<u32>,",
    "  @builtin(local_invocation_index) lane: u32,",
    ") {",
    indent([...statusTest(layout, checks), ...body]),
    "}",
  ].join("\n");
  const comments = kernel.params.map(({ name, dtype, access }, i) => {
    const { binding, offset } = layout.places[i]!;
    return `// b${binding}${offset === 0 ? "" : ", in part"}: ${access} ${name}, ${dtype}`;
  });
  const source = [
    `// ${kernel.name}`,
    ...comments,
    ...bindings(layout, checks),
    "",
    preludeFor(kernelText),
    kernelText,
    "",
  ].join("\n");
  return source.replace(/\n{3,}/g, "\n\n");
}

function bindings({ access, words, sizes, status }: Layout, checks: boolean): string[] {
  const lines = access.map((mode, i) => {
    const atomic = i === status && checks;
    const type = atomic ? "atomic<u32>" : words[i];
    return `@group(0) @binding(${i}) var<storage, ${mode}> b${i}: array<${type}>;`;
  });
  if (sizes.length > 0) {
    lines.push(
      `struct Sizes { words: array<vec4<i32>, ${Math.ceil(sizes.length / 4)}> }`,
      `@group(0) @binding(${access.length}) var<uniform> sizes: Sizes;`,
    );
  }
  return lines;
}

function statusTest({ status }: Layout, checks: boolean): string[] {
  if (status === null) return [];
  const word = checks ? `atomicLoad(&b${status}[0])` : `b${status}[0]`;
  return [`if (${word} != 0u) {`, "return;", "}"];
}

/**
 * Find this invocation's point of the grid and its axes; leave if there is none.
 * @param workgroup invocations in a workgroup, or null when a whole workgroup takes one point
 */
export function printGrid(
  grid: readonly Axis[],
  workgroup: number | null,
  body: Body,
  scope: Scope,
): void {
  const group = "group.y * groups.x + group.x";
  const point = workgroup === null ? group : `(${group}) * ${workgroup}u + lane`;
  const count = grid.map(({ extent }) => dim(extent)).reduce(multiplyIndex, index(1));
  scope.lines.push(`let point = i32(${point});`);
  scope.lines.push(`if (point >= ${body.text(count)}) {`, "return;", "}");
  printAxes(grid, "point", body, scope);
}

/** Take a position apart into axes, the last one fastest. */
export function printAxes(axes: readonly Axis[], position: string, body: Body, scope: Scope): void {
  const real = axes.filter(({ extent }) => extent !== 1);
  for (const axis of axes) if (axis.extent === 1) body.define(axisOf(axis), "0", scope.depth);
  let rest = position;
  for (const axis of real.slice(1).reverse()) {
    const extent = body.text(dim(axis.extent));
    const name = body.fresh("i");
    const next = body.fresh("rest");
    scope.lines.push(`let ${name} = ${rest} % ${extent};`, `let ${next} = ${rest} / ${extent};`);
    body.define(axisOf(axis), name, scope.depth);
    rest = next;
  }
  if (real.length > 0) body.define(axisOf(real[0]!), rest, scope.depth);
}

/** Lines indented by the braces that they open and close. */
export function indent(lines: readonly string[]): string {
  let level = 1;
  return lines
    .map((line) => {
      if (line.startsWith("}")) level--;
      const text = "  ".repeat(level) + line;
      if (line.endsWith("{")) level++;
      return text;
    })
    .join("\n");
}
