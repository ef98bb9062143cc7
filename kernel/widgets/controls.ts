/** The controls that hold a value. */
import { Control, type ControlOptions, type Field } from "./control.js";

export interface SliderOptions extends ControlOptions {
  /** At first; the lower bound when left out. */
  readonly value?: number;
  /**
   * Between two values. Left out, it is 1 for integer bounds at least 2 apart, otherwise about a
   * hundredth of the range: 1, 2 or 5 times a power of ten.
   */
  readonly step?: number;
  /** Whether the value follows the handle while it is dragged (default), or when it is let go. */
  readonly continuous?: boolean;
  readonly orientation?: "horizontal" | "vertical";
}

/**
 * A number from `min` to `max`, both included, on a slider. Throws `RangeError` for bounds, a step
 * or a value that make no sense together, also when such a value is assigned.
 *
 * @example
 * const n = slider(1, 10);                       // integers
 * const rate = slider(0, 1, { value: 0.1, label: "rate" });
 * n.value                                        // 1
 */
export function slider(min: number, max: number, options: SliderOptions = {}): Control<number> {
  const { value = min, step = stepOf(min, max), continuous = true } = options;
  const fail = (what: string): never => {
    throw new RangeError(`slider: ${what}`);
  };
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) {
    fail(`got the bounds ${min} and ${max}, expected finite numbers, the lower first`);
  }
  if (!(step > 0 && Number.isFinite(step))) fail(`got the step ${step}, expected a number > 0`);
  const whole = [min, max, value, step].every(Number.isInteger);
  const fits = (n: unknown): n is number =>
    typeof n === "number" && n >= min && n <= max && (!whole || Number.isInteger(n));
  const field: Field<number> = {
    key: "value",
    parse(json) {
      const value = typeof json === "number" ? withoutNoise(json) : json;
      return fits(value) ? { value } : null;
    },
    print: (n) => {
      if (fits(n)) return n;
      return fail(
        `got the value ${n}, expected ${whole ? "an integer" : "a number"} from ${min} to ${max}`,
      );
    },
    describe: (n) => `${n} (slider from ${min} to ${max})`,
  };
  return new Control(
    "slider",
    { name: whole ? "IntSlider" : "FloatSlider", style: "SliderStyle" },
    field,
    value,
    options,
    {
      min,
      max,
      step,
      continuous_update: continuous,
      orientation: options.orientation ?? "horizontal",
      readout_format: whole ? "d" : formatOf(min, max, step, value),
    },
  );
}

/** `(0, 10)` → 1, `(0, 1)` → 0.01, `(0, 3.3)` → 0.02. */
function stepOf(min: number, max: number): number {
  if (Number.isInteger(min) && Number.isInteger(max) && max - min >= 2) return 1;
  const wanted = (max - min) / 100;
  const power = 10 ** Math.floor(Math.log10(wanted) + 1e-9);
  const factor = [5, 2, 1].find((f) => f * power <= wanted * (1 + 1e-9)) ?? 1;
  // Through the decimal text, for 2 * 0.01 and the like are off in the last bit.
  return Number((factor * power).toPrecision(1));
}

/** JupyterLab counts in steps: three of 0.1 are 0.30000000000000004. 15 digits are always exact. */
const withoutNoise = (value: number): number => Number(value.toPrecision(15));

/**
 * As many decimals as the values have, or as tell neighbours apart; with an exponent where the few
 * characters that ipywidgets has room for would be zeros.
 */
function formatOf(min: number, max: number, step: number, value: number): string {
  const enough = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const decimals = Math.max(...[min, step, value].map(decimalsOf));
  const shown = Math.min(decimals, enough + 2);
  if (shown <= 6) return `.${shown}f`;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  return `.${Math.min(15, Math.ceil(Math.log10(largest / step) - 1e-9) + 1)}g`;
}

