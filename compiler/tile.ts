/** How a matrix product is cut into register tiles, and which operands are copied first. */
import { bytesOf } from "../lang/dtype.js";
import type { Dim } from "../lang/size.js";
import { expressionOrder } from "./expression.js";
import type { DotKernel } from "./ir.js";
import type { LoopPlan, VectorUnit } from "./vectorize.js";

export interface DotPlan {
  readonly lanes: number;
  /** Rows and vectors of a full tile, and its columns: vectors · lanes. */
  readonly rows: number;
  readonly vectors: number;
  readonly columns: number;
  /** The heights that tiles have when rows are shared out evenly, the largest first. */
  readonly sizesOfTile: readonly number[];
  readonly packA: boolean;
  readonly packB: boolean;
  /** Most of k that a copy holds. */
  readonly depth: number;
  /**
   * Whether k is longer than copies of it can be, or may be: then a panel is computed block by
   * block of k, each for a group of row tiles, whose sums wait in memory in between.
   */
  readonly blocked: boolean;
  /** Row tiles for which operands are copied together; all of them if nothing limits them. */
  readonly group: number;
  /**
   * Whether the tile is stored from the registers, by code of its own for each height: worth it
   * where k is short and the epilogue is a few operations.
   */
  readonly direct: boolean;
  readonly shape: Pick<LoopPlan, "mode" | "lanes" | "maskBytes" | "indexBytes">;
}

/**
 * Up to so long a k, and so many operations in the epilogue, a tile is stored from the registers;
 * from so many products on: it takes the compiler longer.
 */
const directDepth = 512;
const directOperations = 16;
const directProducts = 1 << 18;

/** Bytes of the stack that copies of each operand may take, and sums that wait for more of k. */
const mostOfB = 1 << 20;
const mostOfA = 1 << 19;
const mostOfSums = 1 << 18;

/** The blocks of a k that is cut: long enough to make up for reading and writing the sums. */
const blockDepth = 1024;

export function planDot(kernel: DotKernel, unit: VectorUnit): DotPlan {
  const { dtype, m, n, k, a, b } = kernel;
  const bytes = bytesOf(dtype);
  const lanes = unit.vectorBytes / bytes;
  // An empty product is planned like a small one.
  const [M, N, K] = [m, n, k].map(({ extent }) =>
    typeof extent === "number" ? Math.max(1, extent) : null,
  );
  const { rows: most, vectors } = chooseTile(M ?? 1000, N ?? 1000, lanes, unit.registers);
  const tiles = Math.ceil((M ?? most) / most);
  const packB =
    b.column !== 1 || (isBadStride(b.row, bytes) && (K ?? 64) >= 64 && (M ?? 64) > 4 * most);
  const packA = isBadStride(a.row, bytes) && (K ?? 0) >= 256 && (N ?? 0) >= 256;
  const rows = M === null || packA ? most : Math.ceil(M / tiles);
  const columns = vectors * lanes;
  const fits = (most: number, width: number) => K !== null && K * width * bytes <= most;
  const blocked = (packB && !fits(mostOfB, columns)) || (packA && !fits(mostOfA, rows));
  const blocks = Math.ceil((K ?? blockDepth) / blockDepth);
  const depth = blocked ? Math.ceil((K ?? blockDepth) / blocks) : (K ?? Number.MAX_SAFE_INTEGER);
  const within = (most: number, width: number) =>
    Math.max(1, Math.floor(most / (rows * width * bytes)));
  const all = M === null ? Number.MAX_SAFE_INTEGER : tiles;
  const group = Math.min(
    all,
    blocked ? within(mostOfSums, columns) : packA ? within(mostOfA, depth) : all,
  );
  const sizesOfTile = heights(M, rows, tiles);
  const operations = expressionOrder(kernel.stores.flatMap(({ index, value }) => [index, value]));
  const direct =
    !packA &&
    M !== null &&
    N !== null &&
    K !== null &&
    M * N * K >= directProducts &&
    !blocked &&
    K <= directDepth &&
    sizesOfTile.length <= 2 &&
    operations.length <= directOperations;
  const small = [m, n, ...kernel.batch].every(({ extent }) => typeof extent === "number");
  return {
    lanes,
    rows,
    vectors,
    columns,
    sizesOfTile,
    packA,
    packB,
    depth,
    blocked,
    group,
    direct,
    shape: { mode: "grid", lanes, maskBytes: bytes, indexBytes: small && bytes === 4 ? 4 : 8 },
  };
}

/** Rows that lie a large power of two apart fall into the same few sets of a cache. */
const isBadStride = (stride: Dim, bytes: number): boolean =>
  typeof stride === "number" && stride > 0 && (stride * bytes) % 4096 === 0;

/** Heights that occur when m rows are shared out over the tiles. */
function heights(m: number | null, rows: number, tiles: number): number[] {
  if (m === null) return Array.from({ length: rows }, (_, i) => rows - i);
  const low = Math.floor(m / tiles);
  return m % tiles === 0 ? [low] : [low + 1, low];
}

/**
 * The tile with the least time per step of k over the whole product: an instruction per vector and
 * row, unless latency (four steps' worth of independent sums) or loads are what it waits for.
 */
function chooseTile(m: number, n: number, lanes: number, registers: number) {
  let best = { rows: 1, vectors: 1, cost: Number.POSITIVE_INFINITY };
  for (let vectors = 1; vectors <= 8; vectors++) {
    const most = Math.floor((registers - 2 - vectors) / vectors);
    if (most < 1) break;
    const tiles = Math.ceil(m / Math.min(most, 14));
    const rows = m / tiles;
    const panels = Math.ceil(n / (vectors * lanes));
    const cost = tiles * panels * Math.max(rows * vectors, 6, 4 * vectors + rows);
    if (cost < best.cost) best = { rows: Math.min(most, 14), vectors, cost };
  }
  return best;
}
