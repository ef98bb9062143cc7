/**
 * Jupyter's debugger: requests of the debug adapter protocol, answered by V8's inspector.
 *
 * The front hosts it. A cell is stopped on the engine's main thread, so every question goes to the
 * engine's control thread, which asks the inspector; see engine/inspection.ts. Breakpoints in a
 * cell are set when it is about to run, because its script has no name before.
 */
import { existsSync } from "node:fs";
import type { Debugger as V8 } from "node:inspector";
import { type Fields, readFields } from "../front/content.js";
import type { Session, SessionDebugger } from "../front/session.js";
import type { CellService, CompiledCell } from "../types.js";
import type { JsonObject } from "../wire/message.js";
import { createBreakpoints } from "./breakpoints.js";
import {
  codeStart,
  createCellFiles,
  escapeRegExp,
  filePath,
  HASH_SEED,
  PATH_PREFIX,
  PATH_SUFFIX,
} from "./cell-files.js";
import { createEvaluation, type Place } from "./evaluation.js";
import { type Breakpoint, createFragments } from "./fragments.js";
import { createImports } from "./imports.js";
import type { Inspector, InspectorEvent } from "./inspector.js";
import type { StepMethod } from "./steps.js";
import { createStop, isShown, OWN_FILES } from "./stop.js";
import { createStops } from "./stops.js";
import { createVariables } from "./variables.js";

export interface Debugger extends SessionDebugger {
  /** Answers a request of the debug adapter protocol with a response of it; never rejects. */
  request(message: JsonObject): Promise<JsonObject>;
}

/** JavaScript has one thread that can be stopped. */
const THREAD = 1;

type Handler = (args: Fields, raw: JsonObject) => JsonObject | Promise<JsonObject>;

/**
 * @param inspector the current engine's
 * @param cells knows the language of what is evaluated
 * @param emit publishes an event of the debug adapter protocol
 */
