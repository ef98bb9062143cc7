/** Separates what a program prints from the engine's end marks in the same byte stream. */
import { StringDecoder } from "node:string_decoder";
import { endMark } from "../engine/protocol.js";

export interface MarkListener {
  text(text: string): void;
  mark(id: number): void;
}

export interface MarkReader {
  push(chunk: Buffer): void;
  /** The stream is over: whatever was held back as the possible start of a mark is text. */
  end(): void;
}

/** A mark's number has few digits; a longer tail after a mark's start is not one. */
const LONGEST_NUMBER = 20;

export function createMarkReader(token: string, listener: MarkListener): MarkReader {
  const mark = endMark(token, 0);
  const start = Buffer.from(mark.slice(0, -2)); // Without the number and the final NUL.
  const decoder = new StringDecoder("utf8");
  let held: Buffer = Buffer.alloc(0);

  const text = (bytes: Buffer): void => {
    const decoded = decoder.write(bytes);
    if (decoded !== "") listener.text(decoded);
  };

  return {
    push(chunk) {
      let rest = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      for (;;) {
        const at = rest.indexOf(start);
        if (at < 0) break;
        const end = rest.indexOf(0, at + start.length);
        if (end < 0) {
          if (rest.length - at > start.length + LONGEST_NUMBER) break;
          text(rest.subarray(0, at));
          held = rest.subarray(at);
          return;
        }
        text(rest.subarray(0, at));
        listener.mark(Number(rest.toString("latin1", at + start.length, end)));
        rest = rest.subarray(end + 1);
      }
      const keep = overlap(rest, start);
      text(rest.subarray(0, rest.length - keep));
      held = rest.subarray(rest.length - keep);
    },
    end() {
      text(held);
      held = Buffer.alloc(0);
      const last = decoder.end();
      if (last !== "") listener.text(last);
    },
  };
}

/** Length of the longest end of `bytes` that `start` begins with. */
function overlap(bytes: Buffer, start: Buffer): number {
  for (let n = Math.min(bytes.length, start.length - 1); n > 0; n--) {
    if (bytes.subarray(bytes.length - n).equals(start.subarray(0, n))) return n;
  }
  return 0;
}
