/** Completion and inspection, from TypeScript's language service to Jupyter's shape. */
import { dirname } from "node:path";
import type typescript from "typescript";
import type { CompletionItem, Completions, Inspection } from "../types.js";
import { innermost } from "./fragments.js";
import { completePath } from "./paths.js";
import { ts } from "./typescript.js";

/** A text in the language service, and the offset in it. */
export interface Cursor {
  readonly service: typescript.LanguageService;
  readonly path: string;
  /** Where the user's text begins in the file. */
  readonly start: number;
  /** The cursor, counted from there. */
  readonly offset: number;
  /** What the text sees of earlier cells, and of the language. */
  readonly cellNames: ReadonlySet<string>;
  readonly preludeNames: ReadonlySet<string>;
}

/** Signatures are looked up for as many items as fit in this. */
const signatureBudget = 12; // ms
const mostItems = 1000;

/** Some details hold edits of the text, which cannot be made without it. */
const format = ts.getDefaultFormatCodeSettings();

/** In the middle of a number, where TypeScript offers every name there is, or fails. */
const inNumber = /(?<![\p{ID_Continue}$.])\d[\d_]*\.?\d*$/u;

export function complete(cursor: Cursor, source: string): Completions {
  const { service, path, start, offset } = cursor;
  const at = start + offset;
  if (inNumber.test(source.slice(0, offset))) return { items: [], start: offset, end: offset };
  const info = service.getCompletionsAtPosition(path, at, {
    includeSymbol: true,
    includeCompletionsWithInsertText: false,
    includeCompletionsForModuleExports: false,
    includeCompletionsForImportStatements: false,
    quotePreference: "double",
  });
  const word = /[\p{ID_Continue}$]*$/u.exec(source.slice(0, offset))![0];
  const entries = info?.entries ?? [];
  if (entries.length === 0) {
    const typed = textInString(service.getProgram()!.getSourceFile(path)!, at);
    if (typed !== null) return completePath(typed, offset, dirname(path));
  }
  const span =
    info?.optionalReplacementSpan ?? entries.find((e) => e.replacementSpan)?.replacementSpan;
  const from = span === undefined ? offset - word.length : Math.min(span.start - start, offset);
  const to = span === undefined ? offset : Math.max(span.start + span.length - start, offset);
  const typed = source.slice(from, offset).toLowerCase();
  const chosen = entries
    .filter((entry) => {
      if (!entry.name.toLowerCase().startsWith(typed)) return false;
      // It takes an edit elsewhere too, a comma before it, say: clients have no way to make that.
      if (entry.hasAction) return false;
      const { replacementSpan } = entry;
      return replacementSpan === undefined || replacementSpan.start - start === from;
    })
    .sort(
      (a, b) =>
        compare(a.sortText, b.sortText) ||
        nearness(a, cursor) - nearness(b, cursor) ||
        compare(a.name, b.name),
    )
    .filter(({ name }, at, sorted) => name !== sorted[at - 1]?.name)
    .slice(0, mostItems);
  const checker = service.getProgram()!.getTypeChecker();

  const deadline = performance.now() + signatureBudget;
  const items = chosen.map((entry): CompletionItem => {
    const text = entry.insertText ?? entry.name;
    const item = { text, type: typeWords[kindOf(entry, checker)] ?? "text" };
    if (chosen.length > 100 || performance.now() > deadline) return item;
    const details = service.getCompletionEntryDetails(
      path,
      at,
      entry.name,
      format,
      entry.source,
      undefined,
      entry.data,
    );
    const signature = details && withoutAlias(ts.displayPartsToString(details.displayParts));
    return signature ? { ...item, signature } : item;
  });
  return { items, start: from, end: to };
}

/** What stands between the beginning of a string and an offset in it. */
function textInString(file: typescript.SourceFile, at: number): string | null {
  const node = innermost(file, at - 1);
  if (!ts.isStringLiteralLike(node)) return null;
  const start = node.getStart(file) + 1;
  const isModule = ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent);
  if (isModule || at < start) return null;
  const isBehind = at === node.end && at > start && file.text[at - 1] === file.text[start - 1];
  return isBehind ? null : file.text.slice(start, at);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** 0 for a name of the text itself, 1 for one of an earlier cell, 2 for one of the language. */
function nearness({ name, kind }: typescript.CompletionEntry, cursor: Cursor): number {
  const { alias, letElement } = ts.ScriptElementKind;
  if (kind === alias && cursor.preludeNames.has(name)) return 2;
  return (kind === alias || kind === letElement) && cursor.cellNames.has(name) ? 1 : 0;
}

/**
 * Of an import what it brings in, as names of other cells and of the language are imports here.
 * What a declaration shows to be a function is one; asking for every type would take too long.
 */
