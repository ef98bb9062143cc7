import { Graph, layout } from "@dagrejs/dagre";
import type { Node } from "../../lang/graph.js";
import { visible } from "../../lang/notation.js";
import { type Family, ops } from "../../lang/ops.js";
import { formatDim, formatShape } from "../../lang/size.js";
import { escapeHtml } from "./escape.js";
import { scalarText } from "./numbers.js";

/** Colours of medium lightness, at home on white and on black; fills are the same, thinned. */
const colours: Readonly<Record<Exclude<Family, "leaf"> | "symbol" | "shared" | "data", string>> = {
  symbol: "#1976d2",
  shared: "#d9700a",
  data: "#808080",
  elementwise: "#2e8b57",
  reduction: "#8e5bd0",
  contraction: "#d0405a",
  movement: "#5f7f95",
  indexing: "#0f8a8a",
  library: "#8a6d3b",
};

/** A picture of more boxes than this cannot be read. */
const mostNodes = 60;

const title = { size: 12.5, advance: 7.2 } as const;
const detail = { size: 10.5, advance: 6.4 } as const;
const box = { height: 36, padding: 12, radius: 6 } as const;

interface Drawn {
  readonly of: Node;
  readonly name: string;
  readonly type: string;
  readonly colour: string;
}

/**
 * The graph under `root` as an SVG drawing, inputs above, the result below. Broadcasts are left
 * out and scalar literals are written into the operations that use them. Of a large graph the
 * part next to the result is drawn; dashed lines lead to what is left out.
 */
export function diagram(root: Node): string {
  const { nodes, cut } = nearest(root);
  const graph: LayoutGraph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 24, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const drawn = new Map(nodes.map((of) => [String(of.id), describe(of)]));
  for (const [id, { name, type }] of drawn) {
    const text = Math.max(name.length * title.advance, type.length * detail.advance);
    graph.setNode(id, { width: Math.ceil(text + 2 * box.padding), height: box.height });
  }
  for (const of of nodes) {
    for (const input of new Set(shownInputs(of))) {
      if (drawn.has(String(input.id))) graph.setEdge(String(input.id), String(of.id));
    }
  }
  layout(graph);

  const edges = graph.edges().map((edge) => arrow(graph.edge(edge).points ?? []));
  const boxes = graph.nodes().flatMap((id) => {
    const each = drawn.get(id);
    return each === undefined ? [] : [boxOf(each, graph.node(id), cut.has(each.of))];
  });
  const { width = 0, height = 0 } = graph.graph();
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const count = `${nodes.length} operations and inputs`;
  const more = cut.size > 0 ? "; the parts further from the result are left out" : "";
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" ` +
    `role="img" style="max-width:100%;height:auto" font-family="var(--jp-ui-font-family,` +
    `system-ui,sans-serif)"><title>Graph of ${escapeHtml(describe(root).name)}</title>` +
    `<desc>${count}${more}. ${escapeHtml(inWords(nodes))}</desc>` +
    `<g fill="none" stroke="#888" stroke-width="1.2">${edges.join("")}</g>${boxes.join("")}</svg>`
  );
}

/** The nodes to draw, breadth first from the result, and those whose inputs are left out. */
function nearest(root: Node): { nodes: readonly Node[]; cut: ReadonlySet<Node> } {
  const found = new Set<Node>([root]);
  const cut = new Set<Node>();
  for (const of of found) {
    for (const input of shownInputs(of)) {
      if (found.size < mostNodes || found.has(input)) found.add(input);
      else cut.add(of);
    }
  }
  return { nodes: [...found], cut };
}

