/** What to write in a cell instead of Python's syntax, which the parser only trips over. */
import { asserting } from "./foreign.js";

/** A line of a cell, the advice for it; the first that fits is given. */
type Habit = readonly [line: RegExp, advice: string];

const habits: readonly Habit[] = [
  [/^\s*(?:async\s+)?def\s/, "Write function f(x) { … }, or const f = (x) => …."],
  [/\blambda\b/, "Write (x) => x + 1."],
  [
    /^\s*(?:import\s+|from\s+)(?:numpy|torch|tensorflow|keras|jax|theano|math|scipy|matplotlib)\b/,
    "Nothing is imported for that: zeros(3), mean(x), grad(y, x), random.normal(3), plot(y).",
  ],
  [
    /^\s*(?:import\s+[\w.]+(?:\s+as\s+\w+)?|from\s+[\w.]+\s+import\s.*)\s*$/,
    'Write import { name } from "package", or import * as name from "package".',
  ],
  [/^\s*import\s.*\sfrom\s+[^"'\s]/, 'The package stands in quotes: from "node:fs".'],
  [/[[({].*\sfor\s+[\w, ]+\sin\s/, "Write xs.map((x) => …), and xs.filter((x) => …)."],
  [
    /^\s*for\s+[\w, ]+\s+in\s/,
    "Write for (let i = 0; i < n; i++) { … } to count, for (const x of xs) { … } for a list.",
  ],
  [/^\s*(?:try|except\b.*|finally)\s*:/, "Write try { … } catch (error) { … }."],
  [/^\s*raise\b/, "Write throw new Error(…)."],
  [/^\s*assert\s/, asserting],
  [/^\s*with\s[^{]*:/, "There is no with: write const file = …, and close it when it is done."],
  [
    /^\s*(?:(?:if|while)\s+[^\s(].*|(?:if|while)\b.*:\s*|elif\b.*|else\s*:.*)$/,
    "Write if (a === b) { … } else if (c) { … } else { … }, and while (a) { … }.",
  ],
  [/^\s*class\s+\w+\s*(?:\(.*\))?\s*:/, "Write class A { … }, or class A extends B { … }."],
  [/^\s*print\s/, "Write console.log(…), or end the cell with what it should show."],
  [/\bnot\s+in\s/, "Write !xs.includes(x)."],
  [/\bis\s+(?:not\s+)?\w/, "Write a === b, and a !== b for is not."],
  [/(?:^|[\s(])(?:not|and|or)\s+\S/, "Write && for and, || for or, ! for not."],
  [/'''|"""/, "Text of several lines stands in backticks: `…`."],
  [/(?<![\w$])f["']/, "Write `${n} steps` in backticks."],
  [/(?<![\w$])r["']/, "Write String.raw`…`."],
  [/[“”‘’]/, "Quotes are straight: \" or '."],
  [/(?:^|\s)#(?!\w+\s*[=;(])/, "A comment begins with //."],
  [
    /[\w$)\]]\[[^\]?]*:[^\]?]*\]/,
    "Write x.at(range(0, 5)) for a slice, x.at(null, 1) for a whole axis and a position.",
  ],
  [/[\w$)\]]\s*@\s*[\w$(]/, "The matrix product is dot(a, b), or matmul(a, b)."],
  [
    /^\s*\{\s*(?:["'][^"']*["']|\w+)\s*:/,
    "A line that begins with { is a block: write const d = { … }, or ({ … }).",
  ],
];

const keywordArguments = "There are no keyword arguments: options are written { name: value }.";

/** For a line that the parser does not understand from a column on, counted from 0. */
export function pythonAdvice(line: string, column: number): string | undefined {
  const isNamed = line[column] === ":" && /[\w$]\([^{}]*$/.test(line.slice(0, column));
  const code = line.replace(/(["'`])(?:\\.|(?!\1).)*\1/g, "$1$1").replace(/\/\/.*/, "");
  const found = habits.find(([pattern]) => pattern.test(code))?.[1];
  return found ?? (isNamed ? keywordArguments : undefined);
}
