/**
 * Methods of tensors: every function whose first argument is a tensor, under its own name. Their
 * types and their documentation are the functions'.
 */
import * as arithmetic from "./arithmetic.js";
import * as comparison from "./comparison.js";
import { cast, oneHot, onesLike, tril, triu, zerosLike } from "./creation.js";
import * as functions from "./functions.js";
import { argSort, at, sort, take, takeAlongAxis } from "./indexing.js";
import * as linear from "./linear.js";
import {
  broadcastTo,
  expandDims,
  flatten,
  flip,
  pad,
  reshape,
  split,
  squeeze,
  swapAxes,
  transpose,
} from "./movement.js";
import * as neural from "./neural.js";
import * as reductions from "./reductions.js";
import { Tensor } from "./tensor.js";

const methods = {
  ...arithmetic,
  ...comparison,
  ...functions,
  ...reductions,
  ...linear,
  ...neural,
  argSort,
  at,
  broadcastTo,
  cast,
  expandDims,
  flatten,
  flip,
  oneHot,
  onesLike,
  pad,
  reshape,
  sort,
  split,
  squeeze,
  swapAxes,
  take,
  takeAlongAxis,
  transpose,
  tril,
  triu,
  zerosLike,
};

type Method<F> = F extends (
  x: never,
  ...rest: infer Rest extends readonly unknown[]
) => infer Result
  ? (...rest: Rest) => Result
  : never;

type Methods = { readonly [Name in keyof typeof methods]: Method<(typeof methods)[Name]> };

declare module "./tensor.js" {
  interface Tensor extends Methods {}
}

/** Puts the methods on the class; the language's entry point (lang/index.ts) does it, once. */
export function installMethods(): void {
  for (const [name, of] of Object.entries(methods)) {
    const withThis: (x: Tensor, ...rest: never[]) => unknown = of;
    Object.defineProperty(Tensor.prototype, name, {
      configurable: true,
      value(this: Tensor, ...rest: never[]) {
        return withThis(this, ...rest);
      },
    });
  }
}
