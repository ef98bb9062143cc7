/**
 * `process.stdout`, `process.stderr` and so `console` in the engine: they write to the front
 * synchronously. Node's own streams are asynchronous on a pipe: a million lines would be
 * overtaken by the reply, and lost if the cell then crashes.
 */
import { StringDecoder } from "node:string_decoder";
import { Writable } from "node:stream";
import type { Outputs } from "../types.js";

/** Must run before anything touches `console`, which looks up the streams at its first use. */
export function redirectConsole(outputs: Outputs): void {
  for (const [name, fd] of [
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    const stream = createTextStream((text) => outputs.stream(name, text));
    Object.assign(stream, { fd, _type: "pipe", isTTY: false, columns: 100 });
    Object.defineProperty(process, name, { value: stream, configurable: true, enumerable: true });
  }
}

/** Characters split over two writes are put together again. */
function createTextStream(write: (text: string) => void): Writable {
  const decoder = new StringDecoder("utf8");
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const text = typeof chunk === "string" ? chunk : decoder.write(chunk);
      if (text !== "") write(text);
      done();
    },
  });
}
