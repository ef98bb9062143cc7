/** Shared variables: named state on the device that compiled functions read and update. */
import { type TensorData, valueOf } from "./data.js";
import type { DType } from "./dtype.js";
import { HypatiaError } from "./error.js";
import { evaluateNodes } from "./evaluation.js";
import { node } from "./node.js";
import { runtime } from "./runtime.js";
import { formatShape } from "./size.js";
import { ofValue, Tensor } from "./tensor.js";
import type { SharedState, Value } from "./value.js";

export interface SharedOptions {
  readonly dtype?: DType;
  /** Use the data as it is instead of a copy; do not write to it afterwards. */
  readonly borrow?: boolean;
}

let nextShared = 0;

/** A tensor whose value can change: by {@link SharedVariable.set} and by the updates of functions. */
export class SharedVariable extends Tensor {
  /** Where the value is kept; compiled functions replace it. */
  readonly state: SharedState;

  constructor(state: SharedState) {
    super(node("shared", [], { state }));
    this.state = state;
  }

  /** The present value, as a tensor that no later update changes. */
  get(): Tensor {
    return ofValue(runtime().copy(this.state.value));
  }

  /**
   * Gives the variable another value of the same dtype and shape; numbers and nested arrays are
   * taken in its dtype. Throws if they do not fit.
   *
   * @example
   * const w = shared(zeros([2]), "w");
   * w.set([1, 2]);
   */
  set(value: Tensor | TensorData): void {
    const { name, dtype, shape } = this.state;
    const label = name || "shared variable";
    const isData = !(value instanceof Tensor);
    const isWeak = isData && !ArrayBuffer.isView(value);
    const options = isWeak ? { dtype } : ArrayBuffer.isView(value) ? { shape } : {};
    const next = isData ? valueOf("set", value, options) : ownValue(value);
    const isSame = next.shape.length === shape.length && next.shape.every((n, i) => n === shape[i]);
    if (next.dtype !== dtype || !isSame)
      throw new HypatiaError("set", `the value does not fit ${label}`, {
        got: `${next.dtype} ${formatShape(next.shape)}`,
        expected: `${dtype} ${formatShape(shape)}, as at the start`,
        remedy: "make a new shared variable for another dtype or shape",
      });
    this.state.value = next;
  }
}

/** What a tensor is worth, in a value that nobody else may overwrite. */
function ownValue(x: Tensor): Value {
  const [value] = evaluateNodes([x.node]);
  return runtime().copy(value);
}

/**
 * A shared variable: a tensor with a value that stays on the device between calls of compiled
 * functions and changes by their `updates`. The value may be data or a closed tensor; its dtype and
 * shape are the variable's for good.
 *
 * @example
 * const w = shared(random.normal([784, 500], { std: 0.1 }), "w");
 * const step = compile([x], loss, { updates: [[w, w - 0.1 * grad(loss, w)]] });
 */
export function shared(
  value: Tensor | TensorData,
  name = "",
  { dtype, borrow = false }: SharedOptions = {},
): SharedVariable {
  const start =
    value instanceof Tensor ? ownValue(value) : valueOf("shared", value, { dtype, borrow });
  if (value instanceof Tensor && dtype !== undefined && dtype !== start.dtype)
    throw new HypatiaError("shared", `the value is not ${dtype}`, {
      got: value.toString(),
      remedy: `x.cast("${dtype}")`,
    });
  const { dtype: own, shape } = start;
  return new SharedVariable({ id: nextShared++, name, dtype: own, shape, value: start });
}
