/**
 * Stacks in text that a cell prints or shows, `catch (error) { console.log(error) }`: V8 writes
 * where the code that ran lies, which nobody has seen, and who called the cell.
 *
 *         at f (hypatia-cell:cell-1:1:84)                       at f (In [1], line 1, column 22)
 *         at hypatia-cell:cell-2:2:7                            at In [2], line 2, column 7
 *         at file:///…/kernel/cell/evaluate.js:24:30       →
 *         at node:internal/process/task_queues:140:7
 */
import type { CompiledCell } from "../types.js";
import {
  type Frame,
  librariesText,
  parseFrame,
  type Sources,
  sourcesOf,
  userPlace,
} from "./errors.js";

/** A frame, and what Node's inspector writes behind the last one. */
const frameText =
  /^(\s+)(at .*?(?::\d+:\d+\)?|\(<anonymous>\)|\(native\))|\.{3} \d+ lines matching cause stack trace \.{3})([\s,{}\])]*)$/;

/** The same text, where it names a cell's script with places in the cells as typed. */
export function withPlaces(text: string, cells: ReadonlyMap<string, CompiledCell>): string {
  if (!text.includes("hypatia-cell:")) return text;
  const sources = sourcesOf(cells);
  const lines: string[] = [];
  let folded = 0;
  for (const line of text.split("\n")) {
    const [, indent = "", frame = "", rest = ""] = frameText.exec(line) ?? [];
    const place = frame === "" ? null : placeText(parseFrame(frame), sources);
    if (frame === "" || place !== null) {
      // Those below the last cell have called it.
      if (folded > 0 && frame !== "") lines.push(indent + librariesText(folded));
      lines.push(place === null ? line : `${indent}at ${place}${rest}`);
      folded = 0;
    } else {
      folded++;
      if (rest !== "") lines.push(`${lines.pop() ?? ""}${rest}`);
    }
  }
  return lines.join("\n");
}

function placeText(frame: Frame | null, sources: Sources): string | null {
  const place = frame && userPlace(frame, sources);
  if (place === null) return null;
  return place.where === "" ? place.at : `${place.where} (${place.at})`;
}
