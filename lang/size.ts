/**
 * Sizes of axes: numbers, or polynomials with integer coefficients over symbolic sizes.
 *
 * Polynomials are kept in a canonical form and interned, so two sizes that are equal as
 * polynomials are `===`. A symbolic size stands for an unknown integer ≥ 0; it never broadcasts.
 */
import { HypatiaError } from "./error.js";
import { InternTable } from "./intern.js";

/** A size: a number, or a symbolic size. */
export type Dim = number | Size;

/** The shape of a tensor, outermost axis first. */
export type Shape = readonly Dim[];

/** What a polynomial is made of: a variable, or a function of sizes that is not a polynomial. */
export type SizeAtom =
  | { readonly kind: "variable"; readonly key: string; readonly name: string }
  | {
      readonly kind: "floorDiv" | "min" | "max";
      readonly key: string;
      readonly args: readonly [Dim, Dim];
    };

export type SizeVariable = Extract<SizeAtom, { kind: "variable" }>;

/** coefficient · atoms[0] · atoms[1] · …, the atoms sorted by key (repeated for powers). */
interface Term {
  readonly coefficient: number;
  readonly atoms: readonly SizeAtom[];
}

/**
 * A symbolic size: a sum of terms. Made by the functions below only; never a plain number. Where
 * JavaScript wants a number it is an error, as text it is its formula.
 */
export class Size {
  readonly key: string;
  readonly terms: readonly Term[];

  constructor(key: string, terms: readonly Term[]) {
    this.key = key;
    this.terms = terms;
  }

  toString(): string {
    return formatDim(this);
  }

