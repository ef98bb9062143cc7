/** What cells can call to show things; all of it is ambient there. */
export { clearOutput, type DisplayHandle, type DisplayOptions, display } from "./display.js";
export { type Progress, type ProgressOptions, progress } from "./progress.js";
export { html, json, latex, markdown, Rich, svg } from "./rich.js";
