import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { config } from "../../lang/config.js";
import type { MimeBundle } from "../types.js";
import { outputs } from "./channel.js";
import { duration } from "./duration.js";
import { escapeControls, escapeHtml } from "./escape.js";

export interface ProgressOptions {
  /** What is being done; stands before the bar. */
  readonly label?: string;
  /** How many steps there will be, where the iterable does not know. */
  readonly total?: number;
}

/** At most ten updates a second: more is work for the front end that nobody can see. */
const updateInterval = 100;

/**
 * A bar that fills while a loop runs, with the rate and the time left. It is drawn when it is
 * made, at most ten times a second after that, and once more when the loop ends, also by `break`
 * or an error.
 *
 * @example
 * const bar = progress(batches, { label: "epoch 1" });
 * for (const batch of bar) bar.set(`loss ${step(batch).item().toFixed(3)}`);
 *
 * for (const i of progress(1000)) …            // 0 … 999
 * const manual = progress(3); manual.advance(); manual.done();
 */
export function progress(total: number, options?: ProgressOptions): Progress<number>;
export function progress<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options?: ProgressOptions,
): Progress<T>;
export function progress(
  work: number | Iterable<unknown> | AsyncIterable<unknown>,
  options: ProgressOptions = {},
): Progress<unknown> {
  if (typeof work !== "number") {
    return new Progress(work, options.label, options.total ?? sizeOf(work));
  }
  if (!Number.isInteger(work) || work < 0) {
    throw new RangeError(`progress: expected a count of steps, an integer ≥ 0, got ${work}`);
  }
  return new Progress(counting(work), options.label, work);
}

function* counting(total: number): Generator<number> {
  for (let i = 0; i < total; i++) yield i;
}

function sizeOf(items: unknown): number | null {
  if (typeof items !== "object" || items === null) return null; // a string's length is no count
  if ("length" in items && typeof items.length === "number") return items.length;
  if ("size" in items && typeof items.size === "number") return items.size;
  return null;
}

/** A bar on show; made by {@link progress}. */
export class Progress<T> implements Iterable<T>, AsyncIterable<T> {
  readonly #items: Iterable<T> | AsyncIterable<T>;
  readonly #label: string;
  readonly #total: number | null;
  readonly #id = randomUUID();
  readonly #started = performance.now();
  #count = 0;
  #message = "";
  #outcome: Outcome = "running";
  #drawnAt = this.#started;
  #drawnCount = 0;
  /** Steps per millisecond, smoothed over redraws so that a slow first step is forgotten. */
  #rate: number | null = null;

