/**
 * From a checked cell to the body of an async function, and from a checked file to a module.
 *
 * What needs no change stays as it was written, character by character: types become blanks, and
 * small edits do the rest.
 *
 *     a + b              $$.add(a, b)                     where a or b is, or may be, a tensor
 *     x                  $$x.get()                        x declared by an earlier cell
 *     last expression    return last expression
 *     import d, { a } …  const { default: d, a } = await $$.import(…)     on the first line
 *
 * `$$` is the runtime (scope.ts); names that begin with it are reserved. The cell's own names
 * stay native variables; the first line lends them to later cells by `$$.declare(name, get, set)`.
 */
import type typescript from "typescript";
import { applyEdits, type Segment } from "./edits.js";
import { lowerExpressions } from "./expressions.js";
import { blankImportedTypes, type ImportStatements, importStatements } from "./imports.js";
import { type DeclaredName, hasValue } from "./names.js";
import { referenceText } from "./references.js";
import { createRewrite, type Problem, type Rewrite } from "./rewrite.js";
import { runtimeReference } from "./scope.js";
import { transpile } from "./transpile.js";
import { eraseTypes, ts } from "./typescript.js";

export interface Lowered {
  readonly js: string;
  readonly map: readonly Segment[];
  readonly problems: readonly Problem[];
}

export interface CellInput {
  readonly file: typescript.SourceFile;
  readonly checker: typescript.TypeChecker;
  /** Where the user's text starts and ends in the file. */
  readonly start: number;
  readonly end: number;
  readonly declared: readonly DeclaredName[];
  /** Names that the text may take from elsewhere, all declared before `start`. */
  readonly cellNames: ReadonlySet<string>;
  readonly preludeNames: ReadonlySet<string>;
}

/** What CommonJS modules have, and cells. */
const moduleNames = ["require", "__dirname", "__filename"];

export function lowerCell(input: CellInput): Lowered {
  const { file, checker, start, end, declared } = input;
  const rewrite = createRewrite(file, checker, start);
  const used = { cells: new Set<string>(), prelude: new Set<string>(), module: new Set<string>() };

  /** Where this file declares what `node` refers to. */
  function declarationHere(node: typescript.Identifier): typescript.Declaration | undefined {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    const declaration = symbol?.declarations?.[0];
    return declaration?.getSourceFile() === file ? declaration : undefined;
  }

  /** Is `node` a reference to what the header declares under its name? */
  function refersToHeader(node: typescript.Identifier): boolean {
    const declaration = declarationHere(node);
    return declaration !== undefined && declaration.end <= start;
  }

  const statements = file.statements.filter((statement) => {
    const from = statement.getStart(file);
    return from >= start && from < end;
  });
  const last = statements.at(-1);
  for (const statement of statements) blankExportWords(rewrite, statement, statement === last);
  const imports: ImportStatements = importStatements(rewrite, statements);
  lowerExpressions(rewrite, statements, {
    module: imports.visit,
    reader: (node) =>
      input.cellNames.has(node.text) && refersToHeader(node) ? `$$${node.text}.get()` : undefined,
    identifier(node) {
      const { text } = node;
      if (input.cellNames.has(text)) {
        if (!refersToHeader(node)) return;
        used.cells.add(text);
        rewrite.replace(node.getStart(file), node.end, referenceText(node));
      } else if (imports.live.has(text)) {
        const declaration = declarationHere(node);
        if (declaration === undefined || !ts.isImportSpecifier(declaration)) return;
        rewrite.replace(node.getStart(file), node.end, referenceText(node));
      } else if (input.preludeNames.has(text)) {
        if (!used.prelude.has(text) && refersToHeader(node)) used.prelude.add(text);
      } else if (moduleNames.includes(text) && declarationHere(node) === undefined) {
        used.module.add(text);
      }
    },
  });

  if (last !== undefined && isShown(last, file)) {
    const at = last.expression.getStart(file) - start;
    rewrite.edits.unshift({ start: at, end: at, text: "return " });
  }

  const values = declared.filter((name) => hasValue(name.kind));
  checkReserved(rewrite, values, start);
  const list = (names: ReadonlySet<string>, form = (name: string) => name) =>
    `{ ${[...names].map(form).join(", ")} }`;
  const first = [
    '"use strict";',
    ...(used.module.size > 0 ? [`const ${list(used.module)} = $$.module;`] : []),
    ...(used.prelude.size > 0 ? [`const ${list(used.prelude)} = $$.prelude;`] : []),
    ...(used.cells.size > 0
      ? [`const ${list(used.cells, (name) => `${name}: $$${name}`)} = $$.names;`]
      : []),
    ...values.map(({ name, kind }) =>
      kind === "let"
        ? `$$.declare("${name}", () => ${name}, ($$v) => { ${name} = $$v; });`
        : `$$.declare("${name}", () => ${imports.live.has(name) ? `$$${name}.get()` : name});`,
    ),
  ];
  rewrite.edits.unshift(
    { start: 0, end: 0, text: `${first.join(" ")} ` },
    ...imports.statements.map(({ text, origin }) => ({
      start: 0,
      end: 0,
      text: `${text} `,
      origin: origin - start,
    })),
  );
  return finish(rewrite, statements, start, end);
}

