/** The graph's types: what a node is, and what distinguishes two nodes of one op. */
import type { DType } from "./dtype.js";
import type { Site } from "./error.js";
import type { Dim, Shape } from "./size.js";
import type { SharedState, Value } from "./value.js";

/** A node whose op is known. */
export interface NodeOf<O extends OpName> {
  readonly id: number;
  readonly op: O;
  readonly inputs: readonly Node[];
  readonly attrs: OpAttrs[O];
  readonly dtype: DType;
  readonly shape: Shape;
  /** Where the expression was first built; not part of the node's identity. */
  readonly site: Site;
}

/** Any node; switching on `op` narrows `attrs`. */
export type Node = { readonly [O in OpName]: NodeOf<O> }[OpName];

/** dtype and shape of a result. */
export interface Type {
  readonly dtype: DType;
  readonly shape: Shape;
}

export type None = Readonly<Record<never, never>>;
export interface Axes {
  /** The axes that disappear, ascending. */
  readonly axes: readonly number[];
}

/** start, start + step, …: `size` elements; a step may be negative. */
export interface Range {
  readonly start: Dim;
  readonly size: Dim;
  readonly step: number;
}

/** Zeros before, after, and `interior` of them between any two neighbours. */
export interface Padding {
  readonly low: Dim;
  readonly high: Dim;
  readonly interior: number;
}

/** What distinguishes two nodes of one op besides their inputs. */
export interface OpAttrs {
  /** A free input. `id` makes two symbols of one name different. */
  symbol: { readonly name: string; readonly id: number } & Type;
  /** A scalar literal. */
  literal: { readonly dtype: DType; readonly value: number | bigint };
  /** Data, by identity. */
  constant: { readonly value: Value };
  /** The present value of a shared variable. */
  shared: { readonly state: SharedState };
  /** The value of a symbolic size, as a scalar. */
  size: { readonly dim: Dim; readonly dtype: DType };
  /** Index along `axis`, broadcast over the other axes of `shape`. */
  iota: { readonly axis: number } & Type;

  neg: None;
  abs: None;
  sign: None;
  floor: None;
  ceil: None;
  trunc: None;
  round: None;
  sqrt: None;
  exp: None;
  expm1: None;
  log: None;
  log1p: None;
  sin: None;
  cos: None;
  tanh: None;
  sigmoid: None;
  softplus: None;
  erf: None;
  isNan: None;
  not: None;
  stopGradient: None;
  cast: { readonly dtype: DType };

  add: None;
  sub: None;
  mul: None;
  div: None;
  floorDiv: None;
  mod: None;
  pow: None;
  minimum: None;
  maximum: None;
  atan2: None;
  eq: None;
  ne: None;
  lt: None;
  le: None;
  gt: None;
  ge: None;
  and: None;
  or: None;
  xor: None;
  shiftLeft: None;
  shiftRight: None;
  where: None;
  /** Threefry-2x32, 20 rounds: word `lane` of the block for (key0, key1, counter0, counter1). */
  threefry: { readonly lane: 0 | 1 };

  sum: Axes;
  prod: Axes;
  max: Axes;
  min: Axes;
  argMax: { readonly axis: number };
  argMin: { readonly axis: number };

  /**
   * Sum over paired `contract` axes, elementwise over paired `batch` axes. The result's axes are
   * the batch axes, the other axes of the left input, the other axes of the right one.
   */
  dot: {
    readonly contract: readonly [readonly number[], readonly number[]];
    readonly batch: readonly [readonly number[], readonly number[]];
  };

  reshape: { readonly shape: Shape };
  /** Axis i of the result is axis perm[i] of the input. */
  transpose: { readonly perm: readonly number[] };
  /** Same rank; axes of size 1 are repeated to the sizes of `shape`. */
  expand: { readonly shape: Shape };
  slice: { readonly ranges: readonly Range[] };
  pad: { readonly padding: readonly Padding[] };
  concat: { readonly axis: number };

  /** Slices of x along `axis` at integer positions; its shape replaces the axis. */
  gather: { readonly axis: number };
  /** Zeros of `size` along `axis`, with slices of the second input added at the positions. */
  scatterAdd: { readonly axis: number; readonly size: Dim };

  /** Positions that sort `axis` ascending; stable, NaN last. */
  argSort: { readonly axis: number };
}

export type OpName = keyof OpAttrs;
