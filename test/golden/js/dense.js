function k0_dot_tanh(p, s) {
  const [p0_x, p1_w, p2_b, p3_tanh] = p;
  const row = new Float64Array(500);
  for (let i0 = 0; i0 < 100; i0++) {
    const rowA = 0 + i0 * 784;
    const startB = 0;
    row.fill(0);
    let k = 0;
    for (; k + 3 < 784; k += 4) {
      const x0 = p0_x[rowA + k];
      const row0 = startB + k * 500;
      const x1 = p0_x[rowA + (k + 1)];
      const row1 = startB + (k + 1) * 500;
      const x2 = p0_x[rowA + (k + 2)];
      const row2 = startB + (k + 2) * 500;
      const x3 = p0_x[rowA + (k + 3)];
      const row3 = startB + (k + 3) * 500;
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x0 * p1_w[row0 + i1] + x1 * p1_w[row1 + i1] + x2 * p1_w[row2 + i1] + x3 * p1_w[row3 + i1];
      }
    }
    for (; k < 784; k += 1) {
      const x0 = p0_x[rowA + k];
      const row0 = startB + k * 500;
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x0 * p1_w[row0 + i1];
      }
    }
    for (let i1 = 0; i1 < 500; i1++) {
      const dot = f(row[i1]);
      p3_tanh[(i0 * 500) + i1] = f(Math.tanh((f(dot + p2_b[i1]))));
    }
  }
  return -1;
}
