/**
 * From a checked cell to the body of an async function.
 *
 * Everything that needs no change stays as it was written, character by character: types become
 * blanks, and small edits do the rest.
 *
 *     a + b              $$.add(a, b)                     where a or b is, or may be, a tensor
 *     a[i++] *= t        $$.set($$.at(a, i++), $$.multiply, t)
 *     x                  $$x.get()                        x declared by an earlier cell
 *     x = 1              $$x.v = 1
 *     last expression    return last expression
 *     import d, { a } …  const { default: d, a } = await $$.import(…)     on the first line
 *
 * `$$` is the runtime (scope.ts); names that begin with it are reserved. The cell's own names
 * stay native variables; the first line lends them to later cells by `$$.declare(name, get, set)`.
 */
import type typescript from "typescript";
import { applyEdits, type Edit, type Edited } from "./edits.js";
import type { DeclaredName } from "./names.js";
import { isCompound, isEquality, operatorFunction, splitTensor } from "./operators.js";
import { transpile } from "./transpile.js";
import { eraseTypes, ts } from "./typescript.js";

export interface LowerInput {
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

export interface Lowered {
  readonly js: string;
  readonly map: Edited["map"];
  readonly problems: readonly Problem[];
}

/** Something that the checker accepts and we do not. */
export interface Problem {
  readonly node: typescript.Node;
  readonly message: string;
}

const moduleNames = ["require", "__dirname", "__filename"];

export function lowerCell(input: LowerInput): Lowered {
  const { file, checker, start, end, declared } = input;
  const edits: Edit[] = [];
  const problems: Problem[] = [];
  const usedCells = new Set<string>();
  const usedPrelude = new Set<string>();
  const usedModule = new Set<string>();
  const imports: string[] = [];

  const insert = (at: number, text: string, origin?: number) =>
    edits.push({ start: at - start, end: at - start, text, origin: (origin ?? at) - start });
  const replace = (from: number, to: number, text: string, origin?: number) =>
    edits.push({ start: from - start, end: to - start, text, origin: (origin ?? from) - start });
  /** Blanks instead of `[from, to)`; line breaks stay. */
  const blank = (from: number, to: number) => {
    const text = file.text.slice(from, to).replace(/[^\r\n\u2028\u2029]/g, " ");
    edits.push({ start: from - start, end: to - start, text });
  };
  /** `text` starts with a name: keep it apart from a keyword that ends right here. */
  const insertName = (at: number, text: string, origin?: number) =>
    insert(at, /[\p{ID_Continue}$]/u.test(file.text[at - 1] ?? "") ? ` ${text}` : text, origin);

  // --- types ---------------------------------------------------------------------------------

  const tensorIn = new Map<typescript.Type, "tensor" | "maybe" | "none">();
  function tensorness(node: typescript.Expression): "tensor" | "maybe" | "scalar" | "none" {
    if (ts.isNumericLiteral(node)) return "scalar";
    const type = checker.getTypeAtLocation(node);
    const { TypeFlags } = ts;
    if (type.flags & (TypeFlags.NumberLike | TypeFlags.BooleanLike)) return "scalar";
    if (type.flags & TypeFlags.Any) return "maybe";
    let known = tensorIn.get(type);
    if (known === undefined) {
      const { tensor, rest } = splitTensor(
        ts,
        type,
        (t) => checker.getBaseConstraintOfType(t),
        (s) => checker.getDeclaredTypeOfSymbol(s),
        (t) => checker.getBaseTypes(t),
      );
      const any = rest.some((t) => t.flags & TypeFlags.Any);
      known =
        tensor !== undefined ? (rest.length === 0 ? "tensor" : "maybe") : any ? "maybe" : "none";
      tensorIn.set(type, known);
    }
    if (known !== "none") return known;
    const scalar = TypeFlags.NumberLike | TypeFlags.BooleanLike;
    const parts = type.flags & TypeFlags.Union ? (type as typescript.UnionType).types : [type];
    return parts.some((part) => part.flags & scalar) ? "scalar" : "none";
  }

  const canBeTensor = (kind: ReturnType<typeof tensorness>) =>
    kind === "tensor" || kind === "maybe";

  // --- names ---------------------------------------------------------------------------------

  /** Is `node` a reference to what the header declares under its name? */
  function refersToHeader(node: typescript.Identifier): boolean {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    const declaration = symbol?.declarations?.[0];
    return (
      declaration !== undefined && declaration.getSourceFile() === file && declaration.end <= start
    );
  }

  function visitIdentifier(node: typescript.Identifier): void {
    const { text } = node;
    if (input.cellNames.has(text)) {
      if (!refersToHeader(node)) return;
      usedCells.add(text);
      const from = node.getStart(file);
      const box = `$$${text}`;
      const target = isAssignmentTarget(node);
      const access = target ? `${box}.v` : `${box}.get()`;
      if (ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node) {
        replace(from, node.end, `${text}: ${access}`);
      } else if (!target && isCalleeOfNew(node)) {
        replace(from, node.end, `(${access})`);
      } else {
        replace(from, node.end, access);
      }
    } else if (input.preludeNames.has(text)) {
      if (!usedPrelude.has(text) && refersToHeader(node)) usedPrelude.add(text);
    } else if (moduleNames.includes(text)) {
      usedModule.add(text);
    }
  }

  // --- statements and expressions ------------------------------------------------------------

  function visit(node: typescript.Node): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    switch (node.kind) {
      case ts.SyntaxKind.Identifier:
        visitIdentifier(node as typescript.Identifier);
        return;
      case ts.SyntaxKind.InterfaceDeclaration:
      case ts.SyntaxKind.TypeAliasDeclaration:
        return;
      case ts.SyntaxKind.ExpressionWithTypeArguments:
        visit((node as typescript.ExpressionWithTypeArguments).expression);
        return;
      case ts.SyntaxKind.BinaryExpression:
        visitBinary(node as typescript.BinaryExpression);
        return;
      case ts.SyntaxKind.PrefixUnaryExpression:
        visitPrefix(node as typescript.PrefixUnaryExpression);
        return;
      case ts.SyntaxKind.IfStatement:
      case ts.SyntaxKind.WhileStatement:
      case ts.SyntaxKind.DoStatement:
        checkCondition((node as typescript.IfStatement | typescript.WhileStatement).expression);
        break;
      case ts.SyntaxKind.ForStatement:
        checkCondition((node as typescript.ForStatement).condition);
        break;
      case ts.SyntaxKind.ConditionalExpression:
        checkCondition((node as typescript.ConditionalExpression).condition);
        break;
      case ts.SyntaxKind.ImportDeclaration:
        visitImport(node as typescript.ImportDeclaration);
        return;
      case ts.SyntaxKind.ImportEqualsDeclaration:
        visitImportEquals(node as typescript.ImportEqualsDeclaration);
        return;
      case ts.SyntaxKind.ExportDeclaration:
        visitExport(node as typescript.ExportDeclaration);
        return;
      case ts.SyntaxKind.ImportKeyword: // of import(…)
        replace(node.getStart(file), node.end, "$$.import");
        return;
      case ts.SyntaxKind.MetaProperty:
        if ((node as typescript.MetaProperty).keywordToken === ts.SyntaxKind.ImportKeyword) {
          replace(node.getStart(file), node.end, "$$.meta");
        }
        return;
      case ts.SyntaxKind.HeritageClause:
        if ((node as typescript.HeritageClause).token === ts.SyntaxKind.ImplementsKeyword) return;
        break;
      case ts.SyntaxKind.Decorator: {
        // `@x(1)` of an earlier x: only a parenthesised expression may hold the second call.
        insert(node.getStart(file) + 1, "(");
        ts.forEachChild(node, visit);
        insert(node.end, ")");
        return;
      }
    }
    if (ts.canHaveModifiers(node)) {
      const modifiers = ts.getModifiers(node) ?? [];
      if (modifiers.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword)) return;
    }
    if (ts.isFunctionLike(node) && !("body" in node && node.body)) return; // an overload
    ts.forEachChild(node, visit);
  }

  function visitBinary(node: typescript.BinaryExpression): void {
    const { left, right, operatorToken } = node;
    const token = ts.tokenToString(operatorToken.kind)!;
    const name = operatorFunction(token);
    if (name === undefined || !usesTensorOperator(token, left, right)) {
      visit(left);
      visit(right);
      return;
    }
    const opStart = operatorToken.getStart(file);
    const close = skipTypeAssertions(right).end;
    if (isCompound(token)) {
      visitCompound(node, `$$.${name}`, opStart, close);
      return;
    }
    insertName(left.getStart(file), `$$.${name}(`, opStart);
    visit(left);
    replace(opStart, operatorToken.end, ",");
    visit(right);
    insert(close, ")");
  }

  function usesTensorOperator(
    token: string,
    left: typescript.Expression,
    right: typescript.Expression,
  ): boolean {
    const l = tensorness(left);
    if (l === "none") {
      // A null or a string beside a tensor: JavaScript's own meaning, or an error already given.
      if (!isEquality(token) || !canBeTensor(tensorness(right))) return false;
      return !isNullishLiteral(left);
    }
    const r = tensorness(right);
    if (r === "none") return isEquality(token) && canBeTensor(l) && !isNullishLiteral(right);
    return canBeTensor(l) || canBeTensor(r);
  }

  /** `target op= value`, every part of the target evaluated once and before the value. */
  function visitCompound(
    node: typescript.BinaryExpression,
    operator: string,
    opStart: number,
    close: number,
  ): void {
    const { operatorToken, right } = node;
    const target = skipWrappers(node.left);
    const isSuper = (e: typescript.Node) => e.kind === ts.SyntaxKind.SuperKeyword;
    if (ts.isIdentifier(target)) {
      const own = !(input.cellNames.has(target.text) && refersToHeader(target));
      visit(node.left);
      replace(
        opStart,
        operatorToken.end,
        `= ${operator}(${own ? target.text : `$$${target.text}.get()`},`,
      );
    } else if (
      (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) &&
      !isSuper(target.expression) &&
      !(ts.isPropertyAccessExpression(target) && ts.isPrivateIdentifier(target.name))
    ) {
      insertName(node.left.getStart(file), "$$.set($$.at(", opStart);
      visit(target.expression);
      if (ts.isPropertyAccessExpression(target)) {
        const dot = lastTokenBefore(target.name, ".");
        replace(dot, dot + 1, ",");
        replace(target.name.getStart(file), target.name.end, JSON.stringify(target.name.text));
        insert(target.end, ")");
      } else {
        const bracket = lastTokenBefore(target.argumentExpression, "[");
        replace(bracket, bracket + 1, ",");
        visit(target.argumentExpression);
        replace(target.end - 1, target.end, ")");
      }
      replace(opStart, operatorToken.end, `, ${operator},`, opStart);
    } else {
      // `this.#w -= g`, `super.w -= g`: no helper may see the target, so it is written twice.
      const object = (target as typescript.PropertyAccessExpression).expression;
      const key = ts.isElementAccessExpression(target) ? target.argumentExpression : undefined;
      const repeatable = (e: typescript.Node | undefined) =>
        e === undefined ||
        ts.isIdentifier(e) ||
        ts.isLiteralExpression(e) ||
        isSuper(e) ||
        e.kind === ts.SyntaxKind.ThisKeyword;
      if (!repeatable(object) || !repeatable(key) || touchesCells(target)) {
        problems.push({
          node: target,
          message:
            `compound assignment to a tensor in '${target.getText(file)}' would evaluate its ` +
            "object twice. Keep the object in a variable first.",
        });
      }
      const again = target.getText(file);
      replace(opStart, operatorToken.end, `= ${operator}(${again},`);
    }
    visit(right);
    insert(close, ")");
  }

  /** The offset of the `token` that stands between an access's object and `part`. */
  function lastTokenBefore(part: typescript.Node, token: "." | "["): number {
    for (const child of part.parent.getChildren(file)) {
      if (child.end <= part.getStart(file) && child.getText(file) === token) {
        return child.getStart(file);
      }
    }
    throw new Error(`internal: no '${token}' before '${part.getText(file)}'`);
  }

  function touchesCells(node: typescript.Node): boolean {
    if (ts.isIdentifier(node) && input.cellNames.has(node.text)) return refersToHeader(node);
    return ts.forEachChild(node, (child) => touchesCells(child) || undefined) ?? false;
  }

  function visitPrefix(node: typescript.PrefixUnaryExpression): void {
    const from = node.getStart(file);
    if (node.operator === ts.SyntaxKind.ExclamationToken) checkCondition(node.operand);
    if (node.operator !== ts.SyntaxKind.MinusToken || !canBeTensor(tensorness(node.operand))) {
      visit(node.operand);
      return;
    }
    insertName(from, "", from);
    const glued = /[\p{ID_Continue}$]/u.test(file.text[from - 1] ?? "");
    replace(from, from + 1, `${glued ? " " : ""}$$.negative(`, from);
    visit(node.operand);
    insert(skipTypeAssertions(node.operand).end, ")");
  }

  function checkCondition(node: typescript.Expression | undefined): void {
    if (node === undefined || tensorness(node) !== "tensor") return;
    problems.push({
      node,
      message:
        "a Tensor is always true as a condition. Take its value with .item(), or choose " +
        "between tensors with where(condition, a, b).",
    });
  }

  // --- modules -------------------------------------------------------------------------------

  function visitImport(node: typescript.ImportDeclaration): void {
    blank(node.getStart(file), node.end);
    const clause = node.importClause;
    const isValue = (name: typescript.Identifier) => {
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return true;
      const aliased = checker.getAliasedSymbol(symbol);
      return aliased.escapedName === "unknown" || (aliased.flags & ts.SymbolFlags.Value) !== 0;
    };
    const parts: string[] = [];
    let module = `await $$.import(${node.moduleSpecifier.getText(file)}${importOptions(node)})`;
    if (clause !== undefined) {
      if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return;
      const bindings = clause.namedBindings;
      if (clause.name && isValue(clause.name)) parts.push(`default: ${clause.name.text}`);
      if (bindings && ts.isNamespaceImport(bindings)) {
        if (parts.length === 0) {
          imports.push(`const ${bindings.name.text} = ${module};`);
          return;
        }
        imports.push(`const ${bindings.name.text} = ${module};`);
        module = bindings.name.text;
      } else {
        for (const { name, propertyName, isTypeOnly } of bindings?.elements ?? []) {
          if (isTypeOnly || !isValue(name)) continue;
          parts.push(propertyName ? `${propertyName.getText(file)}: ${name.text}` : name.text);
        }
      }
      if (parts.length === 0) return; // only types
      imports.push(`const { ${parts.join(", ")} } = ${module};`);
      return;
    }
    imports.push(`${module};`);
  }

  function importOptions(node: typescript.ImportDeclaration): string {
    if (node.attributes === undefined) return "";
    const entries = node.attributes.elements.map((e) => e.getText(file)).join(", ");
    return `, { with: { ${entries} } }`;
  }

  function visitImportEquals(node: typescript.ImportEqualsDeclaration): void {
    const reference = node.moduleReference;
    if (node.isTypeOnly || !ts.isExternalModuleReference(reference)) return;
    blank(node.getStart(file), node.end);
    imports.push(`const ${node.name.text} = $$.require(${reference.expression.getText(file)});`);
  }

  function visitExport(node: typescript.ExportDeclaration): void {
    blank(node.getStart(file), node.end);
    if (node.moduleSpecifier && !node.isTypeOnly) {
      imports.push(`await $$.import(${node.moduleSpecifier.getText(file)});`);
    }
  }

  // --- the whole -----------------------------------------------------------------------------

  const statements = file.statements.filter((s) => {
    const from = s.getStart(file);
    return from >= start && from < end;
  });
  for (const statement of statements) {
    if (ts.canHaveModifiers(statement)) {
      for (const modifier of ts.getModifiers(statement) ?? []) {
        const { kind } = modifier;
        if (kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword) {
          blank(modifier.getStart(file), modifier.end);
        }
      }
    }
    if (ts.isExportAssignment(statement)) {
      const from = statement.getStart(file);
      blank(from, statement.expression.getStart(file));
    }
    visit(statement);
  }

  const last = statements.at(-1);
  const shown =
    last !== undefined &&
    ((ts.isExpressionStatement(last) && file.text[last.end - 1] !== ";") ||
      (ts.isExportAssignment(last) && !last.isExportEquals));
  if (shown) {
    const { expression } = last as typescript.ExpressionStatement;
    edits.unshift({
      start: expression.getStart(file) - start,
      end: expression.getStart(file) - start,
      text: "return ",
    });
  }

  const values = declared.filter((name) => name.kind !== "type");
  const clash = values.find((entry) => entry.name.startsWith("$$"));
  if (clash !== undefined) {
    problems.push({
      node: file,
      message: `'${clash.name}': names that begin with $$ are reserved for Hypatia. Rename it.`,
    });
  }
  const list = (names: Iterable<string>) => [...names].join(", ");
  const first = [
    '"use strict";',
    usedModule.size > 0 ? `const { ${list(usedModule)} } = $$.module;` : "",
    usedPrelude.size > 0 ? `const { ${list(usedPrelude)} } = $$.prelude;` : "",
    usedCells.size > 0
      ? `const { ${list([...usedCells].map((name) => `${name}: $$${name}`))} } = $$.names;`
      : "",
    ...values.map(({ name, kind }) =>
      kind === "let"
        ? `$$.declare("${name}", () => ${name}, ($$v) => { ${name} = $$v; });`
        : `$$.declare("${name}", () => ${name});`,
    ),
    ...imports,
  ]
    .filter((text) => text !== "")
    .join(" ");
  edits.unshift({ start: 0, end: 0, text: `${first} `, origin: 0 });

  const unsupported: typescript.Node[] = [];
  const blanked = eraseTypes(file, (node) => unsupported.push(node)).slice(start, end);
  if (unsupported.length > 0 || needsTranspile(statements)) {
    const { js, map } = transpile(applyEdits(file.text.slice(start, end), edits));
    return { js, map, problems };
  }
  const { text, map } = applyEdits(blanked, edits);
  return { js: text, map, problems };
}

