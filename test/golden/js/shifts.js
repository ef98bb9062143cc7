function k0_shiftLeft_shiftRight(p, s) {
  const [p0_words, p1_shiftLeft, p2_shiftRight] = p;
  for (let i0 = 0; i0 < 8; i0++) {
    const t0 = p0_words[i0];
    const t1 = (4 >>> 0) < 32 ? (t0 << 4) >>> 0 : 0;
    const t2 = (t0 >>> 0) < 32 ? t0 >>> t0 : 0;
    p1_shiftLeft[i0] = t1;
    p2_shiftRight[i0] = t2;
  }
  return -1;
}
