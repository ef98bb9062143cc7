function k0_gather(p, s) {
  const [p0_labels, p1_logits, p2_gather] = p;
  for (let i0 = 0; i0 < 100; i0++) {
    const t0 = p0_labels[i0];
    const t1 = ((t0 < 0 ? 1 : 0) ? ((t0 + 100) | 0) : t0);
    const t2 = (t1 >= 0 ? 1 : 0) ? t1 : (t1 + 100);
    const t3 = (t2 >= 0 ? 1 : 0) & (t2 < 100 ? 1 : 0);
    const t4 = i0 * 10;
    const t5 = (Math.min((Math.max(t2, 0)), 99)) * 10;
    for (let i1 = 0; i1 < 10; i1++) {
      const t6 = t4 + i1;
      const t7 = p1_logits[i1 + t5];
      if (!t3) return 0;
      p2_gather[t6] = t7;
    }
  }
  return -1;
}
