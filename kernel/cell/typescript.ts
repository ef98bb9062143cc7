/**
 * The TypeScript that checks cells: the pinned release, with the two functions of its checker that
 * type operators patched to know tensors, and `ts-blank-space` on top of the same copy.
 *
 * The patch is made in the source text when it is loaded. If the text is not the one it was written
 * for, loading fails and says so: a checker that silently ignores operators would be worse.
 * V8's compiled code is kept in the user's cache directory, which makes loading 3 times faster.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import type typescript from "typescript";
import { readCodeCache, writeCodeCache } from "./codecache.js";
import { type OperatorTypes, operatorTypes } from "./operators.js";

const pinned = "6.0.3";

const replacements: readonly (readonly [anchor: string, inserted: string])[] = [
  [
    `function createTypeChecker(host) {\n`,
    `  const tensorOperators = hypatiaOperatorTypes({
    ts: typescript_exports,
    getBaseConstraint: (type) => getBaseConstraintOfType(type),
    getDeclaredType: (symbol) => getDeclaredTypeOfSymbol(symbol),
    getBaseTypes: (type) => getBaseTypes(type),
    getUnionType: (types) => getUnionType(types, 2 /* Subtype */),
    isAssignable: (source, target) => isTypeAssignableTo(source, target),
    checkNonNull: (type, node) => checkNonNullType(type, node),
    anyType: () => anyType,
    numberType: () => numberType,
    booleanType: () => booleanType,
    operatorError: (node, operator, left, right) => {
      error2(node, Diagnostics.Operator_0_cannot_be_applied_to_types_1_and_2, operator,
        ...getTypeNamesForErrorDisplay(left, right));
    },
  });\n`,
  ],
  [
    `  function checkBinaryLikeExpressionWorker(left, operatorToken, right, leftType, rightType, checkMode, errorNode) {
    const operator = operatorToken.kind;\n`,
    `    const tensorType = leftType === silentNeverType || rightType === silentNeverType ? void 0
      : tensorOperators.binary(left, operatorToken, right, leftType, rightType, errorNode,
        (l, r) => checkBinaryLikeExpressionWorker(left, operatorToken, right, l, r, checkMode, errorNode));
    if (tensorType) {
      checkAssignmentOperator(tensorType);
      return tensorType;
    }\n`,
  ],
  [
    `  function checkPrefixUnaryExpression(node) {
    const operandType = checkExpression(node.operand);
    if (operandType === silentNeverType) {
      return silentNeverType;
    }\n`,
    `    const tensorType = tensorOperators.negative(node, operandType, (type) => getUnaryResultType(type));
    if (tensorType) {
      return tensorType;
    }\n`,
  ],
];

/** `source` with the patch in it. Throws if it is not the text that the patch was made for. */
export function patchChecker(source: string): string {
  for (const [anchor, inserted] of replacements) {
    const at = source.indexOf(anchor);
    if (at < 0 || source.indexOf(anchor, at + 1) >= 0) {
      throw new Error(
        `internal: cannot teach TypeScript's checker about tensors: ` +
          `"${anchor.trim().split("\n")[0]}" was not found once in its source. ` +
          `This release of Hypatia needs typescript ${pinned}; run "npm ci" to restore it.`,
      );
    }
    source = source.slice(0, at + anchor.length) + inserted + source.slice(at + anchor.length);
  }
  return source;
}

interface Loaded {
  readonly ts: typeof typescript;
  /** Keep V8's compiled code for the next start; call it when the functions in use have run. */
  readonly saveCode: () => void;
}

const packages = createRequire(import.meta.url);

function load(): Loaded {
  const file = packages.resolve("typescript");
  const parameters = "exports, require, module, __filename, __dirname, hypatiaOperatorTypes";
  const text = patchChecker(readFileSync(file, "utf8"));
  // V8 accepts any code whose source has the same length, so the key must name the source itself.
  const key = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const name = `typescript-${pinned}-node${process.version}-${process.arch}-${key}`;
  const cachedData = readCodeCache(name);
  const script = new Script(`(function (${parameters}) {${text}\n})`, {
    filename: file,
    ...(cachedData === null ? {} : { cachedData }),
  });
  const module: { exports: typeof typescript } = { exports: {} as typeof typescript };
  type Wrapper = (
    exports: unknown,
    require: NodeJS.Require,
    module: unknown,
    filename: string,
    dirname: string,
    operators: (internals: Parameters<typeof operatorTypes>[0]) => OperatorTypes,
  ) => void;
  const run = script.runInThisContext() as Wrapper;
  run(module.exports, createRequire(file), module, file, dirname(file), operatorTypes);
  if (module.exports.version !== pinned) {
    throw new Error(
      `internal: found typescript ${module.exports.version}, need ${pinned}; run "npm ci".`,
    );
  }
  const fresh = cachedData === null || script.cachedDataRejected === true;
  return {
    ts: module.exports,
    saveCode: () => {
      if (fresh) writeCodeCache(name, script.createCachedData());
    },
  };
}

export const { ts, saveCode } = load();

type Erase = (
  source: typescript.SourceFile,
  onUnsupported: (node: typescript.Node) => void,
) => string;

/**
 * Types replaced by blanks, every other character where it was; calls `onUnsupported` for syntax
 * that is more than types (enums, parameter properties, namespaces).
 *
 * Imported the ordinary way, ts-blank-space would load a second TypeScript, at 0.4 s and 60 MB.
 */
export const eraseTypes: Erase = (() => {
  const folder = dirname(packages.resolve("ts-blank-space"));
  function commonJs(file: string, resolve: (name: string) => unknown): Record<string, unknown> {
    const { outputText } = ts.transpileModule(readFileSync(join(folder, file), "utf8"), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const exported: Record<string, unknown> = {};
    new Script(`(function (exports, require) {${outputText}\n})`, {
      filename: join(folder, file),
    }).runInThisContext()(exported, resolve);
    return exported;
  }
  const blankString = commonJs("blank-string.js", () => ({}));
  const library = commonJs("index.js", (name) =>
    name === "typescript" ? { __esModule: true, default: ts } : blankString,
  );
  return library.blankSourceFile as Erase;
})();
