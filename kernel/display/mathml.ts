import { level, numberText, print, type Style } from "../../lang/formula.js";
import type { Node } from "../../lang/graph.js";
import type { Infix } from "../../lang/notation.js";
import { escapeHtml } from "./escape.js";

/**
 * An expression in MathML, which browsers set without a library: a block for the formula, then one
 * for each of its named parts, at most `most`.
 */
export const mathml = (of: Node, most: number): string => print(of, style, most);

const tag = (name: string, ...inner: readonly string[]): string =>
  `<${name}>${inner.join("")}</${name}>`;
const row = (...inner: readonly string[]): string => tag("mrow", ...inner);
const mo = (sign: string): string => tag("mo", escapeHtml(sign));
const mn = (digits: string): string => tag("mn", escapeHtml(digits));
const mtext = (words: string): string => tag("mtext", escapeHtml(words));

const block = (kind: string, content: string): string =>
  `<math display="block" class="${kind}">${row(content)}</math>`;

/** A product of matrices is written without a sign, with a little room between the factors. */
const juxtaposition = '<mo lspace="0" rspace=".17em">&#x2062;</mo>';

const infix: Readonly<Record<Infix, string>> = {
  "+": mo("+"),
  "−": mo("−"),
  "·": juxtaposition,
  "×": mo("⊙"),
  mod: mo("mod"),
  "=": mo("="),
  "≠": mo("≠"),
  "<": mo("<"),
  "≤": mo("≤"),
  ">": mo(">"),
  "≥": mo("≥"),
  "∧": mo("∧"),
  "∨": mo("∨"),
  "⊻": mo("⊻"),
  "≪": mo("≪"),
  "≫": mo("≫"),
};

const fences = { abs: ["|", "|"], floor: ["⌊", "⌋"], ceil: ["⌈", "⌉"] } as const;

const style: Style = {
  /** `w1` with an index; longer names stand upright, as MathML does by itself. */
  name: (name) => {
    const [, letter, index] = /^(\p{L})(\d+)$/u.exec(name) ?? [];
    return letter ? tag("msub", tag("mi", letter), mn(index)) : tag("mi", escapeHtml(name));
  },
  data: mtext,
  number: (value) => {
    const digits = numberText(value);
    const [, mantissa, exponent] = /^(.*)e\+?(.*)$/.exec(digits) ?? [];
    if (!mantissa) return mn(digits);
    return row(mn(mantissa), mo("·"), tag("msup", mn("10"), mn(exponent)));
  },
  call: (name, args, rest) =>
    row(
      tag("mi", escapeHtml(name)),
      mo("("),
      args.join(mo(",")),
      rest === "" ? "" : mtext(rest),
      mo(")"),
    ),
  infix,
  parentheses: (inner) => row(mo("("), inner, mo(")")),
  fraction: (top, bottom) => ({
    text: tag("mfrac", row(top(0)), row(bottom(0))),
    level: level.prefix,
  }),
  prefix: { "−": mo("−"), "¬": mo("¬") },
  superscript: (base, exponent) =>
    tag("msup", row(base), typeof exponent === "number" ? mn(String(exponent)) : row(exponent)),
  fence: (kind, inner) => row(mo(fences[kind][0]), inner, mo(fences[kind][1])),
  root: (operand) => tag("msqrt", operand(0)),
  transposed: (base) => tag("msup", row(base), mo("⊤")),
  picked: (base, positions) => row(base, mo("["), mtext(positions), mo("]")),
  where: (result, parts, more) =>
    block("hy-f", result) +
    parts.map(([name, part]) => block("hy-f hy-w", name + mo("=") + part)).join("") +
    (more > 0 ? `<div class="hy-head">… and ${more} more</div>` : ""),
};
