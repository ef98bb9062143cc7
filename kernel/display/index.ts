/** What cells can call to show things; all of it is ambient there. */
export { clearOutput, type DisplayHandle, type DisplayOptions, display } from "./display.js";
export { html, json, latex, markdown, Rich, svg } from "./rich.js";
