/**
 * Closed expressions as functions of their data, so that one program serves all expressions of a
 * structure: `x * 0.1` and `x * 0.2`, `rows.at(range(0, 10))` and `rows.at(range(10, 20))`, one
 * draw of `random.normal([3])` and the next.
 */
import { hostArray, isBig, isFloat } from "../lang/dtype.js";
import type { Node, NodeOf } from "../lang/graph.js";
import { node, rebuild, withInputs } from "../lang/node.js";
import { asVariable, namedSize } from "../lang/size.js";
import { hostValue, type Value } from "../lang/value.js";

export interface Abstraction {
  /** The expressions over symbols. Interning makes equal structures equal nodes. */
  readonly roots: readonly Node[];
  readonly symbols: readonly NodeOf<"symbol">[];
  /** The values of the symbols. */
  readonly values: readonly Value[];
  /** Where slices start, by the keys of the size variables that stand for it. */
  readonly starts: ReadonlyMap<string, number>;
}

/**
 * Replaces data, numbers that no rewrite looks for, those that make a key of random numbers, and the
 * starts of slices.
 */
export function abstractData(nodes: readonly Node[]): Abstraction {
  const symbols: NodeOf<"symbol">[] = [];
  const values: Value[] = [];
  const starts = new Map<string, number>();
  const symbolFor = (value: Value): Node => {
    const symbol = dataSymbol(symbols.length, value);
    values.push(value);
    symbols.push(symbol);
    return symbol;
  };
  /** Numbers in keys: equal ones at other places are so by chance, such as those of the first draw. */
  const inKeys = new Map<string, Node>();
  const inKey = (of: Node, place: number): Node => {
    if (of.op !== "literal") return of;
    const known = inKeys.get(`${of.id} ${place}`) ?? symbolFor(scalarValue(of));
    inKeys.set(`${of.id} ${place}`, known);
    return known;
  };
  const variableFor = (start: number) => {
    const size = namedSize(`start ${starts.size}`);
    starts.set(asVariable(size)!.key, start);
    return size;
  };
  const roots = rebuild(nodes, (old, inputs) => {
    switch (old.op) {
      case "constant":
        return symbolFor(old.attrs.value);
      case "shared":
        return symbolFor(old.attrs.state.value);
      case "literal":
        return isOrdinary(old) ? symbolFor(scalarValue(old)) : old;
      case "threefry":
        return withInputs(old, inputs.map(inKey));
      case "slice": {
        const [x] = old.inputs;
        const ranges = old.attrs.ranges.map((range, axis) => {
          const { start, size } = range;
          const isWhole = size === x.shape[axis];
          return typeof start !== "number" || isWhole
            ? range
            : { ...range, start: variableFor(start) };
        });
        return node("slice", inputs, { ranges }, old.site);
      }
      default:
        return withInputs(old, inputs);
    }
  });
  return { roots, symbols, values, starts };
}

/** The symbol that stands for the data at a position among a program's inputs. */
export const dataSymbol = (position: number, { dtype, shape }: Value): NodeOf<"symbol"> =>
  node("symbol", [], { name: `data${position}`, id: -1e9 - position, dtype, shape });

/** Numbers that rules match or that change what an op becomes: exponents, signs, halves. */
const largestSpecial = 4;

/** Whether no rule looks for the number. */
export function isPlain(value: number | bigint | boolean): boolean {
  const number = Number(value);
  if (!Number.isFinite(number)) return false;
  const isPowerOfTwo = number !== 0 && Math.log2(Math.abs(number)) % 1 === 0;
  return !isPowerOfTwo && !(Number.isInteger(number) && Math.abs(number) <= largestSpecial);
}

const isOrdinary = ({ dtype, attrs: { value } }: NodeOf<"literal">): boolean =>
  isFloat(dtype) && isPlain(value);

/** A literal as data. */
export function scalarValue({ dtype, attrs: { value } }: NodeOf<"literal">): Value {
  const data = hostArray(dtype, 1);
  data[0] = isBig(dtype) ? BigInt(value) : Number(value);
  return hostValue(dtype, [], data);
}