function kindOf(
  { kind, symbol }: typescript.CompletionEntry,
  checker: typescript.TypeChecker,
): string {
  if (symbol === undefined) return kind;
  const isImport = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const meant = isImport ? checker.getAliasedSymbol(symbol) : symbol;
  const isMember = kind === ts.ScriptElementKind.memberVariableElement;
  if (meant.declarations?.some(isFunction)) {
    return isMember
      ? ts.ScriptElementKind.memberFunctionElement
      : ts.ScriptElementKind.functionElement;
  }
  return (isImport && importedKinds.find(([flag]) => (meant.flags & flag) !== 0)?.[1]) || kind;
}

function isFunction(declaration: typescript.Declaration): boolean {
  if (ts.isFunctionDeclaration(declaration)) return true;
  if (
    !ts.isVariableDeclaration(declaration) &&
    !ts.isPropertyDeclaration(declaration) &&
    !ts.isPropertySignature(declaration) &&
    !ts.isPropertyAssignment(declaration)
  ) {
    return false;
  }
  const type = "type" in declaration ? declaration.type : undefined;
  const value = "initializer" in declaration ? declaration.initializer : undefined;
  return type ? ts.isFunctionTypeNode(type) : value !== undefined && ts.isFunctionLike(value);
}

const importedKinds: readonly (readonly [typescript.SymbolFlags, string])[] = [
  [ts.SymbolFlags.Class, ts.ScriptElementKind.classElement],
  [ts.SymbolFlags.Enum, ts.ScriptElementKind.enumElement],
  [ts.SymbolFlags.Variable, ts.ScriptElementKind.variableElement],
  [ts.SymbolFlags.Module, ts.ScriptElementKind.moduleElement],
  [ts.SymbolFlags.Interface, ts.ScriptElementKind.interfaceElement],
  [ts.SymbolFlags.TypeAlias, ts.ScriptElementKind.typeElement],
];

/** Jupyter's words for TypeScript's kinds. */
const typeWords: Readonly<Record<string, string>> = {
  [ts.ScriptElementKind.keyword]: "keyword",
  [ts.ScriptElementKind.moduleElement]: "module",
  [ts.ScriptElementKind.externalModuleName]: "module",
  [ts.ScriptElementKind.classElement]: "class",
  [ts.ScriptElementKind.localClassElement]: "class",
  [ts.ScriptElementKind.interfaceElement]: "interface",
  [ts.ScriptElementKind.typeElement]: "type",
  [ts.ScriptElementKind.typeParameterElement]: "type",
  [ts.ScriptElementKind.primitiveType]: "type",
  [ts.ScriptElementKind.enumElement]: "enum",
  [ts.ScriptElementKind.enumMemberElement]: "enum",
  [ts.ScriptElementKind.variableElement]: "variable",
  [ts.ScriptElementKind.localVariableElement]: "variable",
  [ts.ScriptElementKind.letElement]: "variable",
  [ts.ScriptElementKind.constElement]: "variable",
  [ts.ScriptElementKind.parameterElement]: "variable",
  [ts.ScriptElementKind.alias]: "variable",
  [ts.ScriptElementKind.functionElement]: "function",
  [ts.ScriptElementKind.localFunctionElement]: "function",
  [ts.ScriptElementKind.memberFunctionElement]: "method",
  [ts.ScriptElementKind.memberVariableElement]: "property",
  [ts.ScriptElementKind.memberGetAccessorElement]: "property",
  [ts.ScriptElementKind.memberSetAccessorElement]: "property",
  [ts.ScriptElementKind.memberAccessorVariableElement]: "property",
  [ts.ScriptElementKind.string]: "string",
  [ts.ScriptElementKind.directory]: "path",
  [ts.ScriptElementKind.scriptElement]: "path",
  [ts.ScriptElementKind.label]: "label",
};

export function inspect(cursor: Cursor, detail: 0 | 1): Inspection | null {
  const { service, path, start, offset } = cursor;
  // A cursor right behind a name is still on it.
  for (const at of [start + offset, start + Math.max(offset - 1, 0)]) {
    const info = service.getQuickInfoAtPosition(path, at);
    if (info === undefined || info.kind === ts.ScriptElementKind.unknown) continue;
    const signature = withoutAlias(ts.displayPartsToString(info.displayParts));
    // Broken code can stand for the whole file, whose name is ours.
    if (/\/\*unresolved\*\/|__hypatia_cell_/.test(signature)) continue;
    const definition = definitionAt(service, path, at);
    const origin =
      definition && service.getQuickInfoAtPosition(definition.fileName, definition.textSpan.start);
    const documentation = markdown(info) || (origin ? markdown(origin) : "");
    return {
      name: topName(service.getProgram()!, path, info.textSpan.start),
      signature,
      documentation,
      ...(detail === 1 && definition ? { source: definitionText(service, definition) } : {}),
    };
  }
  return callAround(cursor);
}

