function k0_dot(p, s) {
  const [p0_x, p1_logits, p2_dot] = p;
  const row = new Float64Array(10);
  for (let i0 = 0; i0 < 784; i0++) {
    const rowA = 0 + i0;
    const startB = 0;
    row.fill(0);
    let k = 0;
    for (; k + 3 < 100; k += 4) {
      const x0 = p0_x[rowA + k * 784];
      const row0 = startB + k * 10;
      const x1 = p0_x[rowA + (k + 1) * 784];
      const row1 = startB + (k + 1) * 10;
      const x2 = p0_x[rowA + (k + 2) * 784];
      const row2 = startB + (k + 2) * 10;
      const x3 = p0_x[rowA + (k + 3) * 784];
      const row3 = startB + (k + 3) * 10;
      for (let i1 = 0; i1 < 10; i1++) {
        row[i1] += x0 * p1_logits[row0 + i1] + x1 * p1_logits[row1 + i1] + x2 * p1_logits[row2 + i1] + x3 * p1_logits[row3 + i1];
      }
    }
    for (; k < 100; k += 1) {
      const x0 = p0_x[rowA + k * 784];
      const row0 = startB + k * 10;
      for (let i1 = 0; i1 < 10; i1++) {
        row[i1] += x0 * p1_logits[row0 + i1];
      }
    }
    for (let i1 = 0; i1 < 10; i1++) {
      const dot = f(row[i1]);
      p2_dot[(i0 * 10) + i1] = dot;
    }
  }
  return -1;
}
