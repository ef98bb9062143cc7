/** How an engine ended, in words that say what happened, what was lost and what to do. */
import { constants } from "node:os";
import { escapeControls } from "../display/escape.js";
import type { CellError } from "../types.js";

export type Death =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "memory" }
  /** Replaced by us, because a cell did not react to an interrupt. */
  | { readonly kind: "stubborn" }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "failure"; readonly code: number | null; readonly report: string };

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The code given to `process.exit`, if that was called. */
  readonly asked: number | null;
  /** We ended it for not reacting. */
  readonly stubborn: boolean;
  /** What was on its stderr last. */
  readonly report: string;
}

const OUT_OF_MEMORY = /JavaScript heap out of memory|Allocation failed|FATAL ERROR: .*memory/;

export function readDeath({ code, signal, asked, stubborn, report }: Ending): Death {
  if (stubborn) return { kind: "stubborn" };
  if (asked !== null) return { kind: "exit", code: asked };
  if (OUT_OF_MEMORY.test(report)) return { kind: "memory" };
  if (signal !== null) return { kind: "signal", signal };
  // A shell in between reports a signal as 128 + its number.
  const named = Object.entries(constants.signals).find(([, number]) => code === 128 + number);
  if (named !== undefined) return { kind: "signal", signal: named[0] };
  return { kind: "failure", code, report: report.trim() };
}

/** A line for the log: what the system said, what we had decided, and the last words. */
export function describeEnding(pid: number | undefined, ending: Ending): string {
  const { code, signal, asked, stubborn, report } = ending;
  const causes = [
    signal === null ? `code ${code}` : `signal ${signal}`,
    ...(asked === null ? [] : [`process.exit(${asked}) was called`]),
    ...(stubborn ? ["ended by the front: a cell did not react to two interrupts"] : []),
    ...(report.trim() === "" ? [] : [`last words: ${report.trim().slice(-LAST_WORDS)}`]),
  ];
  return `engine ${pid} ended: ${causes.join("; ")}`;
}

/** Characters of its stderr that go to the log. */
const LAST_WORDS = 2000;

const LOST = "All variables are lost; a fresh engine is ready: run the cells above again.";

const SIGNALS: Readonly<Record<string, string>> = {
  SIGSEGV: "native code accessed memory that is not its own (SIGSEGV)",
  SIGBUS: "native code accessed memory that is not there (SIGBUS)",
  SIGILL: "native code used an instruction that this processor lacks (SIGILL)",
  SIGFPE: "native code divided an integer by zero (SIGFPE)",
  SIGABRT: "native code gave up (SIGABRT); its last words are above",
  SIGKILL: "it was killed (SIGKILL), by hand or because the system ran out of memory",
  SIGTERM: "it was asked to end (SIGTERM)",
};

/** The error of the cell in which the engine died. */
export function deathError(death: Death): CellError {
  switch (death.kind) {
    case "exit":
      return error("EngineExit", `process.exit(${death.code}) was called. ${LOST}`);
    case "memory":
      return error(
        "EngineOutOfMemory",
        `the engine's JavaScript heap is full. ${LOST} ` +
          "A larger heap: set NODE_OPTIONS=--max-old-space-size=8192 (in MB) for the kernel.",
      );
    case "stubborn":
      return error(
        "EngineReplaced",
        `the cell did not react to the interrupt, so its engine was ended. ${LOST}`,
      );
    case "signal":
      return error(
        "EngineDied",
        `the engine died: ${SIGNALS[death.signal] ?? death.signal}. ${LOST}`,
      );
    case "failure": {
      const report = death.report === "" ? "" : `\n${escapeControls(death.report)}`;
      return error("EngineDied", `the engine ended with code ${death.code}. ${LOST}${report}`);
    }
    default:
      return death satisfies never;
  }
}

/** The error of a cell that was interrupted before it ran. */
export function interruptError(): CellError {
  return error("Interrupted", "the cell was stopped before it ran");
}

/** The error of a cell that ran when the kernel was shut down. */
export function shutdownError(): CellError {
  return error("Interrupted", "the kernel was shut down while the cell ran");
}

function error(ename: string, evalue: string): CellError {
  return { ename, evalue, traceback: [`\u001b[31m${ename}\u001b[39m: ${evalue}`] };
}