/**
 * A file that cells import, as an ES module: types gone, operators lowered, everything else as it
 * is. Its runtime is the one that the scope has put into `globalThis`.
 */
export function lowerModule(file: typescript.SourceFile, checker: typescript.TypeChecker): Lowered {
  const rewrite = createRewrite(file, checker, 0);
  lowerExpressions(rewrite, file.statements, {
    module: (node) => blankImportedTypes(rewrite, node),
    reader: () => undefined,
    identifier: () => {},
  });
  if (rewrite.edits.some((edit) => edit.text.includes("$$."))) {
    rewrite.edits.unshift({ start: 0, end: 0, text: `const $$ = ${runtimeReference}; ` });
  }
  return finish(rewrite, file.statements, 0, file.text.length);
}

/** Types erased and edits made, by blanks where they do, else by TypeScript's emitter. */
function finish(
  rewrite: Rewrite,
  statements: readonly typescript.Statement[],
  start: number,
  end: number,
): Lowered {
  const { file, edits, problems } = rewrite;
  const unsupported: typescript.Node[] = [];
  const blanked = eraseTypes(file, (node) => unsupported.push(node)).slice(start, end);
  if (unsupported.length > 0 || needsTranspile(statements)) {
    return { ...transpile(applyEdits(file.text.slice(start, end), edits)), problems };
  }
  const { text, map } = applyEdits(blanked, edits);
  return { js: text, map, problems };
}

/** A cell ends with what it shows: an expression that no semicolon silences. */
function isShown(
  statement: typescript.Statement,
  file: typescript.SourceFile,
): statement is typescript.ExpressionStatement | typescript.ExportAssignment {
  if (ts.isExpressionStatement(statement)) return file.text[statement.end - 1] !== ";";
  return ts.isExportAssignment(statement) && !statement.isExportEquals;
}

/** @param isLast it is what the cell shows, if it has a value */
function blankExportWords(
  rewrite: Rewrite,
  statement: typescript.Statement,
  isLast: boolean,
): void {
  const { file, blank, insert, replace } = rewrite;
  if (ts.isExportAssignment(statement)) {
    blank(statement.getStart(file), statement.expression.getStart(file));
  } else if (ts.canHaveModifiers(statement)) {
    for (const modifier of ts.getModifiers(statement) ?? []) {
      const { kind } = modifier;
      if (kind === ts.SyntaxKind.DefaultKeyword && isNameless(statement)) {
        // Without these words only an expression may lack a name.
        replace(modifier.getStart(file), modifier.end, isLast ? "return (" : "void (");
        insert(statement.end, ");");
      } else if (kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword) {
        blank(modifier.getStart(file), modifier.end);
      }
    }
  }
}

function isNameless(statement: typescript.Statement): boolean {
  const canHaveName = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return canHaveName && statement.name === undefined;
}

function checkReserved(rewrite: Rewrite, names: readonly DeclaredName[], start: number): void {
  for (const { name, offset } of names) {
    if (!name.startsWith("$$")) continue;
    rewrite.problems.push({
      start: start + offset,
      end: start + offset + name.length,
      message: `'${name}': names that begin with $$ are reserved for Hypatia. Rename it.`,
    });
  }
}

/** Syntax that Node does not run yet: decorators, `using`, `accessor`. */
function needsTranspile(nodes: readonly typescript.Node[]): boolean {
  const found = (node: typescript.Node): boolean => {
    if (node.kind === ts.SyntaxKind.Decorator || node.kind === ts.SyntaxKind.AccessorKeyword) {
      return true;
    }
    // `await using` has the flags of both `using` and `const`.
    if (ts.isVariableDeclarationList(node) && node.flags & ts.NodeFlags.Using) return true;
    return ts.forEachChild(node, (child) => found(child) || undefined) ?? false;
  };
  return nodes.some(found);
}
