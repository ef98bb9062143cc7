import type { MimeBundle, Outputs } from "../types.js";

let current: Outputs | null = null;

/** Where display functions send what they show. The engine sets it, once or per cell. */
export function setOutputs(sink: Outputs): void {
  current = sink;
}

/** The sink in force; without an engine, in a plain Node program, this process's stdout. */
export function outputs(): Outputs {
  current ??= terminalOutputs(process.stdout, process.stderr);
  return current;
}

/** What a terminal's side of the channel needs of a stream. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal; longer lines wrap. */
  readonly columns?: number;
}

/**
 * Outputs for a terminal or a log file: the `text/plain` of each display.
 *
 * A display with an id may be updated. On a terminal its lines are rewritten in place while they
 * are the last ones printed. In a file it is held back until something else is printed or the
 * process ends, so that a progress bar leaves one line, its last state.
 */
export function terminalOutputs(stdout: TextStream, stderr: TextStream): Outputs {
  const inPlace = stdout.isTTY === true;
  let last: { readonly id: string; readonly text: string } | null = null;

  const release = (): void => {
    if (last !== null && !inPlace) stdout.write(`${last.text}\n`);
    last = null;
  };
  process.once("exit", release);

  const show = (text: string, id: string | undefined): void => {
    if (id !== undefined && last?.id === id && inPlace) {
      // Up to the first line of the earlier state, and clear to the end of the screen.
      stdout.write(`\x1b[${rowsOf(last.text, stdout.columns)}A\r\x1b[J`);
    } else if (last?.id !== id || id === undefined) {
      release();
    }
    if (id === undefined || inPlace) stdout.write(`${text}\n`);
    last = id === undefined ? null : { id, text };
  };

  return {
    stream(name, text) {
      release();
      (name === "stdout" ? stdout : stderr).write(text);
    },
    display(bundle, options) {
      show(plainText(bundle), options?.displayId);
    },
    clear() {
      // What a terminal has shown stays; only a bar still held back is given up.
      if (!inPlace) last = null;
    },
  };
}

/** The rows that a text takes on a terminal. */
const rowsOf = (text: string, columns = Number.POSITIVE_INFINITY): number =>
  text.split("\n").reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0);

/** The `text/plain` of a bundle; a bundle without one is named by its types. */
export function plainText(bundle: MimeBundle): string {
  const text = bundle.data["text/plain"];
  return typeof text === "string" ? text : `[${Object.keys(bundle.data).join(", ")}]`;
}
