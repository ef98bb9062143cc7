/**
 * Expressions as a person writes them: `mean((tanh(x·w + b) − y)²)`, as plain text and as LaTeX.
 * A part that is used more than once and is not short gets a name.
 */
import type { Node } from "./graph.js";
import { topologicalOrder } from "./node.js";
import { type Infix, notation, visible } from "./notation.js";

/** How tightly a notation binds; an operand that binds less tightly is put in parentheses. */
export const level = {
  or: 1,
  and: 2,
  compare: 3,
  sum: 4,
  product: 5,
  /** a × b·c is a × (b·c): the two products are not associative with each other. */
  matrix: 6,
  prefix: 7,
  power: 8,
  atom: 9,
};

const infixLevel: Record<Infix, number> = {
  "+": level.sum,
  "−": level.sum,
  "·": level.matrix,
  "×": level.product,
  mod: level.product,
  "=": level.compare,
  "≠": level.compare,
  "<": level.compare,
  "≤": level.compare,
  ">": level.compare,
  "≥": level.compare,
  "∧": level.and,
  "∨": level.or,
  "⊻": level.or,
  "≪": level.product,
  "≫": level.product,
};

/** How formulas are written in one script: plain text, LaTeX, or MathML for a page. */
export interface Style {
  readonly name: (text: string) => string;
  readonly data: (text: string) => string;
  readonly number: (value: number | bigint) => string;
  /** `rest` is what follows the operands, such as `, 0` for an axis. */
  readonly call: (name: string, args: readonly string[], rest: string) => string;
  readonly infix: Readonly<Record<Infix, string>>;
  readonly parentheses: (text: string) => string;
  readonly fraction: (top: Operand, bottom: Operand) => Written;
  readonly prefix: Readonly<Record<"−" | "¬", string>>;
  readonly superscript: (base: string, exponent: string | number) => string;
  readonly fence: (kind: "abs" | "floor" | "ceil", text: string) => string;
  readonly root: (operand: Operand) => string;
  readonly transposed: (text: string) => string;
  readonly picked: (text: string, positions: string) => string;
  /** Joins the formula and the definitions of the named parts; `more` of them were left out. */
  readonly where: (
    formula: string,
    parts: readonly (readonly [string, string])[],
    more: number,
  ) => string;
}

/** A formula and how tightly it binds. */
interface Written {
  readonly text: string;
  readonly level: number;
}

/** Writes an operand, in parentheses unless it binds at least as tightly as asked. */
export type Operand = (least: number) => string;

const superscripts: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/** f32 literals that stand for short decimals are shown as those. */
export function numberText(value: number | bigint): string {
  if (typeof value === "bigint") return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const short = Number(value.toPrecision(7));
  const shown = Math.fround(short) === Math.fround(value) ? short : value;
  return String(shown).replace("-", "−");
}

const identity = (text: string): string => text;

const plainStyle: Style = {
  name: identity,
  data: identity,
  number: numberText,
  call: (name, args, rest) => `${name}(${args.join(", ")}${rest})`,
  infix: {
    "+": " + ",
    "−": " − ",
    "·": "·",
    "×": " × ",
    mod: " mod ",
    "=": " = ",
    "≠": " ≠ ",
    "<": " < ",
    "≤": " ≤ ",
    ">": " > ",
    "≥": " ≥ ",
    "∧": " ∧ ",
    "∨": " ∨ ",
    "⊻": " ⊻ ",
    "≪": " ≪ ",
    "≫": " ≫ ",
  },
  parentheses: (text) => `(${text})`,
  fraction: (top, bottom) => ({
    text: `${top(level.product)} / ${bottom(level.prefix)}`,
    level: level.product,
  }),
  prefix: { "−": "−", "¬": "¬" },
  superscript: (base, exponent) =>
    typeof exponent === "number"
      ? `${base}${[...String(exponent)].map((digit) => superscripts[digit]).join("")}`
      : `${base}^${exponent}`,
  fence: (kind, text) =>
    kind === "abs" ? `|${text}|` : kind === "floor" ? `⌊${text}⌋` : `⌈${text}⌉`,
  root: (operand) => `√${operand(level.atom)}`,
  transposed: (text) => `${text}ᵀ`,
  picked: (text, positions) => `${text}[${positions}]`,
  where: (text, parts, more) => {
    const lines = parts.map(([name, part]) => `${name} = ${part}`);
    if (more > 0) lines.push(`… and ${more} more`);
    return lines.length === 0 ? text : `${text}\n  where ${lines.join("\n        ")}`;
  },
};

