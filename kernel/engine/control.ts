/**
 * The engine's control thread: hears the front while the main thread is busy or blocked.
 * Passes on interrupts, answers to input requests and the debugger's requests, and ends the process when the front is gone.
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { type MessagePort, workerData } from "node:worker_threads";
import { createFrameReader, encodeFrame } from "./frames.js";
import { createGuardWatch } from "./guard.js";
import { createInspection } from "./inspection.js";
import { endThisEngine, signalDescendants } from "./processes.js";
import { type ControlCommand, ENGINE_FD } from "./protocol.js";
import { INTERRUPT_HOOK, SHARED } from "./shared.js";

export interface ControlData {
  readonly shared: Int32Array;
  /** Answers to input go here; the main thread takes them synchronously. */
  readonly answers: MessagePort;
}

const { shared, answers } = workerData as ControlData;

/** Main-thread JavaScript answers within this; if not, it may be waiting for a subprocess. */
const PATIENCE_MS = 50;
const RETRY_MS = 10;
const GIVE_UP_MS = 5_000;

const session = new Session();
session.connectToMainThread();

const socket = new Socket({ fd: ENGINE_FD.control, readable: true, writable: true });
const guards = createGuardWatch(shared);
const inspection = createInspection((message) => socket.write(encodeFrame(message)), guards);
socket.on(
  "data",
  createFrameReader<ControlCommand>(({ message }) => receive(message)),
);
// The front holds the other end: this is how the engine learns of its death, however busy it is.
socket.on("close", () => endThisEngine("its control channel was closed"));
socket.on("error", (error) => endThisEngine(`its control channel failed: ${error.message}`));

function receive(command: ControlCommand): void {
  switch (command.type) {
    case "interrupt":
      Atomics.store(shared, SHARED.upTo, command.sequence);
      if (isLate(command.sequence)) break;
      Atomics.store(shared, SHARED.flag, 1);
      if (isLate(command.sequence)) {
        Atomics.store(shared, SHARED.flag, 0);
        break;
      }
      guards.end();
      // A cell that is stopped by the debugger is told while it is: it may have little left to do.
      insist(performance.now());
      inspection.hold(true);
      break;
    case "input":
      answers.postMessage(command.text);
      Atomics.store(shared, SHARED.input, 1);
      Atomics.notify(shared, SHARED.input);
      break;
    case "inspector":
      if (insisting !== null && isSettled()) release();
      if (insisting === null) inspection.request(command);
      else waiting.push(command);
      break;
    case "inspector_close":
      requestAll();
      inspection.close();
      break;
    default:
      command satisfies never;
  }
}

/** The run that it was meant for has finished; native code of the next would obey the flag. */
const isLate = (sequence: number) => Atomics.load(shared, SHARED.oldest) > sequence;

/** A run that was to be interrupted is still under way. */
const isPending = (): boolean => {
  const oldest = Atomics.load(shared, SHARED.oldest);
  return oldest !== 0 && oldest <= Atomics.load(shared, SHARED.upTo);
};

/** While a run is pending, the main thread has lowered the flag only to look, and raises it again. */
const isSettled = (): boolean => Atomics.load(shared, SHARED.flag) === 0 && !isPending();

let insisting: NodeJS.Timeout | null = null;
/** Asked while an interrupt is under way; a cell that is to be debugged waits for an answer. */
const waiting: Extract<ControlCommand, { type: "inspector" }>[] = [];

function release(): void {
  if (insisting !== null) clearTimeout(insisting);
  insisting = null;
  inspection.hold(false);
  requestAll();
}

function requestAll(): void {
  for (const command of waiting.splice(0)) inspection.request(command);
}

let asked = 0;

/** Where the main thread is at work on what must not be left half done, it says so at once. */
function ask(): void {
  const mine = ++asked;
  const expression = `globalThis[Symbol.for("${INTERRUPT_HOOK}")]()`;
  session.post("Runtime.evaluate", { expression }, (_error, answer) => {
    if (answer?.result.value === true && mine === asked) ask();
  });
}

/** Asks again until the main thread has settled the interrupt, and no run is left that it meant. */
function insist(since: number): void {
  if (insisting !== null) clearTimeout(insisting);
  insisting = null;
  const waited = performance.now() - since;
  if (isSettled() || waited > GIVE_UP_MS) {
    release();
    return;
  }
  ask();
  // What a terminal's Ctrl-C does: `execSync` returns when its child has got the signal.
  if (waited >= PATIENCE_MS) signalDescendants(process.pid, "SIGINT");
  insisting = setTimeout(() => insist(since), waited < PATIENCE_MS ? RETRY_MS : PATIENCE_MS);
}
