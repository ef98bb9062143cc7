/** The names that a cell declares at its top level, and those that its text mentions. */
import type typescript from "typescript";
import { ts } from "./typescript.js";

export type NameKind =
  | "let" // also var
  | "const"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "import"
  | "declared" // by `declare …` or `import type`: no value in a cell
  | "type"; // interfaces and aliases; an earlier cell's value of that name stays

export const hasValue = (kind: NameKind) => kind !== "type" && kind !== "declared";

export interface DeclaredName {
  readonly name: string;
  readonly kind: NameKind;
  /** Already exported by the cell's own words. */
  readonly exported: boolean;
  /** The offset of the name in the text. */
  readonly offset: number;
  /** The line of the name, counted from 1. */
  readonly line: number;
}

/**
 * The names declared by `statements`, one entry a name; a value wins over a type of that name.
 *
 *     let a = 1; type T = string; for (var i of []) ;   →   a: let, T: type, i: let
 */
export function declaredNames(statements: readonly typescript.Statement[]): DeclaredName[] {
  const names = new Map<string, DeclaredName>();
  const listed = new Set<string>();

  function add(id: typescript.Identifier, kind: NameKind, exported: boolean): void {
    const known = names.get(id.text);
    if (known !== undefined && (!hasValue(kind) || hasValue(known.kind))) return;
    const offset = id.getStart();
    const { line } = id.getSourceFile().getLineAndCharacterOfPosition(offset);
    names.set(id.text, { name: id.text, kind, exported, offset, line: line + 1 });
  }

  function addBinding(name: typescript.BindingName, kind: NameKind, exported: boolean): void {
    if (ts.isIdentifier(name)) {
      add(name, kind, exported);
      return;
    }
    for (const element of name.elements) {
      if (ts.isBindingElement(element)) addBinding(element.name, kind, exported);
    }
  }

  function addVariables(list: typescript.VariableDeclarationList, kind: NameKind, exp: boolean) {
    for (const declaration of list.declarations) addBinding(declaration.name, kind, exp);
  }

  /** `var` declarations inside blocks belong to the top level; those of functions do not. */
  function addNestedVars(node: typescript.Node): void {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped)) {
      addVariables(node, "let", false);
    }
    ts.forEachChild(node, addNestedVars);
  }

  for (const node of statements) {
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    const has = (kind: typescript.SyntaxKind) => modifiers.some((m) => m.kind === kind);
    const exported = has(ts.SyntaxKind.ExportKeyword) && !has(ts.SyntaxKind.DefaultKeyword);
    const ambient = has(ts.SyntaxKind.DeclareKeyword);
    const value = (kind: NameKind): NameKind => (ambient ? "declared" : kind);
    if (ts.isVariableStatement(node)) {
      const { flags } = node.declarationList;
      const kind = flags & ts.NodeFlags.Const || flags & ts.NodeFlags.Using ? "const" : "let";
      addVariables(node.declarationList, value(kind), exported);
      addNestedVars(node);
    } else if (ts.isFunctionDeclaration(node)) {
      if (node.name) add(node.name, value("function"), exported);
    } else if (ts.isClassDeclaration(node)) {
      if (node.name) add(node.name, value("class"), exported);
    } else if (ts.isEnumDeclaration(node)) {
      add(node.name, value("enum"), exported);
    } else if (ts.isModuleDeclaration(node)) {
      if (ts.isIdentifier(node.name) && !(node.flags & ts.NodeFlags.GlobalAugmentation)) {
        add(node.name, value("namespace"), exported);
      }
    } else if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      add(node.name, "type", exported);
    } else if (ts.isImportEqualsDeclaration(node)) {
      add(node.name, node.isTypeOnly ? "declared" : "import", exported);
    } else if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const kind = (typeOnly: boolean): NameKind =>
        typeOnly || clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? "declared" : "import";
      if (clause?.name) add(clause.name, kind(false), false);
      const bindings = clause?.namedBindings;
      if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name, kind(false), false);
      else for (const e of bindings?.elements ?? []) add(e.name, kind(e.isTypeOnly), false);
    } else if (ts.isExportDeclaration(node)) {
      if (node.exportClause && ts.isNamedExports(node.exportClause)) {
        for (const e of node.exportClause.elements) listed.add(e.name.text);
      }
    } else {
      addNestedVars(node);
    }
  }
  return [...names.values()].map((entry) =>
    listed.has(entry.name) ? { ...entry, exported: true } : entry,
  );
}

/**
 * What `declare global` and `declare module "name"` add, by name: two cells that add the same cannot
 * both hold.
 *
 *     declare global { var a: number; interface Array<T> { sum(): T } }   →   global.a, global.Array.sum
 */
export function augmentedNames(statements: readonly typescript.Statement[]): string[] {
  return statements.flatMap((statement) => {
    if (!ts.isModuleDeclaration(statement) || !statement.body) return [];
    const { name, body, flags } = statement;
    if (!(flags & ts.NodeFlags.GlobalAugmentation) && !ts.isStringLiteral(name)) return [];
    if (!ts.isModuleBlock(body)) return [];
    const members = body.statements.flatMap((inner) =>
      ts.isInterfaceDeclaration(inner)
        ? inner.members.map((member) => `${inner.name.text}.${member.name?.getText() ?? ""}`)
        : declaredNames([inner]).map((declared) => declared.name),
    );
    return members.map((member) => `${name.text}.${member}`);
  });
}

const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/** Every word of `source` that could be a name: a superset of the names it refers to. */
export function mentionedNames(source: string): Set<string> {
  return new Set(source.match(word));
}