export function createDebugger(
  inspector: Inspector,
  cells: CellService,
  emit: (event: JsonObject) => void,
): Debugger {
  const files = createCellFiles();
  const variables = createVariables(
    inspector,
    () => stops.current?.callFrames[0]?.callFrameId ?? null,
  );
  const fragments = createFragments(cells);
  const breakpoints = createBreakpoints(inspector, files, fragments);
  const evaluation = createEvaluation({ inspector, cells, files, fragments, variables });
  /** URLs of the person's scripts, by the inspector's ids. */
  const scripts = new Map<string, string>();
  const imports = createImports(inspector, cells, scripts, () => {
    setPauseOnExceptions().catch(() => {});
  });
  const stops = createStops({
    inspector,
    breakpoints,
    imports,
    describe: (frames) => createStop(frames, scripts, files, variables, takeIds),
    stopped: (body) => event("stopped", { ...body, threadId: THREAD, allThreadsStopped: true }),
    continued() {
      variables.release();
      event("continued", { threadId: THREAD, allThreadsContinued: true });
    },
  });
  let started = false;
  let lastFrameId = 0;
  let exceptions: V8.SetPauseOnExceptionsParameterType["state"] = "none";
  let sequence = 0;

  let inspection: Promise<JsonObject> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** Questions about values take several steps; one may release what another still reads. */
  function inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const answer = turn.then(ask);
    turn = answer.catch(() => {});
    return answer;
  }

  function takeIds(count: number): number {
    lastFrameId += count;
    return lastFrameId - count + 1;
  }

  const event = (name: string, body: JsonObject): void =>
    emit({ seq: ++sequence, type: "event", event: name, body });

  async function enable(): Promise<void> {
    await inspector.request("Debugger.enable", {});
    const patterns = ["^node:", `^${escapeRegExp(OWN_FILES)}`, "/node_modules/"];
    await inspector.request("Debugger.setBlackboxPatterns", { patterns });
    await setPauseOnExceptions();
    await breakpoints.restore();
  }

  /** @param cell that is about to run */
  async function setPauseOnExceptions(cell?: CompiledCell): Promise<void> {
    const watched = imports.watch(exceptions === "uncaught" ? cell : undefined);
    const state = watched ? "all" : exceptions;
    await inspector.request("Debugger.setPauseOnExceptions", { state });
  }

  /** The first request also ends what keeps cells from stopping while one is interrupted. */
  async function prepare(cell: CompiledCell): Promise<void> {
    await setPauseOnExceptions(cell);
    await breakpoints.restore(cell);
  }

  /** The prologue of a cell is ours: stepping into `x` of an earlier cell must not lead there. */
  function scriptParsed({ scriptId, url }: V8.ScriptParsedEventDataType): void {
    if (isShown(url)) scripts.set(scriptId, url);
    const cell = files.cell(url);
    if (cell === undefined) return;
    const positions = [
      { lineNumber: 0, columnNumber: 0 },
      { lineNumber: 0, columnNumber: codeStart(cell) },
    ];
    inspector.request("Debugger.setBlackboxedRanges", { scriptId, positions }).catch(() => {});
  }

  /** Files of the person's that were loaded. */
  function modules(): JsonObject[] {
    const paths = [...scripts.values()].filter((url) => url.startsWith("file:")).map(filePath);
    // Where cells import from has the URL of a file that need not be there.
    return [...new Set(paths)].filter(existsSync).map((path, id) => ({
      id,
      name: path.slice(path.lastIndexOf("/") + 1),
      path,
    }));
  }

  const placeOf = ({ frameId }: JsonObject): Place | null =>
    typeof frameId === "number" && stops.current !== null
      ? { stop: stops.current, frame: frameId }
      : null;

  const stepBy =
    (method: StepMethod): Handler =>
    async () => {
      await stops.step(method);
      return {};
    };

  /** Answered at any time. */
  const always: Readonly<Record<string, Handler>> = {
    debugInfo: () => ({
      isStarted: started,
      hashMethod: "Murmur2",
      hashSeed: HASH_SEED,
      tmpFilePrefix: PATH_PREFIX,
      tmpFileSuffix: PATH_SUFFIX,
      breakpoints: breakpoints.list(),
      stoppedThreads: stops.current === null ? [] : [THREAD],
      richRendering: true,
      exceptionPaths: ["JavaScript Exceptions"],
      copyToGlobals: true,
    }),
    async initialize() {
      if (!started) await enable();
      started = true;
      return {
        supportsConfigurationDoneRequest: true,
        supportsConditionalBreakpoints: true,
        supportsLogPoints: true,
        supportsEvaluateForHovers: true,
        supportsModulesRequest: true,
        exceptionBreakpointFilters: [
          { filter: "uncaught", label: "Uncaught Exceptions", default: false },
          { filter: "all", label: "All Exceptions", default: false },
        ],
      };
    },
    dumpCell: (args) => ({ sourcePath: files.dump(args.string("code")) }),
    source(args) {
      const path = readFields("source", args.object("source")).string("path");
      const content = files.text(path);
      if (content === null) throw new Error(`source: no cell and no file is called ${path}`);
      return { content };
    },
    modules: () => ({ modules: modules(), totalModules: modules().length }),
    inspectVariables() {
      // JupyterLab asks at every output of a cell: those that wait get one answer.
      inspection ??= inTurn(async () => {
        inspection = null;
        if (stops.current === null) variables.release();
        return { variables: await variables.list(variables.reference({ kind: "notebook" })) };
      });
      return inspection;
    },
    variables: (args) =>
      inTurn(async () => ({
        variables: await variables.list(args.integer("variablesReference")),
      })),
    richInspectVariables(args, raw) {
      const name = args.string("variableName");
      if (!isName(name)) return { data: {}, metadata: {} };
      return inTurn(async () => {
        const bundle = await variables.bundle(await evaluation.value(name, placeOf(raw)));
        return { data: bundle?.data ?? {}, metadata: bundle?.metadata ?? {} };
      });
    },
  };

  /** Answered between `initialize` and `disconnect`. */
  const whileStarted: Readonly<Record<string, Handler>> = {
    attach: () => {
      event("initialized", {});
      return {};
    },
    configurationDone: () => ({}),
    async disconnect() {
      started = false;
      exceptions = "none";
      inspector.close();
      breakpoints.clear();
      scripts.clear();
      variables.forget();
      // Other clients show the stop as well.
      stops.forget();
      event("terminated", {});
      return {};
    },
    async setBreakpoints(args) {
      const path = readFields("setBreakpoints", args.object("source")).string("path");
      const wanted = args.array("breakpoints").map(readBreakpoint);
      return { breakpoints: await breakpoints.set(path, wanted) };
    },
    async setExceptionBreakpoints(args) {
      const filters = args.array("filters");
      exceptions = filters.includes("all") ? "all" : filters.length > 0 ? "uncaught" : "none";
      await setPauseOnExceptions();
      return {};
    },
    threads: () => ({ threads: [{ id: THREAD, name: "cells" }] }),
    stackTrace: () => {
      const { frames } = stops.standing();
      return { stackFrames: frames, totalFrames: frames.length };
    },
    scopes: (args) => ({ scopes: stops.standing().scopes(args.integer("frameId")) }),
    evaluate: (args, raw) =>
      inTurn(async () => {
        const place = placeOf(raw);
        const inConsole = args.string("context", "") === "repl";
        try {
          const value = await evaluation.value(args.string("expression"), place);
          return { ...(await variables.result(value)) };
        } catch (error) {
          // JupyterLab's console tells of a failure, and not which.
          if (!inConsole) throw error;
          return { result: errorText(error), type: "error", variablesReference: 0 };
        } finally {
          // It forgets the variables as well, and asks for those of a frame that it does not know.
          if (inConsole && place?.stop.isTop(place.frame)) place.stop.renew();
        }
      }),
    copyToGlobals: (args) =>
      inTurn(async () => {
        const [source, target] = [args.string("srcVariableName"), args.string("dstVariableName")];
        for (const name of [source, target]) {
          if (!isName(name))
            throw new Error(`copyToGlobals: ${name} is not the name of a variable`);
        }
        const place = { stop: stops.standing(), frame: args.integer("srcFrameId") };
        await evaluation.copyToGlobals(source, target, place);
        return {};
      }),
    async continue() {
      await stops.goOn();
      return { allThreadsContinued: true };
    },
    next: stepBy("Debugger.stepOver"),
    stepIn: stepBy("Debugger.stepInto"),
    stepOut: stepBy("Debugger.stepOut"),
    async pause() {
      await stops.pause();
      return {};
    },
  };

  return {
    async request(message) {
      const command = String(message.command);
      const answer = { seq: ++sequence, type: "response", request_seq: message.seq, command };
      try {
        const handler = handlerOf(command);
        const raw = readFields(command, message).object("arguments");
        const body = await handler(readFields(command, raw), raw);
        return { ...answer, success: true, body };
      } catch (error) {
        return { ...answer, success: false, message: errorText(error), body: {} };
      }
    },
    async beforeRun(cell: CompiledCell) {
      files.add(cell);
      // An engine that dies here says so when the cell is run.
      if (started) await prepare(cell).catch(() => {});
    },
    inspectorEvent(method, params) {
      // The inspector's own words, unchecked.
      const told = { method, params } as InspectorEvent;
      switch (told.method) {
        case "Debugger.paused":
          stops.paused(told.params);
          break;
        case "Debugger.resumed":
          stops.resumed();
          break;
        case "Debugger.scriptParsed":
          scriptParsed(told.params);
          break;
        default:
          told satisfies never;
      }
    },
    engineStarted() {
      variables.forget();
      scripts.clear();
      stops.forget();
      // If it dies at once, the next one gets them.
      if (started) enable().catch(() => {});
    },
    // JupyterLab would show the stop after a restart, too.
    ending: () => stops.forget(),
  };

  function handlerOf(command: string): Handler {
    if (Object.hasOwn(always, command)) return always[command]!;
    if (!Object.hasOwn(whileStarted, command)) {
      throw new Error(`${command}: this debugger has no such request`);
    }
    if (!started) throw new Error(`${command}: the debugger is not started; send initialize first`);
    return whileStarted[command]!;
  }
}

/** The inspector of a session's engine. Both ends are ours, so results are taken unchecked. */
export function inspectorOf(session: () => Pick<Session, "inspector">): Inspector {
  return {
    request: async (method, params) =>
      (await session().inspector.request(method, { ...params })) as never,
    close: () => session().inspector.close(),
  };
}

function readBreakpoint(given: unknown): Breakpoint {
  const fields = readFields("setBreakpoints", { breakpoint: given }).object("breakpoint");
  const read = readFields("setBreakpoints", fields);
  const [condition, logMessage] = [read.string("condition", ""), read.string("logMessage", "")];
  return {
    line: read.integer("line"),
    ...(condition === "" ? {} : { condition }),
    ...(logMessage === "" ? {} : { logMessage }),
  };
}

const errorText = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const isName = (text: string): boolean => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);
