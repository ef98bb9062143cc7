/** What cells can call to show things; all of it is ambient there. */
export type { ColormapName } from "./colormap.js";
export { clearOutput, type DisplayHandle, type DisplayOptions, display } from "./display.js";
export { type ImageOptions, image } from "./image.js";
export { type PlotOptions, plot } from "./plot.js";
export { type Progress, type ProgressOptions, progress } from "./progress.js";
export { html, json, latex, markdown, type Rich, svg } from "./rich.js";
export type { Column } from "./series.js";
