/** What widgets need of the engine; set once, when it starts. */
import type { Attribution } from "../engine/attribution.js";
import { type Comms, createComms } from "../engine/comms.js";
import type { CellError } from "../types.js";
import { createModels, type Models } from "./models.js";

export interface WidgetHost {
  readonly comms: Comms;
  readonly attribution: Attribution;
  readonly toCellError: (error: unknown) => CellError;
}

interface Host extends WidgetHost {
  readonly models: Models;
}

let current: Host | null = null;

export function setWidgetHost(host: WidgetHost): void {
  current = { ...host, models: createModels(host.comms) };
}

/** The host in force; without an engine, in a plain Node program, one that no front end hears. */
export function widgetHost(): Host {
  if (current === null) setWidgetHost(lonely);
  return current as Host;
}

const lonely: WidgetHost = {
  comms: createComms(
    () => {},
    () => "",
  ),
  attribution: {
    bind:
      (f) =>
      async (...args) =>
        void (await f(...args)),
    capture: (_, f) => f(),
  },
  toCellError(error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ename: "Error", evalue: text, traceback: [text] };
  },
};
