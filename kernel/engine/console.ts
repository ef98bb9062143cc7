/**
 * `process.stdout`, `process.stderr` and `console` in the engine: they write to the front
 * synchronously. Node's own streams are asynchronous on a pipe: a million lines would be
 * overtaken by the reply, and lost if the cell then crashes.
 */
import { Console } from "node:console";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Outputs } from "../types.js";

/**
 * Must run before anything touches `process.stdout`, which opens the descriptor at first use.
 * @param worded what people read instead of a text that `console` writes
 */
export function redirectConsole(outputs: Outputs, worded: (text: string) => string): void {
  const streams = {
    stdout: createStream(outputs, "stdout"),
    stderr: createStream(outputs, "stderr"),
  };
  for (const [name, fd] of [
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    const value = Object.assign(streams[name], { fd, _type: "pipe", isTTY: false, columns: 100 });
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true });
  }
  const direct = new Console({
    stdout: createDirect(outputs, "stdout", worded),
    stderr: createDirect(outputs, "stderr", worded),
  });
  Object.assign(globalThis.console, direct);
}

type Name = "stdout" | "stderr";

/** Characters split over two writes are put together again. */
function createStream(outputs: Outputs, name: Name): Writable {
  const decoder = new StringDecoder("utf8");
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const text = typeof chunk === "string" ? chunk : decoder.write(chunk);
      if (text !== "") outputs.stream(name, text);
      done();
    },
  });
}

/** What `console` writes to: whole texts, nobody to call back, so none of a stream's machinery. */
function createDirect(outputs: Outputs, name: Name, worded: (text: string) => string): Writable {
  return Object.assign(new Writable(), {
    write(text: string): boolean {
      outputs.stream(name, worded(text));
      return true;
    },
    once() {},
    removeListener() {},
  });
}
