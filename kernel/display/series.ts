import { type TensorData, valueOf } from "../../lang/data.js";
import { Tensor } from "../../lang/tensor.js";
import type { Value } from "../../lang/value.js";

/** One column of numbers: an array, a typed array, or a closed tensor with one axis. */
export type Column = readonly number[] | Exclude<TensorData, number | bigint | boolean> | Tensor;

/** A named line or cloud of points; x and y have one length. */
export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export const isColumn = (value: unknown): value is Column =>
  value instanceof Tensor || Array.isArray(value) || ArrayBuffer.isView(value);

/** The value of data that a display was given: a tensor is computed, arrays are read. */
export const hostValueOf = (what: string, data: TensorData | Tensor): Value =>
  data instanceof Tensor ? data.value() : valueOf(what, data);

/** The numbers of a column. Throws where it has more axes than one. */
export function columnOf(what: string, data: Column): number[] {
  // Numbers stay f64: times since 1970 and large counts do not survive f32.
  const value = Array.isArray(data)
    ? valueOf(`plot: ${what}`, data, { dtype: "f64" })
    : hostValueOf(`plot: ${what}`, data);
  if (value.shape.length !== 1) {
    throw new TypeError(
      `plot: ${what} has shape [${value.shape.join(", ")}]; expected one axis, ` +
        "for example x.reshape([-1]) or one column of it",
    );
  }
  return Array.from(value.data, Number);
}

/**
 * At most `most` points that look the same when drawn: of each stretch along the series the
 * smallest and the largest y are kept, in their order, and both ends, so no peak is lost.
 */
export function thinned(series: Series, most: number): Series {
  const { x, y, name } = series;
  if (y.length <= most) return series;
  const kept = new Set([0]);
  const stretches = Math.floor((most - 2) / 2);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * y.length) / stretches);
    const to = Math.floor(((stretch + 1) * y.length) / stretches);
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      if (y[i] < y[low] || Number.isNaN(y[low])) low = i;
      if (y[i] > y[high] || Number.isNaN(y[high])) high = i;
    }
    kept.add(Math.min(low, high)).add(Math.max(low, high));
  }
  kept.add(y.length - 1);
  return { name, x: Array.from(kept, (i) => x[i]), y: Array.from(kept, (i) => y[i]) };
}
