/** What widgets need of the engine; set once, when it starts. */
import type { Attribution } from "../engine/attribution.js";
import type { Comms } from "../engine/comms.js";
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

export function widgetHost(): Host {
  if (current === null) throw new Error("internal: a widget without an engine");
  return current;
}
