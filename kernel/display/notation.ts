import { escapeHtml } from "./escape.js";
import type { Definition, Formula, Sign } from "./formula.js";

/** How tightly a formula holds together; a part looser than its place asks for gets parentheses. */
const binding = { compare: 1, add: 2, multiply: 3, prefix: 4, power: 5, atom: 6 } as const;

const signBinding: Readonly<Record<Sign, number>> = {
  "+": binding.add,
  "-": binding.add,
  "·": binding.multiply,
  "⊙": binding.multiply,
  "@": binding.multiply,
  mod: binding.multiply,
  "=": binding.compare,
  "≠": binding.compare,
  "<": binding.compare,
  "≤": binding.compare,
  ">": binding.compare,
  "≥": binding.compare,
  "∧": binding.compare,
  "∨": binding.compare,
  "⊻": binding.compare,
  "≪": binding.compare,
  "≫": binding.compare,
};

/** What a script must say about each kind of formula; parentheses are put in by {@link print}. */
interface Script {
  readonly parentheses: (inner: string) => string;
  readonly name: (name: string, index: number | undefined) => string;
  readonly number: (text: string) => string;
  readonly infix: (sign: Sign, left: string, right: string) => string;
  readonly prefix: (sign: string, of: string) => string;
  readonly fraction: (over: string, under: string) => string;
  readonly power: (base: string, exponent: string) => string;
  readonly root: (of: string) => string;
  readonly transposed: (of: string) => string;
  readonly fenced: (open: string, close: string, of: string) => string;
  readonly call: (name: string, args: readonly string[], option: string | undefined) => string;
  readonly reduced: (name: string, axes: string, of: string) => string;
  readonly indexed: (of: string, index: string) => string;
  /** Whether fractions, roots and exponents are set in two dimensions and need no parentheses. */
  readonly planar: boolean;
  readonly equation: (name: string, value: string) => string;
}

const fences = { abs: ["|", "|"], floor: ["⌊", "⌋"], ceil: ["⌈", "⌉"] } as const;

function bindingOf(formula: Formula, planar: boolean): number {
  switch (formula.kind) {
    case "infix":
      return signBinding[formula.sign];
    case "prefix":
      return binding.prefix;
    case "fraction":
      return planar ? binding.atom : binding.multiply;
    case "power":
    case "transposed":
      return binding.power;
    case "number":
      return formula.text.startsWith("-") ? binding.prefix : binding.atom;
    case "root":
      return planar ? binding.atom : binding.prefix;
    case "reduced":
      return planar ? binding.multiply : binding.atom;
    default:
      return binding.atom;
  }
}

function print(formula: Formula, script: Script): string {
  const { planar } = script;
  const part = (of: Formula, least: number): string => {
    const text = print(of, script);
    return bindingOf(of, planar) < least ? script.parentheses(text) : text;
  };
  const all = (of: Formula): string => print(of, script);
  switch (formula.kind) {
    case "name":
      return script.name(formula.name, formula.index);
    case "number":
      return script.number(formula.text);
    case "infix": {
      const own = signBinding[formula.sign];
      const associative = formula.sign === "+" || formula.sign === "·" || formula.sign === "⊙";
      const sameSign = formula.right.kind === "infix" && formula.right.sign === formula.sign;
      const rightLeast = associative && sameSign ? own : own + 1;
      return script.infix(formula.sign, part(formula.left, own), part(formula.right, rightLeast));
    }
    case "prefix":
      // -(a · b) is (-a) · b: a product needs no parentheses, a sum does.
      return script.prefix(formula.sign, part(formula.of, binding.multiply));
    case "fraction":
      return planar
        ? script.fraction(all(formula.over), all(formula.under))
        : script.fraction(
            part(formula.over, binding.multiply),
            part(formula.under, binding.multiply + 1),
          );
    case "power":
      return script.power(
        part(formula.base, binding.atom),
        planar ? all(formula.exponent) : part(formula.exponent, binding.power),
      );
    case "root":
      return script.root(planar ? all(formula.of) : part(formula.of, binding.atom));
    case "transposed":
      return script.transposed(part(formula.of, binding.atom));
    case "fenced": {
      const [open, close] = fences[formula.fence];
      return script.fenced(open, close, all(formula.of));
    }
    case "call":
      return script.call(formula.name, formula.args.map(all), formula.option);
    case "reduced":
      return planar
        ? script.reduced(formula.name, formula.axes, part(formula.of, binding.multiply))
        : script.reduced(formula.name, formula.axes, all(formula.of));
    case "indexed":
      return script.indexed(part(formula.of, binding.atom), formula.index);
  }
}

