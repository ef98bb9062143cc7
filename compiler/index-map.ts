/**
 * Arithmetic on positions, kept in canonical form.
 *
 * A position is affine: Σ coefficient · atom + constant, where the coefficients are sizes and an
 * atom is an axis or something that is not affine (a quotient, a remainder, a position read from
 * data). The ranges of atoms are known, so that quotients and remainders cancel wherever they can:
 * ⌊(i·n + j) / n⌋ = i because 0 ≤ j < n. Equal positions are the same expression object.
 */
import {
  addDims,
  type Dim,
  divideExactly,
  floorDivDims,
  isPlainlyNonNegative,
  maxDims,
  minDims,
  multiplyDims,
  type Shape,
  sizeOf,
  subtractDims,
} from "../lang/size.js";
import { addIndex, dim, identity, index, multiplyIndex, op } from "./expression.js";
import type { Expression } from "./ir.js";

export interface Affine {
  readonly constant: Dim;
  readonly terms: ReadonlyMap<Expression, Dim>;
}

/** Smallest and largest value, both included. */
export interface Bounds {
  readonly min: Dim;
  readonly max: Dim;
}

const affines = new WeakMap<Expression, Affine>();
const knownBounds = new WeakMap<Expression, Bounds>();

const constantAffine = (constant: Dim): Affine => ({ constant, terms: new Map() });

/** The affine form of a position. */
export function affineOf(x: Expression): Affine {
  const known = affines.get(x);
  if (known) return known;
  const made = parse(x);
  affines.set(x, made);
  return made;
}

function parse(x: Expression): Affine {
  if (x.kind === "literal") return constantAffine(Number(x.value));
  if (x.kind === "size") return constantAffine(sizeOf(x.variable));
  if (x.kind === "op" && x.type === "index") {
    const [a, b] = x.args;
    if (x.op === "add") return sum(affineOf(a), affineOf(b));
    if (x.op === "sub") return sum(affineOf(a), scale(affineOf(b), -1));
    if (x.op === "mul") {
      const [p, q] = [affineOf(a), affineOf(b)];
      if (q.terms.size === 0) return scale(p, q.constant);
      if (p.terms.size === 0) return scale(q, p.constant);
    }
    // Sizes print with floorDiv, min and max; those of constants are constants again.
    if (x.op === "floorDiv" || x.op === "min" || x.op === "max") {
      const [p, q] = [affineOf(a), affineOf(b)];
      if (p.terms.size === 0 && q.terms.size === 0) {
        const fold = { floorDiv: floorDivDims, min: minDims, max: maxDims }[x.op];
        return constantAffine(fold(p.constant, q.constant));
      }
    }
  }
  return { constant: 0, terms: new Map([[x, 1]]) };
}

function sum(a: Affine, b: Affine): Affine {
  const terms = new Map(a.terms);
  for (const [atom, coefficient] of b.terms) {
    const total = addDims(terms.get(atom) ?? 0, coefficient);
    if (total === 0) terms.delete(atom);
    else terms.set(atom, total);
  }
  return { constant: addDims(a.constant, b.constant), terms };
}

function scale(a: Affine, by: Dim): Affine {
  if (by === 0) return constantAffine(0);
  if (by === 1) return a;
  return {
    constant: multiplyDims(a.constant, by),
    terms: new Map([...a.terms].map(([atom, c]) => [atom, multiplyDims(c, by)])),
  };
}

/** The position of an affine form; the same object for equal forms. */
export function position(of: Affine): Expression {
  const a = recombined(of);
  const terms = [...a.terms].sort(([x], [y]) => identity(x) - identity(y));
  const made = terms
    .map(([atom, coefficient]) => multiplyIndex(atom, dim(coefficient)))
    .concat(a.constant === 0 && terms.length > 0 ? [] : [dim(a.constant)])
    .reduce(addIndex);
  if (!affines.has(made)) affines.set(made, { constant: a.constant, terms: new Map(terms) });
  return made;
}

/** c·(x mod d) + c·d·⌊x / d⌋ = c·x: what a reshape took apart, another one puts together. */
function recombined(a: Affine): Affine {
  for (const [atom, c] of a.terms) {
    if (atom.kind !== "op" || atom.op !== "mod") continue;
    const [x, divisor] = [atom.args[0], affineOf(atom.args[1]).constant];
    const quotient = scale(affineOf(floorDivPosition(x, divisor)), multiplyDims(c, divisor));
    const cancels = [...quotient.terms].every(([part, by]) => a.terms.get(part) === by);
    if (quotient.terms.size === 0 || !cancels) continue;
    const remainder = { constant: 0, terms: new Map([[atom, c]]) };
    const rest = sum(a, scale(sum(remainder, quotient), -1));
    return recombined(sum(rest, scale(affineOf(x), c)));
  }
  return a;
}

