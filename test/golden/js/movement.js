function k0_pad(p, s) {
  const [p0_logits, p1_pad] = p;
  for (let i0 = 0; i0 < 10; i0++) {
    const t0 = i0 * 103;
    const t1 = i0 * (-1);
    for (let i1 = 0; i1 < 103; i1++) {
      const t2 = t0 + i1;
      const t3 = i1 + (-2);
      const t4 = ((t3 >= 0 ? 1 : 0) & (t3 < 100 ? 1 : 0)) ? p0_logits[(t1 + (i1 * 10)) + (-11)] : 0;
      p1_pad[t2] = t4;
    }
  }
  return -1;
}
