/** What a run throws when a check on data fails, the same on every backend. */
import type { Program } from "../compiler/program.js";
import { HypatiaError } from "../lang/error.js";

/** The error of a program's failed check; each message begins with the name of the op. */
export function dataError({ messages, sites }: Program, failed: number): HypatiaError {
  const message = messages[failed];
  const [, operation, problem] = /^(\w+): ([\s\S]*)$/.exec(message) ?? ["", "run", message];
  return new HypatiaError(operation, problem, { site: sites?.[failed] });
}
