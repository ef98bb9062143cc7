function k0_argMax(p, s) {
  const [p0_logits, p1_argMax] = p;
  for (let i0 = 0; i0 < 100; i0++) {
    const t0 = i0 * 10;
    let argMax0 = -Infinity;
    let argMax0_at = -1;
    for (let j0 = 0; j0 < 10; j0++) {
      const v1 = (p0_logits[t0 + j0]);
      if (argMax0_at < 0 || v1 > argMax0 || (v1 !== v1 && argMax0 === argMax0)) {
        argMax0 = v1;
        argMax0_at = j0;
      }
    }
    argMax0 = argMax0_at;
    p1_argMax[i0] = argMax0;
  }
  return -1;
}
