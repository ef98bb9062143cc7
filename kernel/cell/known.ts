/**
 * The cells that the checker knows: those that a name leads to, and those that they need. A cell
 * whose names have all been declared again is forgotten once no other needs it.
 */
import type { DeclaredName, NameKind } from "./names.js";

/** A cell that passed the checker. */
export interface KnownCell {
  /** Of its module. */
  readonly path: string;
  /** Its number in `In [n]`. */
  readonly count: number;
  /** Its module's text, or the declarations that stand for it. */
  readonly text: string;
  readonly names: readonly DeclaredName[];
  /** What it adds to global declarations and to those of modules; see `augmentedNames`. */
  readonly augments: readonly string[];
  /** The cells that the checker needs to understand it. */
  readonly needs: readonly KnownCell[];
  /** The length of the longest way through `needs`. */
  readonly depth: number;
}

/** A known cell as plain data: what it needs, by path. */
export interface KnownRecord extends Omit<KnownCell, "needs"> {
  readonly needs: readonly string[];
}

/** How a cell changed what is known. */
export interface KnownChange {
  readonly added: KnownRecord;
  /** Paths. */
  readonly dropped: readonly string[];
}

export interface KnownCells {
  /** The cell that each name comes from: the last that declared it. */
  readonly latest: ReadonlyMap<
    string,
    { readonly cell: KnownCell; readonly declared: DeclaredName }
  >;
  /** The paths of cells that add to what every cell sees, but nothing that is in `names`. */
  augmentingBeside(names: readonly string[]): string[];
  /** The names of `cell` are visible from now on. */
  add(cell: KnownCell): KnownChange;
  /** What was added elsewhere and not dropped, in the order of then. */
  restore(records: readonly KnownRecord[]): void;
  clear(): void;
}

export function createKnownCells(): KnownCells {
  const latest = new Map<string, { cell: KnownCell; declared: DeclaredName }>();
  const remembered = new Set<KnownCell>();
  let augmenting: KnownCell[] = [];

  const beside = (names: readonly string[]): KnownCell[] =>
    augmenting.filter((cell) => !cell.augments.some((name) => names.includes(name)));

  const remember = (cell: KnownCell): void => {
    for (const declared of cell.names) {
      // A type joins the value of its name, and they go on together.
      const kind = joinedKind(declared, latest.get(declared.name)?.declared);
      latest.set(declared.name, { cell, declared: { ...declared, kind } });
    }
    if (cell.augments.length > 0) augmenting = [...beside(cell.augments), cell];
    remembered.add(cell);
  };

  return {
    latest,
    augmentingBeside: (names) => beside(names).map(({ path }) => path),
    add(cell) {
      remember(cell);
      // The cell itself is in the program until the next one.
      const named = [...latest.values()].map((known) => known.cell);
      const live = new Set(needsOf([cell, ...named, ...augmenting]));
      const dropped = [...remembered].filter((known) => !live.has(known));
      for (const known of dropped) remembered.delete(known);
      const needs = cell.needs.map(({ path }) => path);
      return { added: { ...cell, needs }, dropped: dropped.map(({ path }) => path) };
    },
    restore(records) {
      const byPath = new Map<string, KnownCell>();
      for (const record of records) {
        const needs = record.needs.flatMap((path) => byPath.get(path) ?? []);
        const cell = { ...record, needs };
        byPath.set(cell.path, cell);
        remember(cell);
      }
    },
    clear() {
      latest.clear();
      remembered.clear();
      augmenting = [];
    },
  };
}

/**
 * The kind of a name once `declared` is known, too. An interface or alias leaves a constant,
 * function, class or enum as it is: `const Kind = …` and `type Kind = …` are one name, as in a module.
 */
export function joinedKind(declared: DeclaredName, earlier: DeclaredName | undefined): NameKind {
  const stays = ["const", "function", "class", "enum"];
  // What is `export type …` alone cannot be merged with what is not.
  const joins = declared.kind === "type" && !declared.exported;
  return joins && earlier !== undefined && stays.includes(earlier.kind)
    ? earlier.kind
    : declared.kind;
}

/** `cells` and all that they need. */
export function needsOf(cells: Iterable<KnownCell>): KnownCell[] {
  const found = new Set<KnownCell>();
  const visit = (known: KnownCell): void => {
    if (found.has(known)) return;
    found.add(known);
    known.needs.forEach(visit);
  };
  for (const known of cells) visit(known);
  return [...found];
}

/** The length of the longest way through `cells`. */
export const depthOf = (cells: readonly KnownCell[]): number =>
  1 + Math.max(0, ...cells.map((known) => known.depth));
