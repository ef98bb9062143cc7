/**
 * Raised where a backend fails for a reason that may be gone the next time, such as a compiler that
 * the system ended: one that could not be opened is tried again.
 */
export class PassingFailure extends Error {}
