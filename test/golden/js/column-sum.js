function k0_sum(p, s) {
  const [p0_x, p1_sum] = p;
  for (let i0 = 0; i0 < 784; i0++) {
    let sum0 = 0;
    for (let j0 = 0; j0 < 100; j0++) {
      sum0 = sum0 + (p0_x[(j0 * 784) + i0]);
    }
    sum0 = f(sum0);
    p1_sum[i0] = sum0;
  }
  return -1;
}
