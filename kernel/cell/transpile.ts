/**
 * Cells with syntax that Node does not run as it stands (enums, namespaces, parameter properties,
 * decorators, `using`): TypeScript emits them, and the source map leads back to the cell.
 */
import { type Edited, originalPosition, type Segment } from "./edits.js";
import { ts } from "./typescript.js";

/** JavaScript for `edited`, whose own map leads from its text to the source. */
export function transpile(edited: Edited): { js: string; map: readonly Segment[] } {
  const { outputText, sourceMapText } = ts.transpileModule(edited.text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      // As a module, so that `await` is one.
      moduleDetection: ts.ModuleDetectionKind.Force,
      verbatimModuleSyntax: true,
      sourceMap: true,
    },
  });
  const js = outputText
    .replace(/^export \{\};\r?\n/m, "")
    .replace(/\n\/\/# sourceMappingURL=.*$/, "");
  const { mappings } = JSON.parse(sourceMapText!) as { mappings: string };
  const map = decodeMappings(mappings).map(([line, column, editedLine, editedColumn]): Segment => {
    const origin = originalPosition(edited.map, editedLine, editedColumn);
    return [line, column, origin.line, origin.column];
  });
  return { js, map };
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The segments of a source map's `mappings` (base64 VLQ, relative), as absolute from 1. */
export function decodeMappings(mappings: string): Segment[] {
  const segments: Segment[] = [];
  let sourceLine = 1;
  let sourceColumn = 1;
  mappings.split(";").forEach((line, index) => {
    let column = 1;
    for (const segment of line.split(",")) {
      if (segment === "") continue;
      const [dColumn = 0, , dLine, dSourceColumn] = decodeVlq(segment);
      column += dColumn;
      if (dLine === undefined || dSourceColumn === undefined) continue;
      sourceLine += dLine;
      sourceColumn += dSourceColumn;
      segments.push([index + 1, column, sourceLine, sourceColumn]);
    }
  });
  return segments;
}

function decodeVlq(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = digits.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
