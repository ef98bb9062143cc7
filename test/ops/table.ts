/** All cases of the op table. */
import { createHash } from "node:crypto";
import type { Case } from "./case.js";
import { elementwise } from "./cases/elementwise.js";
import { linear } from "./cases/linear.js";
import { movement } from "./cases/movement.js";
import { neural } from "./cases/neural.js";
import { reductions } from "./cases/reductions.js";

export const table: Readonly<Record<string, readonly Case[]>> = {
  elementwise,
  reductions,
  linear,
  movement,
  neural,
};

/** What test/ops/record.py computes from; numbers that JSON lacks are written as strings. */
export const recipe = ({ numpy, dtype, inputs }: Case) => ({
  numpy,
  dtype,
  inputs: inputs.map((input) => ({ ...input, data: input.data.map(encode) })),
});

const encode = (x: number): number | string =>
  Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? "-0.0" : String(x);

/** Changes whenever a case does, so that a value recorded for an older one is noticed. */
export const digest = (of: Case): string =>
  createHash("sha256")
    .update(JSON.stringify(recipe(of)))
    .digest("hex")
    .slice(0, 12);