export const addPositions = (a: Expression, b: Expression): Expression =>
  position(sum(affineOf(a), affineOf(b)));

export const shiftPosition = (a: Expression, by: Dim): Expression =>
  by === 0 ? a : position(sum(affineOf(a), constantAffine(by)));

export const scalePosition = (a: Expression, by: Dim): Expression =>
  by === 1 ? a : position(scale(affineOf(a), by));

/** Declares what is known about the values of an atom. */
export function setBounds(atom: Expression, bounds: Bounds): Expression {
  knownBounds.set(atom, bounds);
  return atom;
}

/** Range of an affine form, or null where it cannot be told. */
export function boundsOf(a: Affine): Bounds | null {
  let [min, max]: [Dim, Dim] = [a.constant, a.constant];
  for (const [atom, coefficient] of a.terms) {
    const range = atomBounds(atom);
    if (!range) return null;
    const [low, high] = [
      multiplyDims(range.min, coefficient),
      multiplyDims(range.max, coefficient),
    ];
    if (isPlainlyNonNegative(coefficient)) {
      min = addDims(min, low);
      max = addDims(max, high);
    } else if (isPlainlyNonNegative(multiplyDims(coefficient, -1))) {
      min = addDims(min, high);
      max = addDims(max, low);
    } else return null;
  }
  return { min, max };
}

function atomBounds(atom: Expression): Bounds | null {
  if (atom.kind === "axis") return { min: 0, max: subtractDims(atom.axis.extent, 1) };
  return knownBounds.get(atom) ?? null;
}

/** Whether min ≤ a ≤ max is certain. */
function isWithin(a: Affine, min: Dim, max: Dim): boolean {
  const range = boundsOf(a);
  return (
    range !== null &&
    isPlainlyNonNegative(subtractDims(range.min, min)) &&
    isPlainlyNonNegative(subtractDims(max, range.max))
  );
}

/** Terms that the divisor divides, divided by it, and the remaining terms. */
function splitByDivisor(a: Affine, divisor: Dim): { quotient: Affine; rest: Affine } {
  const quotient = new Map<Expression, Dim>();
  const rest = new Map<Expression, Dim>();
  for (const [atom, coefficient] of a.terms) {
    const divided = divideExactly(coefficient, divisor);
    if (divided === null) rest.set(atom, coefficient);
    else quotient.set(atom, divided);
  }
  const whole = divideConstant(a.constant, divisor);
  return {
    quotient: { constant: whole, terms: quotient },
    rest: { constant: subtractDims(a.constant, multiplyDims(whole, divisor)), terms: rest },
  };
}

const divideConstant = (constant: Dim, divisor: Dim): Dim =>
  typeof constant === "number" && typeof divisor === "number"
    ? Math.floor(constant / divisor)
    : (divideExactly(constant, divisor) ?? 0);

/**
 * For x = g·y + r with 0 ≤ r < g and g a proper divisor of `divisor`: y, r and g. Then
 * ⌊x / divisor⌋ = ⌊y / (divisor / g)⌋ and x mod divisor = g·(y mod (divisor / g)) + r.
 */
function commonFactor(x: Affine, divisor: Dim): { y: Affine; r: Affine; g: Dim } | null {
  for (const g of new Set(x.terms.values())) {
    if (g === 1 || g === divisor || divideExactly(divisor, g) === null) continue;
    const { quotient, rest } = splitByDivisor(x, g);
    if (isWithin(rest, 0, subtractDims(g, 1))) return { y: quotient, r: rest, g };
  }
  return null;
}

/** ⌊x / divisor⌋ for a divisor > 0. */
export function floorDivPosition(x: Expression, divisor: Dim): Expression {
  if (divisor === 1) return x;
  const { quotient, rest } = splitByDivisor(affineOf(x), divisor);
  if (isWithin(rest, 0, subtractDims(divisor, 1))) return position(quotient);
  return position(sum(quotient, floorDivRest(rest, divisor)));
}

function floorDivRest(rest: Affine, divisor: Dim): Affine {
  const factor = commonFactor(rest, divisor);
  if (factor)
    return affineOf(
      floorDivPosition(position(factor.y), divideExactly(divisor, factor.g) ?? divisor),
    );
  const inner = position(rest);
  if (inner.kind === "op" && inner.op === "floorDiv") {
    // ⌊⌊y / a⌋ / b⌋ = ⌊y / (a·b)⌋
    const by = affineOf(inner.args[1]);
    if (by.terms.size === 0)
      return affineOf(floorDivPosition(inner.args[0], multiplyDims(by.constant, divisor)));
  }
  const made = op("index", "floorDiv", inner, dim(divisor));
  const range = boundsOf(rest);
  if (range && isPlainlyNonNegative(range.min))
    setBounds(made, { min: 0, max: floorDivDims(range.max, divisor) });
  return { constant: 0, terms: new Map([[made, 1]]) };
}

