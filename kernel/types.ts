/**
 * What the parts of the kernel say to each other: plain data, no behaviour.
 *
 * The *front* process owns sockets and handlers and never runs user code. Beside it, a
 * process (or a thread) hosts the *cell service* (TypeScript's language service). The *engine*
 * process runs the cells' JavaScript, the compiler and the backends.
 */

/** A MIME bundle as Jupyter's `display_data` and `execute_result` carry it. */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A place in a cell's text: line and column count from 1, in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One message of the type checker about a cell. */
export interface Diagnostic {
  readonly message: string;
  /** TypeScript's number, e.g. 2304; of our own, 0 is about types, 1 about the form of the text. */
  readonly code: number;
  /** What to do about it, in lines. */
  readonly remedy?: readonly string[];
  readonly start: Position;
  readonly end: Position;
}

/** A cell that passed the checker, ready for the engine. Plain data: it crosses a process border. */
export interface CompiledCell {
  /** Unique in the session, also for cells executed silently; names the cell's file in stacks. */
  readonly id: string;
  /** The execution count, shown in errors as `In [3]`. */
  readonly count: number;
  /** The source as the user typed it. */
  readonly source: string;
  /** The body of an async function; see kernel/cell/evaluate.ts for the names it may use. */
  readonly js: string;
  /**
   * Where generated columns come from: `[line, generatedColumn, sourceLine, sourceColumn]` per
   * segment, all from 1, sorted; empty when the text was left as it was.
   */
  readonly map: readonly (readonly [number, number, number, number])[];
  /** Names that the cell declares at its top level, for `%who` and the variable inspector. */
  readonly names: readonly string[];
  /** Print how long the cell takes. */
  readonly timed?: boolean;
  /** The TypeScript files that the cell's imports lead to. */
  readonly modules?: readonly CompiledModule[];
}

/** A TypeScript file of the user's, lowered as cells are, for the engine to load as a module. */
export interface CompiledModule {
  /** Absolute. */
  readonly path: string;
  readonly js: string;
  /** Where generated columns come from, as in a cell. */
  readonly map: CompiledCell["map"];
  /** Changes when the file does, or a file that it imports. */
  readonly version: string;
}

export type CompileResult =
  | { readonly ok: true; readonly cell: CompiledCell }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Where text is evaluated while a cell is stopped: the variables that it finds there. */
export type FragmentPlace =
  | { readonly locals: readonly string[] }
  /** Those that a line of a cell sees. */
  | { readonly source: string; readonly line: number };

export type FragmentResult =
  /** `js` is the body of a function of `$$`; `waits`: of an async one. */
  | { readonly ok: true; readonly js: string; readonly waits: boolean }
  | { readonly ok: false; readonly message: string };

/** What a cell asks of the client that ran it, sent with the reply; the last of a source counts. */
export type Payload =
  | { readonly source: "set_next_input"; readonly text: string; readonly replace: boolean }
  | { readonly source: "page"; readonly data: MimeBundle["data"]; readonly start: number }
  | { readonly source: "ask_exit"; readonly keepkernel: boolean };

/** A page that the front writes: what is known of a name, with its source at detail level 1. */
export interface HelpWanted {
  readonly source: "page";
  readonly about: string;
  readonly detail: 0 | 1;
}

/** An error as Jupyter reports it; `traceback` lines may carry ANSI colours of our own only. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export interface CompletionItem {
  readonly text: string;
  /** Jupyter's type word: function, class, variable, keyword, property, module, ... */
  readonly type: string;
  readonly signature?: string;
}

export interface Completions {
  readonly items: readonly CompletionItem[];
  /** UTF-16 offsets of the text that an item replaces. */
  readonly start: number;
  readonly end: number;
}

export interface Inspection {
  /** The name or expression under the cursor, for looking up its live value in the engine. */
  readonly name: string | null;
  readonly signature: string;
  /** Docstring as markdown, with its tags. */
  readonly documentation: string;
  /** The defining source text where it is known (detail level 1). */
  readonly source?: string;
  /** For a name of the session, the cell that declared it last, `In [count]`, and the line there. */
  readonly declared?: { readonly count: number; readonly line: number };
}

export type Completeness =
  | { readonly status: "complete" | "invalid" | "unknown" }
  | { readonly status: "incomplete"; readonly indent: string };

/**
 * The language service for cells. Lives beside the front, in a process or a thread: every method
 * is asynchronous and none of them blocks the sockets. Offsets are UTF-16 units; the handlers
 * convert from and to Jupyter's code points.
 */
export interface CellService {
  /**
   * Type-check `source` against all earlier cells and lower it to JavaScript. Its declarations
   * become visible to later cells when it passes. Never rejects for what the user typed.
   */
  compile(source: string, cell: { id: string; count: number }): Promise<CompileResult>;
  /** Lower text of the cells' language that is evaluated in a stopped cell; types go unchecked. */
  lowerFragment(source: string, place: FragmentPlace): Promise<FragmentResult>;
  /** The type of a variable that a line of a cell sees, as text; `any` if that is not known. */
  typeAt(source: string, line: number, name: string): Promise<string>;
  /**
   * Whether JavaScript catches what is thrown at a place of it, counted from 0, in the function
   * that it is in. An async function does: it makes a promise of it.
   */
  catches(js: string, line: number, column: number): Promise<boolean>;
  complete(source: string, offset: number): Promise<Completions>;
  inspect(source: string, offset: number, detail: 0 | 1): Promise<Inspection | null>;
  isComplete(source: string): Promise<Completeness>;
  /** Forget all cells: the engine was restarted and its values are gone. */
  reset(): Promise<void>;
  dispose(): Promise<void>;
}

/** What a cell can send to the front end; the engine implements it, display functions call it. */
export interface Outputs {
  stream(name: "stdout" | "stderr", text: string): void;
  display(bundle: MimeBundle, options?: { displayId?: string; update?: boolean }): void;
  clear(wait: boolean): void;
}
