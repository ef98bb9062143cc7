function k0_where_not(p, s) {
  const [p0_flags, p1_wide, p2_where, p3_not] = p;
  for (let i0 = 0; i0 < 8; i0++) {
    const t0 = p0_flags[i0];
    const t1 = t0 ? (Number(p1_wide[i0])) : NaN;
    const t2 = t0 === 0 ? 1 : 0;
    p2_where[i0] = t1;
    p3_not[i0] = t2;
  }
  return -1;
}
