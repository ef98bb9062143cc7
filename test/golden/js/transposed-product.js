function k0_dot(p, s) {
  const [p0_x, p1_logits, p2_dot] = p;
  const row = new Float64Array(10);
  for (let i0 = 0; i0 < 784; i0++) {
    const rowA = 0 + i0;
    const startB = 0;
    row.fill(0);
    for (let k = 0; k < 100; k++) {
      const x = p0_x[rowA + k * 784];
      const rowB = startB + k * 10;
      for (let i1 = 0; i1 < 10; i1++) {
        row[i1] += x * p1_logits[rowB + i1];
      }
    }
    for (let i1 = 0; i1 < 10; i1++) {
      const dot = f(row[i1]);
      p2_dot[(i0 * 10) + i1] = dot;
    }
  }
  return -1;
}
