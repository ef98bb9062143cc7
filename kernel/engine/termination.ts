/**
 * What Node needs so that V8 may terminate code in the middle of it.
 *
 * V8 terminates not where it is asked to, which is where `findPlace` looked, but at the next call or
 * turn of a loop, and unwinds without any `finally`.
 */
import { AsyncResource, executionAsyncResource } from "node:async_hooks";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";

/**
 * Optimized code has small functions inlined, and V8's next call may then be in the middle of one of
 * them. What is called through a proxy is never inlined: it is entered by a call of its own.
 */
export const neverInlined = <F extends (...args: never[]) => unknown>(f: F): F => new Proxy(f, {});

/** Call once, before there are cells. What `Place.mustFinish` says then holds until they end. */
export function prepareNode(): void {
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } =
    timers;
  const safe = {
    setTimeout: neverInlined(setTimeout),
    setInterval: neverInlined(setInterval),
    setImmediate: inTickOfItsOwn(neverInlined(setImmediate)),
    clearTimeout: neverInlined(clearTimeout),
    clearInterval: neverInlined(clearInterval),
    clearImmediate: neverInlined(clearImmediate),
  };
  Object.assign(timers, safe);
  Object.assign(globalThis, safe);
  syncBuiltinESMExports();
  const { prototype } = AsyncResource;
  prototype.runInAsyncScope = neverInlined(prototype.runInAsyncScope);
}

/**
 * An immediate whose callback is terminated is the first that Node looks at next, and it fails on it
 * for ever. So the callback is the next tick of an immediate that does nothing else; Node runs it at
 * the same moment, before the next immediate.
 */
function inTickOfItsOwn(set: typeof setImmediate): typeof setImmediate {
  return new Proxy(set, {
    apply(_, self, [callback, ...values]) {
      const delayed =
        typeof callback === "function" ? () => process.nextTick(callback, ...values) : callback;
      return Reflect.apply(set, self, [delayed]);
    },
  });
}

/** Makes what is about to call back do nothing, if that is possible. */
export function disarm(resource: object): boolean {
  if ("_onTimeout" in resource) {
    clearTimeout(resource as NodeJS.Timeout);
    resource._onTimeout = () => {};
  } else if ("_onImmediate" in resource) {
    resource._onImmediate = () => {};
  } else if ("callback" in resource) {
    resource.callback = () => {}; // Of a tick or of `queueMicrotask`.
  } else {
    return false;
  }
  return true;
}

/** Before code is terminated: a timer whose callback has no end would count as active for ever. */
export function releaseTimer(): void {
  const resource = executionAsyncResource();
  if ("_onTimeout" in resource) (resource as NodeJS.Timeout).unref();
}

interface AsyncWrap {
  clearAsyncIdStack(): void;
}

const asyncWrap = internalAsyncWrap();

/** After code was terminated that may have been inside of asynchronous calls of its own. */
export function clearAsyncIdStack(): void {
  asyncWrap.clearAsyncIdStack();
}

/** Node offers it on no public path; `process.binding` allows it, with a deprecation warning. */
function internalAsyncWrap(): AsyncWrap {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    return (process as unknown as { binding(name: "async_wrap"): AsyncWrap }).binding("async_wrap");
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
