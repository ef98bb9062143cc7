/**
 * Methods of tensors: every function whose first argument is a tensor, under its own name. Their
 * types and their documentation are the functions'.
 */
import * as arithmetic from "./arithmetic.js";
import * as comparison from "./comparison.js";
import * as creation from "./creation.js";
import { builtAt, captureSite } from "./error.js";
import * as functions from "./functions.js";
import * as indexing from "./indexing.js";
import * as linear from "./linear.js";
import * as movement from "./movement.js";
import * as neural from "./neural.js";
import * as reductions from "./reductions.js";
import { Tensor } from "./tensor.js";

/**
 * The functions by name. Written as a type of its own, and not taken from the object below, so that
 * the package's declarations lead to the functions and with them to their documentation.
 */
type Functions = typeof arithmetic &
  typeof comparison &
  typeof functions &
  typeof reductions &
  typeof linear &
  typeof neural &
  Pick<typeof creation, "cast" | "oneHot" | "onesLike" | "tril" | "triu" | "zerosLike"> &
  Pick<typeof indexing, "argSort" | "at" | "sort" | "take" | "takeAlongAxis"> &
  Omit<typeof movement, "concat" | "stack">;
const { concat: _concat, stack: _stack, ...movementOfOne } = movement;

const methods: Functions = {
  ...arithmetic,
  ...comparison,
  ...functions,
  ...reductions,
  ...linear,
  ...neural,
  ...movementOfOne,
  cast: creation.cast,
  oneHot: creation.oneHot,
  onesLike: creation.onesLike,
  tril: creation.tril,
  triu: creation.triu,
  zerosLike: creation.zerosLike,
  argSort: indexing.argSort,
  at: indexing.at,
  sort: indexing.sort,
  take: indexing.take,
  takeAlongAxis: indexing.takeAlongAxis,
};

type Method<F> = F extends (
  x: never,
  ...rest: infer Rest extends readonly unknown[]
) => infer Result
  ? (...rest: Rest) => Result
  : never;

type Methods = { readonly [Name in keyof Functions]: Method<Functions[Name]> };

declare module "./tensor.js" {
  interface Tensor extends Methods {}
}

/** Puts the methods on the class; the language's entry point (lang/index.ts) does it, once. */
export function installMethods(): void {
  for (const [name, of] of Object.entries(methods)) {
    const withThis: (x: Tensor, ...rest: never[]) => unknown = of;
    function method(this: Tensor, ...rest: never[]) {
      return builtAt(captureSite(method), () => withThis(this, ...rest));
    }
    Object.defineProperty(Tensor.prototype, name, { configurable: true, value: method });
  }
}
