function k0_gather(p, s) {
  const [p0_labels, p1_logits, p2_gather] = p;
  for (let i0 = 0; i0 < 100; i0++) {
    const t0 = p0_labels[i0];
    const t1 = (t0 >= 0 ? 1 : 0) ? t0 : (t0 + 100);
    const t2 = (t1 >= 0 ? 1 : 0) & (t1 < 100 ? 1 : 0);
    const t3 = i0 * 10;
    const t4 = (Math.min((Math.max(t1, 0)), 99)) * 10;
    for (let i1 = 0; i1 < 10; i1++) {
      const t5 = t3 + i1;
      const t6 = p1_logits[i1 + t4];
      if (!t2) return 0;
      p2_gather[t5] = t6;
    }
  }
  return -1;
}
