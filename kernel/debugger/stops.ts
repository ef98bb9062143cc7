/**
 * Where the engine's main thread stops, and how it goes on. Not every stop of V8's is one that
 * clients are told of: some are for a condition that is false, or in nobody's code.
 */
import type { Debugger } from "node:inspector";
import type { JsonObject } from "../wire/message.js";
import type { Breakpoints } from "./breakpoints.js";
import type { Imports } from "./imports.js";
import type { Inspector } from "./inspector.js";
import { restOf, type Step, type StepMethod, startStep } from "./steps.js";
import type { Stop } from "./stop.js";
import { evaluateIn } from "./variables.js";

export interface Stops {
  readonly current: Stop | null;
  /** The current stop; throws if there is none. */
  standing(): Stop;
  step(method: StepMethod): Promise<void>;
  goOn(): Promise<void>;
  /** Asks for a stop wherever the code is. */
  pause(): Promise<void>;
  /** What the inspector tells. */
  paused(told: Debugger.PausedEventDataType): void;
  resumed(): void;
  /** The engine is a new one, or nobody debugs it any more. */
  forget(): void;
}

interface Parts {
  readonly inspector: Inspector;
  readonly breakpoints: Pick<Breakpoints, "conditions">;
  readonly imports: Pick<Imports, "handled">;
  readonly describe: (frames: readonly Debugger.CallFrame[]) => Stop;
  /** Tells the clients. */
  readonly stopped: (body: JsonObject) => void;
  readonly continued: () => void;
}

export function createStops({
  inspector,
  breakpoints,
  imports,
  describe,
  stopped,
  continued,
}: Parts): Stops {
  let current: Stop | null = null;
  /** V8's stops and their ends, counted. */
  let changes = 0;
  let step: Step | null = null;
  /** A client has asked for a stop anywhere. */
  let pausing = false;

  /** At breakpoints with conditions: whether one agrees to the stop. */
  async function agreed(
    conditions: readonly string[],
    { callFrames }: Debugger.PausedEventDataType,
  ): Promise<boolean> {
    const frame = callFrames[0]!.callFrameId;
    let found = false;
    for (const expression of conditions) {
      const answer = await evaluateIn(inspector, frame, { expression }).catch(() => null);
      found ||= answer?.value === true;
    }
    return found;
  }

  /** The cell has stopped, but it is not said before it is known whether that is wanted. */
  async function stopIf(
    wanted: Promise<boolean>,
    told: Debugger.PausedEventDataType,
  ): Promise<void> {
    const mine = changes;
    const stops = await wanted.catch(() => true);
    if (mine !== changes) return; // It has gone on: an interrupt, say.
    const rest = step === null ? "Debugger.resume" : restOf(step, told.callFrames);
    if (stops) stopAt(told);
    else if (rest === null) stopAt({ ...told, hitBreakpoints: [] });
    else goOnQuietly(rest);
  }

  /** After a stop that no client hears of. */
  function goOnQuietly(method: "Debugger.resume" | StepMethod): void {
    if (step !== null) step = { ...step, resumed: true };
    inspector.request(method, {}).catch(() => {});
  }

  function stopAt(told: Debugger.PausedEventDataType): void {
    const { callFrames, reason, hitBreakpoints = [], data } = told;
    const why = step !== null ? "step" : pausing ? "pause" : "breakpoint";
    step = null;
    pausing = false;
    const next = describe(callFrames);
    if (next.frames.length === 0) {
      goOnQuietly("Debugger.resume");
      return;
    }
    current = next;
    const thrown = isThrown(reason);
    const text = thrown ? thrownText(data) : undefined;
    stopped({
      reason: thrown ? "exception" : hitBreakpoints.length > 0 ? "breakpoint" : why,
      ...(text === undefined ? {} : { text, description: text }),
    });
  }

  function standing(): Stop {
    if (current === null) throw new Error("nothing is stopped");
    return current;
  }

  function resumed(): void {
    changes++;
    if (current === null) return;
    current = null;
    continued();
  }

  return {
    get current() {
      return current;
    },
    standing,
    async step(method) {
      step = startStep(method, standing().callFrames);
      await inspector.request(method, {});
    },
    async goOn() {
      standing();
      await inspector.request("Debugger.resume", {});
    },
    async pause() {
      pausing = true;
      await inspector.request("Debugger.pause", {});
    },
    paused(told) {
      changes++;
      const { reason, hitBreakpoints = [] } = told;
      const conditions = breakpoints.conditions(hitBreakpoints);
      const onItsWay = !isThrown(reason) && hitBreakpoints.length === 0 && step?.resumed;
      const rest = onItsWay && step !== null ? restOf(step, told.callFrames) : null;
      const handled = isThrown(reason) ? imports.handled(told) : null;
      if (handled !== null)
        void stopIf(
          handled.then((by) => !by),
          told,
        );
      else if (conditions !== null) void stopIf(agreed(conditions, told), told);
      else if (rest !== null) goOnQuietly(rest);
      else stopAt(told);
    },
    resumed,
    forget() {
      step = null;
      pausing = false;
      resumed();
    },
  };
}

const isThrown = (reason: string): boolean =>
  reason === "exception" || reason === "promiseRejection";

function thrownText(data: object | undefined): string {
  const { description, value } = { ...data } as { description?: unknown; value?: unknown };
  return String(description ?? value ?? "exception").split("\n    at ")[0]!;
}
