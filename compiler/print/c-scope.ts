/** The text of a function as scopes within scopes, each with its lines and its names. */
import type { Expression } from "../ir.js";

/** A region of the text in which names hold: the function, a loop, the body of a vector loop. */
export interface Scope {
  readonly lines: string[];
  /** Text of each value that was computed here, for each of the vectors in flight. */
  readonly names: Map<Expression, string[]>;
}

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
    return `${letter}${this.#next++}`;
  }

  open(): void {
    this.scopes.push({ lines: [], names: new Map() });
  }

  /** Puts what was written since `open` into the scope outside, below `head`. */
  close(head: string): void {
    const { lines } = this.scopes.pop()!;
    this.scope.lines.push(head, ...lines.map((line) => `  ${line}`), "}");
  }
}
