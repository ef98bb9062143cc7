import { widgetHost } from "./host.js";
import { Widget, type WidgetOptions } from "./widget.js";

export interface ButtonOptions extends WidgetOptions {
  /** Its colour: of the main thing to do, of something well done, to be careful with, … */
  readonly look?: "primary" | "success" | "info" | "warning" | "danger";
  /** A name of Font Awesome's, without `fa-`, such as `"play"`. */
  readonly icon?: string;
  readonly disabled?: boolean;
}

/**
 * A button that calls `f` when it is clicked. What `f` prints and shows goes to the cell that made
 * the button, as do its errors; further clicks wait until `f` is done.
 *
 * @example button("train an epoch", () => console.log(step(xs, ys).item()))
 */
export function button(label: string, f?: () => unknown, options: ButtonOptions = {}): Button {
  const made = new Button(label, options);
  if (f !== undefined) made.onClick(f);
  return made;
}

/** Made by {@link button}. */
export class Button extends Widget {
  readonly #listeners: Set<() => void | Promise<void>>;

  constructor(label: string, options: ButtonOptions) {
    const { look = "", icon = "", disabled = false } = options;
    const listeners = new Set<() => void | Promise<void>>();
    super(
      "button",
      { name: "Button", style: "ButtonStyle" },
      options,
      { description: label, button_style: look, icon, disabled },
      {
        async custom(content) {
          if (!isClick(content)) return;
          for (const listener of [...listeners]) await listener();
        },
      },
    );
    this.#listeners = listeners;
  }

  /** Calls `f` too when the button is clicked. Returns a function that ends it. */
  onClick(f: () => unknown): () => void {
    const listener = widgetHost().attribution.bind(f);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get label(): string {
    return String(this.state("description"));
  }

  set label(label: string) {
    this.setState({ description: label });
  }

  get disabled(): boolean {
    return this.state("disabled") === true;
  }

  set disabled(disabled: boolean) {
    this.setState({ disabled });
  }

  describe(): string {
    return `[${this.label}]`;
  }
}

function isClick(content: unknown): boolean {
  return (
    typeof content === "object" &&
    content !== null &&
    "event" in content &&
    content.event === "click"
  );
}
