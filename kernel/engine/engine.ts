/**
 * The engine: runs the cells' JavaScript, one at a time, and sends what they print and show.
 *
 * Nothing here waits on a promise chain of its own across a cell: when V8 terminates user code it
 * drops every queued microtask, so each step that must happen starts from a fresh callback.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { Socket } from "node:net";
import { MessageChannel, Worker } from "node:worker_threads";
import type {
  CellError,
  CompiledCell,
  HelpWanted,
  MimeBundle,
  Outputs,
  Payload,
} from "../types.js";
import { type Attribution, createAttribution } from "./attribution.js";
import { type Comms, createComms } from "./comms.js";
import { redirectConsole } from "./console.js";
import type { ControlData } from "./control.js";
import { createFrameReader, type Frame } from "./frames.js";
import { createGuard, type Guard } from "./guard.js";
import { type Asking, createAsking } from "./input.js";
import {
  createInterrupts,
  install,
  newProgress,
  type Progress,
  type RunContext,
} from "./interrupt.js";
import { createOutputs } from "./outputs.js";
import { endThisEngine } from "./processes.js";
import { ENGINE_FD, type EngineCommand, endMark, type Origin, type Outcome } from "./protocol.js";
import { SHARED } from "./shared.js";
import { createSend, writeFully } from "./writer.js";

/** What the engine needs from the parts that know cells and values. */
export interface Evaluator {
  evaluate(cell: CompiledCell): Promise<unknown>;
  toMimeBundle(value: unknown): MimeBundle | null;
  toCellError(error: unknown): CellError;
  /** A printed text, with the places of cells in the stacks of errors. */
  withPlaces(text: string): string;
  /** The value of a variable of the notebook, to show beside its type; undefined if none. */
  lookUp(name: string): unknown;
  /** Code was terminated: what was under way may never end. */
  terminated(): void;
}

/** What the parts that know cells get from the engine. */
export interface Host {
  readonly outputs: Outputs;
  readonly comms: Comms;
  readonly attribution: Attribution;
  readonly asking: Asking;
  readonly guard: Guard;
  /** Asks something of the client that ran the cell. */
  ask(payload: Payload | HelpWanted): void;
  /** To be called when the names that cells have declared are no more. */
  forgotten(): void;
}

/** A run without a step for so long, and with nothing to wait for, has lost its next one. */
const LOST_MS = 300;

/** Whether anything but the channel of commands is active. An immediate does not last till a look. */
const canWake = (): boolean =>
  process.getActiveResourcesInfo().filter((name) => name !== "Immediate").length > 1;

class StepLost extends Error {
  override name = "Interrupted";
  override message =
    "this waited for the same as a cell that was stopped before, and was stopped with it; run it again";
}

