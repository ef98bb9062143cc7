import { createRequire } from "node:module";

/** What is used of vega and vega-lite; their own types take the compiler seconds to read. */
interface Bounds {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}
interface Vega {
  readonly None: number;
  logger(level: number): object;
  parse(spec: object): object;
  readonly View: new (
    runtime: object,
    options: { renderer: "none"; logLevel: number },
  ) => {
    run(): unknown;
    scenegraph(): { readonly root: { readonly bounds: Bounds } };
    finalize(): void;
  };
  readonly SVGStringRenderer: new () => {
    initialize(
      element: null,
      width: number,
      height: number,
      origin: readonly [number, number],
      scale: number,
    ): void;
    render(scene: unknown): void;
    svg(): string;
  };
}
interface VegaLite {
  compile(spec: object, options: { logger: object }): { readonly spec: object };
}

const margin = 5;
const require = createRequire(import.meta.url);

/**
 * A vega-lite specification drawn as SVG. Both libraries are loaded when first needed, for they
 * take a fifth of a second. `View.toSVG` would do the same behind a promise; its steps are
 * synchronous as long as the data are in the specification.
 */
export function vegaSvg(spec: object): string {
  const vega: Vega = require("vega");
  const vegaLite: VegaLite = require("vega-lite");
  // Their warnings, about an empty plot for one, would go to stderr.
  const compiled = vegaLite.compile(spec, { logger: vega.logger(vega.None) });
  const runtime = vega.parse(compiled.spec);
  const view = new vega.View(runtime, { renderer: "none", logLevel: vega.None });
  try {
    view.run();
    const { root } = view.scenegraph();
    const { x1, y1, x2, y2 } = root.bounds;
    const renderer = new vega.SVGStringRenderer();
    const [width, height] = [x2 - x1 + 2 * margin, y2 - y1 + 2 * margin].map(Math.ceil);
    renderer.initialize(null, width, height, [margin - x1, margin - y1], 1);
    renderer.render(root);
    return renderer.svg();
  } finally {
    view.finalize();
  }
}
