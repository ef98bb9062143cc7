function k0_cast(p, s) {
  const [p0_logits, p1_cast] = p;
  for (let i0 = 0; i0 < 1000; i0++) {
    const t0 = m.toInteger(p0_logits[i0], 0, 255);
    p1_cast[i0] = t0;
  }
  return -1;
}

function k1_cast(p, s) {
  const [p0_labels, p1_cast] = p;
  for (let i0 = 0; i0 < 100; i0++) {
    const t0 = p0_labels[i0] != 0 ? 1 : 0;
    p1_cast[i0] = t0;
  }
  return -1;
}

function k2_cast(p, s) {
  const [p0_wide, p1_cast] = p;
  for (let i0 = 0; i0 < 8; i0++) {
    const t0 = (Number(BigInt.asIntN(32, p0_wide[i0]))) << 16 >> 16;
    p1_cast[i0] = t0;
  }
  return -1;
}
