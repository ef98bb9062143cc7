/** What to do about a message of the checker, where it leaves that open. */
import type typescript from "typescript";
import {
  dtypeNames,
  foreignFunctions,
  foreignMembers,
  foreignMethods,
  foreignModules,
  foreignNames,
  foreignRandom,
  foreignTypes,
} from "./foreign.js";
import { nearestName } from "./spelling.js";
import { ts } from "./typescript.js";

/** A diagnostic's place, and who can tell more about it. */
export interface Finding {
  readonly message: string;
  readonly code: number;
  readonly file: typescript.SourceFile;
  readonly start: number;
  readonly end: number;
  readonly checker: typescript.TypeChecker;
  /** What cells can call by name; the checker knows only those that this cell mentions. */
  readonly names: Iterable<string>;
}

/** Lines of advice; none where the message says it all. */
export function remedyFor(finding: Finding): string[] {
  const advice = remedies[finding.code]?.(finding);
  return [...(advice === undefined ? [] : [advice]), ...callAdvice(finding)];
}

type Remedy = (finding: Finding) => string | undefined;

const quoted = ({ message }: Finding): string => /'([^']+)'/.exec(message)?.[1] ?? "it";

const assigned: Remedy = (finding) =>
  `Declare it with let to assign to it, or declare ${quoted(finding)} again. A shared variable ` +
  "changes by x.set(value) and by the updates of a function.";

const operand: Remedy = ({ message, file, start, end, checker }) => {
  if (message.includes("Promise<")) return "It is a promise: write await in front of it.";
  const node = nodeAt(file, start, end);
  const expression = ts.isBinaryExpression(node) ? node : node.parent;
  if (ts.isStringLiteral(node) && /^\s*\*/.test(file.text.slice(node.end)))
    return `Write ${node.getText(file)}.repeat(3).`;
  if (ts.isStringLiteral(node) && /^\s*%/.test(file.text.slice(node.end)))
    return "Write `${n} steps` in backticks.";
  const bits = ts.isBinaryExpression(expression)
    ? bitFunctions[expression.operatorToken.getText(file)]
    : undefined;
  const isTensor = /\bTensor\b/.test(checker.typeToString(checker.getTypeAtLocation(node)));
  if (bits !== undefined && isTensor) return `On tensors write ${bits}.`;
  return message.includes("Tensor")
    ? "Operators take tensors, numbers and booleans. Make a tensor of other data first."
    : undefined;
};

const bitFunctions: Readonly<Record<string, string>> = {
  "&": "logicalAnd(a, b) for truth values, bitwiseAnd(a, b) for integers",
  "|": "logicalOr(a, b) for truth values, bitwiseOr(a, b) for integers",
  "^": "logicalXor(a, b) for truth values, bitwiseXor(a, b) for integers",
  "<<": "leftShift(a, b)",
  ">>": "rightShift(a, b)",
};

/** A type that does not fit where another is wanted. */
const misfit: Remedy = ({ message, file, start, end }) => {
  const [from = "", to = ""] = [
    ...(/ype '([^']*)' is not assignable to (?:parameter of )?type '([^']*)'/.exec(message) ?? []),
  ].slice(1);
  const isTensor = /^(?:Tensor|SharedVariable)$/.test(from);
  if (/^Promise</.test(from)) return "It is a promise: write await in front of it.";
  if (isTensor && to === "number") {
    const call = callAround(nodeAt(file, start, end));
    const isMath = call?.expression.getText(file).startsWith("Math.") ?? false;
    return isMath
      ? "The functions of Math are for numbers: use those of tensors, such as sqrt(x), or x.item()."
      : "x.item() is the number in a tensor of one element.";
  }
  if (isTensor && to.startsWith("AxisArgument")) {
    const called = callAround(nodeAt(file, start, end))?.expression.getText(file);
    const larger = called === "max" ? "larger" : called === "min" ? "smaller" : undefined;
    return larger === undefined
      ? undefined
      : `Of two tensors the ${larger} elements are ${called}imum(a, b), of two numbers Math.${called}(a, b).`;
  }
  if (isTensor && to === "readonly Tensor[]") return "Put it in a list: [x].";
  if (/^(?:Dim|Size)$/.test(from)) return "Number(size) is its number, if it is not symbolic.";
  if (to.includes("readonly [SharedVariable, Operand]"))
    return "Updates are a list of pairs: [[w, next], …].";
  if (/^"/.test(to) && dtypeNames[from.slice(1, -1)] !== undefined)
    return `It is called "${dtypeNames[from.slice(1, -1)]}" here.`;
  if (to === "Index")
    return "An axis is indexed by a number, range(…), null, a list of numbers or an integer tensor.";
  return /\b(?:Operand|TensorData|NestedArray)\b/.test(to)
    ? "Tensors are made of numbers, booleans, nested arrays of them, and typed arrays."
    : undefined;
};

const unknownName: Remedy = (finding) => {
  const { message, file, start, end, names } = finding;
  const name = /name '([^']+)'/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const { parent } = nodeAt(file, start, end);
  if (ts.isTypeReferenceNode(parent) && foreignTypes[name] !== undefined)
    return `Write ${foreignTypes[name]}.`;
  if (foreignNames[name] !== undefined) return foreignNames[name];
  const member = ts.isPropertyAccessExpression(parent) ? parent.name.text : "";
  if (foreignModules[name]?.[member] !== undefined) return foreignModules[name][member];
  const isCalled = ts.isCallExpression(parent) && parent.expression.end === end;
  if (isCalled && foreignFunctions[name] !== undefined) return foreignFunctions[name];
  if (dtypeNames[name] !== undefined || Object.values(dtypeNames).includes(name))
    return `A dtype is a text: "${dtypeNames[name] ?? name}".`;
  const isKeyword =
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isCallExpression(parent.parent);
  if (isKeyword && name === "axis")
    return `The axis is an argument by itself: ${axisCall(parent.parent.expression, file)}.`;
  if (isKeyword) return "There are no keyword arguments: options are written { name: value }.";
  const near = nearestName(name, names);
  if (near === undefined) {
    const fresh = declaration(nodeAt(file, start, end), name);
    if (fresh !== undefined) return fresh;
    if (message.includes("Did you mean")) return undefined;
  }
  const question = near ? `did you mean ${near}?` : "has the cell that declares it been run?";
  return `Nothing in this session is called ${name}; ${question}`;
};

