/** The one error class for what a user's program got wrong. */

export interface ErrorDetails {
  /** What the operation got, e.g. `f32 [2, 3] and f32 [4]`. */
  readonly got?: string;
  /** What it would have accepted. */
  readonly expected?: string;
  /** What the user can most likely do about it. */
  readonly remedy?: string;
  /** Where the expression at fault was built, when that is not where the error is thrown. */
  readonly site?: Site;
}

/** A captured call stack; formatting it is put off until somebody asks. */
export interface Site {
  readonly stack?: string;
}

/**
 * A mistake in the user's program: names the operation, what it got, what it expected, where,
 * and a likely remedy. Mistakes of our own are plain `Error`s whose message starts `internal:`.
 */
export class HypatiaError extends Error {
  // Printing an error writes its own properties, and its message holds these.
  readonly #operation: string;
  readonly #details: ErrorDetails;
  readonly #problem: string;

  constructor(operation: string, problem: string, details: ErrorDetails = {}) {
    const lines = [`${operation}: ${problem}`];
    if (details.got) lines.push(`  got:      ${details.got}`);
    if (details.expected) lines.push(`  expected: ${details.expected}`);
    if (details.remedy) lines.push(`  try:      ${details.remedy}`);
    super(lines.join("\n"));
    this.name = "HypatiaError";
    this.#operation = operation;
    this.#problem = problem;
    this.#details = details;
  }

  get operation(): string {
    return this.#operation;
  }

  get details(): ErrorDetails {
    return this.#details;
  }

  /** The same error, about an expression that was built elsewhere. */
  at(site: Site): HypatiaError {
    return new HypatiaError(this.operation, this.#problem, { ...this.details, site });
  }
}

/** An error of our own: a state that no program should be able to reach. */
export const internal = (message: string): Error => new Error(`internal: ${message}`);

/**
 * The remedy where an expression has a symbol or shared variable of a name, but not the one that
 * is asked about: who runs the cell again that makes `x` has a new one, and what was built keeps
 * the old.
 */
export const buildAgain = (names: string): string =>
  `the expression was built with an earlier ${names}, and this is a new one: build it again, too`;

let current: Site | null = null;

/**
 * Runs with `site` for where expressions are built. A captured stack holds the receivers of its
 * methods: where one is a tensor, it would hold on to that, and to its value, with each expression.
 */
export function builtAt<T>(site: Site, run: () => T): T {
  const before = current;
  current = site;
  try {
    return run();
  } finally {
    current = before;
  }
}

/** Every expression holds its site, so those of deep recursions are not kept whole. */
const mostSiteFrames = 10;

/** Remember where we are, without paying for the text of the stack. */
export function captureSite(above: (...args: never[]) => unknown): Site {
  if (current) return current;
  const site: Site = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Math.min(stackTraceLimit, mostSiteFrames);
  Error.captureStackTrace(site, above);
  Error.stackTraceLimit = stackTraceLimit;
  return site;
}
