function k0_dot_tanh(p, s) {
  const [p0_x, p1_w, p2_b, p3_tanh] = p;
  const row = new Float64Array(500);
  for (let i0 = 0; i0 < 100; i0++) {
    const rowA = 0 + i0 * 784;
    const startB = 0;
    row.fill(0);
    for (let k = 0; k < 784; k++) {
      const x = p0_x[rowA + k];
      const rowB = startB + k * 500;
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x * p1_w[rowB + i1];
      }
    }
    for (let i1 = 0; i1 < 500; i1++) {
      const dot = f(row[i1]);
      p3_tanh[(i0 * 500) + i1] = f(Math.tanh((f(dot + p2_b[i1]))));
    }
  }
  return -1;
}
