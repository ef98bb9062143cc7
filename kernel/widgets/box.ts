import { reference } from "./models.js";
import { Widget, type WidgetOptions } from "./widget.js";

/**
 * Widgets side by side.
 *
 * @example hbox([slider(0, 1), button("reset")], { layout: { alignItems: "center" } })
 */
export function hbox(children: readonly Widget[], options: WidgetOptions = {}): Box {
  return new Box("hbox", children, options);
}

/**
 * Widgets one below the other.
 *
 * @example vbox([rate, hbox([start, stop])])
 */
export function vbox(children: readonly Widget[], options: WidgetOptions = {}): Box {
  return new Box("vbox", children, options);
}

/** Made by {@link hbox} and {@link vbox}. */
export class Box extends Widget {
  readonly #op: "hbox" | "vbox";
  readonly #children: readonly Widget[];

  constructor(op: "hbox" | "vbox", children: readonly Widget[], options: WidgetOptions) {
    const state = { children: children.map(reference) };
    super(op, { name: op === "hbox" ? "HBox" : "VBox" }, options, state);
    this.#op = op;
    this.#children = children;
  }

  describe(): string {
    const between = this.#op === "hbox" ? "  " : "\n";
    return this.#children.map((child) => child.describe()).join(between);
  }
}