const latexFunctions = new Set(["exp", "log", "sin", "cos", "tanh", "max", "min"]);
/** Names are no commands: what has no escape in both modes of TeX is written with a look-alike. */
const latexEscape = (text: string): string =>
  text
    .replace(/[\\^~\s]/g, (character) => latexLookAlikes[character] ?? " ")
    .replace(/\p{Cc}|\p{Surrogate}|[\u202a-\u202e\u2066-\u2069]/gu, "\ufffd")
    .replace(/[#$%&_{}]/g, "\\$&");
const latexLookAlikes: Readonly<Record<string, string>> = { "\\": "∖", "^": "ˆ", "~": "∼" };
const latexData = (text: string): string =>
  `\\langle\\text{${latexEscape(text.replace(/[⟨⟩]/g, ""))}}\\rangle`;

/** `x` as it is, `w1` with an index, longer names upright. */
function latexName(text: string): string {
  if (text.startsWith("⟨")) return latexData(text);
  const [, letter, index] = /^(\p{L})(\d*)$/u.exec(text) ?? [];
  if (letter) return index ? `${letter}_{${index}}` : letter;
  return `\\mathrm{${latexEscape(text)}}`;
}

const latexStyle: Style = {
  name: latexName,
  data: latexData,
  number: (value) =>
    numberText(value)
      .replace("NaN", "\\mathrm{NaN}")
      .replace("∞", "\\infty")
      .replace("−", "-")
      .replace(/e\+?([−-]?)(\d+)/, (_, sign, digits) => ` \\cdot 10^{${sign && "-"}${digits}}`),
  call: (name, args, rest) => {
    const head = latexFunctions.has(name) ? `\\${name}` : `\\operatorname{${latexEscape(name)}}`;
    return `${head}\\left(${args.join(", ")}${latexEscape(rest)}\\right)`;
  },
  infix: {
    "+": " + ",
    "−": " - ",
    "·": " \\, ",
    "×": " \\odot ",
    mod: " \\bmod ",
    "=": " = ",
    "≠": " \\neq ",
    "<": " < ",
    "≤": " \\leq ",
    ">": " > ",
    "≥": " \\geq ",
    "∧": " \\land ",
    "∨": " \\lor ",
    "⊻": " \\oplus ",
    "≪": " \\ll ",
    "≫": " \\gg ",
  },
  parentheses: (text) => `\\left(${text}\\right)`,
  fraction: (top, bottom) => ({ text: `\\frac{${top(0)}}{${bottom(0)}}`, level: level.prefix }),
  prefix: { "−": "-", "¬": "\\lnot " },
  superscript: (base, exponent) => `{${base}}^{${exponent}}`,
  fence: (kind, text) =>
    kind === "abs" ? `\\left|${text}\\right|` : `\\left\\l${kind} ${text} \\right\\r${kind}`,
  root: (operand) => `\\sqrt{${operand(0)}}`,
  transposed: (text) => `{${text}}^{\\top}`,
  picked: (text, positions) => `${text}[${latexEscape(positions)}]`,
  where: (text, parts, more) => {
    const lines = parts.map(([name, part]) => `${name} = ${part}`);
    if (more > 0) lines.push(`\\text{… and ${more} more}`);
    return lines.length === 0
      ? text
      : `\\begin{aligned}&${[text, ...lines].join("\\\\ &\\quad ")}\\end{aligned}`;
  },
};

/** A part used more than once gets a name when it is longer than this. */
const shortPart = 16;
/** A part that is longer than this gets a name even when it is used once. */
const longPart = 120;

/**
 * The expression in a script, with at most `most` of its named parts. Which parts get names is
 * decided on the plain text, so it is the same in every script.
 */
export function print(root: Node, style: Style, most: number): string {
  const top = visible(root);
  const { order, uses, taken } = survey(top);
  const plain = new Map<Node, Written>();
  const written = new Map<Node, Written>();
  const parts: [string, string][] = [];
  let next = 0;
  const freshName = (): string => {
    let name = "";
    do name = `t${++next}`;
    while (taken.has(name));
    return name;
  };
  for (const of of order) {
    const text = write(of, plain, plainStyle);
    const made = style === plainStyle ? text : write(of, written, style);
    const isRepeated = (uses.get(of) ?? 0) > 1 && text.text.length > shortPart;
    if (of !== top && (isRepeated || text.text.length > longPart)) {
      const name = freshName();
      parts.push([style.name(name), made.text]);
      plain.set(of, { text: name, level: level.atom });
      written.set(of, { text: style.name(name), level: level.atom });
    } else {
      plain.set(of, text);
      written.set(of, made);
    }
  }
  const shown = parts.reverse().slice(0, most);
  return style.where(written.get(top)!.text, shown, parts.length - shown.length);
}

/** The nodes that are shown, operands first; how often each is; and the names that are taken. */
function survey(top: Node): {
  order: readonly Node[];
  uses: ReadonlyMap<Node, number>;
  taken: ReadonlySet<string>;
} {
  const shown = new Set([top]);
  const uses = new Map<Node, number>();
  const taken = new Set<string>();
  for (const of of shown) {
    const { args, ...own } = notation(of);
    if (own.kind === "name") taken.add(own.text);
    for (const arg of args) {
      shown.add(arg);
      uses.set(arg, (uses.get(arg) ?? 0) + 1);
    }
  }
  const order = topologicalOrder([top]).filter((of) => shown.has(of));
  return { order, uses, taken };
}

function write(of: Node, written: ReadonlyMap<Node, Written>, style: Style): Written {
  const shown = notation(of);
  const operand =
    (index: number): Operand =>
    (least) => {
      const { text, level: own } = written.get(shown.args[index])!;
      return own >= least ? text : style.parentheses(text);
    };
  const atom = (text: string): Written => ({ text, level: level.atom });
  switch (shown.kind) {
    case "name":
      return atom(style.name(shown.text));
    case "data":
      return atom(style.data(shown.text));
    case "number": {
      const text = style.number(shown.value);
      return { text, level: shown.value < 0 ? level.sum : level.atom };
    }
    case "call":
      return atom(
        style.call(
          shown.name,
          shown.args.map((_, i) => operand(i)(0)),
          shown.rest,
        ),
      );
    case "infix": {
      const own = infixLevel[shown.sign];
      const isAssociative = shown.sign === "+" || shown.sign === "·" || shown.sign === "×";
      // A comparison inside a comparison is never left to the reader.
      const left = own === level.compare ? own + 1 : own;
      const right = isAssociative ? own : own + 1;
      return {
        text: `${operand(0)(left)}${style.infix[shown.sign]}${operand(1)(right)}`,
        level: own,
      };
    }
    case "product": {
      const side = (index: number, least: number): string =>
        shown.flipped[index] ? style.transposed(operand(index)(level.atom)) : operand(index)(least);
      const text = side(0, level.matrix) + style.infix["·"] + side(1, level.matrix + 1);
      return { text, level: level.matrix };
    }
    case "fraction":
      return style.fraction(operand(0), operand(1));
    case "prefix":
      return {
        text: `${style.prefix[shown.sign]}${operand(0)(level.prefix)}`,
        level: level.prefix,
      };
    case "power":
      return {
        text: style.superscript(
          operand(0)(level.atom),
          shown.exponent ?? operand(1)(style === plainStyle ? level.atom : 0),
        ),
        level: level.power,
      };
    case "fence":
      return atom(style.fence(shown.fence, operand(0)(0)));
    case "root":
      return atom(style.root(operand(0)));
    case "transposed":
      return atom(style.transposed(operand(0)(level.atom)));
    case "picked":
      return atom(style.picked(operand(0)(level.atom), shown.text));
  }
}

/**
 * An expression as plain text, the way a person writes it. Parts that are used more than once get
 * names, defined on lines of their own, the first `most` of them.
 *
 * @example
 * formula(mean(square(subtract(tanh(add(dot(x, w), b)), y))).node); // mean((tanh(x·w + b) − y)²)
 */
export const formula = (of: Node, most = Number.POSITIVE_INFINITY): string =>
  print(of, plainStyle, most);

/**
 * An expression as LaTeX, for math mode.
 *
 * @example
 * latex(divide(x, add(y, 1)).node); // \frac{x}{y + 1}
 */
export const latex = (of: Node, most = Number.POSITIVE_INFINITY): string =>
  print(of, latexStyle, most);
