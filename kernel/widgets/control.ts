import { widgetHost } from "./host.js";
import type { State } from "./models.js";
import { Widget, type WidgetKind, type WidgetOptions } from "./widget.js";

export interface ControlOptions extends WidgetOptions {
  /** Stands before the control; `interact` fills in the control's name. */
  readonly label?: string;
  /** Shown, but not to be changed by the person. */
  readonly disabled?: boolean;
}

/** How a control's value is kept in the one key of the model's state that holds it. */
export interface Field<T> {
  readonly key: string;
  /** What the front end sent as a value; null for what the control cannot have. */
  parse(json: unknown): { readonly value: T } | null;
  /** As the front end wants it; throws, with `op` first, for what the control cannot have. */
  print(value: T): unknown;
  /** The value with what else is possible, in a few words. */
  describe(value: T): string;
}

/** A widget with a value that the person and the program both can change. */
export class Control<T> extends Widget {
  readonly #field: Field<T>;
  readonly #listeners = new Set<() => void | Promise<void>>();
  #value: T;

  constructor(
    op: string,
    kind: WidgetKind & { readonly style: string },
    field: Field<T>,
    value: T,
    options: ControlOptions,
    state: State,
  ) {
    const { label = "", disabled = false } = options;
    // Without a tooltip, ipywidgets would show "null" as one over the label.
    const own = { description: label, disabled, tooltip: "", [field.key]: field.print(value) };
    super(
      op,
      kind,
      options,
      { ...state, ...own },
      {
        accepts: (key, json) => key === field.key && field.parse(json) !== null,
        changed: (changes) => {
          const parsed = field.parse(changes[field.key]);
          return parsed === null ? undefined : this.#change(parsed.value);
        },
      },
    );
    this.#field = field;
    this.#value = value;
    this.#makeRoom(label);
  }

  /** What the control holds now; assigning to it moves the control and calls the listeners. */
  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    const json = this.#field.print(value);
    if (Object.is(value, this.#value)) return;
    this.setState({ [this.#field.key]: json });
    void this.#change(value);
  }

  get label(): string {
    return String(this.state("description"));
  }

  set label(label: string) {
    this.setState({ description: label });
    this.#makeRoom(label);
  }

  get disabled(): boolean {
    return this.state("disabled") === true;
  }

  set disabled(disabled: boolean) {
    this.setState({ disabled });
  }

  /**
   * Calls `f` with every new value, whoever changed it. What `f` prints and shows goes to the cell
   * that changed the value; when the person did, to the cell that called `onChange`. Its errors are
   * shown there too. Returns a function that ends it.
   *
   * @example
   * const rate = slider(0, 1);
   * const stop = rate.onChange((value) => console.log(value));
   */
  onChange(f: (value: T) => unknown): () => void {
    const listener = widgetHost().attribution.bind(() => f(this.#value));
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  describe(): string {
    const label = this.label === "" ? "" : `${this.label}: `;
    return label + this.#field.describe(this.#value);
  }

  /** ipywidgets gives every label the same 80 pixels, and cuts what needs more. */
  #makeRoom(label: string): void {
    if (widthOf(label) > 10) this.setStyle({ description_width: "initial" });
  }

  async #change(value: T): Promise<void> {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    await Promise.all([...this.#listeners].map((listener) => listener()));
  }
}

/** About how many usual characters it is wide. */
function widthOf(label: string): number {
  const width = (character: string): number => {
    if (/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{Emoji_Presentation}]/u.test(character))
      return 2;
    return /[\p{Lu}mw%@&<>=+−]/u.test(character) ? 1.4 : 1;
  };
  return [...label].reduce((sum, character) => sum + width(character), 0);
}
