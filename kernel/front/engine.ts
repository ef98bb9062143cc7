/**
 * The engine process as the front sees it: started, given cells, listened to, interrupted,
 * replaced when it dies.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Duplex, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createFrameReader, encodeFrame, type Frame } from "../engine/frames.js";
import { endEngine, endGroup } from "../engine/processes.js";
import type {
  CommMessage,
  ControlCommand,
  ControlMessage,
  EngineCommand,
  EngineMessage,
  JsonObject,
  Origin,
  Outcome,
  OutputMessage,
} from "../engine/protocol.js";
import type { CompiledCell, HelpWanted, Payload } from "../types.js";
import { type Death, describeEnding, interruptError, readDeath } from "./death.js";
import { createMarkReader } from "./marks.js";

export type RunOutcome = Outcome | { readonly status: "died"; readonly death: Death };

export interface EngineOptions {
  readonly cwd: string;
  /** The engine's program; the tests have one of their own. */
  readonly entry?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface EngineListener {
  /** In the order in which the engine produced them, raw output of subprocesses included. */
  output(message: OutputMessage, buffers: readonly Buffer[]): void;
  /** Whether the person can be asked is for the listener to find out; null if not. */
  input(prompt: string, password: boolean): Promise<string | null>;
  payload(origin: Origin, payload: Payload | HelpWanted): void;
  /** The names that cells had declared are no more. */
  forgotten(): void;
  /** From V8's inspector, after a request has opened it. */
  inspectorEvent(method: string, params: JsonObject): void;
  /** Called once, after everything that it had sent, and after pending runs got their outcome. */
  died(death: Death, description: string): void;
}

export interface Engine {
  run(cell: CompiledCell, show: boolean): Promise<RunOutcome>;
  comm(message: CommMessage, buffers: readonly Uint8Array[]): Promise<RunOutcome>;
  /** The value of a variable, shown; null while the engine is busy or has none. */
  inspect(name: string): Promise<JsonObject | null>;
  /** A request of V8's inspector protocol about the main thread, served while that is stopped. */
  inspector(method: string, params: JsonObject): Promise<JsonObject>;
  closeInspector(): void;
  interrupt(): void;
  /** Reads no more from the engine until `resume`: it then waits in its next write. */
  pause(): void;
  resume(): void;
  /** Ends the process and everything it started; settles when it is gone. */
  stop(why?: "stubborn"): Promise<void>;
}

const HEAP_REPORT = "<--- Last few GCs --->";
const ENTRY = fileURLToPath(new URL("../engine/main.js", import.meta.url));

/** The parent's ends, by descriptor; Node's types know only the first five. */
type EngineStreams = readonly [null, Readable, Readable, Readable, Writable, Duplex];

interface InspectorRequest {
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: Error) => void;
}

/** After the process has ended, its pipes may still hold what it wrote last. */
const LAST_WORDS_MS = 300;

