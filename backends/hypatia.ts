/**
 * The package's entry: the language, derivatives, and what compiles and runs them.
 *
 *     import { grad, matrix, mean } from "hypatia";
 */
import { setRuntime } from "../lang/runtime.js";
import { openCpu } from "./cpu/index.js";
import { jsBackend } from "./js/index.js";
import { createRuntime } from "./runtime.js";
import { BackendSelector, type Probe } from "./select.js";
import { hardwareMayExist, openWebgpu } from "./webgpu/index.js";

export { type GradOptions, grad, jvp, vjp } from "../compiler/gradient.js";
export * from "../lang/index.js";
export { Explanation, explain } from "./explain.js";

/** The backends, in the order in which one takes over from another. */
const selector = new BackendSelector(
  [
    {
      name: "webgpu",
      open: () => openWebgpu({ interrupt: interruptFlag() }),
      mayBeChosen: hardwareMayExist,
    },
    { name: "cpu", open: () => openCpu({ interrupt: interruptFlag() }), mayBeChosen: () => true },
    { name: "js", open: () => jsBackend, mayBeChosen: () => true },
  ],
  (line) => console.log(line),
);

setRuntime(createRuntime(selector));

/** What the kernel's engine offers native code to poll; a program without the kernel has none. */
function interruptFlag(): Int32Array | undefined {
  const flag: unknown = Reflect.get(globalThis, Symbol.for("hypatia.interruptFlag"));
  return flag instanceof Int32Array ? flag : undefined;
}

/**
 * What each backend is, or why it is not available. Starts those that have not been started.
 *
 * @example
 * probeBackends(); // one entry for each of webgpu, cpu and js
 */
export const probeBackends = (): Probe[] => selector.probeAll();