/** A longer name would make its box wider than the page. */
const longestName = 60;
const shortened = (name: string): string =>
  name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`;

const isWrittenIn = (of: Node): boolean =>
  of.op === "literal" || of.op === "size" || (of.op === "constant" && of.shape.length === 0);

const shownInputs = (of: Node): Node[] =>
  of.inputs.map(visible).filter((input) => !isWrittenIn(input));

function describe(of: Node): Drawn {
  return {
    of,
    name: nameOf(of),
    type: shortened(`${of.dtype} ${formatShape(of.shape)}`),
    colour: colours[kindOf(of)],
  };
}

function kindOf(of: Node): keyof typeof colours {
  if (of.op === "symbol" || of.op === "shared") return of.op;
  const { family } = ops[of.op];
  return family === "leaf" ? "data" : family;
}

function nameOf(of: Node): string {
  switch (of.op) {
    case "symbol":
      return shortened(of.attrs.name) || "symbol";
    case "shared":
      return shortened(of.attrs.state.name) || "shared";
    case "literal":
    case "size":
      return writtenIn(of) ?? of.op;
    case "sum":
    case "prod":
    case "max":
    case "min":
      return of.shape.length === 0 ? of.op : `${of.op} over ${of.attrs.axes.join(", ")}`;
    case "argMax":
    case "argMin":
      return `${of.op} over ${of.attrs.axis}`;
    case "cast":
      return `to ${of.dtype}`;
    default: {
      const inputs = of.inputs.map(visible);
      if (!inputs.some(isWrittenIn)) return of.op;
      return `${of.op}(${inputs.map((input) => writtenIn(input) ?? "·").join(", ")})`;
    }
  }
}

function writtenIn(of: Node): string | null {
  if (of.op === "size") return formatDim(of.attrs.dim);
  if (of.op === "literal") return scalarText(of.dtype, of.attrs.value);
  if (of.op !== "constant" || of.shape.length > 0) return null;
  return scalarText(of.dtype, of.attrs.value.data[0]);
}

/** What is used of dagre's graph, whose own types do not resolve in Node's module mode. */
interface LayoutGraph {
  setGraph(label: object): unknown;
  graph(): { readonly width?: number; readonly height?: number };
  setDefaultEdgeLabel(label: () => object): unknown;
  setNode(id: string, size: object): unknown;
  nodes(): readonly string[];
  node(id: string): Placed;
  setEdge(from: string, to: string): unknown;
  edges(): readonly object[];
  edge(edge: object): { readonly points?: readonly Point[] };
}

interface Placed {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

function boxOf({ name, type, colour }: Drawn, place: Placed, isCut: boolean): string {
  const { x = 0, y = 0, width = 0, height = 0 } = place;
  const [left, top] = [x - width / 2, y - height / 2];
  const stub = isCut
    ? `<path d="M${x - 10},${top - 14}L${x - 4},${top}M${x + 10},${top - 14}L${x + 4},${top}" ` +
      `stroke="#888" stroke-dasharray="2 3" fill="none"/>`
    : "";
  const text = (content: string, dy: number, size: number, style: string): string =>
    `<text x="${x}" y="${y + dy}" font-size="${size}" ${style}>${escapeHtml(content)}</text>`;
  return (
    `<g text-anchor="middle"><title>${escapeHtml(`${name}: ${type}`)}</title>${stub}` +
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="${box.radius}" ` +
    `fill="${colour}" fill-opacity=".14" stroke="${colour}" stroke-width="1.2"/>` +
    text(name, -3, title.size, 'font-weight="600" fill="var(--jp-content-font-color1,#767676)"') +
    text(type, 12, detail.size, 'fill="var(--jp-content-font-color2,#767676)"') +
    "</g>"
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const at = ({ x, y }: Point): string => `${x.toFixed(1)},${y.toFixed(1)}`;
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** A smooth line through the points, with a head at its end. */
function arrow(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest[rest.length - 1];
  if (last === undefined) return "";
  const curves = rest
    .slice(0, -1)
    .map(
      (point, i) =>
        `Q${at(point)} ${at(i === rest.length - 2 ? last : middle(point, rest[i + 1]))}`,
    );
  const from = rest.length > 1 ? rest[rest.length - 2] : first;
  const angle = Math.atan2(last.y - from.y, last.x - from.x);
  const barb = (turn: number): Point => ({
    x: last.x - 7 * Math.cos(angle + turn),
    y: last.y - 7 * Math.sin(angle + turn),
  });
  return (
    `<path d="M${at(first)}${curves.join("")}L${at(last)}"/>` +
    `<path d="M${at(barb(0.4))}L${at(last)}L${at(barb(-0.4))}Z" fill="#888" stroke="none"/>`
  );
}

/** For who cannot see it: each operation with what it takes, from the result upwards. */
function inWords(nodes: readonly Node[]): string {
  return nodes
    .filter((of) => of.inputs.length > 0)
    .map((of) => `${nameOf(of)} of ${shownInputs(of).map(nameOf).join(" and ")}`)
    .join("; ");
}