export function startEngine(options: EngineOptions, listener: EngineListener): Engine {
  const token = randomBytes(8).toString("hex");
  const child = spawn(process.execPath, [options.entry ?? ENTRY], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env, HYPATIA_ENGINE_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
    // A process group of its own: whatever its cells start ends with it.
    detached: true,
  });
  const [, stdout, stderr, structured, commands, control] = child.stdio as unknown as EngineStreams;
  const readers = [stdout, stderr, structured];
  // Writing to a process that has just died is no error of its own: `died` tells.
  for (const stream of [...readers, commands, control]) stream.on("error", () => {});

  let sequence = 0;
  const runs = new Map<number, (outcome: RunOutcome) => void>();
  const inspectorRequests = new Map<number, InspectorRequest>();
  let origin = "";
  let exitCode: number | null = null;
  let crashReport = "";
  /** V8's pages about a full heap: our error says it in a line, so they wait for what follows. */
  let heapReport = "";
  let stubborn = false;

  // Output in order: frames wait behind a barrier until its marks came on fd 1 and fd 2.
  const backlog: Frame<EngineMessage>[] = [];
  const marks = { 1: 0, 2: 0 };
  let draining = false;
  const passed = (message: EngineMessage): boolean =>
    message.type !== "barrier" || message.fds.every((fd) => marks[fd] >= message.id);
  const drain = (): void => {
    if (draining) return;
    draining = true;
    while (backlog.length > 0 && passed(backlog[0]!.message)) receive(backlog.shift()!);
    draining = false;
  };

  for (const [fd, name, stream] of [
    [1, "stdout", stdout],
    [2, "stderr", stderr],
  ] as const) {
    const reader = createMarkReader(token, {
      text(text) {
        if (fd === 2) crashReport = (crashReport + text).slice(-20_000);
        if (fd === 2 && (heapReport !== "" || text.includes(HEAP_REPORT))) heapReport += text;
        else listener.output({ type: "stream", origin, name, text }, []);
      },
      mark(id) {
        marks[fd] = id;
        if (fd === 2) {
          crashReport = "";
          showHeapReport();
        }
        drain();
      },
    });
    stream.on("data", reader.push);
    stream.on("end", reader.end);
  }
  structured.on(
    "data",
    createFrameReader<EngineMessage>((frame) => {
      backlog.push(frame);
      drain();
    }),
  );

  control.on(
    "data",
    createFrameReader<ControlMessage>(({ message }) => receiveControl(message)),
  );

  function receiveControl(message: ControlMessage): void {
    switch (message.type) {
      case "inspector_result":
        inspectorRequests.get(message.request)?.resolve(message.result);
        inspectorRequests.delete(message.request);
        break;
      case "inspector_error":
        inspectorRequests.get(message.request)?.reject(new Error(message.message));
        inspectorRequests.delete(message.request);
        break;
      case "inspector_event":
        listener.inspectorEvent(message.method, message.params);
        break;
      default:
        message satisfies never;
    }
  }

  function receive({ message, buffers }: Frame<EngineMessage>): void {
    switch (message.type) {
      case "done":
        runs.get(message.sequence)?.(message.outcome);
        runs.delete(message.sequence);
        break;
      case "input":
        listener.input(message.prompt, message.password).then(
          (text) => tell({ type: "input", text }),
          () => tell({ type: "input", text: null }),
        );
        break;
      case "payload":
        listener.payload(message.origin, message.payload);
        break;
      case "forgotten":
        listener.forgotten();
        break;
      case "exit":
        exitCode = message.code;
        // From here, because Node says on stderr that it waits for a debugger when it ends itself.
        if (child.pid !== undefined) endEngine(child.pid);
        break;
      case "ready":
        ready = true;
        for (const send of held.splice(0)) send();
        break;
      case "barrier":
        break;
      default:
        listener.output(message, buffers);
    }
  }

  const gone = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      crashReport += error.message;
      resolve(end(null, null));
    });
    child.on("exit", (code, signal) => {
      endGroup(child.pid!);
      // "close" waits for a grandchild that keeps fd 1 open, so it gets a limit.
      const finish = () => resolve(end(code, signal));
      const timer = setTimeout(finish, LAST_WORDS_MS);
      child.on("close", () => {
        clearTimeout(timer);
        finish();
      });
    });
  });

  function showHeapReport(): void {
    if (heapReport === "") return;
    listener.output({ type: "stream", origin, name: "stderr", text: heapReport }, []);
    heapReport = "";
  }

  let ended = false;
  function end(code: number | null, signal: NodeJS.Signals | null): void {
    if (ended) return;
    ended = true;
    for (const stream of readers) stream.destroy();
    while (backlog.length > 0) receive(backlog.shift()!);
    const ending = { code, signal, asked: exitCode, stubborn, report: crashReport };
    const death = readDeath(ending);
    if (death.kind !== "memory") showHeapReport();
    for (const resolve of runs.values()) resolve({ status: "died", death });
    runs.clear();
    for (const { reject } of inspectorRequests.values()) reject(new Error("the engine has ended"));
    inspectorRequests.clear();
    listener.died(death, describeEnding(child.pid, ending));
  }

  /** Until the engine has loaded, commands wait here, so that an interrupt can take them back. */
  const held: (() => void)[] = [];
  let ready = false;

  function command(message: EngineCommand, buffers: readonly Uint8Array[] = []): void {
    const send = () => commands.write(encodeFrame(message, buffers));
    if (ready) send();
    else held.push(send);
  }

  /** One that met the engine while it loads would leave it half loaded. */
  function interrupt(): void {
    if (ready) {
      tell({ type: "interrupt", sequence });
      return;
    }
    held.length = 0;
    for (const resolve of runs.values()) {
      resolve({ status: "interrupted", error: interruptError() });
    }
    runs.clear();
  }

  function tell(message: ControlCommand): void {
    control.write(encodeFrame(message));
  }

  function runWith(
    message: (sequence: number) => EngineCommand,
    buffers: readonly Uint8Array[] = [],
  ): Promise<RunOutcome> {
    const mine = ++sequence;
    const outcome = new Promise<RunOutcome>((resolve) => runs.set(mine, resolve));
    command(message(mine), buffers);
    return outcome;
  }

  return {
    run(cell, show) {
      origin = cell.id;
      return runWith((sequence) => ({ type: "run", sequence, cell, show }));
    },
    comm: (message, buffers) =>
      runWith((sequence) => ({ type: "comm", sequence, message }), buffers),
    async inspect(name) {
      if (runs.size > 0 || ended) return null;
      const outcome = await runWith((sequence) => ({ type: "inspect", sequence, name }));
      return outcome.status === "ok" ? (outcome.result?.data ?? null) : null;
    },
    inspector(method, params) {
      if (ended) return Promise.reject(new Error("the engine has ended"));
      const request = ++sequence;
      const answer = new Promise<JsonObject>((resolve, reject) => {
        inspectorRequests.set(request, { resolve, reject });
      });
      tell({ type: "inspector", request, method, params });
      return answer;
    },
    closeInspector: () => tell({ type: "inspector_close" }),
    interrupt,
    pause() {
      for (const stream of readers) stream.pause();
    },
    resume() {
      for (const stream of readers) stream.resume();
    },
    async stop(why) {
      stubborn = why === "stubborn";
      if (child.pid !== undefined) endEngine(child.pid);
      await gone;
    },
  };
}
