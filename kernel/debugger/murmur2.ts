/** MurmurHash2, 32 bits: by it Jupyter's clients and kernels name a cell's text the same way. */

const MULTIPLIER = 0x5bd1e995;

/**
 * The hash of `text`'s UTF-8 bytes, as an unsigned 32-bit integer.
 * Austin Appleby's MurmurHash2, little endian; the same as JupyterLab's and ipykernel's.
 *
 *     murmur2("", 0)   →   0
 */
export function murmur2(text: string, seed: number): number {
  const bytes = Buffer.from(text, "utf8");
  const whole = bytes.length & ~3;
  let hash = seed ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(bytes.readUInt32LE(at), MULTIPLIER);
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (whole < bytes.length) {
    hash = Math.imul(hash ^ bytes.readUIntLE(whole, bytes.length - whole), MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) >>> 0;
}