/** The expression inside `e as T`, `e satisfies T` and `e!`: what is left of it in JavaScript. */
function skipTypeAssertions(node: typescript.Expression): typescript.Expression {
  while (
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    node = node.expression;
  }
  return node;
}

/** The same without parentheses too. */
function skipWrappers(node: typescript.Expression): typescript.Expression {
  const inner = skipTypeAssertions(node);
  return ts.isParenthesizedExpression(inner) ? skipWrappers(inner.expression) : inner;
}

function isNullishLiteral(node: typescript.Expression): boolean {
  return (
    node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === "undefined")
  );
}

/** Does `node`, or a pattern or wrapper that it stands in, get assigned to? */
function isAssignmentTarget(node: typescript.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    const { FirstAssignment, LastAssignment, EqualsToken } = ts.SyntaxKind;
    if (parent.left !== node || kind < FirstAssignment || kind > LastAssignment) return false;
    // `[x = 1] = e`: the assignment is a default value inside a pattern, and x still its target.
    return kind === EqualsToken || !ts.isArrayLiteralExpression(node);
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
    return parent.operator === PlusPlusToken || parent.operator === MinusMinusToken;
  }
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent))
    return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) {
    return parent.initializer === node && isAssignmentTarget(parent.parent);
  }
  if (ts.isShorthandPropertyAssignment(parent)) {
    return parent.name === node && isAssignmentTarget(parent.parent);
  }
  if (
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent)
  ) {
    return isAssignmentTarget(parent);
  }
  return false;
}

/** `new x()`, `new x.y()`: a call in that place would end the callee. */
function isCalleeOfNew(node: typescript.Node): boolean {
  const { parent } = node;
  if (ts.isNewExpression(parent)) return parent.expression === node;
  const access = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
  if ((access || ts.isNonNullExpression(parent)) && parent.expression === node) {
    return isCalleeOfNew(parent);
  }
  return false;
}

/** Syntax that Node does not run yet: decorators, `using`, `accessor`. */
function needsTranspile(nodes: readonly typescript.Node[]): boolean {
  const found = (node: typescript.Node): boolean => {
    if (node.kind === ts.SyntaxKind.Decorator || node.kind === ts.SyntaxKind.AccessorKeyword) {
      return true;
    }
    if (ts.isVariableDeclarationList(node)) {
      // `using` has a flag of its own; `await using` has those of both using and const.
      if ((node.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) return true;
    }
    return ts.forEachChild(node, (child) => found(child) || undefined) ?? false;
  };
  return nodes.some(found);
}
