/** Transposing a square of vectors in registers. */
import type { DType } from "../../lang/dtype.js";
import type { Prelude } from "./c-prelude.js";

/**
 * Defines name(p, stride, rows, columns, out): out[c][r] = p[r · stride + c], for as many rows and
 * columns as are given, at most `lanes` of each; other elements of `out` are undefined.
 *
 * A full square takes log₂(lanes) rounds. A round pairs vector i with vector i + lanes/2 and
 * interleaves their elements: a perfect shuffle of all elements, which moves each bit of an
 * element's number up by one. After as many rounds as a row's number has bits, it has changed
 * places with the column's. The rows of the next square are asked for meanwhile: they lie too far
 * apart for the processor to foresee them.
 */
export function squareDefinition(prelude: Prelude, dtype: DType, lanes: number): string {
  const scalar = prelude.scalar(dtype);
  const vector = prelude.vector(dtype, lanes);
  return prelude.define(`transpose_${vector}`, () => {
    const half = lanes / 2;
    const all = Array.from({ length: lanes }, (_, i) => i);
    const interleave = (from: number): string =>
      all.map((i) => from + (i >> 1) + (i % 2) * lanes).join(", ");
    const rounds = Array.from({ length: Math.log2(lanes) }, (_, round) => {
      const [x, y] = ["abcdefg"[round], "abcdefg"[round + 1]];
      const made = all.map((i) => {
        const pair = `${x}${i >> 1}, ${x}${(i >> 1) + half}`;
        const order = interleave(i % 2 === 0 ? 0 : half);
        return `${y}${i} = __builtin_shufflevector(${pair}, ${order})`;
      });
      return `    const ${vector} ${made.join(",\n      ")};`;
    });
    const last = "abcdefg"[rounds.length];
    return [
      `static __attribute__((noinline)) void transpose_${vector}(const ${scalar} *p, long long stride, ` +
        `int rows, int columns, ${vector} *out) {`,
      "#ifdef __has_builtin",
      "#if __has_builtin(__builtin_shufflevector)",
      `  if (rows == ${lanes} && columns == ${lanes}) {`,
      `    const ${vector} ${all
        .map((i) => `a${i} = *(const ${vector}_u *)(p + ${i} * stride)`)
        .join(", ")};`,
      `    for (int i = ${lanes}; i < ${2 * lanes}; i++) __builtin_prefetch(p + i * stride);`,
      ...rounds,
      ...all.map((i) => `    out[${i}] = ${last}${i};`),
      "    return;",
      "  }",
      "#endif",
      "#endif",
      "  for (int r = 0; r < rows; r++)",
      "    for (int c = 0; c < columns; c++) out[c][r] = p[r * stride + c];",
      "}",
    ].join("\n");
  });
}
