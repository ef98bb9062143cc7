/**
 * The package's entry: the language, derivatives, and what compiles and runs them.
 *
 *     import { grad, matrix, mean } from "hypatia";
 */
import { setRuntime } from "../lang/runtime.js";
import { cpu } from "./cpu/index.js";
import { js } from "./js/index.js";
import { createRuntime } from "./runtime.js";
import { BackendSelector } from "./select.js";
import { webgpu } from "./webgpu/index.js";

export { type GradOptions, grad, jvp, vjp } from "../compiler/gradient.js";
export * from "../lang/index.js";
export { Explanation, explain } from "./explain.js";

/** The backends, in the order in which one takes over from another. */
const selector = new BackendSelector([webgpu, cpu, js], (line) => console.log(line));

setRuntime(createRuntime(selector));

/** What each backend is, or why it is not available; starts those that have not been started. */
export const backendStatus = () => [
  selector.probe("cpu"),
  selector.probe("webgpu"),
  selector.probe("js"),
];
