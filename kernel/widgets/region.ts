/**
 * A place in a cell's output that a function fills, again and again.
 *
 * It is a display; for a page with widgets it is one of these too, because when that is loaded again
 * it cannot update the displays that it finds.
 */
import { randomUUID } from "node:crypto";
import { displaySymbol, toMimeBundle } from "../display/bundle.js";
import { plainText } from "../display/channel.js";
import { escapeHtml } from "../display/escape.js";
import { Rich, toHtml } from "../display/rich.js";
import type { Attribution } from "../engine/attribution.js";
import { call } from "../engine/uncaught.js";
import type { CellError, MimeBundle, Outputs } from "../types.js";
import { widgetHost } from "./host.js";
import { Output } from "./output.js";

export interface Region {
  /**
   * Shows what `f` prints, displays and returns, in place of what is there. What comes after `f`
   * has returned, from a promise or a timer, is added at once, unless `fill` was called again.
   * An error of `f` is shown as `explain` has it; without `explain`, `fill` fails with it.
   */
  fill(f: () => unknown, explain?: (error: unknown) => CellError): void | Promise<void>;
}

interface Piece {
  bundle: MimeBundle;
  readonly id?: string | undefined;
  /** Printed text, to which more can be added. */
  readonly stream?: "stdout" | "stderr";
}

export function createRegion(outputs: Outputs, attribution: Attribution): Region {
  const displayId = randomUUID();
  let pieces: Piece[] = [];
  let shown = false;

  let live: Output | null = null;
  // Called while output is captured, these two must not be caught themselves.
  const show = attribution.bind(() => {
    const bundle = combine(pieces);
    if (widgetHost().models.watched) live ??= new Output("interact");
    live?.show(bundle);
    const data = { ...live?.[displaySymbol](), ...bundle.data };
    outputs.display({ ...bundle, data }, { displayId, update: shown });
    shown = true;
  });
  const elsewhere = attribution.bind(outputs.display);

  return {
    fill(f, explain) {
      const mine: Piece[] = [];
      let returned = false;
      pieces = mine;
      const changed = (): void => {
        if (returned && pieces === mine) void show();
      };
      const end = (value: unknown): void => {
        const bundle = toMimeBundle(value);
        if (bundle !== null) mine.push({ bundle });
        finish();
      };
      const finish = (): void => {
        returned = true;
        changed();
      };
      const draw = (): void | Promise<void> => {
        const value = attribution.capture(sinkInto(mine, changed, elsewhere), f);
        if (!(value instanceof Promise)) return end(value);
        returned = true;
        return value.then(end);
      };
      if (explain === undefined) return first(draw, finish, () => pieces === mine);
      return call(draw, (error) => {
        mine.push({ bundle: textBundle(explain(error).traceback.join("\n")) });
        finish();
      });
    },
  };
}

/** Fails as `draw` does, unless its errors are of interest to nobody. */
function first(
  draw: () => void | Promise<void>,
  finish: () => void,
  interesting: () => boolean,
): void | Promise<void> {
  // No `catch`: it would hide the exception from the debugger; see uncaught.ts.
  const later = async (drawn: Promise<void>): Promise<void> => {
    let failed = true;
    try {
      await drawn;
      failed = false;
    } finally {
      if (failed) finish();
      // biome-ignore lint/correctness/noUnsafeFinally: nobody waits for it any more
      if (failed && !interesting()) return;
    }
  };
  let drawn: void | Promise<void>;
  let failed = true;
  try {
    drawn = draw();
    failed = false;
  } finally {
    if (failed) finish();
  }
  return drawn === undefined ? undefined : later(drawn);
}

/** Outputs that become pieces; updates of what is shown elsewhere go there. */
function sinkInto(
  pieces: Piece[],
  changed: () => void,
  elsewhere: (...shown: Parameters<Outputs["display"]>) => void,
): Outputs {
  let clearing = false;
  const add = (piece: Piece): void => {
    if (clearing) pieces.length = 0;
    clearing = false;
    pieces.push(piece);
    changed();
  };
  return {
    stream(name, text) {
      const last = pieces.at(-1);
      if (last?.stream !== name || clearing) {
        add({ bundle: textBundle(text), stream: name });
        return;
      }
      last.bundle = textBundle(plainText(last.bundle) + text);
      changed();
    },
    display(bundle, { displayId: id, update = false } = {}) {
      const known = pieces.filter((piece) => id !== undefined && piece.id === id);
      if (!update) add({ bundle, id });
      else if (known.length === 0)
        elsewhere(bundle, id === undefined ? { update } : { displayId: id, update });
      else {
        for (const piece of known) piece.bundle = bundle;
        changed();
      }
    },
    clear(wait) {
      clearing = wait;
      if (wait) return;
      pieces.length = 0;
      changed();
    },
  };
}

const textBundle = (text: string): MimeBundle => ({ data: { "text/plain": text }, metadata: {} });

// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of error messages
const colours = /\u001b\[\d*m/g;

/** One piece as it is, several as HTML and as text, one below the other. */
function combine(pieces: readonly Piece[]): MimeBundle {
  const [only, ...more] = pieces.map((piece) => piece.bundle);
  if (only === undefined) return textBundle("");
  if (more.length === 0) return only;
  const texts = pieces.map(({ bundle }) => plainText(bundle).replace(/\n$/, ""));
  const parts = pieces.map(({ bundle }) => `<div>${htmlOf(bundle)}</div>`);
  return {
    data: { "text/html": parts.join("\n"), "text/plain": texts.join("\n") },
    metadata: {},
  };
}

function htmlOf(bundle: MimeBundle): string {
  const types = ["text/html", "image/svg+xml", "image/png"];
  if (types.some((type) => type in bundle.data)) return toHtml(new Rich(bundle));
  return `<pre>${escapeHtml(plainText(bundle).replace(colours, ""))}</pre>`;
}
