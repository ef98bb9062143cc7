/**
 * The texts of cells that have run, for what is said of them later: errors show their lines, the
 * debugger their places. Kept are those that declared what a name stands for now, and of the others
 * the latest: whoever runs a million cells that define nothing keeps as many texts as fit in the
 * limit. An error in an older one, in a timer of its say, is shown without its lines.
 */
import type { CompiledCell } from "../types.js";

export interface RecentCells {
  /** By id. */
  readonly cells: ReadonlyMap<string, CompiledCell>;
  /** A cell that is about to run; returns those that are forgotten for it. */
  add(cell: CompiledCell): readonly CompiledCell[];
}

/** Bytes that the texts of cells may take that no name leads to. */
const LIMIT = 2 << 20;
/** What V8 needs for a segment of a cell's map. */
const SEGMENT_BYTES = 80;

export function createRecentCells(limit = LIMIT): RecentCells {
  const cells = new Map<string, CompiledCell>();
  /** The id of the cell that declared a name last. */
  const owners = new Map<string, string>();
  /** Cells that no name leads to, and their sizes; the oldest first. */
  const passing = new Map<string, number>();
  let bytes = 0;

  function pass(cell: CompiledCell): void {
    const size = sizeOf(cell);
    passing.set(cell.id, size);
    bytes += size;
  }

  return {
    cells,
    add(cell) {
      cells.set(cell.id, cell);
      const earlier = new Set(cell.names.map((name) => owners.get(name)));
      for (const name of cell.names) owners.set(name, cell.id);
      for (const id of earlier) {
        const former = id === undefined ? undefined : cells.get(id);
        if (former?.names.every((name) => owners.get(name) !== id)) pass(former);
      }
      if (cell.names.length === 0) pass(cell);
      const dropped: CompiledCell[] = [];
      for (const [id, size] of passing) {
        if (bytes <= limit || id === cell.id) break;
        dropped.push(cells.get(id)!);
        cells.delete(id);
        passing.delete(id);
        bytes -= size;
      }
      return dropped;
    },
  };
}

function sizeOf({ source, js, map, modules = [] }: CompiledCell): number {
  const imported = modules.reduce((sum, m) => sum + m.js.length + SEGMENT_BYTES * m.map.length, 0);
  return source.length + js.length + SEGMENT_BYTES * map.length + imported;
}
