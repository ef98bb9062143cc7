/** Inputs that both sides make by the same formula, so that none has to be sent. */

/** `(frac(i φ) + shift) · scale` for i = 1 … n, rounded to f32; weyl() in numpy_peer.py. */
export function weyl(n: number, scale = 1, shift = 0): Float32Array {
  const result = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const product = (i + 1) * 0.6180339887498949;
    result[i] = (product - Math.floor(product) + shift) * scale;
  }
  return result;
}
