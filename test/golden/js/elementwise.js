function k0_tanh(p, s) {
  const [p0_x, p1_tanh] = p;
  for (let i0 = 0; i0 < 78400; i0++) {
    const t0 = f(Math.tanh((f((f(p0_x[i0] * 2)) + 1))));
    p1_tanh[i0] = t0;
  }
  return -1;
}
