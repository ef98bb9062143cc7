/** What a run throws when a check on data fails, the same on every backend. */
import type { Program } from "../compiler/program.js";
import { HypatiaError } from "../lang/error.js";
import { bindDim } from "../lang/size.js";

/** The error of a program's failed check, in a run with these sizes (in the program's order). */
export function dataError(
  { messages, sizes }: Program,
  failed: number,
  values: readonly number[],
): HypatiaError {
  const { op, axis, size, site } = messages[failed];
  const count = Number(bindDim(size, new Map(sizes.map(({ key }, i) => [key, values[i]]))));
  return new HypatiaError(op, `index out of bounds on axis ${axis}`, {
    expected:
      count === 0 ? "no position: the axis is empty" : `positions from -${count} to ${count - 1}`,
    remedy: count === 0 ? undefined : `clip(positions, 0, ${count - 1})`,
    site,
  });
}
