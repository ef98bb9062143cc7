/** The TypeScript files of the user's that a cell imports, directly or through each other. */
import { createHash } from "node:crypto";
import type typescript from "typescript";
import type { CompiledModule } from "../types.js";
import { cellOfSpecifier } from "./cell-module.js";
import { isInstalled } from "./files.js";
import { type Lowered, lowerModule } from "./lower.js";
import { ts } from "./typescript.js";

/** `file` and the files that it leads to. */
function reach(
  checker: typescript.TypeChecker,
  file: typescript.SourceFile,
  found = new Set<typescript.SourceFile>(),
): Set<typescript.SourceFile> {
  if (found.has(file)) return found;
  found.add(file);
  for (const next of importsOf(checker, file)) {
    if (isUserTypeScript(next)) reach(checker, next, found);
  }
  return found;
}

/** The files that a cell leads to, without the cell. */
export function importedFiles(
  program: typescript.Program,
  cell: typescript.SourceFile,
): typescript.SourceFile[] {
  return [...reach(program.getTypeChecker(), cell)].filter((file) => file !== cell);
}

/** `files` lowered; `seen` keeps what was lowered before and has not changed. */
export function lowerImported(
  program: typescript.Program,
  files: readonly typescript.SourceFile[],
  seen: WeakMap<typescript.SourceFile, Lowered>,
): CompiledModule[] {
  const checker = program.getTypeChecker();

  function lowered(file: typescript.SourceFile): Lowered {
    let result = seen.get(file);
    if (result === undefined) {
      result = lowerModule(file, checker);
      seen.set(file, result);
    }
    return result;
  }

  return files.map((file) => {
    const hash = createHash("sha256");
    const parts = [...reach(checker, file)].sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
    for (const part of parts) hash.update(part.fileName).update("\0").update(lowered(part).js);
    const { js, map } = lowered(file);
    return { path: file.fileName, js, map, version: hash.digest("hex").slice(0, 16) };
  });
}

function isUserTypeScript(file: typescript.SourceFile): boolean {
  return !file.isDeclarationFile && !isInstalled(file.fileName) && /\.[cm]?ts$/.test(file.fileName);
}

/** The files that the literal specifiers of `file` lead to, earlier cells aside. */
function importsOf(
  checker: typescript.TypeChecker,
  file: typescript.SourceFile,
): typescript.SourceFile[] {
  const files: typescript.SourceFile[] = [];
  const add = (specifier: typescript.Node | undefined) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    if (cellOfSpecifier(specifier.text) !== undefined) return;
    for (const declaration of checker.getSymbolAtLocation(specifier)?.declarations ?? []) {
      if (ts.isSourceFile(declaration)) files.push(declaration);
    }
  };
  const visit = (node: typescript.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  if (/\bimport\b|\bfrom\b/.test(file.text)) visit(file);
  return files;
}
