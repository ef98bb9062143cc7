/**
 * Calling the person's code so that V8's debugger tells caught exceptions from uncaught ones.
 *
 * Our own `catch` and `.then(…, reject)` would count as theirs: no exception would be uncaught, at
 * least none after the first `await`. An `await` outside of `try … catch` passes the question on to
 * whoever awaits the function that it is in, here nobody; and `finally` does not count as a handler.
 */

/** `promise.then(resolve, reject)`. */
export function settle<T>(
  promise: Promise<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): void {
  const wait = async (): Promise<void> => {
    let failed = true;
    try {
      const value = await promise;
      failed = false;
      resolve(value);
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: the error has been passed on
      if (failed) return promise.then(() => {}, reject);
    }
  };
  void wait();
}

/**
 * Calls `f`, and `reject` with what it throws or what the promise it returns is rejected with.
 * Returns a promise that is never rejected, for the time when all is done, or undefined if it is.
 */
export function call(
  f: () => void | Promise<void>,
  reject: (error: unknown) => void,
): void | Promise<void> {
  const made: { result?: void | Promise<void> } = {};
  // The function turns what `f` throws into a rejection.
  const called = (async () => {
    made.result = f();
  })();
  const promise = "result" in made ? made.result : called;
  if (promise === undefined) return undefined;
  return new Promise((done) => {
    settle(promise, done, (error) => {
      reject(error);
      done();
    });
  });
}
