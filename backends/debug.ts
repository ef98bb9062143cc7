/** `HYPATIA_DEBUG=1..5`: each level prints one more stage of what is compiled and run. */

/**
 * 1: one line per compilation and run; 2: the rules that fired in each pass; 3: kernels and memory
 * plan; 4: generated source; 5: the graph after each pass.
 */
const debugLevel: number = Number(process.env.HYPATIA_DEBUG ?? 0) || 0;

/** Prints when the level is at least `level`; the text is made only then. */
export function trace(level: 1 | 2 | 3 | 4 | 5, text: () => string): void {
  if (debugLevel >= level) console.log(text());
}
