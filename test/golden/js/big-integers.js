function k0_floorDiv_pow(p, s) {
  const [p0_wide, p1_floorDiv, p2_pow] = p;
  for (let i0 = 0; i0 < 8; i0++) {
    const t0 = p0_wide[i0];
    const t1 = BigInt.asIntN(64, m.floorDivBig(t0, 3n));
    const t2 = BigInt.asIntN(64, t0 * (BigInt.asIntN(64, t0 * t0)));
    p1_floorDiv[i0] = t1;
    p2_pow[i0] = t2;
  }
  return -1;
}

function k1_max(p, s) {
  const [p0_wide, p1_max] = p;
  let max0 = -9223372036854775808n;
  for (let j0 = 0; j0 < 8; j0++) {
    if (p0_wide[j0] > max0) max0 = p0_wide[j0];
  }
  p1_max[0] = max0;
  return -1;
}