/** `n = 5` and `a, b = 1, 2`, where other languages make the names. */
function declaration(node: typescript.Node, name: string): string | undefined {
  const isAssignment = (of: typescript.Node): of is typescript.AssignmentExpression<never> =>
    ts.isBinaryExpression(of) && of.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.CommaToken)
    return isAssignment(parent.right)
      ? "Several names are declared in brackets: const [a, b] = [1, 2]."
      : undefined;
  const target = ts.isArrayLiteralExpression(parent) ? parent : node;
  return isAssignment(target.parent) && target.parent.left === target
    ? `A new name is declared: const ${name} = …, or let ${name} = … to change it later.`
    : undefined;
}

/** A property that is not there, by the name that other libraries give it. */
const unknownProperty: Remedy = ({ message }) => {
  const [name = "", type = ""] = [
    ...(/'([^']+)' does not exist on type '([^']+)'/.exec(message) ?? []),
  ].slice(1);
  if (type.startsWith("Promise<")) return `It is a promise: write (await x).${name}.`;
  if (type.startsWith("CompiledFunction<")) return `Call it first: f(…).${name}.`;
  if (type === "random") return foreignRandom[name];
  if (type === "Nested") return `Say how deep the array is: x.toArray(1).${name}(…).`;
  if (!/^(?:Tensor|SharedVariable)$/.test(type)) return foreignMembers[name];
  if (numberMethods.has(name)) return `Take the number first: x.item().${name}(…).`;
  if (listMethods.has(name))
    return `A tensor is not a list: x.at(…) picks elements, x.toArray(1).${name}(…) is JavaScript's.`;
  return foreignMethods[name];
};

const numberMethods = new Set(["toFixed", "toPrecision", "toExponential", "toLocaleString"]);
const listMethods = new Set(["map", "forEach", "filter", "slice", "reduce", "push", "indexOf"]);
/** `s.length()`. */
const called: Remedy = ({ message }) =>
  /Type '(?:Number|String|Boolean|Tensor|Shape)' has no call signatures/.test(message)
    ? "It is a value, not a function: write it without ()."
    : undefined;

/** `zeros((2, 3))`, of which JavaScript takes the 3. */
const comma: Remedy = ({ file, start, end }) =>
  ts.isElementAccessExpression(nodeAt(file, start, end).parent.parent)
    ? "Several positions are written x.at(0, 1)."
    : "A list, or a shape, is written [2, 3]: of (2, 3) only the last counts.";

const iterated: Remedy = ({ message }) => {
  if (message.includes("'AxisRange'"))
    return "range is for x.at(…). Count with for (let i = 0; i < n; i++).";
  return /'(?:Tensor|SharedVariable)'/.test(message)
    ? "A tensor is not a list: take x.toArray(), or x.at(i) for one row after the other."
    : undefined;
};

/** A module. */
const missing: Remedy = (finding) => {
  const name = quoted(finding);
  if (/^[./]/.test(name)) return "Paths are taken from the notebook's folder.";
  const parts = name.split("/").slice(0, name.startsWith("@") ? 2 : 1);
  return `Install it in the notebook's folder: npm install ${parts.join("/")}`;
};