const subscripts = "₀₁₂₃₄₅₆₇₈₉";
const superscripts: Readonly<Record<string, string>> = { "2": "²", "3": "³" };

const text: Script = {
  planar: false,
  parentheses: (inner) => `(${inner})`,
  name: (name, index) =>
    index === undefined ? name : name + String(index).replace(/\d/g, (d) => subscripts[Number(d)]),
  number: (digits) => digits,
  infix: (sign, left, right) => `${left} ${sign} ${right}`,
  prefix: (sign, of) => sign + of,
  fraction: (over, under) => `${over} / ${under}`,
  power: (base, exponent) => base + (superscripts[exponent] ?? ` ** ${exponent}`),
  root: (of) => `√${of}`,
  transposed: (of) => `${of}ᵀ`,
  fenced: (open, close, of) => open + of + close,
  call: (name, args, option) => `${name}(${[...args, ...(option ? [option] : [])].join(", ")})`,
  reduced: (name, axes, of) => `${name}(${of}${axes === "" ? "" : `, axis ${axes}`})`,
  indexed: (of, index) => `${of}[${index}]`,
  equation: (name, value) => `${name} = ${value}`,
};

const latexSigns: Readonly<Record<Sign, string>> = {
  "+": "+",
  "-": "-",
  "·": "\\cdot",
  "⊙": "\\odot",
  "@": "\\,",
  mod: "\\bmod",
  "=": "=",
  "≠": "\\neq",
  "<": "<",
  "≤": "\\leq",
  ">": ">",
  "≥": "\\geq",
  "∧": "\\land",
  "∨": "\\lor",
  "⊻": "\\oplus",
  "≪": "\\ll",
  "≫": "\\gg",
};

const latexFences: Readonly<Record<string, string>> = {
  "|": "|",
  "⌊": "\\lfloor ",
  "⌋": "\\rfloor ",
  "⌈": "\\lceil ",
  "⌉": "\\rceil ",
};

const latexSpecial: Readonly<Record<string, string>> = {
  "\\": "\\backslash ",
  "·": "\\cdot ",
  "⌊": "\\lfloor ",
  "⌋": "\\rfloor ",
};