/** Starts the engine on the descriptors that the front has opened for it. Call once. */
export async function startEngine(
  load: (host: Host) => Promise<Evaluator>,
  token: string,
): Promise<void> {
  const contexts = new AsyncLocalStorage<RunContext>();
  const shared = new Int32Array(
    new SharedArrayBuffer(SHARED.length * Int32Array.BYTES_PER_ELEMENT),
  );
  /** Cells and comm handlers that have not finished, by sequence number. */
  const runs = new Map<number, RunContext>();
  const interrupts = createInterrupts(shared, contexts, runs, stopped, dropped);
  install(interrupts, shared);
  const send = createSend(interrupts, leave);
  let lastOrigin = "";
  const origin = (): Origin => contexts.getStore()?.origin ?? lastOrigin;

  const outputs = createOutputs(send, origin, () => contexts.getStore()?.sink);
  let worded = (text: string): string => text;
  redirectConsole(outputs, (text) => worded(text));
  const channel = new MessageChannel();
  const comms = createComms(send, origin);
  const attribution = createAttribution(contexts, origin, show);
  const asking = createAsking(shared, channel.port1, send, origin);
  Object.assign(globalThis, { prompt: asking.prompt, password: asking.password });
  const data: ControlData = { shared, answers: channel.port2 };
  new Worker(new URL("./control.js", import.meta.url), {
    workerData: data,
    transferList: [channel.port2],
  }).unref();

  const evaluator = await load({
    outputs,
    comms,
    attribution,
    asking,
    guard: createGuard(shared),
    ask: (payload) => send({ type: "payload", origin: origin(), payload }),
    forgotten: () => send({ type: "forgotten" }),
  });
  worded = evaluator.withPlaces;

  process.on("SIGINT", () => {}); // A terminal's Ctrl-C is the front's to understand.
  for (const event of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(event, (error: unknown) => show(error));
  }
  process.exit = (code) => {
    const status = Number(code ?? process.exitCode ?? 0);
    process.emit("exit", status);
    barrier();
    send({ type: "exit", code: status });
    return awaitEnd();
  };

  const commands = new Socket({ fd: ENGINE_FD.commands, readable: true, writable: false });
  commands.on("data", createFrameReader<EngineCommand>(receive));
  commands.on("close", () => leave("its command channel was closed"));
  send({ type: "ready" });

  function leave(why: string): never {
    endThisEngine(why);
    return awaitEnd();
  }

  /** Node's own exit would first wait for our inspector sessions, and say so on stderr. */
  function awaitEnd(): never {
    for (;;) Atomics.wait(shared, SHARED.flag, Atomics.load(shared, SHARED.flag), 1000);
  }

  function receive({ message, buffers }: Frame<EngineCommand>): void {
    switch (message.type) {
      case "run": {
        const { cell, show } = message;
        lastOrigin = cell.id;
        start(message.sequence, cell.id, async () => {
          const result = evaluator.toMimeBundle(await evaluator.evaluate(cell));
          if (!show || result === null) return result;
          send({ type: "result", origin: cell.id, count: cell.count, ...result });
          return null;
        });
        break;
      }
      case "comm":
        start(
          message.sequence,
          message.message.origin,
          async () => {
            await comms.receive(message.message, buffers);
            return null;
          },
          true,
        );
        break;
      case "inspect":
        start(message.sequence, lastOrigin, async () =>
          evaluator.toMimeBundle(evaluator.lookUp(message.name)),
        );
        break;
      default:
        message satisfies never;
    }
  }

  /** From `queueMicrotask`: code terminated there unwinds no callback of libuv. */
  function start(
    sequence: number,
    origin: Origin,
    body: () => Promise<MimeBundle | null>,
    handlesMessage = false,
  ): void {
    // Nothing is being run now. Native code of this run would obey an interrupt of another.
    if (interrupts.wanted()) stopped();
    const context: RunContext = { origin, handlesMessage, progress: newProgress() };
    runs.set(sequence, context);
    tellOldest();
    if (interrupts.cameBefore(sequence)) {
      finish(sequence, interruption(sequence));
      return;
    }
    // In a turn of its own: microtasks that an interrupted cell has left would, when they are
    // terminated, take with them what stands behind them.
    setImmediate(() => {
      if (!runs.has(sequence)) return; // It was interrupted already.
      contexts.run(context, () =>
        queueMicrotask(() => {
          body().then(
            (result) => finish(sequence, { status: "ok", result }),
            (error) => finish(sequence, failure(sequence, error)),
          );
        }),
      );
    });
  }

  /** What fails because of an interrupt (`execSync`, whose child got the signal) is one. */
  function failure(sequence: number, error: unknown): Outcome {
    if (interrupts.cameBefore(sequence)) return interruption(sequence);
    return { status: "error", error: evaluator.toCellError(error) };
  }

  function interruption(sequence: number): Outcome {
    const error = evaluator.toCellError(interrupts.error());
    return { status: "interrupted", error, home: runs.get(sequence)?.progress.home };
  }

  function finish(sequence: number, outcome: Outcome): void {
    if (!runs.delete(sequence)) return; // It was interrupted, and its reply is out.
    tellOldest();
    barrier();
    send({ type: "done", sequence, outcome });
  }

  function tellOldest(): void {
    const [oldest = 0] = runs.keys();
    Atomics.store(shared, SHARED.oldest, oldest);
  }

  /** Where code was terminated, every run may have lost its next step, and must not wait for it. */
  function stopped(): void {
    if (interrupts.terminated()) evaluator.terminated();
    for (const [sequence, context] of runs) {
      if (!interrupts.terminated() && !interrupts.cameBefore(sequence)) continue;
      interrupts.cancel(context);
      finish(sequence, interruption(sequence));
    }
    interrupts.settled();
  }

  /** What an interrupted run had left was terminated, and a step of another may have gone with it. */
  function dropped(): void {
    evaluator.terminated();
    for (const [sequence, { progress }] of runs) watch(sequence, progress, progress.steps);
  }

  /** Ends a run that has made no step and that nothing can wake: it would never reply. */
  function watch(sequence: number, progress: Progress, steps: number): void {
    const look = () => {
      if (!runs.has(sequence) || progress.steps !== steps) return;
      if (canWake()) watch(sequence, progress, steps);
      else finish(sequence, { status: "error", error: evaluator.toCellError(new StepLost()) });
    };
    setTimeout(look, LOST_MS).unref();
  }

  let marks = 0;

  /** Whatever was printed before this, also by native code and subprocesses, comes before. */
  function barrier(): void {
    const id = ++marks;
    const mark = Buffer.from(endMark(token, id));
    const fds = ([1, 2] as const).filter((fd) => {
      try {
        writeFully(fd, mark);
        return true;
      } catch {
        return false; // User code closed it.
      }
    });
    send({ type: "barrier", id, fds });
  }

  /** An error that no cell awaits: the cell that caused it is told, and nothing dies. */
  function show(error: unknown): void {
    const { traceback } = evaluator.toCellError(error);
    outputs.stream("stderr", `${traceback.join("\n")}\n`);
  }
}
