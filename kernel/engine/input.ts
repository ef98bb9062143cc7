/**
 * Questions to the person: `prompt(text, default)` and `password(text)`, synchronous as in a
 * browser. The main thread sleeps on a shared word; an interrupt wakes it, because V8 serves
 * interrupts also in `Atomics.wait`.
 */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Origin } from "./protocol.js";
import { SHARED } from "./shared.js";
import type { Send } from "./writer.js";

export interface Asking {
  /** Shows `message` and waits for a line; what is typed is shown. Null never comes back. */
  prompt(message?: string, otherwise?: string): string;
  /** The same for a secret: nothing that is typed is shown. */
  password(message?: string): string;
}

export class InputError extends Error {
  override name = "InputError";
}

export function createAsking(
  shared: Int32Array,
  answers: MessagePort,
  send: Send,
  origin: () => Origin,
): Asking {
  const ask = (prompt: string, password: boolean): string => {
    Atomics.store(shared, SHARED.input, 0);
    while (receiveMessageOnPort(answers) !== undefined) {
      // An answer to a question that was interrupted.
    }
    send({ type: "input", origin: origin(), prompt, password });
    Atomics.wait(shared, SHARED.input, 0);
    const answer: unknown = receiveMessageOnPort(answers)?.message;
    if (typeof answer === "string") return answer;
    throw new InputError(
      `${password ? "password" : "prompt"}: this client cannot be asked for input ` +
        "(it ran the cell with allow_stdin = false); assign the value in the cell instead",
    );
  };
  return {
    prompt(message = "", otherwise = "") {
      const answer = ask(message, false);
      return answer === "" ? otherwise : answer;
    },
    password: (message = "") => ask(message, true),
  };
}
