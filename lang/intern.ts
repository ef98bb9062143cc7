/** Weak interning: equal keys give the same object for as long as anybody holds it. */
import { type Context, createContext, Script } from "node:vm";

/**
 * V8 keeps what a WeakRef has been made for, or has given, until the present job ends, which for a
 * loop in a cell is minutes: 10,000 times `sum(random.normal([10])).item()` kept 430 MB of nodes,
 * and `(w + i).value()` every value. A script in a context with a microtask queue of its own ends
 * with a checkpoint of that queue, which has nothing to run, and V8 lets go of all that it kept.
 * 2 µs; no callback and no promise's reaction runs.
 */
export function releaseKept(): void {
  aside ??= createContext({}, { microtaskMode: "afterEvaluate" });
  nothing.runInContext(aside);
}

const nothing = new Script("0");
/** Made when it is needed: that takes milliseconds. */
let aside: Context | null = null;

/** New objects after which it is worth it to let go of old ones. */
const releaseEvery = 1024;
let madeSince = 0;

/**
 * Lets go, if many objects have been made since the last time. Not for the middle of a compilation:
 * what is interned again there has another identity, and generated code is ordered by identities.
 */
export function releaseMany(): void {
  if (madeSince < releaseEvery) return;
  madeSince = 0;
  releaseKept();
}

export class InternTable<T extends object> {
  readonly #entries = new Map<string, WeakRef<T>>();
  readonly #registry = new FinalizationRegistry<string>((key) => {
    // A new object may have taken the key since the old one died.
    if (this.#entries.get(key)?.deref() === undefined) this.#entries.delete(key);
  });

  /** The object stored under `key`, made by `make` when there is none (any more). */
  get(key: string, make: () => T): T {
    const known = this.#entries.get(key)?.deref();
    if (known) return known;
    const made = make();
    this.#entries.set(key, new WeakRef(made));
    this.#registry.register(made, key);
    madeSince++;
    return made;
  }

  get size(): number {
    return this.#entries.size;
  }
}