/** A name from the user: nothing in it may be a command. */
const latexText = (raw: string): string =>
  raw.replace(/[\\·⌊⌋]/g, (c) => latexSpecial[c]).replace(/[#$%&_{}^~]/g, (c) => `\\${c}`);

const latexName = (name: string): string =>
  /^\p{L}$/u.test(name) ? name : `\\mathrm{${latexText(name)}}`;

const scientific = /^(-?[\d.]+)e([+-]?\d+)$/;

const latex: Script = {
  planar: true,
  parentheses: (inner) => `\\left(${inner}\\right)`,
  name: (name, index) => latexName(name) + (index === undefined ? "" : `_{${index}}`),
  number: (digits) => {
    const [, mantissa, exponent] = scientific.exec(digits) ?? [];
    return mantissa ? `${mantissa} \\times 10^{${Number(exponent)}}` : digits;
  },
  infix: (sign, left, right) => `${left} ${latexSigns[sign]} ${right}`,
  prefix: (sign, of) => (sign === "-" ? `-${of}` : `\\lnot ${of}`),
  fraction: (over, under) => `\\frac{${over}}{${under}}`,
  power: (base, exponent) => `${base}^{${exponent}}`,
  root: (of) => `\\sqrt{${of}}`,
  transposed: (of) => `${of}^{\\top}`,
  fenced: (open, close, of) => `\\left${latexFences[open]}${of}\\right${latexFences[close]}`,
  call: (name, args, option) => {
    const list = [...args, ...(option ? [`\\text{${latexText(option)}}`] : [])].join(", ");
    return `\\operatorname{${latexText(name)}}\\left(${list}\\right)`;
  },
  reduced: (name, axes, of) => {
    const sign = { sum: "\\sum", prod: "\\prod" }[name] ?? `\\operatorname{${name}}`;
    return `${sign}${axes === "" ? "" : `_{${axes}}`} ${of}`;
  },
  indexed: (of, index) => `${of}\\left[\\text{${latexText(index)}}\\right]`,
  equation: (name, value) => `${name} &= ${value}`,
};

const tag = (name: string, ...inner: readonly string[]): string =>
  `<${name}>${inner.join("")}</${name}>`;
const row = (...inner: readonly string[]): string => tag("mrow", ...inner);
const mo = (sign: string): string => tag("mo", escapeHtml(sign));
const mi = (name: string): string => tag("mi", escapeHtml(name));

/** A product of matrices is written without a sign, with a little room between the factors. */
const juxtaposition = '<mo lspace="0" rspace=".17em">&#x2062;</mo>';

const mathml: Script = {
  planar: true,
  parentheses: (inner) => row(mo("("), inner, mo(")")),
  name: (name, index) =>
    index === undefined ? mi(name) : tag("msub", mi(name), tag("mn", String(index))),
  number: (digits) => {
    const [, mantissa, exponent] = scientific.exec(digits) ?? [];
    if (!mantissa) return tag("mn", escapeHtml(digits));
    const power = tag("msup", tag("mn", "10"), tag("mn", String(Number(exponent))));
    return row(tag("mn", mantissa), mo("×"), power);
  },
  infix: (sign, left, right) =>
    row(left, sign === "@" ? juxtaposition : mo(sign === "-" ? "−" : sign), right),
  prefix: (sign, of) => row(mo(sign === "-" ? "−" : sign), of),
  fraction: (over, under) => tag("mfrac", row(over), row(under)),
  power: (base, exponent) => tag("msup", row(base), row(exponent)),
  root: (of) => tag("msqrt", of),
  transposed: (of) => tag("msup", row(of), mo("⊤")),
  fenced: (open, close, of) => row(mo(open), of, mo(close)),
  call: (name, args, option) => {
    const list = [...args, ...(option ? [tag("mtext", escapeHtml(option))] : [])];
    return row(mi(name), mo("("), list.join(mo(",")), mo(")"));
  },
  reduced: (name, axes, of) => {
    const sign = { sum: "∑", prod: "∏" }[name];
    const head = sign === undefined ? mi(name) : `<mo movablelimits="false">${sign}</mo>`;
    const under = sign === undefined ? "msub" : "munder";
    const marked = axes === "" ? head : tag(under, head, tag("mn", escapeHtml(axes)));
    return row(marked, sign === undefined ? '<mspace width=".17em"/>' : "", of);
  },
  indexed: (of, index) => row(of, mo("["), tag("mtext", escapeHtml(index)), mo("]")),
  equation: (name, value) => row(name, mo("="), value),
};

/** More named parts than this say little; the count of the rest does. */
const mostParts = 16;

function partsOf({ where }: Definition, script: Script): { lines: string[]; more: string } {
  const lines = where
    .slice(0, mostParts)
    .map(([name, value]) => script.equation(print(name, script), print(value, script)));
  const rest = where.length - lines.length;
  return { lines, more: rest > 0 ? `… and ${rest} more` : "" };
}

/** `y = …` in one line, then what its names stand for. */
export function formulaText(definition: Definition): string {
  const { lines, more } = partsOf(definition, text);
  const where = [...lines, ...(more === "" ? [] : [more])];
  const head = print(definition.result, text);
  return [head, ...where.map((line, at) => `${at === 0 ? "  where " : "        "}${line}`)].join(
    "\n",
  );
}

/** A display formula, aligned at the equals signs where parts are named. */
export function formulaLatex(definition: Definition): string {
  const { lines, more } = partsOf(definition, latex);
  const result = print(definition.result, latex);
  if (lines.length === 0) return `$$${result}$$`;
  const rest = more === "" ? [] : [`&\\text{${more}}`];
  const rows = [`& ${result}`, ...lines, ...rest].join(" \\\\\n");
  return `$$\\begin{aligned}\n${rows}\n\\end{aligned}$$`;
}

/** MathML, one block per line; browsers set it without a library. */
export function formulaMathml(definition: Definition): string {
  const { lines, more } = partsOf(definition, mathml);
  const math = (content: string, kind: string): string =>
    `<math display="block" class="${kind}">${row(content)}</math>`;
  return (
    math(print(definition.result, mathml), "hy-f") +
    lines.map((line) => math(line, "hy-f hy-w")).join("") +
    (more === "" ? "" : `<div class="hy-head">${more}</div>`)
  );
}