  constructor(
    items: Iterable<T> | AsyncIterable<T>,
    label: string | undefined,
    total: number | null,
  ) {
    this.#items = items;
    this.#label = label ?? "";
    this.#total = total;
    outputs().display(this.#bundle(), { displayId: this.#id });
  }

  /** `steps` more are done. */
  advance(steps = 1): void {
    this.#count += steps;
    this.#redraw();
  }

  /** A few words beside the bar, such as the loss so far. */
  set(message: string): void {
    this.#message = message;
    this.#redraw();
  }

  /** Nothing more will come; called by itself at the end of a loop. */
  done(): void {
    this.#finish("done");
  }

  *[Symbol.iterator](): Generator<T> {
    if (!(Symbol.iterator in this.#items)) {
      throw new TypeError("progress: these items come asynchronously; use `for await`");
    }
    try {
      for (const item of this.#items) {
        yield item;
        this.advance();
      }
      this.#finish("done");
    } finally {
      this.#finish("stopped");
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for await (const item of this.#items) {
        yield item;
        this.advance();
      }
      this.#finish("done");
    } finally {
      this.#finish("stopped");
    }
  }

  /** `console.log` shows the state in one line. */
  [inspect.custom](): string {
    return progressText(this.#state());
  }

  #redraw(): void {
    const now = performance.now();
    if (this.#outcome !== "running" || now - this.#drawnAt < updateInterval) return;
    const recent = (this.#count - this.#drawnCount) / (now - this.#drawnAt);
    this.#rate = this.#rate === null ? recent : 0.7 * this.#rate + 0.3 * recent;
    this.#drawnAt = now;
    this.#drawnCount = this.#count;
    this.#update();
  }

  /** The first outcome counts: a loop that ends well passes its `finally` too. */
  #finish(outcome: "done" | "stopped"): void {
    if (this.#outcome !== "running") return;
    this.#outcome = outcome;
    this.#update();
  }

  #update(): void {
    outputs().display(this.#bundle(), { displayId: this.#id, update: true });
  }

  #bundle(): MimeBundle {
    const state = this.#state();
    return {
      data: { "text/plain": progressText(state), "text/html": progressHtml(state) },
      metadata: {},
    };
  }

  #state(): ProgressState {
    const elapsed = performance.now() - this.#started;
    const finished = this.#outcome !== "running";
    return {
      label: this.#label,
      count: this.#count,
      total: this.#total,
      message: this.#message,
      outcome: this.#outcome,
      elapsed,
      rate: finished ? this.#count / Math.max(elapsed, 1e-3) : this.#rate,
    };
  }
}

type Outcome = "running" | "done" | "stopped";

/** Times in milliseconds, the rate in steps per millisecond. */
export interface ProgressState {
  readonly label: string;
  readonly count: number;
  readonly total: number | null;
  readonly message: string;
  readonly outcome: Outcome;
  readonly elapsed: number;
  readonly rate: number | null;
}

const barWidth = 24;

/** The state in one line: `epoch 1 ━━━━━━━━──── 300/600 · 50 % · 812/s · 0.4 s left · loss 0.3`. */
export function progressText(state: ProgressState): string {
  const share = shareOf(state);
  const filled = Math.floor((share ?? 0) * barWidth);
  const bar = share === null ? "" : `${"━".repeat(filled)}${"─".repeat(barWidth - filled)} `;
  const label = state.label === "" ? "" : `${escapeControls(state.label)} `;
  return label + bar + facts(state).map(escapeControls).join(" · ");
}

/** The same as a bar; styles are inline, for a bar is redrawn often and should be small. */
export function progressHtml(state: ProgressState): string {
  const share = shareOf(state);
  const percent = Math.round((share ?? 0) * 1000) / 10;
  const colour =
    state.outcome === "done"
      ? "var(--jp-success-color1,#388e3c)"
      : state.outcome === "stopped"
        ? "var(--jp-warn-color1,#f57c00)"
        : "var(--jp-brand-color1,#1976d2)";
  const name = escapeHtml(state.label || "progress");
  const bar =
    share === null
      ? ""
      : `<div role="progressbar" aria-label="${name}" aria-valuemin="0" aria-valuemax="100" ` +
        `aria-valuenow="${percent}" style="flex:none;width:200px;height:6px;border-radius:3px;` +
        `overflow:hidden;background:var(--jp-border-color2,#8883)"><div style="width:${percent}%;` +
        `height:100%;background:${colour}"></div></div>`;
  const label = state.label === "" ? "" : `<span>${name}</span>`;
  return (
    `<div style="display:flex;flex-wrap:wrap;align-items:center;gap:.3em .8em;` +
    `font:13px/1.6 var(--jp-ui-font-family,system-ui,sans-serif);` +
    `font-variant-numeric:tabular-nums;color:var(--jp-content-font-color1,inherit)">` +
    `${label}${bar}<span style="color:var(--jp-content-font-color2,#767676)">` +
    `${escapeHtml(facts(state).join(" · "))}</span></div>`
  );
}

/** Done, from 0 to 1; null when the end is not known. */
function shareOf({ count, total, outcome }: ProgressState): number | null {
  if (total === null) return null;
  if (total === 0) return outcome === "done" ? 1 : 0;
  return Math.min(1, count / total);
}

function facts(state: ProgressState): string[] {
  const { count, total, message, outcome, elapsed, rate } = state;
  const share = shareOf(state);
  const parts = [total === null ? String(count) : `${count}/${total}`];
  if (outcome === "running" && share !== null) parts.push(`${Math.floor(share * 100)} %`);
  if (config.timings) {
    if (rate !== null && rate > 0) parts.push(rateText(rate));
    if (outcome !== "running") parts.push(duration(elapsed));
    else if (rate !== null && rate > 0 && total !== null) {
      parts.push(`${duration(Math.max(0, total - count) / rate)} left`);
    }
  }
  if (outcome === "stopped") parts.push("stopped");
  if (message !== "") parts.push(message);
  return parts;
}

/** Below one step a second, seconds per step say more. */
function rateText(perMillisecond: number): string {
  const perSecond = perMillisecond * 1000;
  if (perSecond < 1) return `${duration(1000 / perSecond)}/step`;
  return `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;
}
