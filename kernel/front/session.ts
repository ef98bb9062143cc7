/**
 * A notebook's session: cells are compiled by the cell service and run by the engine, which is
 * replaced when it dies. Knows nothing of sockets: the kernel and `hypatia run` both use it.
 */
import type { CommMessage, JsonObject, Origin, OutputMessage } from "../engine/protocol.js";
import type {
  CellError,
  CellService,
  CompiledCell,
  Diagnostic,
  HelpWanted,
  MimeBundle,
  Payload,
} from "../types.js";
import { type Death, deathError, interruptError, shutdownError } from "./death.js";
import { type Engine, type EngineOptions, type RunOutcome, startEngine } from "./engine.js";

export interface SessionOptions {
  readonly engine: EngineOptions;
  readonly cells: CellService;
  readonly renderDiagnostics: (
    diagnostics: readonly Diagnostic[],
    source: string,
    count: number,
  ) => CellError;
}

export interface SessionListener {
  /** What a cell printed or showed; `error` is always its last. */
  output(message: SessionOutput, buffers: readonly Buffer[]): void;
  input(prompt: string, password: boolean): Promise<string | null>;
  /** An engine is gone, and with it the other ends of all comms; how, is for the log. */
  engineEnded?(description: string): void;
  /** The debugger, if there is one, is told what runs and where. */
  readonly debugger?: SessionDebugger;
}

export interface SessionDebugger {
  /** The cell waits for this before it runs, so that breakpoints are there. */
  beforeRun(cell: CompiledCell): Promise<void>;
  inspectorEvent(method: string, params: JsonObject): void;
  /** What it had set in an engine before this one is gone. */
  engineStarted(): void;
  /** The session is about to end. */
  ending(): void;
}

export type SessionOutput =
  | OutputMessage
  | { readonly type: "error"; readonly origin: Origin; readonly error: CellError };

export interface ExecuteRequest {
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  /** By name. */
  readonly userExpressions: ReadonlyMap<string, string>;
}

export interface Executed {
  readonly count: number;
  readonly error: CellError | null;
  readonly userExpressions: JsonObject;
  /** What the cell asks of its client; of each source the last. */
  readonly payload: readonly (Payload | HelpWanted)[];
}

export interface Session {
  /**
   * Runs one cell; calls must not overlap. `attribute` is told of each origin before its output,
   * `started` of the cell's count before any.
   */
  execute(
    request: ExecuteRequest,
    attribute: (origin: Origin) => void,
    started: (count: number) => void,
  ): Promise<Executed>;
  /** The count of the last cell that was stored. */
  count(): number;
  /** Passes a comm message to the engine; settles when its handler is done. */
  comm(message: CommMessage, buffers: readonly Uint8Array[]): Promise<void>;
  /** The MIME data of a variable, if the engine is idle and has it. */
  inspect(name: string): Promise<JsonObject | null>;
  /** The engine's inspector, for the debugger. */
  readonly inspector: {
    request(method: string, params: JsonObject): Promise<JsonObject>;
    close(): void;
  };
  interrupt(): void;
  pause(): void;
  resume(): void;
  dispose(): Promise<void>;
}

interface Current {
  readonly origin: Origin;
  interruptedAt: number;
  /** Aborted by an interrupt: what has not reached the engine yet is not to be run. */
  readonly stop: AbortController;
  readonly payload: Map<Payload["source"], Payload | HelpWanted>;
}

/** An interrupt that has not worked for so long does not: the next one replaces the engine… */
const STUBBORN_MS = 500;
/** …if it does not work in this time either: on a busy machine the first may only be late. */
const GRACE_MS = 700;

type Compiled = Awaited<ReturnType<CellService["compile"]>>;

