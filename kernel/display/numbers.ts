/** How numbers are written; NumPy's names and defaults (`numpy.set_printoptions`). */
export interface NumberOptions {
  /** Most digits after the decimal point. Default 8. */
  readonly precision?: number;
  /** Do not turn to exponents for small numbers or a wide range. Default false. */
  readonly suppress?: boolean;
}

/** What an array's buffer can hold. */
export type Entry = number | bigint | boolean;

/** Writes one entry, padded so that it aligns with the others of its array. */
export type EntryFormat = (value: Entry) => string;

/**
 * The common format of `values`, as `numpy.array2string` finds it: floats share their exponent
 * form and the place of the decimal point, and each shows the fewest digits that identify it in
 * its own dtype. Integers and booleans align to the right.
 *
 * @example entryFormat("f32", [0.1, 2])(2)   // "2. "
 */
export function entryFormat(
  dtype: string,
  values: readonly Entry[],
  options: NumberOptions = {},
): EntryFormat {
  if (dtype.startsWith("f")) return floatFormat(dtype, values.map(Number), options);
  if (dtype === "bool") return (value) => String(Boolean(value)).padStart("false".length);
  const width = longest(values.map(String));
  return (value) => String(value).padStart(width);
}

/** One number alone, nothing to align with: the fewest digits that identify it in its dtype. */
export function scalarText(dtype: string, value: Entry): string {
  if (dtype === "bool") return String(Boolean(value));
  if (!dtype.startsWith("f")) return String(value);
  return shortest(Number(value), dtype);
}

/** Follows `FloatingFormat.fillFormat` of numpy/_core/arrayprint.py. */
function floatFormat(dtype: string, values: readonly number[], options: NumberOptions) {
  const { precision = 8, suppress = false } = options;
  const finite = values.filter(Number.isFinite);
  const sizes = finite.filter((value) => value !== 0).map(Math.abs);
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  const exponents =
    sizes.length > 0 &&
    (largest >= (exactUpTo[dtype] ?? 1e8) ||
      (!suppress && (smallest < 1e-4 || largest / smallest > 1000)));

  const write = exponents
    ? scientific(finite, dtype, precision)
    : positional(finite, dtype, precision);
  const width = Math.max(
    finite.length > 0 ? write(finite[0]).length : 0,
    ...values.filter((value) => !Number.isFinite(value)).map((value) => special(value).length),
  );
  return (value: Entry): string => {
    const number = Number(value);
    return (Number.isFinite(number) ? write(number) : special(number)).padStart(width);
  };
}

/** Up to here a dtype's decimal digits reach the units; beyond, exponents say so. */
const exactUpTo: Readonly<Record<string, number>> = { f16: 1e3, f32: 1e6, f64: 1e8 };

/** NumPy's spelling, shorter than JavaScript's. */
function special(value: number): string {
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function positional(values: readonly number[], dtype: string, precision: number) {
  const split = (value: number): readonly [whole: string, fraction: string] => {
    const own = plainDigits(shortest(value, dtype));
    const [whole = "", fraction = ""] = (
      decimals(own) > precision
        ? (tie(value.toFixed(100), precision) ?? value.toFixed(precision))
        : own
    ).split(".");
    return [signed(whole, value), fraction.replace(/0+$/, "")];
  };
  const all = values.map(split);
  const left = longest(all.map(([whole]) => whole));
  const right = longest(all.map(([, fraction]) => fraction));
  return (value: number): string => {
    const [whole, fraction] = split(value);
    return `${whole.padStart(left)}.${fraction.padEnd(right)}`;
  };
}

/** All with as many digits as the one that needs most, and exponents of one width. */
function scientific(values: readonly number[], dtype: string, precision: number) {
  const needed = values.map((value) => significant(shortest(value, dtype)) - 1);
  const digits = Math.min(Math.max(...needed), precision);
  const split = (value: number): readonly [mantissa: string, sign: string, exponent: string] => {
    const [mantissa = "", exponent = ""] = exponential(value, digits).split("e");
    const whole = digits === 0 ? `${mantissa}.` : mantissa;
    return [signed(whole, value), exponent.slice(0, 1), exponent.slice(1).padStart(2, "0")];
  };
  const all = values.map(split);
  const left = longest(all.map(([mantissa]) => mantissa));
  const right = longest(all.map(([, , exponent]) => exponent));
  return (value: number): string => {
    const [mantissa, sign, exponent] = split(value);
    return `${mantissa.padStart(left)}e${sign}${exponent.padStart(right, "0")}`;
  };
}

/**
 * NumPy rounds a tie to the even digit, JavaScript's toFixed and toExponential away from zero.
 * Given the exact decimal: its first `digits` decimals where rounding down is the even choice.
 */
function tie(exact: string, digits: number): string | null {
  const point = exact.indexOf(".");
  const end = digits === 0 ? point : point + 1 + digits;
  const kept = exact.slice(0, end);
  const rest = exact.slice(point + 1 + digits);
  return /^50*$/.test(rest) && /[02468]$/.test(kept) ? kept : null;
}

/** `toExponential`, ties to even. */
function exponential(value: number, digits: number): string {
  const short = value.toExponential(digits);
  // A tie has a 5 as its next digit; only then are all digits worth their price.
  if (!value.toExponential(digits + 1).includes("5e")) return short;
  const [mantissa = "", exponent = ""] = value.toExponential(100).split("e");
  const even = tie(mantissa, digits);
  return even === null ? short : `${even}e${exponent}`;
}

/** JavaScript writes -0 as 0; NumPy keeps the sign. */
const signed = (text: string, value: number): string => (Object.is(value, -0) ? `-${text}` : text);

const longest = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => text.length));

const decimals = (text: string): number => text.split(".")[1]?.length ?? 0;

/** Count of digits in a shortest decimal, leading and trailing zeros apart. */
function significant(text: string): number {
  const digits = text.replace(/e.*$/, "").replace(/[-.]/g, "").replace(/^0+/, "");
  return Math.max(1, text.includes("e") ? digits.length : digits.replace(/0+$/, "").length);
}

/** `1.5e-7` as `0.00000015`; values of 1e21 and above never come here. */
function plainDigits(text: string): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = "", exponent] = match;
  return `${sign}0.${"0".repeat(Number(exponent) - 1)}${whole}${fraction}`;
}

/**
 * The shortest decimal that reads back as `value` in its dtype. JavaScript finds it for f64; for
 * the narrower types as few digits as survive their rounding: at most 9 for f32, 5 for f16.
 */
function shortest(value: number, dtype: string): string {
  const round = dtype === "f32" ? Math.fround : dtype === "f16" ? roundToHalf : null;
  if (round === null || !Number.isFinite(value)) return String(value);
  for (let digits = 1; digits <= 9; digits++) {
    const rounded = Number(exponential(value, digits - 1));
    if (round(rounded) === value) return String(rounded);
  }
  return String(value);
}

/** The nearest value with an 11-bit significand and exponents down to -14, as f16 has them. */
function roundToHalf(value: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const quantum = 2 ** (exponent - 10);
  const steps = value / quantum;
  const below = Math.floor(steps);
  const up = steps - below > 0.5 || (steps - below === 0.5 && below % 2 !== 0);
  return (up ? below + 1 : below) * quantum;
}
