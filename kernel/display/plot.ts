import { brailleChart, label } from "./braille.js";
import { escapeControls } from "./escape.js";
import { Rich } from "./rich.js";
import { type Column, columnOf, isColumn, type Series, thinned } from "./series.js";
import { vegaSvg } from "./vega.js";

export interface PlotOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** The x of all series. Default 0, 1, 2, … */
  readonly x?: Column;
  /** Logarithmic axes; values ≤ 0 have no place on them and are left out. */
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Mark every point. Default: only where there are no lines. */
  readonly points?: boolean;
  /** Join the points. Default true; `lines: false` gives a scatter plot. */
  readonly lines?: boolean;
  /** Size of the plotting area in pixels. Default 480 × 260. */
  readonly width?: number;
  readonly height?: number;
}

/** More points than this cannot be told apart at the size of a notebook. */
const mostPoints = 2000;

/** Grey that can be read on white and on black, for plots saved without their theme. */
const ink = "#767676";

/**
 * Lines or points: an interactive vega-lite plot, an SVG beside it, and a drawing in braille dots
 * where there is only text. Columns are arrays, typed arrays or closed tensors with one axis;
 * series longer than 2000 points are thinned so that every peak stays.
 *
 * @example
 * plot(losses, { title: "Loss", xLabel: "step", logY: true })
 * plot(xs, ys, { lines: false })
 * plot({ train, test }, { x: epochs, yLabel: "error" })
 */
export function plot(y: Column, options?: PlotOptions): Rich;
export function plot(x: Column, y: Column, options?: PlotOptions): Rich;
export function plot(series: Readonly<Record<string, Column>>, options?: PlotOptions): Rich;
export function plot(
  first: Column | Readonly<Record<string, Column>>,
  second?: Column | PlotOptions,
  third: PlotOptions = {},
): Rich {
  const { columns, options } = printable(argumentsOf(first, second, third));
  const series = Object.entries(columns).map(([name, y]) => seriesOf(name, y, options));
  if (series.length === 0) throw new TypeError("plot: there is no series to draw");
  const spec = specification(
    series.map((each) => thinned(each, mostPoints)),
    options,
  );
  return new Rich({
    data: {
      "application/vnd.vegalite.v5+json": spec,
      "image/svg+xml": vegaSvg(spec),
      "text/plain": plotText(series, options),
    },
    metadata: {},
  });
}

interface Arguments {
  readonly columns: Readonly<Record<string, Column>>;
  readonly options: PlotOptions;
}

function argumentsOf(
  first: Column | Arguments["columns"],
  second: Column | PlotOptions | undefined,
  third: PlotOptions,
): Arguments {
  if (!isColumn(second)) {
    return { columns: isColumn(first) ? { "": first } : first, options: second ?? {} };
  }
  if (!isColumn(first)) {
    throw new TypeError("plot: expected plot(x, y); for named series pass { x } as an option");
  }
  return { columns: { "": second }, options: { ...third, x: first } };
}

/** A control character in a name would make the drawing bad XML, which nobody shows. */
function printable({ columns, options }: Arguments): Arguments {
  const text = (of: string | undefined) => (of === undefined ? of : escapeControls(of));
  const { title, xLabel, yLabel } = options;
  const labels = { title: text(title), xLabel: text(xLabel), yLabel: text(yLabel) };
  const named = Object.entries(columns).map(([name, y]) => [escapeControls(name), y]);
  return { columns: Object.fromEntries(named), options: { ...options, ...labels } };
}

function seriesOf(name: string, column: Column, options: PlotOptions): Series {
  const what = name === "" ? "y" : `series ${name}`;
  const y = columnOf(what, column);
  const x = options.x === undefined ? y.map((_, i) => i) : columnOf("x", options.x);
  if (x.length !== y.length) {
    throw new RangeError(`plot: x has ${x.length} values and ${what} has ${y.length}`);
  }
  return { name, x, y };
}

function specification(series: readonly Series[], options: PlotOptions): object {
  const { title, xLabel, yLabel, logX = false, logY = false, width = 480, height = 260 } = options;
  const { lines = true, points = !lines } = options;
  const named = series.length > 1 || series[0].name !== "";
  const values = series.flatMap(({ name, x, y }) =>
    x.map((at, i) => ({
      x: drawable(at, logX),
      y: drawable(y[i], logY),
      ...(named ? { series: name } : {}),
    })),
  );
  /** Lines reach from edge to edge; their values get a little room to end on round numbers. */
  const axis = (field: "x" | "y", name: string | undefined, log: boolean) => ({
    field,
    type: "quantitative",
    axis: { title: name ?? null },
    title: name === undefined ? null : spliced(name),
    scale: log ? { type: "log", nice: false } : { zero: false, nice: field === "y" || !lines },
  });
  const names = series.map(({ name }) => name);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description: title ?? (named ? `Plot of ${names.join(", ")}` : "Plot"),
    ...(title === undefined ? {} : { title }),
    width,
    height,
    data: { values },
    mark: lines
      ? { type: "line", point: points, tooltip: true }
      : { type: "point", filled: true, opacity: 0.7, tooltip: true },
    encoding: {
      x: axis("x", xLabel, logX),
      y: axis("y", yLabel, logY),
      ...(named ? { color: { field: "series", type: "nominal", title: null, sort: names } } : {}),
    },
    config: {
      background: null,
      font: "system-ui, sans-serif",
      title: { color: ink, fontSize: 14, anchor: "start", offset: 12 },
      axis: {
        labelColor: ink,
        titleColor: ink,
        domainColor: ink,
        tickColor: ink,
        gridColor: ink,
        gridOpacity: 0.2,
      },
      legend: { labelColor: ink, titleColor: ink },
      view: { stroke: null },
    },
  };
}

/** vega-lite puts titles into the text of expressions, and escapes only the quotes by itself. */
const spliced = (title: string): string =>
  JSON.stringify(title)
    .slice(1, -1)
    .replace(/\\(.)/g, (escape, character) => (character === '"' ? character : escape));

/** JSON has no NaN or infinity: null leaves a gap. Seven digits are more than can be seen. */
function drawable(value: number, log: boolean): number | null {
  return Number.isFinite(value) && !(log && value <= 0) ? Number(value.toPrecision(7)) : null;
}

function plotText(series: readonly Series[], options: PlotOptions): string {
  const { title, xLabel, yLabel, lines } = options;
  const chart = brailleChart(series, { ...options, lines: lines ?? true }) ?? "(nothing to draw)";
  const axes = [yLabel, xLabel].filter((name) => name !== undefined).join(" over ");
  const head = [title, axes].filter((part) => part !== undefined && part !== "").join(" · ");
  const facts = series.map(({ name, y }) => {
    const finite = y.filter(Number.isFinite);
    const who = name === "" ? "" : `${name}: `;
    if (finite.length === 0) return `${who}no finite values`;
    const low = finite.reduce((a, b) => Math.min(a, b));
    const high = finite.reduce((a, b) => Math.max(a, b));
    const ends = `${label(finite[0])} … ${label(finite[finite.length - 1])}`;
    return `${who}${ends}, from ${label(low)} to ${label(high)}, ${y.length} points`;
  });
  return escapeControls([head, chart, ...facts].filter((part) => part !== "").join("\n"));
}
