/** Where the main thread is when an interrupt arrives, read from its stack. */
import { fileURLToPath } from "node:url";

export class Interrupted extends Error {
  override name = "Interrupted";
  override message = "the cell was stopped; variables keep their values";
}

export interface Place {
  /** Nothing is being run; Node's or the kernel's own code; or, somewhere below, the user's. */
  readonly code: "idle" | "internal" | "user";
  /** On top Node is at work on its timers: terminated there, it would lose some, for good. */
  readonly inTimers: boolean;
  /**
   * Within a call of `uninterrupted`. It is the stack that says so: a count of calls would stay too
   * high where code is terminated within one, because then no `finally` is run, as in a `vm` script
   * with a time limit.
   */
  readonly uninterrupted: boolean;
  readonly error: Interrupted;
}

const UNINTERRUPTED = fileURLToPath(new URL("./interrupt.js", import.meta.url));
const OURS = fileURLToPath(new URL("../", import.meta.url));

/** Node's timers, their lists, and the order of the lists. */
const TIMERS: ReadonlySet<string> = new Set([
  "node:timers",
  "node:internal/timers",
  "node:internal/linkedlist",
  "node:internal/priority_queue",
]);

/** Frames of `findPlace` itself, of its caller, and of the inspector's call. */
const OWN_FRAMES = 3;

/** The compiler and the backends count as the user's: they work for a cell and may be stopped. */
export function findPlace(): Place {
  const { prepareStackTrace, stackTraceLimit } = Error;
  let code: Place["code"] = "idle";
  let inTimers = false;
  let uninterrupted = false;
  Error.stackTraceLimit = 200;
  Error.prepareStackTrace = (error, sites) => {
    if (sites.some(isUsers)) code = "user";
    else if (sites.length > OWN_FRAMES) code = "internal";
    inTimers = nodesOnTop(sites.slice(OWN_FRAMES)).some((file) => TIMERS.has(file));
    uninterrupted = sites.some(isUninterrupted);
    return [`${error}`, ...sites.map((site) => `    at ${site}`)].join("\n");
  };
  const error = new Interrupted();
  void error.stack; // Formatted when it is first read.
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return { code, inTimers, uninterrupted, error };
}

/** The files of Node's own frames above the topmost other. */
function nodesOnTop(sites: readonly NodeJS.CallSite[]): readonly string[] {
  const files = sites.map((site) => site.getFileName() ?? "");
  const end = files.findIndex((file) => !file.startsWith("node:"));
  return end < 0 ? files : files.slice(0, end);
}

/** A call of the method of `Interrupts`. */
function isUninterrupted(site: NodeJS.CallSite): boolean {
  return site.getFunctionName() === "uninterrupted" && pathOf(site) === UNINTERRUPTED;
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
