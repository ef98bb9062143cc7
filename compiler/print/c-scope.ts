/** The text of a function as scopes within scopes, each with its lines and its names. */
import type { Expression } from "../ir.js";

/** A region of the text in which names hold: the function, a loop, the body of a vector loop. */
export interface Scope {
  readonly lines: string[];
  /** Text of each value that was computed here, for each of the vectors in flight. */
  readonly names: Map<Expression, string[]>;
}

/** A type of compiler/print/c-prelude.ts. */
const isType = (name: string): boolean => /^[iuf](?:8|16|32|64)$/.test(name);

export class Scopes {
  /** From the outermost, which is the function, to the one that is being written. */
  readonly scopes: Scope[] = [{ lines: [], names: new Map() }];
  #next = 0;

  get depth(): number {
    return this.scopes.length - 1;
  }

  get scope(): Scope {
    return this.scopes[this.depth];
  }

  /** A name that is not taken. */
  name(letter: string): string {
    const name = `${letter}${this.#next++}`;
    return isType(name) ? this.name(letter) : name;
  }

  open(): void {
    this.scopes.push({ lines: [], names: new Map() });
  }

  /** Writes into the scope of this depth, before what is open inside it. */
  at<T>(depth: number, write: () => T): T {
    const inside = this.scopes.splice(depth + 1);
    const written = write();
    this.scopes.push(...inside);
    return written;
  }

  /** Puts what was written since `open` into the scope outside, below `head`. */
  close(head: string): void {
    const { lines } = this.scopes.pop()!;
    this.scope.lines.push(head, ...lines.map((line) => `  ${line}`), "}");
  }
}