/** `x.sum({ axis: 0 })`: the axis among the options. */
/** `x.at(0, 1) = 3`. */
const assignedTo: Remedy = ({ file, start, end, checker }) => {
  const call = nodeAt(file, start, end);
  const target = ts.isCallExpression(call) ? call : call.parent;
  return /^(?:Tensor|SharedVariable)$/.test(checker.typeToString(checker.getTypeAtLocation(target)))
    ? "Tensors never change: compute a new one, with where or concat."
    : undefined;
};

const option: Remedy = ({ message, file, start, end }) => {
  const called = callAround(nodeAt(file, start, end))?.expression;
  return message.includes("'axis' does not exist in type 'readonly number[]'") && called
    ? `The axis is an argument by itself: ${axisCall(called, file)}.`
    : undefined;
};

function axisCall(called: typescript.Expression, file: typescript.SourceFile): string {
  const name = called.getText(file);
  const x = ts.isPropertyAccessExpression(called) ? "" : "x, ";
  return `${name}(${x}0), or ${name}(${x}[0, 1])`;
}

/** By TypeScript's number. */
const remedies: Readonly<Record<number, Remedy>> = {
  2304: unknownName,
  2349: called,
  2695: comma,
  2552: unknownName,
  2307: missing,
  2882: missing,
  2322: misfit,
  2339: unknownProperty,
  2551: unknownProperty,
  2345: misfit,
  2353: option,
  2362: operand,
  2364: assignedTo,
  2363: operand,
  2365: operand,
  2488: iterated,
  2538: ({ message }) =>
    /'(?:Tensor|SharedVariable)'/.test(message)
      ? "The shape would depend on the data: write where(mask, x, 0). Positions go in " +
        "x.take(indices, axis)."
      : undefined,
  2588: assigned,
  2739: ({ message }) =>
    message.includes("'SharedVariable'")
      ? "Only shared variables are updated: make it with shared(value, name)."
      : undefined,
  2632: assigned,
  2839: () => "Compare what they hold: String(a) === String(b).",
  17006: () => "Write -(x ** y) or (-x) ** y.",
};

// --- calls ---------------------------------------------------------------------------------------

/** Messages about the arguments of a call: how it is called, and what its options are. */
const aboutCalls = new Set([2345, 2353, 2554, 2555, 2559, 2561, 2769]);
const mostSignatures = 3;
const mostOptions = 12;
const longestSignature = 300;

function callAdvice({ code, message, file, start, end, checker }: Finding): string[] {
  if (!aboutCalls.has(code)) return [];
  const node = nodeAt(file, start, end);
  const call = callAround(node);
  if (call === undefined) return [];
  const called = call.expression.getText(file);
  const name = called.length > 40 ? "it" : called;
  const signatures = checker.getTypeAtLocation(call.expression).getCallSignatures();
  const texts = signatures.slice(0, mostSignatures).map((signature) => {
    const text = checker.signatureToString(signature, undefined, ts.TypeFormatFlags.NoTruncation);
    return text.replace(/(\?: [^,()]+) \| undefined/g, "$1");
  });
  if (texts.some((text) => text.length > longestSignature)) return [];
  const takesShape = texts.some((text) => text.startsWith("(shape: "));
  const isNumber = code === 2554 || /^Type '-?\d/.test(message);
  const isSpread = takesShape && isNumber && call.arguments.every(ts.isNumericLiteral);
  const sizes = call.arguments.map((size) => size.getText(file)).join(", ");
  return [
    ...(isSpread ? [`A shape is one list: ${name}([${sizes}]).`] : []),
    ...texts.map((text) => name + text),
    ...optionsOf(node, checker),
  ];
}

/** `ReduceOptions: keepDims`: what an object with options may hold, where it holds something else. */
function optionsOf(node: typescript.Node, checker: typescript.TypeChecker): string[] {
  const literal = node.parent.parent as typescript.Node | undefined;
  if (!ts.isPropertyName(node) || !literal || !ts.isObjectLiteralExpression(literal)) return [];
  const wanted = checker.getContextualType(literal);
  const parts = wanted?.isUnion() ? wanted.types : wanted ? [wanted] : [];
  return parts.flatMap((part) => {
    const names = part.getProperties().map(({ name }) => name);
    const isOptions = part.isClassOrInterface() && names.length > 0 && names.length <= mostOptions;
    return isOptions ? [`${checker.typeToString(part)}: ${names.join(", ")}`] : [];
  });
}

/** The call in whose callee or arguments a node lies. */
function callAround(node: typescript.Node): typescript.CallExpression | undefined {
  let outer = node.parent;
  while (outer !== undefined && !ts.isStatement(outer) && !ts.isFunctionLike(outer)) {
    if (ts.isCallExpression(outer)) return outer;
    outer = outer.parent;
  }
  return undefined;
}

/** The innermost node that covers a range. */
function nodeAt(file: typescript.SourceFile, start: number, end: number): typescript.Node {
  let found: typescript.Node = file;
  const visit = (node: typescript.Node): void => {
    if (node.getStart(file) > start || node.end < end) return;
    found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}
