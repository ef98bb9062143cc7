function k0_max_exp_sum_div(p, s) {
  const [p0_logits, p1_div] = p;
  for (let i0 = 0; i0 < 100; i0++) {
    const t0 = i0 * 10;
    let max0 = -Infinity;
    for (let j0 = 0; j0 < 10; j0++) {
      max0 = Math.max(max0, (p0_logits[t0 + j0]));
    }
    let sum2 = 0;
    for (let j0 = 0; j0 < 10; j0++) {
      sum2 = sum2 + (f(Math.exp((f((p0_logits[t0 + j0]) - max0)))));
    }
    sum2 = f(sum2);
    for (let j0 = 0; j0 < 10; j0++) {
      const t1 = t0 + j0;
      p1_div[t1] = f((f(Math.exp((f(p0_logits[t1] - max0))))) / sum2);
    }
  }
  return -1;
}
