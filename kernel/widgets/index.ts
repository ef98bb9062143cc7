/** The widgets of ipywidgets that cells can make; all of it is ambient there. */
export { type Box, hbox, vbox } from "./box.js";
export { type Button, type ButtonOptions, button } from "./button.js";
export type { Control, ControlOptions } from "./control.js";
export {
  checkbox,
  type DropdownOptions,
  dropdown,
  type SliderOptions,
  slider,
  type TextOptions,
  text,
} from "./controls.js";
export { type Controls, interact } from "./interact.js";
export type { Layout } from "./layout.js";
export type { Widget, WidgetOptions } from "./widget.js";