/** `0.25` → 2, `1.5e-7` → 8. */
function decimalsOf(value: number): number {
  const [digits = "", exponent = "0"] = String(value).split("e");
  const [, behind = ""] = digits.split(".");
  return Math.max(0, behind.length - Number(exponent));
}

export interface DropdownOptions<T> extends ControlOptions {
  /** At first; the first option when left out. */
  readonly value?: T;
}

/**
 * One of several options, in a list to unfold: values that are their own labels, or values by
 * label. Throws `RangeError` when there are none, or for a value that is not among them.
 *
 * @example
 * const method = dropdown(["sgd", "momentum", "adam"]);       // a Control<"sgd" | "momentum" | …>
 * const activation = dropdown({ tanh, sigmoid }, { label: "activation" });
 * activation.value(x)
 */
export function dropdown<const T extends string | number | boolean>(
  options: readonly T[],
  settings?: DropdownOptions<NoInfer<T>>,
): Control<T>;
export function dropdown<T>(
  options: Readonly<Record<string, T>>,
  settings?: DropdownOptions<NoInfer<T>>,
): Control<T>;
export function dropdown<T>(
  options: readonly T[] | Readonly<Record<string, T>>,
  settings: DropdownOptions<T> = {},
): Control<T> {
  const values: readonly T[] = Array.isArray(options) ? options : Object.values(options);
  const labels = Array.isArray(options) ? options.map(String) : Object.keys(options);
  const choices = labels.map((label) => JSON.stringify(label)).join(", ");
  if (values.length === 0) throw new RangeError("dropdown: got no options, expected one or more");
  const field: Field<T> = {
    key: "index",
    parse: (json) => {
      const at = typeof json === "number" && Number.isInteger(json) ? json : -1;
      return at >= 0 && at < values.length ? { value: values[at] as T } : null;
    },
    print: (value) => {
      const at = values.indexOf(value);
      if (at >= 0) return at;
      throw new RangeError(`dropdown: got the value ${String(value)}, expected one of ${choices}`);
    },
    describe: (value) => `${JSON.stringify(labels[values.indexOf(value)])} (of ${choices})`,
  };
  return new Control(
    "dropdown",
    { name: "Dropdown", style: "DescriptionStyle" },
    field,
    "value" in settings ? (settings.value as T) : (values[0] as T),
    settings,
    { _options_labels: labels },
  );
}

/**
 * Yes or no.
 *
 * @example const log = checkbox(true, { label: "logarithmic" });
 */
export function checkbox(value = false, options: ControlOptions = {}): Control<boolean> {
  const field: Field<boolean> = {
    key: "value",
    parse: (json) => (typeof json === "boolean" ? { value: json } : null),
    print: (on) => on,
    describe: (on) => (on ? "☑" : "☐"),
  };
  const kind = { name: "Checkbox", style: "CheckboxStyle" };
  return new Control("checkbox", kind, field, value, options, { indent: false });
}

export interface TextOptions extends ControlOptions {
  /** Shown in grey while there is no text. */
  readonly placeholder?: string;
  /** More than one makes room for so many lines. */
  readonly lines?: number;
  /** Whether the value follows every key, or changes on Enter and on leaving (default). */
  readonly continuous?: boolean;
}

/**
 * A text to type.
 *
 * @example const name = text("Ada", { label: "name" });
 */
export function text(value = "", options: TextOptions = {}): Control<string> {
  const { placeholder = "", lines = 1, continuous = false } = options;
  const field: Field<string> = {
    key: "value",
    parse: (json) => (typeof json === "string" ? { value: json } : null),
    print: (typed) => typed,
    describe: (typed) => JSON.stringify(typed),
  };
  return new Control(
    "text",
    { name: lines > 1 ? "Textarea" : "Text", style: "TextStyle" },
    field,
    value,
    options,
    { placeholder, continuous_update: continuous, ...(lines > 1 ? { rows: lines } : {}) },
  );
}
