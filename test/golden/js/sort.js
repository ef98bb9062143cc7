function k0_argSort(p, s) {
  const [p0_logits, p1_argSort] = p;
  m.argSort(p0_logits, p1_argSort, 100, 10, 1);
  return -1;
}
