/**
 * ipywidgets' protocol, version 2: each model is a comm of target `jupyter.widget` whose state is
 * kept equal on both sides by `update` messages.
 *
 * https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */
import { randomUUID } from "node:crypto";
import type { Comm, CommEvent, Comms } from "../engine/comms.js";

export const WIDGET_TARGET = "jupyter.widget";
export const CONTROL_TARGET = "jupyter.widget.control";
export const PROTOCOL_VERSION = "2.1.0";

export type State = Readonly<Record<string, unknown>>;

/** Which classes the front end makes of a model; one without a view is shown by another's. */
export interface Kind {
  readonly module: string;
  readonly version: string;
  readonly model: string;
  readonly viewModule?: string;
  readonly view: string;
}

/** What the front end did; a promise is waited for before it sends more. */
export interface ModelListener {
  /** Whether the front end may give the key this value; without it, it may change nothing. */
  accepts?(key: string, value: unknown): boolean;
  /** These keys have changed there and are now in `state`. */
  changed?(changes: State): void | Promise<void>;
  /** A message of the kind's own, such as a button's click. */
  custom?(content: unknown): void | Promise<void>;
}

/** One side of a model that lives on both. */
export interface Model {
  readonly id: string;
  readonly state: State;
  /** Gives keys new values, here and in the front end; calls no listener. */
  set(changes: State): void;
  /** The front end removes every view of it. */
  close(): void;
}

export interface Models {
  /** Whether a page with widgets has asked for their states: those that only run cells do not. */
  readonly watched: boolean;
  open(kind: Kind, state: State, listener?: ModelListener): Model;
}

/** How one model's state names another model. */
export const reference = ({ id }: Pick<Model, "id">): string => `IPY_MODEL_${id}`;

export function createModels(comms: Comms): Models {
  const models = new Map<string, Model>();
  let watched = false;
  // A front end that comes later, or again, asks here for all there is.
  comms.register(CONTROL_TARGET, (control) => {
    control.onMessage = ({ data }) => {
      if (data.method !== "request_states") return;
      watched = true;
      const states = Object.fromEntries([...models].map(([id, { state }]) => [id, entry(state)]));
      control.send({ method: "update_states", states, buffer_paths: [] });
    };
  });

  return {
    get watched() {
      return watched;
    },
    open(kind, initial, listener = {}) {
      const state: Record<string, unknown> = { ...identity(kind), ...initial };
      const id = randomUUID().replaceAll("-", "");
      const comm = comms.open(
        WIDGET_TARGET,
        { state: { ...state }, buffer_paths: [] },
        { id, metadata: { version: PROTOCOL_VERSION } },
      );
      comm.onMessage = (event) => receive(comm, state, listener, event);
      comm.onClose = () => void models.delete(id);
      const model: Model = {
        id,
        state,
        set(changes) {
          Object.assign(state, changes);
          comm.send({ method: "update", state: changes, buffer_paths: [] });
        },
        close() {
          models.delete(id);
          comm.close();
        },
      };
      models.set(id, model);
      return model;
    },
  };
}

function receive(
  comm: Comm,
  state: Record<string, unknown>,
  listener: ModelListener,
  { data }: CommEvent,
): void | Promise<void> {
  switch (data.method) {
    case "update": {
      const changes = isRecord(data.state) ? data.state : {};
      const accepted: Record<string, unknown> = {};
      const refused: Record<string, unknown> = {};
      for (const [key, value] of Object.entries(changes)) {
        if (listener.accepts?.(key, value) === true) accepted[key] = value;
        else if (Object.hasOwn(state, key)) refused[key] = state[key];
      }
      Object.assign(state, accepted);
      // Other views take over what one of them changed; that one waits for its echo.
      send("echo_update", accepted);
      send("update", refused);
      return isEmpty(accepted) ? undefined : listener.changed?.(accepted);
    }
    case "request_state":
      send("update", { ...state });
      return undefined;
    case "custom":
      return listener.custom?.(data.content);
    default:
      return undefined; // A later version's, which this one need not know.
  }

  function send(method: "update" | "echo_update", changes: State): void {
    if (!isEmpty(changes)) comm.send({ method, state: changes, buffer_paths: [] });
  }
}

function identity({ module, version, model, viewModule = module, view }: Kind): State {
  return {
    _model_module: module,
    _model_module_version: version,
    _model_name: model,
    _view_module: viewModule,
    _view_module_version: version,
    _view_name: view,
  };
}

function entry(state: State): State {
  return {
    model_name: state._model_name,
    model_module: state._model_module,
    model_module_version: state._model_module_version,
    state,
  };
}

const isEmpty = (state: State): boolean => Object.keys(state).length === 0;

function isRecord(value: unknown): value is State {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
