/** Size and place of a widget: the CSS properties that ipywidgets' layout model knows. */
import type { State } from "./models.js";

const PROPERTIES = [
  "alignContent",
  "alignItems",
  "alignSelf",
  "borderBottom",
  "borderLeft",
  "borderRight",
  "borderTop",
  "bottom",
  "display",
  "flex",
  "flexFlow",
  "gridArea",
  "gridAutoColumns",
  "gridAutoFlow",
  "gridAutoRows",
  "gridColumn",
  "gridGap",
  "gridRow",
  "gridTemplateAreas",
  "gridTemplateColumns",
  "gridTemplateRows",
  "height",
  "justifyContent",
  "justifyItems",
  "left",
  "margin",
  "maxHeight",
  "maxWidth",
  "minHeight",
  "minWidth",
  "objectFit",
  "objectPosition",
  "order",
  "overflow",
  "padding",
  "right",
  "top",
  "visibility",
  "width",
] as const;

/** CSS values by property: `{ width: "60%", margin: "0 0 1em" }`. */
export type Layout = { readonly [P in (typeof PROPERTIES)[number]]?: string };

/** As the layout model has it: `{ maxWidth: "9em" }` → `{ max_width: "9em" }`. */
export function layoutState(op: string, layout: Layout): State {
  const known: readonly string[] = PROPERTIES;
  const entries = Object.entries(layout).map(([property, value]) => {
    if (!known.includes(property)) {
      throw new TypeError(
        `${op}: layout has no '${property}'; it has ${PROPERTIES.slice(0, 3).join(", ")}, … ` +
          `${PROPERTIES.at(-1)}, each a CSS value`,
      );
    }
    return [property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value];
  });
  return Object.fromEntries(entries);
}
