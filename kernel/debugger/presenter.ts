/**
 * Values as the debugger shows them. Lives on the engine's main thread, where the inspector calls
 * it, also while a cell is stopped: so it computes nothing but a tensor that is opened or asked for.
 */
import { inspect } from "node:util";
import { nestedOf } from "../../lang/data.js";
import { freeSymbols, knownValue } from "../../lang/evaluation.js";
import { formula } from "../../lang/formula.js";
import { Tensor } from "../../lang/tensor.js";
import type { Value } from "../../lang/value.js";
import type { Scope } from "../cell/scope.js";
import { escapeControls } from "../display/escape.js";
import { type Guard, Unfinished } from "../engine/guard.js";
import type { MimeBundle } from "../types.js";
import { MOST_PARTS, PRESENTER, type Presented } from "./presented.js";

/** What the debugger calls, through `globalThis[Symbol.for(PRESENTER)]`. */
export interface Presenter {
  /** What the next call is about: the inspector puts it here, which calls no code of the person's. */
  given: readonly unknown[];
  /** `given`, which is then empty. */
  taken(): readonly unknown[];
  /** The variables of the notebook that have a value. */
  variables(): object;
  describe(...values: readonly unknown[]): Presented[];
  /** What `expression` gives; if it is a tensor, computed, so that its values are shown. */
  evaluate(expression: () => unknown): unknown;
  /** Whether a breakpoint stops: where `wanted` is true and there is nothing to print instead. */
  stops(wanted: () => unknown, print?: () => void): boolean;
  /** An object whose own properties are the parts that a value is shown with. */
  parts(value: unknown): object;
  bundle(value: unknown): MimeBundle | null;
  /** What a logpoint prints: `values` between `texts`. */
  print(texts: readonly string[], values: readonly unknown[]): void;
}

/** What a person has typed may compute for so long… */
const EVALUATION_MS = 10_000;
/** …and each value that is listed. */
const DESCRIPTION_MS = 1_000;
const TOO_SLOW = `a getter, trap or inspect method of it took longer than ${DESCRIPTION_MS / 1000} s`;
const LONGEST_TEXT = 400;
const MOST_FORMULA = 8;

/** Installs the presenter for the debugger. Call once. */
export function installPresenter(
  scope: Scope,
  toMimeBundle: (value: unknown) => MimeBundle | null,
  guard: Guard,
): void {
  /** Not described again: a client asks for all variables at every output of a cell. */
  const endless = new WeakSet<object>();

  function describeGuarded(value: unknown): Presented {
    if (!isObject(value)) return describe(value);
    if (endless.has(value)) return unshown(value, TOO_SLOW);
    try {
      return guard(DESCRIPTION_MS, () => describe(value));
    } catch (error) {
      if (!(error instanceof Unfinished) || error.interrupted) throw error;
      endless.add(value);
      return unshown(value, TOO_SLOW);
    }
  }

  const presenter: Presenter = {
    given: [],
    taken() {
      const { given } = presenter;
      presenter.given = [];
      return given;
    },
    variables: () =>
      Object.fromEntries(
        Object.entries(scope.names).flatMap(([name, { get }]) =>
          scope.has(name) ? [[name, get()]] : [],
        ),
      ),
    describe: (...values) => values.map(describeGuarded),
    evaluate: (expression) =>
      guard(EVALUATION_MS, () => {
        const value = expression();
        if (isClosed(value)) value.value();
        return value;
      }),
    stops(wanted, print) {
      try {
        return guard(EVALUATION_MS, () => {
          if (!wanted()) return false;
          print?.();
          return print === undefined;
        });
      } catch (error) {
        // Where the condition fails; not where the whole cell is to end.
        return !(error instanceof Unfinished && error.interrupted);
      }
    },
    parts: (value) => guard(EVALUATION_MS, () => partsOf(value)),
    bundle: (value) => guard(EVALUATION_MS, () => toMimeBundle(value)),
    print(texts, values) {
      const shown = values.map((value) =>
        typeof value === "string" ? value : describe(value).value,
      );
      console.log(texts.map((text, i) => text + (shown[i] ?? "")).join(""));
    },
  };
  Object.defineProperty(globalThis, Symbol.for(PRESENTER), { value: presenter });
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

const isClosed = (value: unknown): value is Tensor =>
  value instanceof Tensor && freeSymbols([value.node]).length === 0;

function describe(value: unknown): Presented {
  try {
    const text = value instanceof Tensor ? tensorText(value) : plainText(value);
    return { value: shorten(escapeControls(text)), type: typeName(value), parts: hasParts(value) };
  } catch (error) {
    return unshown(value, error);
  }
}

const unshown = (value: unknown, why: unknown): Presented => ({
  value: `(cannot be shown: ${why})`,
  type: typeof value,
  parts: false,
});

const options = {
  depth: 1,
  compact: true, // else long arrays are laid out in columns
  breakLength: Number.POSITIVE_INFINITY,
  maxArrayLength: 20,
  maxStringLength: LONGEST_TEXT,
} as const;

const stackLine = /\n\s+at (?:.*?\()?(?:[^()\n]*?:\d+:\d+|<anonymous>|native)\)?/g;

function plainText(value: unknown): string {
  if (typeof value === "function") return `ƒ ${value.name || "(anonymous)"}`;
  // Errors without their stacks, which they show where they are opened.
  const text = inspect(value, options).replace(stackLine, "");
  // Node's async hooks put what they remember into every promise.
  return value instanceof Promise ? text.replace(/,? \[Symbol\(async_id[\s\S]*$/, " }") : text;
}

/** `f32 [2] = [1, 2]` if the values are known, else `f32 [2] · tanh(x)`. */
function tensorText(tensor: Tensor): string {
  const value = knownValue(tensor.node);
  if (value === null) return `${tensor} · ${formula(tensor.node, MOST_FORMULA)}`;
  return `${tensor} = ${inspect(elements(value), { ...options, depth: 4 })}`;
}

/** Nested as the tensor's axes; of a large tensor the first elements, flat. */
function elements(value: Value): unknown {
  const large = value.data.length > MOST_PARTS;
  return large ? firstOf(value.data) : nestedOf(value);
}

/** The first elements of a typed array. */
const firstOf = (array: object): unknown[] => Array.prototype.slice.call(array, 0, MOST_PARTS);

function partsOf(value: unknown): object {
  if (value instanceof Tensor) {
    const { dtype, shape, node } = value;
    const parts = { dtype, shape, formula: formula(node, MOST_FORMULA) };
    return isClosed(value) ? { ...parts, values: elements(value.value()) } : parts;
  }
  if (Array.isArray(value)) return value.slice(0, MOST_PARTS);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return firstOf(value);
  }
  if (value instanceof Set) return [...value].slice(0, MOST_PARTS);
  if (value instanceof Map) {
    const entries = [...value].slice(0, MOST_PARTS);
    return Object.fromEntries(entries.map(([key, part]) => [inspect(key, options), part]));
  }
  if (value instanceof Error) {
    const { message, stack, cause } = value;
    return { ...value, message, stack, ...(cause === undefined ? {} : { cause }) };
  }
  return typeof value === "object" && value !== null ? value : {};
}

function hasParts(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Tensor || value instanceof Error) return true;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  if (ArrayBuffer.isView(value)) return value.byteLength > 0;
  return Object.keys(value).length > 0;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const { constructor } = value;
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "object";
}

function shorten(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
