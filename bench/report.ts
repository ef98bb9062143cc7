/** What a suite found, and how it is printed: a table for people, JSON for machines. */
import type { Standing } from "./race.js";

/** One piece of work; the last standing is the peer's. */
export interface Row {
  readonly name: string;
  readonly standings: readonly Standing[];
  /** What one iteration does, where a rate says more than a time. */
  readonly flops?: number;
  readonly bytes?: number;
}

/** Something that the table should not pass over in silence. */
export interface Remark {
  readonly remark: string;
}

export interface Suite {
  readonly name: string;
  /** One line: what is measured. */
  readonly about: string;
  /** Does the work, giving each row as it is ready. */
  run(options: { readonly tslab: boolean }): AsyncIterable<Row | Remark>;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Processes that wanted to run in the minute before, on average. */
  readonly load: number;
  /** Measured peak of f32 multiply-adds in GFLOP/s; null without a C compiler. */
  readonly peak: { readonly one: number; readonly all: number } | null;
}

export const heading = ["work", "Hypatia", "peer", "", "ratio", "rate", "of peak"];

/** The cells of a row, as {@link heading} names them. */
export function cells(row: Row, machine: Machine): string[] {
  const ours = row.standings[0]!;
  const peer = row.standings.at(-1)!;
  const perSecond = 1e-6 / ours.median; // one per millisecond is 1e-6 G per second
  const rate =
    row.flops !== undefined
      ? `${(row.flops * perSecond).toFixed(1)} GFLOP/s`
      : row.bytes !== undefined
        ? `${(row.bytes * perSecond).toFixed(1)} GB/s`
        : "";
  const share =
    row.flops !== undefined && machine.peak !== null
      ? `${((100 * row.flops * perSecond) / machine.peak.all).toFixed(0)} %`
      : "";
  return [
    row.name,
    duration(ours.median),
    duration(peer.median),
    peer.name,
    ours.ratio.toFixed(2),
    rate,
    share,
  ];
}

/** Pads cells to the columns' widths; the first and the peer's name to the left. */
export function line(texts: readonly string[], widths: readonly number[]): string {
  const padded = texts.map((text, i) =>
    i === 0 || i === 3 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!),
  );
  return padded.join("  ").trimEnd();
}

/** Milliseconds with three digits, in the unit that suits them. */
export function duration(milliseconds: number): string {
  const [value, unit] =
    milliseconds >= 1000
      ? [milliseconds / 1000, "s"]
      : milliseconds >= 1
        ? [milliseconds, "ms"]
        : milliseconds >= 1e-3
          ? [milliseconds * 1e3, "µs"]
          : [milliseconds * 1e6, "ns"];
  return `${value.toPrecision(3)} ${unit}`;
}