  /** What `console.log` shows, also inside a shape. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new HypatiaError("size", `the size ${this} is not known: it is symbolic`, {
      expected: "the size of a tensor with a value, or of an axis declared with a number",
      remedy: "compute with it as a tensor, or look at the shape of the data or of the result",
    });
  }
}

const sizes = new InternTable<Size>();
const atoms = new InternTable<SizeAtom>();

const monomial = (term: Term): string => term.atoms.map((atom) => atom.key).join("*");

function fromTerms(terms: Iterable<Term>): Dim {
  const sums = new Map<string, Term>();
  for (const term of terms) {
    const key = monomial(term);
    const coefficient = (sums.get(key)?.coefficient ?? 0) + term.coefficient;
    sums.set(key, { coefficient, atoms: term.atoms });
  }
  const kept = [...sums].filter(([, term]) => term.coefficient !== 0);
  if (kept.length === 0) return 0;
  if (kept.length === 1 && kept[0][0] === "") return kept[0][1].coefficient;
  kept.sort(([a], [b]) => (a < b ? 1 : a > b ? -1 : 0));
  const key = kept.map(([name, { coefficient }]) => `${coefficient}*${name}`).join("+");
  return sizes.get(
    key,
    () =>
      new Size(
        key,
        kept.map(([, term]) => term),
      ),
  );
}

const termsOf = (dim: Dim): readonly Term[] =>
  typeof dim === "number" ? [{ coefficient: dim, atoms: [] }] : dim.terms;

const atomSize = (atom: SizeAtom): Dim => fromTerms([{ coefficient: 1, atoms: [atom] }]);

/** The size that a variable stands for. */
export const sizeOf = (variable: SizeVariable): Dim => atomSize(variable);

let anonymous = 0;

// The key of a variable has its name in quotes: no name can be taken for a product or a sum.

/** The symbolic size called `name`: the same name is the same size everywhere. */
export function namedSize(name: string): Size {
  const key = JSON.stringify(name);
  return atomSize(atoms.get(key, () => ({ kind: "variable", key, name }))) as Size;
}

/** A symbolic size of its own, shown as `name` (e.g. `x.shape[0]`) but equal to no other. */
export function freshSize(name: string): Size {
  const key = `${JSON.stringify(name)}#${++anonymous}`;
  return atomSize(atoms.get(key, () => ({ kind: "variable", key, name }))) as Size;
}

export function addDims(...dims: readonly Dim[]): Dim {
  const others = dims.filter((dim) => dim !== 0);
  if (others.length < 2) return others[0] ?? 0;
  return others.every((dim) => typeof dim === "number")
    ? others.reduce<number>((sum, dim) => sum + dim, 0)
    : fromTerms(others.flatMap(termsOf));
}

export const subtractDims = (a: Dim, b: Dim): Dim =>
  a === b ? 0 : addDims(a, multiplyDims(b, -1));

export const multiplyDims = (...dims: readonly Dim[]): Dim => dims.reduce(multiplyTwo, 1);

function multiplyTwo(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (a === 1) return b;
  if (b === 1) return a;
  const products: Term[] = [];
  for (const x of termsOf(a))
    for (const y of termsOf(b))
      products.push({
        coefficient: x.coefficient * y.coefficient,
        atoms: [...x.atoms, ...y.atoms].sort((p, q) =>
          p.key < q.key ? -1 : p.key > q.key ? 1 : 0,
        ),
      });
  return fromTerms(products);
}

/** ⌊a / b⌋; exact division of polynomials is simplified away. */
export function floorDivDims(a: Dim, b: Dim): Dim {
  if (b === 0) throw new HypatiaError("size", "division of a size by zero");
  if (b === 1 || a === 0) return a;
  if (a === b) return 1;
  if (typeof a === "number" && typeof b === "number") return Math.floor(a / b);
  return divideExactly(a, b) ?? makeAtom("floorDiv", a, b);
}

/** a / b where b is a single term that divides every term of a; else null. */
export function divideExactly(a: Dim, b: Dim): Dim | null {
  const divisor = termsOf(b);
  if (divisor.length !== 1) return a === b ? 1 : null;
  const [{ coefficient, atoms: factors }] = divisor;
  if (coefficient === 0) return null;
  const quotient: Term[] = [];
  for (const term of termsOf(a)) {
    if (term.coefficient % coefficient !== 0) return null;
    const rest = [...term.atoms];
    for (const factor of factors) {
      const at = rest.indexOf(factor);
      if (at < 0) return null;
      rest.splice(at, 1);
    }
    quotient.push({ coefficient: term.coefficient / coefficient, atoms: rest });
  }
  return fromTerms(quotient);
}

/** Whether a size is ≥ 0 for every value of its variables; false where that is not plain. */
export function isPlainlyNonNegative(dim: Dim): boolean {
  if (typeof dim === "number") return dim >= 0;
  const isPlain = ({ coefficient, atoms: factors }: Term): boolean =>
    coefficient >= 0 &&
    factors.every((atom) => atom.kind === "variable" || atom.args.every(isPlainlyNonNegative));
  if (dim.terms.every(isPlain)) return true;
  // −min(p, q) is at least −p and −q, and max(p, q) at least p and q: try either in its place.
  return dim.terms.some(({ coefficient, atoms: factors }) => {
    const [atom] = factors;
    const bounds = coefficient < 0 ? "min" : "max";
    if (factors.length !== 1 || atom.kind !== bounds) return false;
    const rest = addDims(dim, multiplyDims(-coefficient, atomSize(atom)));
    return atom.args.some((arg) =>
      isPlainlyNonNegative(addDims(rest, multiplyDims(coefficient, arg))),
    );
  });
}

/** Whether a ≤ b for every value of the variables; false where that is not plain. */
const isPlainlyAtMost = (a: Dim, b: Dim): boolean => isPlainlyNonNegative(subtractDims(b, a));

export function minDims(a: Dim, b: Dim): Dim {
  if (isPlainlyAtMost(a, b)) return a;
  if (isPlainlyAtMost(b, a)) return b;
  return makeAtom("min", a, b);
}

export function maxDims(a: Dim, b: Dim): Dim {
  if (isPlainlyAtMost(a, b)) return b;
  if (isPlainlyAtMost(b, a)) return a;
  return makeAtom("max", a, b);
}

function makeAtom(kind: "floorDiv" | "min" | "max", a: Dim, b: Dim): Dim {
  const key = `${kind}(${dimKey(a)},${dimKey(b)})`;
  return atomSize(atoms.get(key, () => ({ kind, key, args: [a, b] })));
}

/** A text that is equal for equal sizes only. */
export const dimKey = (dim: Dim): string => (typeof dim === "number" ? String(dim) : dim.key);

/**
 * Whether two sizes are equal: true or false where that can be proved, null where it depends on
 * the values of symbolic sizes.
 */
export function sameDim(a: Dim, b: Dim): boolean | null {
  if (a === b) return true;
  return typeof subtractDims(a, b) === "number" ? false : null;
}

/** Whether two shapes are certainly the same. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis]);

/** The number of elements. */
export const elements = (shape: Shape): Dim => multiplyDims(...shape);

export const isStatic = (shape: Shape): shape is readonly number[] =>
  shape.every((dim) => typeof dim === "number");

/** Values of size variables, by their keys. */
export type SizeBindings = ReadonlyMap<string, number>;

/** The size with bound variables replaced by their values; a number when all of them are bound. */
export function bindDim(dim: Dim, bindings: SizeBindings): Dim {
  if (typeof dim === "number") return dim;
  const variable = asVariable(dim);
  if (variable) return bindings.get(variable.key) ?? dim;
  let total: Dim = 0;
  for (const { coefficient, atoms: factors } of dim.terms) {
    let product: Dim = coefficient;
    for (const atom of factors) product = multiplyTwo(product, bindAtom(atom, bindings));
    total = addDims(total, product);
  }
  return total;
}

function bindAtom(atom: SizeAtom, bindings: SizeBindings): Dim {
  if (atom.kind === "variable") return bindings.get(atom.key) ?? atomSize(atom);
  const [a, b] = atom.args.map((arg) => bindDim(arg, bindings));
  return atom.kind === "floorDiv"
    ? floorDivDims(a, b)
    : atom.kind === "min"
      ? minDims(a, b)
      : maxDims(a, b);
}

/** The variables a size depends on, each once. */
export function variablesOf(dim: Dim, found = new Map<string, SizeVariable>()) {
  if (typeof dim === "number") return found;
  for (const term of dim.terms)
    for (const atom of term.atoms)
      if (atom.kind === "variable") found.set(atom.key, atom);
      else for (const arg of atom.args) variablesOf(arg, found);
  return found;
}

/** The size of one variable, if that is all the polynomial is. */
export function asVariable(dim: Dim): SizeVariable | null {
  if (typeof dim === "number" || dim.terms.length !== 1) return null;
  const [{ coefficient, atoms: factors }] = dim.terms;
  const [atom] = factors;
  return coefficient === 1 && factors.length === 1 && atom.kind === "variable" ? atom : null;
}

/** As a person reads it: `2·batch + 1`. */
export function formatDim(dim: Dim): string {
  if (typeof dim === "number") return String(dim);
  const positiveFirst = [...dim.terms].sort(
    (a, b) => Number(b.coefficient > 0) - Number(a.coefficient > 0),
  );
  const text = positiveFirst.map(({ coefficient, atoms: factors }, i) => {
    const magnitude = Math.abs(coefficient);
    const names = factors.map((atom) =>
      atom.kind === "variable"
        ? atom.name
        : atom.kind === "floorDiv"
          ? `⌊${formatDim(atom.args[0])}/${formatDim(atom.args[1])}⌋`
          : `${atom.kind}(${atom.args.map(formatDim).join(", ")})`,
    );
    const body = [...(magnitude === 1 && names.length > 0 ? [] : [magnitude]), ...names].join("·");
    return i === 0
      ? coefficient < 0
        ? `-${body}`
        : body
      : coefficient < 0
        ? ` - ${body}`
        : ` + ${body}`;
  });
  return text.join("");
}

export const formatShape = (shape: Shape): string => `[${shape.map(formatDim).join(", ")}]`;
