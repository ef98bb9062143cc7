/**
 * Steps that meet a breakpoint whose condition is false. V8 forgets a step when it stops, so what
 * is left of it has to be asked for again.
 */
import type { Debugger } from "node:inspector";

export type StepMethod = "Debugger.stepInto" | "Debugger.stepOver" | "Debugger.stepOut";

/** A step that is under way. */
export interface Step {
  readonly method: StepMethod;
  /** Frames on the stack where it began, and the line on top. */
  readonly depth: number;
  readonly line: string;
  /** It was broken off, in a function that it only passes. */
  readonly resumed: boolean;
}

const lineOf = ({ location }: Debugger.CallFrame): string =>
  `${location.scriptId}:${location.lineNumber}`;

export const startStep = (method: StepMethod, frames: readonly Debugger.CallFrame[]): Step => ({
  method,
  depth: frames.length,
  line: lineOf(frames[0]!),
  resumed: false,
});

/** What leads to the end of a step from where it stopped on its way; null: that is the end. */
export function restOf(step: Step, frames: readonly Debugger.CallFrame[]): StepMethod | null {
  if (step.method === "Debugger.stepInto") return null;
  const above = frames.length - step.depth;
  if (above > 0 || (above === 0 && step.method === "Debugger.stepOut")) return "Debugger.stepOut";
  // Back from a call in the middle of a line.
  const sameLine = above === 0 && lineOf(frames[0]!) === step.line;
  return step.resumed && sameLine ? "Debugger.stepOver" : null;
}
