/** The edits of one file while it is lowered, by offsets in the checker's text of it. */
import type typescript from "typescript";
import type { Edit } from "./edits.js";

/** Something that the checker accepts and we do not. */
export interface Problem {
  /** Offsets in the checker's text. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface Rewrite {
  readonly file: typescript.SourceFile;
  readonly checker: typescript.TypeChecker;
  /** Counted from `start`, the offset where the user's text begins. */
  readonly edits: Edit[];
  readonly problems: Problem[];
  /** Say that `node` will not do. */
  refuse(node: typescript.Node, message: string): void;
  /** New text at `at`; it stands for what is at `origin`. */
  insert(at: number, text: string, origin?: number): void;
  /** As `insert`, for text that begins with a name: kept apart from a keyword that ends there. */
  insertName(at: number, text: string, origin?: number): void;
  replace(from: number, to: number, text: string): void;
  /** Blanks instead of `[from, to)`; line breaks stay. */
  blank(from: number, to: number): void;
}

export function createRewrite(
  file: typescript.SourceFile,
  checker: typescript.TypeChecker,
  start: number,
): Rewrite {
  const edits: Edit[] = [];
  const insert = (at: number, text: string, origin = at) => {
    edits.push({ start: at - start, end: at - start, text, origin: origin - start });
  };
  const replace = (from: number, to: number, text: string) => {
    edits.push({ start: from - start, end: to - start, text });
  };
  const problems: Problem[] = [];
  return {
    file,
    checker,
    edits,
    problems,
    refuse: (node, message) =>
      problems.push({ start: node.getStart(file), end: node.end, message }),
    insert,
    replace,
    insertName(at, text, origin) {
      const glued = /[\p{ID_Continue}$]/u.test(file.text[at - 1] ?? "");
      insert(at, glued ? ` ${text}` : text, origin);
    },
    blank(from, to) {
      replace(from, to, file.text.slice(from, to).replace(/[^\r\n\u2028\u2029]/g, " "));
    },
  };
}
