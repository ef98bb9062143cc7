import type { MimeBundle, Outputs } from "../../../kernel/types.js";

/** Outputs that keep what they are given, and terminal streams that do. */
export interface Shown {
  readonly bundle: MimeBundle;
  readonly displayId?: string;
  readonly update?: boolean;
}

export function recordingOutputs(): Outputs & {
  shown: Shown[];
  texts: string[];
  clears: boolean[];
} {
  const shown: Shown[] = [];
  const texts: string[] = [];
  const clears: boolean[] = [];
  return {
    shown,
    texts,
    clears,
    stream: (_, text) => void texts.push(text),
    display: (bundle, options) => void shown.push({ bundle, ...options }),
    clear: (wait) => void clears.push(wait),
  };
}

export function recordingStream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, write: (text: string) => written.push(text), text: () => written.join("") };
}
