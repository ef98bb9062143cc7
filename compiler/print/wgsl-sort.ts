/**
 * Prints one pass of a stable merge sort of positions as WGSL.
 *
 * Before the pass, runs of `width` positions are in order of their keys; after it, runs of twice
 * that. Each element finds its place in the merged run by itself: its place in its own run, plus
 * the number of elements of the other run that come before it, by binary search. No barriers, and
 * ⌈log₂ n⌉ passes of O(n log n) work.
 */

import { internal } from "../../lang/error.js";
import { asVariable, multiplyDims, namedSize, type SizeVariable } from "../../lang/size.js";
import { dim, size } from "../expression.js";
import type { Axis, LibraryKernel } from "../ir.js";
import { Body, type Scope } from "./wgsl-body.js";
import type { Layout } from "./wgsl-layout.js";
import { assemble, indent, printGrid } from "./wgsl-main.js";
import { fromWord, registerOf } from "./wgsl-scalar.js";

/** The width of a pass's runs, given to it as one more size: 1, 2, 4, … */
export const runWidth: SizeVariable = runWidthVariable();

function runWidthVariable(): SizeVariable {
  const variable = asVariable(namedSize("run width of a sort"));
  if (variable === null) throw internal("a named size is not a variable");
  return variable;
}

/**
 * The source of a pass.
 * @param kernel its params are the keys, the positions before, and the positions after. In the
 *   first pass, of width 1, the positions before are 0, 1, 2, … and are not read.
 */
export function printSortPass(kernel: LibraryKernel, layout: Layout, workgroup: number): string {
  const body = new Body(kernel.params, layout);
  const scope: Scope = { lines: [], depth: 0 };
  const [keys, before, after] = layout.places.map(({ binding }) => `b${binding}`);
  const { dtype } = kernel.params[0]!;
  const point: Axis = {
    name: "element",
    extent: multiplyDims(kernel.outer, kernel.length, kernel.inner),
  };
  printGrid([point], workgroup, body, scope);
  const length = body.text(dim(kernel.length));
  const inner = body.text(dim(kernel.inner));
  const word = layout.words[layout.places[0]!.binding]!;
  const key = (at: string): string => fromWord(dtype, word, `${keys}[start + ${at} * ${inner}]`);
  const position = (p: string): string =>
    `select(${before}[start + ${p} * ${inner}], ${p}, width == 1)`;
  scope.lines.push(
    `let width = ${body.text(size(runWidth))};`,
    `let p = (point / ${inner}) % ${length};`,
    // Element 0 of this element's row; elements of a row are `inner` apart.
    `let start = point - p * ${inner};`,
    "let own = p / width * width;",
    "let left = own % (2 * width) == 0;",
    `let other = select(own - width, min(own + width, ${length}), left);`,
    `var low = other;`,
    `var high = min(other + width, ${length});`,
    `let position = ${position("p")};`,
    `let key = ${key("position")};`,
    "while (low < high) {",
    "let middle = (low + high) / 2;",
    `let rival = ${key(position("middle"))};`,
    // Of equal keys, those of the left run come first: the sort is stable.
    "if (select(!before(key, rival), before(rival, key), left)) {",
    "low = middle + 1;",
    "} else {",
    "high = middle;",
    "}",
    "}",
    "let place = p + low - other - select(width, 0, left);",
    `${after}[start + place * ${inner}] = position;`,
  );
  return assemble(kernel, layout, {
    checks: false,
    workgroup,
    globals: ["", ...order(registerOf(dtype))],
    body: scope.lines,
  });
}

/** Whether one key comes before another: ascending, NaN last. */
function order(register: ReturnType<typeof registerOf>): string[] {
  const test = {
    f32: "(a < b) || (is_nan(b) && !is_nan(a))",
    i32: "a < b",
    u32: "a < b",
    bool: "!a && b",
  }[register];
  return [`fn before(a: ${register}, b: ${register}) -> bool {`, indent([`return ${test};`]), "}"];
}
