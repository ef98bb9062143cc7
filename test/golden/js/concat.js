function k0_concat(p, s) {
  const [p0_logits, p1_concat] = p;
  for (let i0 = 0; i0 < 105; i0++) {
    const t0 = i0 * 10;
    const t1 = i0 < 100 ? 1 : 0;
    const t2 = i0 >= 100 ? 1 : 0;
    for (let i1 = 0; i1 < 10; i1++) {
      const t3 = t0 + i1;
      const t4 = t1 ? (t1 ? p0_logits[t3] : 0) : (t2 ? p0_logits[t3 + (-1000)] : 0);
      p1_concat[t3] = t4;
    }
  }
  return -1;
}
