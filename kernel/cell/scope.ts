/**
 * What a running cell can reach: the names of earlier cells, the prelude, modules and operators.
 *
 * A name that a cell declares is a native variable of that cell's function. `declare` lends it to
 * later cells as a *binding*, a getter and a setter over that variable. There is one binding
 * object a name for the whole session: a cell that declares the name again changes what the binding
 * leads to, and every function that was written against the name sees the new variable. Reading
 * through a binding costs a hot loop what a module's own variable costs.
 */
import { pathToFileURL } from "node:url";
import type { CompiledModule } from "../types.js";
import { binaryOperators } from "./operators.js";

/** The functions that the operators call on tensors; `lang/index.ts` has them all. */
export interface TensorLanguage {
  readonly Tensor: abstract new (...args: never[]) => object;
  readonly [name: string]: unknown;
}

/** Where the runtime of the latest scope is found by what runs outside of cells, as JavaScript. */
export const runtimeReference = 'globalThis[Symbol.for("hypatia.runtime")]';

export class Binding {
  get: () => unknown;
  set: (value: unknown) => void;

  constructor(get: () => unknown, set: (value: unknown) => void) {
    this.get = get;
    this.set = set;
  }

  /** For the places where a getter will not do: `[x.v] = list`, `x.v++`. */
  get v(): unknown {
    return this.get();
  }

  set v(value: unknown) {
    this.set(value);
  }
}

/** Everything that persists between cells. */
export interface Scope {
  readonly names: Readonly<Record<string, Binding>>;
  readonly modules: ScopeModules;
  /** What cells get as `$$`. */
  readonly runtime: Readonly<Record<string, unknown>>;
  /**
   * The value of a name, or of `name.property.property`, for inspection and the variable panel.
   * Runs none of the user's code: a property behind a getter is undefined, as is a name that has
   * no value yet.
   */
  valueOf(path: string): unknown;
  /** Whether a name has a value. */
  has(name: string): boolean;
  /** Forget all names. */
  clear(): void;
}

export interface ScopeModules {
  /** Makes the TypeScript files of a cell importable, before it runs. */
  prepare(modules: readonly CompiledModule[]): Promise<void>;
  import(specifier: string, options?: ImportCallOptions): Promise<unknown>;
  readonly require: (specifier: string) => unknown;
  readonly dirname: string;
  readonly filename: string;
}

export interface ScopeOptions {
  readonly language: TensorLanguage;
  /** Modules whose exports every cell sees, the first that has a name gives it. */
  readonly prelude: readonly Readonly<Record<string, unknown>>[];
  readonly modules: ScopeModules;
}

export function createScope({ language, prelude, modules }: ScopeOptions): Scope {
  const names: Record<string, Binding> = Object.create(null);
  const missing = (name: string) => () => {
    throw new ReferenceError(`${name} is not defined`);
  };
  /** The binding of a name; one that no cell has declared yet says so when it is used. */
  const bindingOf = (name: string): Binding => {
    names[name] ??= new Binding(missing(name), missing(name));
    return names[name];
  };
  const declare = (name: string, get: () => unknown, set?: (value: unknown) => void) => {
    const binding = bindingOf(name);
    binding.get = get;
    binding.set = set ?? constant(name);
  };
  const ambient: Record<string, unknown> = Object.create(null);
  for (const module of [...prelude].reverse()) Object.assign(ambient, module);

  const runtime = {
    ...operators(language),
    // A cell that was checked and never ran, because it was interrupted, has declared nothing.
    names: new Proxy(names, { get: (_, name) => bindingOf(String(name)) }),
    declare,
    prelude: ambient,
    import: modules.import,
    require: modules.require,
    module: {
      require: modules.require,
      __dirname: modules.dirname,
      __filename: modules.filename,
    },
    meta: Object.freeze({
      url: pathToFileURL(modules.filename).href,
      dirname: modules.dirname,
      filename: modules.filename,
    }),
  };

  // The TypeScript files that cells import find their operators here; see `runtimeReference`.
  Reflect.set(globalThis, Symbol.for("hypatia.runtime"), runtime);

  return {
    names,
    modules,
    runtime,
    valueOf(path) {
      const [name = "", ...properties] = path.split(".");
      try {
        let value = names[name]?.get();
        for (const property of properties) value = ownValue(value, property);
        return value;
      } catch {
        return undefined; // declared by a cell that stopped before giving it a value
      }
    },
    has(name) {
      try {
        names[name]!.get();
        return true;
      } catch {
        return false;
      }
    },
    clear() {
      // The bindings stay: functions of earlier cells hold them, and shall say what is missing.
      for (const [name, binding] of Object.entries(names)) {
        binding.get = missing(name);
        binding.set = missing(name);
      }
    },
  };
}

function ownValue(of: unknown, property: string): unknown {
  if (typeof of !== "object" || of === null) return undefined;
  return Object.getOwnPropertyDescriptor(of, property)?.value;
}

function constant(name: string): () => never {
  return () => {
    throw new TypeError(`Assignment to constant variable '${name}'.`);
  };
}

type Binary = (a: unknown, b: unknown) => unknown;

/** JavaScript's own operators, for operands that turn out to be no tensors. */
const own = {
  // The operands are what the user wrote; JavaScript says what it thinks of them.
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  mod: (a, b) => a % b,
  power: (a, b) => a ** b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
  // biome-ignore lint/suspicious/noDoubleEquals: it is the operator that was written
  equal: (a, b) => a == b,
  // biome-ignore lint/suspicious/noDoubleEquals: it is the operator that was written
  notEqual: (a, b) => a != b,
} satisfies Record<string, (a: never, b: never) => unknown>;

/** The operators as functions: the language's if an operand is a tensor, else JavaScript's. */
function operators(language: TensorLanguage): Record<string, unknown> {
  const { Tensor } = language;
  const isTensor = (value: unknown) => value instanceof Tensor;
  const find = (name: string) => {
    const found = language[name];
    if (typeof found !== "function") throw new Error(`internal: the language has no '${name}'`);
    return found as Binary;
  };
  const table: Record<string, unknown> = {};
  for (const name of new Set(Object.values(binaryOperators))) {
    const onTensors = find(name);
    const onOthers = own[name as keyof typeof own] as Binary;
    const isEqualityName = name === "equal" || name === "notEqual";
    table[name] = (a: unknown, b: unknown) => {
      if (typeof a === "number" && typeof b === "number") return onOthers(a, b);
      if (!isTensor(a) && !isTensor(b)) return onOthers(a, b);
      const other = isTensor(a) ? b : a;
      if (isEqualityName && !isTensor(other) && !isScalar(other)) return onOthers(a, b);
      if (name === "add" && typeof other === "string") return onOthers(a, b);
      return onTensors(a, b);
    };
  }
  const negative = find("negative") as (a: unknown) => unknown;
  table.negative = (a: unknown) => (isTensor(a) ? negative(a) : -(a as number));
  table.at = at;
  table.set = set;
  return table;
}

const isScalar = (value: unknown) => typeof value === "number" || typeof value === "boolean";

/** A property with the value it has now: the target of a compound assignment, evaluated once. */
interface Reference {
  readonly object: Record<PropertyKey, unknown>;
  readonly key: PropertyKey;
  readonly value: unknown;
}

function at(object: Record<PropertyKey, unknown>, key: PropertyKey): Reference {
  return { object, key, value: object[key] };
}

function set(target: Reference, operator: Binary, operand: unknown): unknown {
  const value = operator(target.value, operand);
  target.object[target.key] = value;
  return value;
}
