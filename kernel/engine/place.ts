/** Where the main thread is when an interrupt arrives, read from its stack. */
import { fileURLToPath } from "node:url";

export class Interrupted extends Error {
  override name = "Interrupted";
  override message = "the cell was stopped; variables keep their values";
}

export interface Place {
  /** Nothing is being run; Node's or the kernel's own code; or, somewhere below, the user's. */
  readonly code: "idle" | "internal" | "user";
  /** On top Node is at work on what must not be left half done; soon it has finished. */
  readonly mustFinish: boolean;
  /**
   * Within a call of `uninterrupted`. It is the stack that says so: a count of calls would stay too
   * high where code is terminated within one, because then no `finally` is run, as in a `vm` script
   * with a time limit.
   */
  readonly uninterrupted: boolean;
  readonly error: Interrupted;
}

/** Its hooks are called by Node, in the middle of what Node does. */
const INTERRUPTS = fileURLToPath(new URL("./interrupt.js", import.meta.url));
const OURS = fileURLToPath(new URL("../", import.meta.url));

/**
 * Node's timers, their lists and the order of the lists: some would be lost, for good. Node's own
 * modules and the loaders of others, none of which would ever be whole.
 */
const TO_FINISH =
  /^node:(timers$|internal\/(timers|linkedlist|priority_queue|bootstrap\/realm)$|internal\/modules\/)/;

/** The stack of async ids, which Node aborts for when it is not as expected, and what changes it. */
const ASYNC_IDS = /^node:(async_hooks|internal\/(async_hooks|process\/task_queues|fixed_queue))$/;

/** Frames of `findPlace` itself, of its caller, and of the inspector's call. */
const OWN_FRAMES = 3;

/** The compiler and the backends count as the user's: they work for a cell and may be stopped. */
export function findPlace(): Place {
  const { prepareStackTrace, stackTraceLimit } = Error;
  let code: Place["code"] = "idle";
  let mustFinish = false;
  let uninterrupted = false;
  Error.stackTraceLimit = 200;
  Error.prepareStackTrace = (error, sites) => {
    if (sites.some(isUsers)) code = "user";
    else if (sites.length > OWN_FRAMES) code = "internal";
    const onTop = nodesOnTop(sites.slice(OWN_FRAMES));
    // An endless loop of microtasks, with no frame of the user's, is nearly always at its async ids.
    mustFinish = onTop.some(
      (file) => TO_FINISH.test(file) || (code === "user" && ASYNC_IDS.test(file)),
    );
    uninterrupted = sites.some(isUninterrupted);
    return [`${error}`, ...sites.map((site) => `    at ${site}`)].join("\n");
  };
  const error = new Interrupted();
  void error.stack; // Formatted when it is first read.
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return { code, mustFinish, uninterrupted, error };
}

/**
 * The files of Node's own frames, and of our hooks, above the topmost other; V8's built-in functions
 * have none.
 */
function nodesOnTop(sites: readonly NodeJS.CallSite[]): readonly string[] {
  const withFile = sites.filter((site) => site.getFileName() != null || site.isEval());
  const files = withFile.map(pathOf);
  const end = files.findIndex((file) => !file.startsWith("node:") && file !== INTERRUPTS);
  return end < 0 ? files : files.slice(0, end);
}

/** A call of the method of `Interrupts`. */
function isUninterrupted(site: NodeJS.CallSite): boolean {
  return site.getFunctionName() === "uninterrupted" && pathOf(site) === INTERRUPTS;
}

function isUsers(site: NodeJS.CallSite): boolean {
  const path = pathOf(site);
  return path !== "" && !path.startsWith("node:") && !path.startsWith(OURS);
}

/** Of the code's file; an address of another kind, as Node's own `node:fs`, as it is. */
function pathOf(site: NodeJS.CallSite): string {
  const file = site.getFileName() ?? "";
  return file.startsWith("file:") ? fileURLToPath(file) : file;
}
