/** What a run throws when a check on data fails, the same on every backend. */
import { HypatiaError } from "../lang/error.js";

/** The error of a failed check; its message begins with the name of the op. */
export function dataError(message: string): HypatiaError {
  const [, operation, problem] = /^(\w+): ([\s\S]*)$/.exec(message) ?? ["", "run", message];
  return new HypatiaError(operation!, problem!);
}
