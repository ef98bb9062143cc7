/** Weak interning: equal keys give the same object for as long as anybody holds it. */
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
    return made;
  }

  get size(): number {
    return this.#entries.size;
  }
}
