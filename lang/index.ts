/**
 * The language: everything a program or a cell uses to write expressions. The entry point
 * (backends/hypatia.ts) adds derivatives and what runs them.
 */
import { installMethods } from "./methods.js";
// Twice, for this one stays in the declarations: programs see the methods' types through it.
import "./methods.js";

export type { Argument } from "./argument.js";
export {
  abs,
  add,
  ceil,
  clip,
  divide,
  floor,
  floorDivide,
  maximum,
  minimum,
  mod,
  multiply,
  negative,
  power,
  round,
  sign,
  square,
  subtract,
  trunc,
} from "./arithmetic.js";
export {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  equal,
  greater,
  greaterEqual,
  isInf,
  isNan,
  leftShift,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  rightShift,
  where,
} from "./comparison.js";
export {
  type CompiledFunction,
  type CompileOptions,
  compile,
  type Outputs,
  type Results,
} from "./compile.js";
export { type BackendName, config } from "./config.js";
export {
  arange,
  type CreationOptions,
  cast,
  type EyeOptions,
  eye,
  full,
  type LinspaceOptions,
  linspace,
  oneHot,
  ones,
  onesLike,
  type ShapeArgument,
  tensor,
  tril,
  triu,
  zeros,
  zerosLike,
} from "./creation.js";
export type { DataOptions, Nested, NestedArray, Scalar, TensorData } from "./data.js";
export type { DType, TypedArray } from "./dtype.js";
export { HypatiaError } from "./error.js";
export {
  acos,
  asin,
  atan,
  atan2,
  cos,
  cosh,
  erf,
  exp,
  expm1,
  gelu,
  log,
  log1p,
  log2,
  log10,
  relu,
  rsqrt,
  sigmoid,
  sin,
  sinh,
  softplus,
  sqrt,
  stopGradient,
  tan,
  tanh,
} from "./functions.js";
export {
  AxisRange,
  argSort,
  at,
  type Index,
  range,
  sort,
  take,
  takeAlongAxis,
} from "./indexing.js";
export { load, loadArchive, save, saveArchive } from "./io/files.js";
export { dot, matmul, outer, tensordot } from "./linear.js";
export {
  broadcastTo,
  concat,
  expandDims,
  flatten,
  flip,
  pad,
  reshape,
  split,
  squeeze,
  stack,
  swapAxes,
  transpose,
} from "./movement.js";
export {
  type CrossEntropyOptions,
  crossEntropy,
  logSoftmax,
  logSumExp,
  softmax,
} from "./neural.js";
export type { Operand } from "./operand.js";
export * as random from "./random.js";
export {
  type AxisArgument,
  all,
  any,
  argMax,
  argMin,
  type MomentOptions,
  max,
  mean,
  min,
  prod,
  type ReduceOptions,
  std,
  sum,
  variance,
} from "./reductions.js";
export { type SharedOptions, SharedVariable, shared } from "./shared.js";
export type { Dim, Shape, Size } from "./size.js";
export {
  type AxisSize,
  bmatrix,
  bscalar,
  btensor3,
  btensor4,
  bvector,
  dmatrix,
  dscalar,
  dtensor3,
  dtensor4,
  dvector,
  imatrix,
  iscalar,
  itensor3,
  itensor4,
  ivector,
  lmatrix,
  lscalar,
  ltensor3,
  ltensor4,
  lvector,
  matrix,
  type SymbolOptions,
  scalar,
  symbol,
  tensor3,
  tensor4,
  vector,
} from "./symbols.js";
export { type ArrayOfRank, Tensor } from "./tensor.js";
export type { RunStats, Value } from "./value.js";

installMethods();
