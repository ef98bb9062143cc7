/** What closed expressions are worth: each is computed once, and its value kept while it may be wanted. */
import { bytesOf } from "./dtype.js";
import type { Node } from "./graph.js";
import { releaseKept } from "./intern.js";
import type { SharedState, Value } from "./value.js";

/** A value, and the values of the shared variables that it was computed from. */
interface Memo {
  /** Null when it was dropped; it can be computed again. */
  value: Value | null;
  readonly reads: readonly (readonly [SharedState, version: number])[];
  isSpent: boolean;
}

/** A memo lives as long as its node does. */
const memos = new WeakMap<Node, Memo>();

/** Elements from which on a value is large. */
const largeValue = 1 << 14;

/**
 * The history of x in a loop `x = f(x)` stays, since somebody may ask for a derivative, and would
 * take all memory if its values stayed too. Large values that others have been computed from are
 * spent: of those, so many bytes are kept.
 */
const keptBytes = 512e6;
const spent = new Set<{ readonly memo: WeakRef<Memo>; readonly bytes: number }>(); // oldest first
let spentBytes = 0;

/**
 * What tells the values of shared variables apart. A WeakRef to the value would keep it until the
 * present job ends, which for a loop in a cell is minutes: of 5,000 times `w.set(w * 0.99)`, all.
 */
const versions = new WeakMap<Value, number>();
let nextVersion = 0;

function versionOf(value: Value): number {
  const known = versions.get(value);
  if (known !== undefined) return known;
  versions.set(value, nextVersion);
  return nextVersion++;
}

const isCurrent = ({ reads }: Memo): boolean =>
  reads.every(([state, version]) => versions.get(state.value) === version);

const sizeOf = ({ shape }: Value): number => shape.reduce((product, size) => product * size, 1);

export const isLarge = (value: Value): boolean => sizeOf(value) > largeValue;

/** Whether a node has been computed before, perhaps with other values of shared variables. */
export const isComputed = (of: Node): boolean => memos.has(of);

/** The value that was computed, if it still is the node's and is still there. */
export function computedValue(of: Node): Value | null {
  const memo = memos.get(of);
  return memo && isCurrent(memo) ? memo.value : null;
}

/** Whether the value was computed, would still be the node's, and has been dropped. */
export function isDropped(of: Node): boolean {
  const memo = memos.get(of);
  return memo !== undefined && memo.value === null && isCurrent(memo);
}

/** The shared variables that a computed node depends on. */
export const statesRead = (of: Node): readonly SharedState[] =>
  memos.get(of)?.reads.map(([state]) => state) ?? [];

export function remember(of: Node, value: Value, states: readonly SharedState[]): void {
  const reads = states.map((state) => [state, versionOf(state.value)] as const);
  memos.set(of, { value, reads, isSpent: false });
  if (isLarge(value)) releaseKept(); // Else the node keeps it, however many there are like it.
}

/** Another value has been computed from this node's. */
export function spend(of: Node): void {
  const memo = memos.get(of);
  if (!memo?.value || memo.isSpent || !isLarge(memo.value)) return;
  memo.isSpent = true;
  const bytes = sizeOf(memo.value) * bytesOf(memo.value.dtype);
  spent.add({ memo: new WeakRef(memo), bytes });
  spentBytes += bytes;
  for (const oldest of spent) {
    if (spentBytes <= keptBytes) break;
    spent.delete(oldest);
    spentBytes -= oldest.bytes;
    const dropped = oldest.memo.deref();
    if (dropped) Object.assign(dropped, { value: null, isSpent: false });
  }
}

/** A hold on a computed value: it can be put back when it has been dropped meanwhile. */
export class Hold {
  readonly #memo: Memo;
  readonly #value: Value;

  private constructor(memo: Memo, value: Value) {
    this.#memo = memo;
    this.#value = value;
  }

  /** A hold on the node's value, if one has been computed. */
  static on(of: Node): Hold | null {
    const memo = memos.get(of);
    return memo?.value ? new Hold(memo, memo.value) : null;
  }

  putBack(): void {
    this.#memo.value ??= this.#value;
  }
}
