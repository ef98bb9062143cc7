import { inspect } from "node:util";
import { displaySymbol } from "../display/bundle.js";
import { escapeControls } from "../display/escape.js";
import type { MimeBundle } from "../types.js";
import { widgetHost } from "./host.js";
import { type Layout, layoutState } from "./layout.js";
import { type Kind, type Model, type ModelListener, reference, type State } from "./models.js";

const CONTROLS = { module: "@jupyter-widgets/controls", version: "2.0.0" } as const;
const BASE = { module: "@jupyter-widgets/base", version: "2.0.0" } as const;

export const VIEW_TYPE = "application/vnd.jupyter.widget-view+json";

/** What every widget can be given. */
export interface WidgetOptions {
  /** CSS for its size and place, as `{ width: "20em" }`. */
  readonly layout?: Layout;
  /** Shown while the mouse rests on it. */
  readonly tooltip?: string;
}

/** What ipywidgets' classes are called, without `Model` and `View`; a box has no style. */
export interface WidgetKind {
  readonly name: string;
  readonly style?: string;
  /** Where the classes are, if not among the controls. */
  readonly package?: Package;
}

interface Package {
  readonly module: string;
  readonly version: string;
}

/**
 * Something of ipywidgets on show: its model is in the front end too. Shown like any value, by
 * being the last expression of a cell or by `display(w)`; each time, it is another view of the one.
 */
export abstract class Widget {
  readonly #model: Model;
  readonly #style: Model | undefined;
  readonly #parts: Model[];

  /** @param op the function that the user called, for messages */
  constructor(
    op: string,
    { name, style, package: from = CONTROLS }: WidgetKind,
    { layout = {}, tooltip }: WidgetOptions,
    state: State,
    listener?: ModelListener,
  ) {
    const { models } = widgetHost();
    const look = models.open(kind(BASE, "Layout"), layoutState(op, layout));
    const references: Record<string, string> = { layout: reference(look) };
    this.#parts = [look];
    if (style !== undefined) {
      const viewed = { viewModule: BASE.module, view: "StyleView" };
      this.#style = models.open({ ...kind(CONTROLS, style), ...viewed }, {});
      references.style = reference(this.#style);
      this.#parts.push(this.#style);
    }
    const hint = tooltip === undefined ? {} : { tooltip };
    this.#model = models.open(kind(from, name), { ...state, ...hint, ...references }, listener);
  }

  /** The model's name in the messages and in a notebook's saved state. */
  get id(): string {
    return this.#model.id;
  }

  /**
   * Removes it from the front end, wherever it is shown, and frees what it holds, some KiB. Until
   * then it lives, as ipywidgets' do, also when its cell is run again: variables may hold it, and
   * other cells and pages show it. Close what is made again and again: `old.close()`.
   */
  close(): void {
    for (const model of [this.#model, ...this.#parts]) model.close();
  }

  /** What it is and holds, in a line: all that a terminal can show of it. */
  abstract describe(): string;

  _repr_mimebundle_(): readonly [MimeBundle["data"], MimeBundle["metadata"]] {
    return [this[displaySymbol](), {}];
  }

  [displaySymbol](): MimeBundle["data"] {
    return {
      [VIEW_TYPE]: { version_major: 2, version_minor: 0, model_id: this.id },
      "text/plain": escapeControls(this.describe()),
    };
  }

  /** `console.log` shows the line. */
  [inspect.custom](): string {
    return escapeControls(this.describe());
  }

  protected state(key: string): unknown {
    return this.#model.state[key];
  }

  protected setState(changes: State): void {
    this.#model.set(changes);
  }

  protected setStyle(changes: State): void {
    this.#style?.set(changes);
  }
}

const kind = (from: Package, name: string): Kind => ({
  ...from,
  model: `${name}Model`,
  view: `${name}View`,
});
