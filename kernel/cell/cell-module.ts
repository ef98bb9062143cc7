/**
 * The text of the TypeScript module that a cell is checked as: a header line that brings in the
 * names its text mentions, the text as typed, and a footer that exports what it declares.
 */
import { joinedKind, type KnownCell, type KnownCells } from "./known.js";
import {
  augmentedNames,
  type DeclaredName,
  declaredNames,
  hasValue,
  mentionedNames,
} from "./names.js";
import { ts } from "./typescript.js";

/** The module text of a cell and where the user's part of it lies. */
export interface CellModule {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly declared: readonly DeclaredName[];
  readonly augments: readonly string[];
  readonly cellNames: ReadonlySet<string>;
  readonly preludeNames: ReadonlySet<string>;
  readonly needs: readonly KnownCell[];
}

/** Where a cell finds the names that it does not declare. */
export interface Surroundings extends Pick<KnownCells, "latest"> {
  /** The module that exports a name. */
  readonly prelude: ReadonlyMap<string, string>;
}

const CELLS = "hypatia-cell:";

/** How the header of a cell imports from an earlier one, by its file. */
export const cellSpecifier = (path: string) => `${CELLS}${path}`;

/** The file of an earlier cell; undefined if `specifier` is another module's. */
export const cellOfSpecifier = (specifier: string) =>
  specifier.startsWith(CELLS) ? specifier.slice(CELLS.length) : undefined;

/**
 * The module of a cell that is typed as `source`.
 *
 * @param names which of the surrounding names `source` gets: `all` where one that it does not have
 *   yet is asked for
 * @param locals names that the text finds where it is evaluated, of any type
 */
export function cellModule(
  source: string,
  names: "mentioned" | "all",
  { latest, prelude }: Surroundings,
  locals: ReadonlySet<string> = new Set(),
): CellModule {
  const alone = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ESNext, true);
  const declared = declaredNames(alone.statements);
  const own = new Map(declared.map((entry) => [entry.name, entry]));
  const wanted = names === "all" ? [...latest.keys(), ...prelude.keys()] : mentionedNames(source);
  const cellNames = new Set<string>();
  const preludeNames = new Set<string>();
  const needs = new Set<KnownCell>();
  const header: string[] = [];
  const imports = new Map<string, string[]>();
  for (const name of wanted) {
    const ours = own.get(name);
    const joins = ours !== undefined && joinedKind(ours, latest.get(name)?.declared) !== ours.kind;
    if (ours !== undefined && !joins) continue;
    if (locals.has(name)) {
      header.push(`declare let ${name}: any;`);
      continue;
    }
    const earlier = latest.get(name);
    const from = earlier === undefined ? prelude.get(name) : cellSpecifier(earlier.cell.path);
    if (from === undefined) continue;
    if (earlier === undefined) preludeNames.add(name);
    // What an earlier cell only declares is a type, or in `globalThis`.
    else if (hasValue(earlier.declared.kind)) cellNames.add(name);
    if (earlier !== undefined) needs.add(earlier.cell);
    if (earlier?.declared.kind === "let" || joins) {
      // An import could not be assigned to, nor stand beside a type of its name.
      const word = joins ? "const" : "let";
      header.push(`declare ${word} ${name}: typeof import(${JSON.stringify(from)}).${name};`);
    } else if (imports.has(from)) {
      imports.get(from)!.push(name);
    } else {
      imports.set(from, [name]);
    }
  }
  for (const [from, list] of imports) {
    header.push(`import { ${list.join(", ")} } from ${JSON.stringify(from)};`);
  }
  // A directive for the whole text counts only in front of everything.
  const head = `${isUnchecked(source) ? "// @ts-nocheck\n" : ""}${header.join(" ")}\n`;
  const exported = declared.filter((entry) => !entry.exported).map((entry) => entry.name);
  return {
    text: `${head}${source}\nexport { ${exported.join(", ")} };`,
    start: head.length,
    end: head.length + source.length,
    declared,
    augments: augmentedNames(alone.statements),
    cellNames,
    preludeNames,
    needs: [...needs],
  };
}

/** Does `source` ask the checker to be silent, in a comment before all statements? */
function isUnchecked(source: string): boolean {
  const comments = ts.getLeadingCommentRanges(source, 0) ?? [];
  return comments.some(({ pos, end }) => /^\/\/\/?\s*@ts-nocheck\s*$/.test(source.slice(pos, end)));
}
