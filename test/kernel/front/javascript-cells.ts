/** A cell service for plain JavaScript: no types, no names, only syntax. */
import { Script } from "node:vm";
import type { CellService } from "../../../kernel/types.js";

export function javascriptCells(): CellService {
  return {
    async compile(source, { id, count }) {
      try {
        new Script(source);
      } catch (error) {
        const place = { line: 1, column: 1 };
        const message = error instanceof Error ? error.message : String(error);
        const diagnostic = {
          message,
          code: 0,
          start: place,
          end: place,
        } as const;
        return { ok: false, diagnostics: [diagnostic] };
      }
      return {
        ok: true,
        cell: { id, count, source, js: source, map: [], names: [] },
      };
    },
    /** Offers the last word before the cursor, doubled: enough to see offsets go through. */
    async complete(source, offset) {
      const word = /[\p{L}]*$/u.exec(source.slice(0, offset))?.[0] ?? "";
      return {
        items: [{ text: word + word, type: "x" }],
        start: offset - word.length,
        end: offset,
      };
    },
    async inspect(source, offset) {
      const name = /[\p{L}]*$/u.exec(source.slice(0, offset))?.[0] ?? "";
      return name === "" ? null : { name, signature: `var ${name}`, documentation: "" };
    },
    async isComplete(source) {
      return source.endsWith("{") ? { status: "incomplete", indent: "  " } : { status: "complete" };
    },
    lowerFragment: async (source) => ({ ok: true, js: `return (${source}\n)`, waits: false }),
    typeAt: async () => "any",
    catches: async () => false,
    async reset() {},
    async dispose() {},
  };
}
