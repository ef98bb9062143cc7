/**
 * `import` and `export` of cells and of the files they import. A cell is a function: its imports
 * become constants on the first line, so they are there before the rest runs, as in a module. What
 * its module declares with `let` is read there each time: `$$name.get()`.
 */
import type typescript from "typescript";
import type { Rewrite } from "./rewrite.js";
import { ts } from "./typescript.js";

export interface ImportStatements {
  /** What the imports became, in order, and the offset that each comes from. */
  readonly statements: readonly { readonly text: string; readonly origin: number }[];
  /** Local names of variables that their modules may change: `$$name.get()` is their value. */
  readonly live: ReadonlySet<string>;
  /** True if `node` was an import or export and needs no further look. */
  visit(node: typescript.Node): boolean;
}

/** Takes the imports of a cell out of its text. */
export function importStatements(
  rewrite: Rewrite,
  within: readonly typescript.Statement[],
): ImportStatements {
  const { file, checker, blank, replace } = rewrite;
  const live = new Set(
    within
      .flatMap((statement) => namedImports(statement))
      .filter(({ name }) => isVariable(checker, name))
      .map(({ name }) => name.text),
  );
  const statements: { text: string; origin: number }[] = [];
  const add = (node: typescript.Node, text: string) => {
    statements.push({ text, origin: node.getStart(file) });
  };

  function visitImport(node: typescript.ImportDeclaration): void {
    blank(node.getStart(file), node.end);
    const clause = node.importClause;
    const module = `await $$.import(${node.moduleSpecifier.getText(file)}${attributes(node)})`;
    if (clause === undefined) {
      add(node, `${module};`);
      return;
    }
    if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return;
    const { name, namedBindings } = clause;
    const parts: string[] = [];
    const bindings: string[] = [];
    const whole = `$$module${statements.length}`;
    if (name && isValue(checker, name)) parts.push(`default: ${name.text}`);
    if (namedBindings && ts.isNamespaceImport(namedBindings)) {
      const namespace = namedBindings.name.text;
      add(node, `const ${namespace} = ${module};`);
      if (parts.length > 0) add(node, `const { ${parts[0]} } = ${namespace};`);
      return;
    }
    for (const element of namedBindings?.elements ?? []) {
      if (element.isTypeOnly || !isValue(checker, element.name)) continue;
      const { propertyName, name: local } = element;
      if (live.has(local.text)) {
        const imported = JSON.stringify((propertyName ?? local).text);
        bindings.push(`const $$${local.text} = { get: () => ${whole}[${imported}] };`);
      } else {
        parts.push(propertyName ? `${propertyName.getText(file)}: ${local.text}` : local.text);
      }
    }
    if (bindings.length > 0) {
      add(node, `const ${whole} = ${module}; ${bindings.join(" ")}`);
      if (parts.length > 0) add(node, `const { ${parts.join(", ")} } = ${whole};`);
      return;
    }
    const onlyTypes = parts.length === 0 && (name || (namedBindings?.elements.length ?? 0) > 0);
    if (!onlyTypes) add(node, `const { ${parts.join(", ")} } = ${module};`);
  }

  /** `import A = N.B` is a constant, whose N may be of an earlier cell. */
  function visitAlias(node: typescript.ImportEqualsDeclaration): boolean {
    const { ImportKeyword } = ts.SyntaxKind;
    const word = node.getChildren(file).find((child) => child.kind === ImportKeyword)!;
    const isType = !isValue(checker, node.name);
    if (isType) blank(word.getStart(file), node.end);
    else replace(word.getStart(file), word.end, "const");
    return isType;
  }

  function attributes(node: typescript.ImportDeclaration): string {
    if (node.attributes === undefined) return "";
    const entries = node.attributes.elements.map((entry) => entry.getText(file)).join(", ");
    return `, { with: { ${entries} } }`;
  }

  return {
    statements,
    live,
    visit(node) {
      if (ts.isImportDeclaration(node)) {
        visitImport(node);
      } else if (ts.isImportEqualsDeclaration(node)) {
        const { moduleReference, name, isTypeOnly } = node;
        if (isTypeOnly) return true;
        if (!ts.isExternalModuleReference(moduleReference)) return visitAlias(node);
        blank(node.getStart(file), node.end);
        const specifier = moduleReference.expression.getText(file);
        add(node, `const ${name.text} = $$.require(${specifier});`);
      } else if (ts.isExportDeclaration(node)) {
        blank(node.getStart(file), node.end);
        if (node.moduleSpecifier && !node.isTypeOnly) {
          add(node, `await $$.import(${node.moduleSpecifier.getText(file)});`);
        }
      } else if (node.kind === ts.SyntaxKind.ImportKeyword) {
        replace(node.getStart(file), node.end, "$$.import"); // of import(…)
      } else if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        replace(node.getStart(file), node.end, "$$.meta");
      } else {
        return false;
      }
      return true;
    },
  };
}

/**
 * In a file that stays a module: takes out the imported and exported names that are only types and
 * do not say so, which no JavaScript module provides.
 */
export function blankImportedTypes(rewrite: Rewrite, node: typescript.Node): boolean {
  const { file, checker, blank } = rewrite;
  if (ts.isExportDeclaration(node)) return true;
  if (!ts.isImportDeclaration(node)) return false;
  const { importClause } = node;
  if (!importClause || importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = importClause;
  if (!namedBindings || ts.isNamespaceImport(namedBindings)) {
    if (name && !namedBindings && !isValue(checker, name)) blank(node.getStart(file), node.end);
    return true;
  }
  const types = namedBindings.elements.filter(
    (element) => !element.isTypeOnly && !isValue(checker, element.name),
  );
  const { elements } = namedBindings;
  const allTypes = elements.every((e) => e.isTypeOnly || types.includes(e));
  if (allTypes && elements.length > 0 && !(name && isValue(checker, name))) {
    blank(node.getStart(file), node.end);
    return true;
  }
  for (const element of types) {
    const comma = /^\s*,/.exec(file.text.slice(element.end))?.[0].length ?? 0;
    blank(element.getStart(file), element.end + comma);
  }
  return true;
}

function namedImports(statement: typescript.Statement): readonly typescript.ImportSpecifier[] {
  const bindings = ts.isImportDeclaration(statement) && statement.importClause?.namedBindings;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
}

/** Whether the imported `name` is a `let` or `var` of its module. */
function isVariable(checker: typescript.TypeChecker, name: typescript.Identifier): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return false;
  const declaration = checker.getAliasedSymbol(symbol).valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Constant) === 0;
}

/** Whether the imported `name` has a value, or cannot be looked up and so may have one. */
function isValue(checker: typescript.TypeChecker, name: typescript.Identifier): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return true;
  const aliased = checker.getAliasedSymbol(symbol);
  return aliased.escapedName === "unknown" || (aliased.flags & ts.SymbolFlags.Value) !== 0;
}
