/** Arguments of compiled functions: conversion, and checks against the declared inputs. */
import { isScalar, isTypedArray, type TensorData, valueOf } from "./data.js";
import { dtypeOfArray, isLossless } from "./dtype.js";
import { HypatiaError } from "./error.js";
import { evaluateNodes } from "./evaluation.js";
import type { NodeOf } from "./graph.js";
import { describe } from "./inference.js";
import { node } from "./node.js";
import {
  asVariable,
  bindDim,
  formatDim,
  formatShape,
  type SizeBindings,
  variablesOf,
} from "./size.js";
import { Tensor } from "./tensor.js";
import type { Value } from "./value.js";

/** What a compiled function takes for an input. */
export type Argument = Tensor | TensorData | Value;

function isValue(x: object): x is Value {
  return "dtype" in x && "shape" in x && "data" in x;
}

const labelOf = (input: NodeOf<"symbol">, position: number): string =>
  `${input.attrs.name || "the unnamed symbol"} (argument ${position + 1})`;

/**
 * The value of an argument for an input. JavaScript numbers and nested arrays take the input's
 * dtype; typed arrays and tensors must have it, or one that it holds exactly.
 */
export function convertArgument(
  name: string,
  input: NodeOf<"symbol">,
  position: number,
  argument: Argument,
): Value {
  const value = inDType(name, input, position, argument);
  if (value.shape.length !== input.shape.length)
    throw new HypatiaError(name, `${labelOf(input, position)} has another number of axes`, {
      got: describe(value),
      expected: describe(input),
      remedy: isTypedArray(argument)
        ? "tensor(data, { shape: [...] }) gives flat data a shape"
        : "reshape or expandDims it first",
    });
  return value;
}

/** The symbolic sizes of the inputs, which must agree with every argument. */
export function bindSizes(
  name: string,
  inputs: readonly NodeOf<"symbol">[],
  values: readonly Value[],
): SizeBindings {
  const sizes = new Map<string, number>();
  inputs.forEach(({ shape }, i) => {
    shape.forEach((size, axis) => {
      const variable = asVariable(size);
      if (variable && !sizes.has(variable.key)) sizes.set(variable.key, values[i].shape[axis]);
    });
  });
  inputs.forEach((input, i) => {
    const { shape } = values[i];
    const axis = input.shape.findIndex((size, k) => bindDim(size, sizes) !== shape[k]);
    if (axis >= 0) throw misfit(name, labelOf(input, i), input, values[i], sizes, axis);
  });
  return sizes;
}

/** Why the value's size on the axis is not the one that the input declares. */
function misfit(
  name: string,
  label: string,
  input: NodeOf<"symbol">,
  value: Value,
  sizes: SizeBindings,
  axis: number,
): HypatiaError {
  const expected = input.shape.map((size) => bindDim(size, sizes));
  const size = input.shape[axis];
  if (typeof expected[axis] !== "number") {
    const open = [...variablesOf(expected[axis]).values()].map((each) => each.name).join(", ");
    return new HypatiaError(name, `nothing says what the size ${open} of ${label} is`, {
      got: describe(value),
      expected: describe(input),
      remedy: `give an input an axis of size ${open} alone`,
    });
  }
  const reason =
    typeof size === "number" ? "" : `, where ${formatDim(size)} is ${formatDim(expected[axis])}`;
  return new HypatiaError(name, `${label} has another size on axis ${axis}`, {
    got: describe(value),
    expected: `${describe(input)}${reason}`,
    remedy: `pass data of shape ${formatShape(expected)}`,
  });
}

function inDType(
  name: string,
  input: NodeOf<"symbol">,
  position: number,
  argument: Argument,
): Value {
  const { dtype } = input;
  if (argument instanceof Tensor && argument.dtype === dtype) return argument.value();
  const given =
    argument instanceof Tensor
      ? argument.dtype
      : isTypedArray(argument)
        ? dtypeOfArray(argument)
        : isScalar(argument) || Array.isArray(argument) || !isObject(argument)
          ? null
          : isValue(argument)
            ? argument.dtype
            : null;
  if (given !== null && !isLossless(given, dtype))
    throw new HypatiaError(name, `${labelOf(input, position)} has another dtype`, {
      got: given,
      expected: dtype,
      remedy: `x.cast("${dtype}") on a tensor, or tensor(data, { dtype: "${dtype}" })`,
    });
  if (argument instanceof Tensor)
    return evaluateNodes([node("cast", [argument.node], { dtype })])[0];
  if (isObject(argument) && isValue(argument))
    return argument.dtype === dtype
      ? argument
      : valueOf(name, argument.data, { dtype, shape: argument.shape });
  return valueOf(`${name}: ${labelOf(input, position)}`, argument, { dtype, borrow: true });
}

const isObject = (x: unknown): x is object => typeof x === "object" && x !== null;