export function createSession(options: SessionOptions, listener: SessionListener): Session {
  const { cells } = options;
  let engine: Engine | null = null;
  let disposed = false;
  let lastOrigin: Origin = "";
  let count = 0;
  let serial = 0;
  /** Infinity while nothing is read from the engine. */
  let readingSince = Number.NEGATIVE_INFINITY;
  /** Set while a cell is being executed. */
  let current: Current | null = null;

  const living = (): Engine => {
    if (engine === null) {
      engine = startEngine(options.engine, {
        output: listener.output,
        input: listener.input,
        payload(origin, payload) {
          if (current?.origin === origin) current.payload.set(payload.source, payload);
        },
        forgotten: () => void cells.reset(),
        inspectorEvent: (method, params) => listener.debugger?.inspectorEvent(method, params),
        died,
      });
      listener.debugger?.engineStarted();
    }
    return engine;
  };

  function replaceUnlessDone(): void {
    const [cell, stubborn] = [current, engine];
    const look = (): void => {
      if (current !== cell || engine !== stubborn) return;
      // While nothing is read from it, it waits in a write, or what it has said is not known yet.
      if (performance.now() - readingSince < GRACE_MS) setTimeout(look, GRACE_MS);
      else void stubborn?.stop("stubborn");
    };
    setTimeout(look, GRACE_MS);
  }

  function died(death: Death, description: string): void {
    engine = null;
    if (disposed) return;
    void cells.reset();
    listener.engineEnded?.(description);
    if (current === null) report(deathError(death));
    // One that fails to start would fail again: it is tried when a cell needs it.
    if (death.kind !== "failure") living();
  }

  function report(error: CellError, origin = lastOrigin): void {
    const text = `${error.traceback.join("\n")}\n`;
    listener.output({ type: "stream", origin, name: "stderr", text }, []);
  }

  async function execute(
    { code, silent, storeHistory, userExpressions }: ExecuteRequest,
    attribute: (origin: Origin) => void,
    started: (count: number) => void,
  ): Promise<Executed> {
    const mine = storeHistory && !silent ? ++count : count;
    const nextOrigin = (): Origin => {
      const origin = `cell-${++serial}`;
      attribute(origin);
      return origin;
    };
    const origin = nextOrigin();
    lastOrigin = origin;
    const stop = new AbortController();
    const payload: Current["payload"] = new Map();
    current = { origin, interruptedAt: 0, stop, payload };
    try {
      const running = runSource(code, origin, mine, !silent, stop.signal);
      started(mine); // The checker is at work while the clients are told.
      const outcome = await running;
      const error = outcomeError(outcome);
      if (error !== null && !silent) listener.output({ type: "error", origin, error }, []);
      const replies: [string, JsonObject][] = [];
      if (error === null) {
        for (const [name, source] of userExpressions) {
          const outcome = await runSource(source, nextOrigin(), mine, false, stop.signal);
          replies.push([name, expressionReply(outcome)]);
        }
      }
      // A name may be "__proto__", which an assignment would not keep.
      const values = Object.fromEntries(replies);
      return { count: mine, error, userExpressions: values, payload: [...payload.values()] };
    } finally {
      current = null;
    }
  }

  async function runSource(
    source: string,
    id: Origin,
    count: number,
    show: boolean,
    stop: AbortSignal,
  ): Promise<RunOutcome> {
    const stopped = new Promise<null>((resolve) => {
      stop.addEventListener("abort", () => resolve(null), { once: true });
    });
    const compiled: Compiled | null = await Promise.race([
      cells.compile(source, { id, count }),
      stopped,
    ]);
    if (compiled === null) return { status: "interrupted", error: interruptError() };
    if (!compiled.ok) {
      const error = options.renderDiagnostics(compiled.diagnostics, source, count);
      return { status: "error", error };
    }
    const { cell } = compiled;
    await Promise.race([listener.debugger?.beforeRun(cell), stopped]);
    if (stop.aborted) return { status: "interrupted", error: interruptError() };
    const outcome = await living().run(cell, show);
    if (!disposed || outcome.status !== "died") return outcome;
    return { status: "interrupted", error: shutdownError() };
  }

  living();
  return {
    execute,
    count: () => count,
    async comm(message, buffers) {
      const outcome = await living().comm(message, buffers);
      const error = outcomeError(outcome);
      const home = outcome.status === "interrupted" ? outcome.home : undefined;
      if (error !== null) report(error, home);
    },
    inspect: async (name) => (current === null && !disposed ? living().inspect(name) : null),
    inspector: {
      request: (method, params) => living().inspector(method, params),
      close: () => engine?.closeInspector(),
    },
    interrupt() {
      if (current === null) {
        engine?.interrupt(); // A callback may be running.
        return;
      }
      const now = performance.now();
      if (current.interruptedAt === 0) current.interruptedAt = now;
      current.stop.abort();
      engine?.interrupt();
      if (now - current.interruptedAt > STUBBORN_MS) replaceUnlessDone();
    },
    pause() {
      readingSince = Number.POSITIVE_INFINITY;
      engine?.pause();
    },
    resume() {
      readingSince = performance.now();
      engine?.resume();
    },
    async dispose() {
      disposed = true;
      listener.debugger?.ending();
      current?.stop.abort(); // One that is still being compiled starts no engine.
      await Promise.all([engine?.stop(), cells.dispose()]);
    },
  };
}

function outcomeError(outcome: RunOutcome): CellError | null {
  switch (outcome.status) {
    case "ok":
      return null;
    case "error":
    case "interrupted":
      return outcome.error;
    case "died":
      return deathError(outcome.death);
    default:
      return outcome satisfies never;
  }
}

const NOTHING: MimeBundle = { data: {}, metadata: {} };

function expressionReply(outcome: RunOutcome): JsonObject {
  const error = outcomeError(outcome);
  if (error !== null) return { status: "error", ...error };
  const { data, metadata } = (outcome.status === "ok" ? outcome.result : null) ?? NOTHING;
  return { status: "ok", data, metadata };
}
