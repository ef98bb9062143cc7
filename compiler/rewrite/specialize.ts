/** Rules that replace an op by a cheaper one with the same value (to the last bit or so). */
import { isFloat, isNormal } from "../../lang/dtype.js";
import type { Node } from "../../lang/graph.js";
import { splatValue } from "../../lang/node.js";
import * as b from "../build.js";
import { symbol } from "./examples.js";
import { codedRule, type Rule, rule } from "./rule.js";

/** x^n by repeated squaring, n ≥ 1. */
function integerPower(x: Node, n: number): Node {
  if (n === 1) return x;
  const half = integerPower(x, Math.floor(n / 2));
  const square = b.mul(half, half);
  return n % 2 === 0 ? square : b.mul(square, x);
}

/** Exponents up to here become products; beyond, rounding adds up and pow is as fast. */
const largestPower = 4;

const isPowerOfTwo = (x: number): boolean =>
  Number.isFinite(x) && x !== 0 && Math.log2(Math.abs(x)) % 1 === 0;

export const specialize: readonly Rule[] = [
  codedRule(
    "power-as-product",
    "pow",
    (of) => {
      const [x, y] = of.inputs;
      const exponent = splatValue(y);
      if (exponent === null) return null;
      const n = Number(exponent);
      if (n === 0) return b.fillLike(1, of as Node);
      if (Number.isInteger(n) && n > 0 && n <= largestPower) return integerPower(x, n);
      if (!isFloat(x.dtype)) return null;
      if (n === 0.5) return b.apply("sqrt", x);
      if (Number.isInteger(n) && n >= -largestPower && n < 0)
        return b.div(b.fillLike(1, of as Node), integerPower(x, -n));
      return null;
    },
    () => {
      const x = symbol("f64", [5]);
      return [2, 3, 4, -1, -2].map((n) => b.pow(x, b.fillLike(n, x)));
    },
  ),
  codedRule(
    "division-by-power-of-two",
    "div",
    ({ inputs: [x, y] }) => {
      const divisor = splatValue(y);
      if (divisor === null || !isPowerOfTwo(Number(divisor))) return null;
      const inverse = 1 / Number(divisor);
      return isNormal(inverse, x.dtype) ? b.mul(x, b.fillLike(inverse, x)) : null;
    },
    () => {
      const x = symbol("f64", [5]);
      return [b.div(x, b.fillLike(8, x))];
    },
  ),
  rule("product-of-negatives", "(-x) * (-y)", "x * y"),
  rule("negative-of-difference", "-(x - y)", "y - x"),
];