/** In the arguments of a call: the function's signatures. */
function callAround({ service, path, start, offset }: Cursor): Inspection | null {
  const help = service.getSignatureHelpItems(path, start + offset, undefined);
  if (help === undefined) return null;
  const text = ts.displayPartsToString;
  const signatures = help.items.map((item) => {
    const parameters = item.parameters.map((p) => text(p.displayParts));
    return (
      text(item.prefixDisplayParts) +
      parameters.join(text(item.separatorDisplayParts)) +
      text(item.suffixDisplayParts)
    );
  });
  const selected = help.items[help.selectedItemIndex];
  return {
    name: null,
    signature: signatures.join("\n"),
    documentation: selected === undefined ? "" : markdown(selected),
  };
}

/** Where the name at `at` was declared: in an earlier cell, not in a header that passes it on. */
function definitionAt(
  service: typescript.LanguageService,
  path: string,
  at: number,
): typescript.DefinitionInfo | undefined {
  const definitions = service.getDefinitionAtPosition(path, at) ?? [];
  const found = definitions.find(({ contextSpan }) => contextSpan !== undefined) ?? definitions[0];
  if (found?.contextSpan === undefined) return found;
  const text = definitionText(service, found) ?? "";
  // `declare let x: typeof import("…").x;` of this cell, or of one that gave the name to a type,
  // too: the name at its end leads on.
  if (!/^declare (?:let|const) [^:]+: typeof import\("hypatia-cell:/.test(text)) return found;
  const { start, length } = found.contextSpan;
  return definitionAt(service, found.fileName, start + length - 2);
}

function definitionText(
  service: typescript.LanguageService,
  definition: typescript.DefinitionInfo,
): string | undefined {
  const file = service.getProgram()?.getSourceFile(definition.fileName);
  const { start, length } = definition.contextSpan ?? definition.textSpan;
  return file?.text.slice(start, start + length);
}

/**
 * The dotted name at an offset, `model.weights` for the cursor on `weights`, if it means there what
 * it means at the top of the cell: no parameter, no local, no property of something nameless.
 */
function topName(program: typescript.Program, path: string, at: number): string | null {
  const file = program.getSourceFile(path)!;
  const checker = program.getTypeChecker();
  const node = innermost(file, at);
  if (!ts.isIdentifier(node)) return null; // A link in a comment.
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  const names = dotted(isMember ? parent : node);
  const [root] = names ?? [];
  if (root === undefined) return null;
  const meant = (symbol: typescript.Symbol | undefined) =>
    symbol && checker.getExportSymbolOfSymbol(symbol);
  const values = checker.getSymbolsInScope(file, ts.SymbolFlags.Value | ts.SymbolFlags.Alias);
  const top = values.find(({ name }) => name === root.text);
  const isTop = top !== undefined && meant(checker.getSymbolAtLocation(root)) === meant(top);
  return isTop ? names!.map(({ text }) => text).join(".") : null;
}

function dotted(node: typescript.Node): typescript.MemberName[] | null {
  if (ts.isIdentifier(node)) return [node];
  if (!ts.isPropertyAccessExpression(node)) return null;
  const before = dotted(node.expression);
  return before && [...before, node.name];
}

/** A comment and its tags as markdown. */
function markdown(info: {
  readonly documentation?: typescript.SymbolDisplayPart[];
  readonly tags?: typescript.JSDocTagInfo[];
}): string {
  const parts = [withLinks(ts.displayPartsToString(info.documentation))];
  for (const tag of info.tags ?? []) {
    const text = withLinks(ts.displayPartsToString(tag.text).trim());
    if (tag.name === "example") {
      const code = text.includes("```") ? text : `\`\`\`typescript\n${text}\n\`\`\``;
      parts.push(`**Example**\n\n${code}`);
    } else if (tag.name === "param" || tag.name === "template" || tag.name === "throws") {
      const [name = "", ...rest] = text.split(/\s+/);
      parts.push(`*@${tag.name}* \`${name}\` ${rest.join(" ")}`.trim());
    } else {
      parts.push(`*@${tag.name}* ${text}`.trim());
    }
  }
  return parts.filter((part) => part !== "").join("\n\n");
}

/** `{@link zeros}` → `zeros` as code, `{@link https://… a page}` → a link with that text. */
function withLinks(text: string): string {
  return text.replace(
    /\{@link(?:code|plain)?\s+([^\s|}]+)\s*\|?\s*([^}]*)\}/g,
    (_, target: string, label: string) => {
      const isAddress = /^https?:/.test(target);
      if (isAddress) return label === "" ? `<${target}>` : `[${label}](${target})`;
      return label === "" ? `\`${target}\`` : label;
    },
  );
}

/** `(alias) const x: number⏎import x` is about x itself: the header's import is ours. */
function withoutAlias(text: string): string {
  return text.replace(/^\(alias\) /gm, "").replace(/\nimport [^\n]*$/, "");
}