/** x mod divisor, in 0 … divisor − 1, for a divisor > 0. */
export function modPosition(x: Expression, divisor: Dim): Expression {
  if (divisor === 1) return index(0);
  const { rest } = splitByDivisor(affineOf(x), divisor);
  if (isWithin(rest, 0, subtractDims(divisor, 1))) return position(rest);
  const factor = commonFactor(rest, divisor);
  if (factor) {
    const inner = modPosition(position(factor.y), divideExactly(divisor, factor.g) ?? divisor);
    return position(sum(scale(affineOf(inner), factor.g), factor.r));
  }
  const made = op("index", "mod", position(rest), dim(divisor));
  return setBounds(made, { min: 0, max: subtractDims(divisor, 1) });
}

/** Whether x < limit: the condition, null where it is certainly true. */
export const isBelow = (x: Expression, limit: Dim): Expression | null => {
  const range = boundsOf(affineOf(x));
  return range && isPlainlyNonNegative(subtractDims(limit, addDims(range.max, 1)))
    ? null
    : op("bool", "lt", x, dim(limit));
};

/** Whether x ≥ limit: the condition, null where it is certainly true. */
export const isAtLeast = (x: Expression, limit: Dim): Expression | null => {
  const range = boundsOf(affineOf(x));
  return range && isPlainlyNonNegative(subtractDims(range.min, limit))
    ? null
    : op("bool", "ge", x, dim(limit));
};

/** Row-major strides. */
function stridesOf(shape: Shape): Dim[] {
  const strides: Dim[] = new Array(shape.length);
  let stride: Dim = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride = multiplyDims(stride, shape[axis]);
  }
  return strides;
}

/** The row-major position of the element at `coordinates` of a tensor of this shape. */
export function flatten(shape: Shape, coordinates: readonly Expression[]): Expression {
  const strides = stridesOf(shape);
  return position(
    coordinates
      .map((at, axis) => scale(affineOf(at), strides[axis]))
      .reduce(sum, constantAffine(0)),
  );
}

/** The coordinates of the element at a row-major position: the inverse of {@link flatten}. */
export function unflatten(shape: Shape, at: Expression): Expression[] {
  if (shape.includes(0)) return shape.map(() => index(0));
  const strides = stridesOf(shape);
  const outermost = shape.findIndex((extent) => extent !== 1);
  return shape.map((extent, axis) => {
    if (extent === 1) return index(0);
    const quotient = floorDivPosition(at, strides[axis]);
    return axis === outermost ? quotient : modPosition(quotient, extent);
  });
}

/**
 * Coordinates in `from` of the element at `coordinates` of its reshape to `to`. Only axes that
 * really merge or split meet in a quotient; the shapes are cut wherever their leading products
 * agree.
 */
export function reshapeCoordinates(
  from: Shape,
  to: Shape,
  coordinates: readonly Expression[],
): Expression[] {
  if (from.includes(0)) return from.map(() => index(0));
  const wide = (shape: Shape): number[] => [...shape.keys()].filter((axis) => shape[axis] !== 1);
  const [source, target] = [wide(from), wide(to)];
  const result: Expression[] = from.map(() => index(0));
  let [s, t] = [0, 0];
  while (s < source.length && t < target.length) {
    const [s0, t0] = [s, t];
    [s, t] = nextCut(from, to, source, target, s, t);
    const pick = (shape: Shape, axes: readonly number[]): Dim[] => axes.map((axis) => shape[axis]);
    const [some, other] = [source.slice(s0, s), target.slice(t0, t)];
    const flat = flatten(
      pick(to, other),
      other.map((axis) => coordinates[axis]),
    );
    unflatten(pick(from, some), flat).forEach((at, i) => {
      result[some[i]] = at;
    });
  }
  return result;
}

/** The first place after (s, t) where as many elements lie on both sides. */
function nextCut(
  from: Shape,
  to: Shape,
  source: readonly number[],
  target: readonly number[],
  s: number,
  t: number,
): [number, number] {
  const ends = new Map<Dim, number>();
  for (let i = t, product: Dim = 1; i < target.length; i++) {
    product = multiplyDims(product, to[target[i]]);
    ends.set(product, i + 1);
  }
  for (let i = s, product: Dim = 1; i < source.length; i++) {
    product = multiplyDims(product, from[source[i]]);
    const end = ends.get(product);
    const last = end === target.length || i + 1 === source.length;
    if (end !== undefined && !last) return [i + 1, end];
  }
  return [source.length, target.length];
}
