/**
 * Interleaved measurement: the contenders take turns in the same minutes, so that a machine that is
 * shared, warm or throttled is so for all of them, and ratios are taken round by round.
 */
import { setTimeout as sleep } from "node:timers/promises";

export interface Contender {
  readonly name: string;
  /** Does the work `iterations` times; gives the milliseconds that took, without any set-up. */
  run(iterations: number): Promise<number> | number;
}

export interface Standing {
  readonly name: string;
  /** Milliseconds per iteration: the median over the rounds, and the quartiles beside it. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Median over the rounds of (this time / the last contender's time in the same round). */
  readonly ratio: number;
}

export interface RaceOptions {
  readonly rounds: number;
  /** Milliseconds that one contender's turn takes, about. */
  readonly turn: number;
  /**
   * Milliseconds between turns: threads that spin for work go to sleep. OpenBLAS's do so for about
   * 100 ms after their last product, and until then keep a core from whoever comes next.
   */
  readonly pause: number;
}

export const usual: RaceOptions = { rounds: 15, turn: 60, pause: 150 };

/** Lets the contenders race; the last one is the peer that the ratios refer to. */
export async function race(
  contenders: readonly Contender[],
  options: RaceOptions = usual,
): Promise<Standing[]> {
  const iterations: number[] = [];
  for (const contender of contenders) iterations.push(await calibrate(contender, options.turn));

  const times: number[][] = contenders.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    const order = [...contenders.keys()];
    if (round % 2 === 1) order.reverse(); // nobody is always the one who runs after the other
    for (const i of order) {
      await sleep(options.pause);
      const count = iterations[i]!;
      times[i]!.push((await contenders[i]!.run(count)) / count);
    }
  }
  const peer = times.at(-1)!;
  return contenders.map(({ name }, i) => ({
    name,
    median: quantile(times[i]!, 0.5),
    low: quantile(times[i]!, 0.25),
    high: quantile(times[i]!, 0.75),
    ratio: quantile(
      times[i]!.map((time, round) => time / peer[round]!),
      0.5,
    ),
  }));
}

/** Warms a contender up, and finds how many iterations fill a turn. */
async function calibrate(contender: Contender, turn: number): Promise<number> {
  let count = 1;
  await contender.run(count); // compiles, allocates, loads
  for (;;) {
    const spent = await contender.run(count);
    if (spent >= turn / 2) return Math.max(1, Math.round((count * turn) / spent));
    count = Math.ceil(count * Math.min(10, Math.max(2, turn / Math.max(spent, 1e-3))));
  }
}

/** Linear interpolation between the order statistics. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}
