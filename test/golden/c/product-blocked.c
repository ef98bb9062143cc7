typedef long long idx;
typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static void pack_columns_f32_16(f32 *restrict p, const f32 *b, idx bk, idx bn, idx have, idx count) {
  if (bn == 1) {
    for (idx k = 0; k < count; k++)
      for (int v = 0; v < 16; v += 16)
        *(f32x16 *)(p + k * 16 + v) = *(const f32x16_u *)(b + k * bk + v);
    return;
  }
  for (idx j = 0; j < have; j++)
    for (idx k = 0; k < count; k++) p[k * 16 + j] = b[k * bk + j * bn];
  for (idx j = have; j < 16; j++)
    for (idx k = 0; k < count; k++) p[k * 16 + j] = 0;
}
static __attribute__((noinline)) void tile_f32_10x1_am_1_16_16(const f32 *a, const f32 *b, idx count, int add, idx am, f32x16 *tile) {
  f32x16 c0_0 = add ? tile[0] : (f32x16){};
  f32x16 c1_0 = add ? tile[1] : (f32x16){};
  f32x16 c2_0 = add ? tile[2] : (f32x16){};
  f32x16 c3_0 = add ? tile[3] : (f32x16){};
  f32x16 c4_0 = add ? tile[4] : (f32x16){};
  f32x16 c5_0 = add ? tile[5] : (f32x16){};
  f32x16 c6_0 = add ? tile[6] : (f32x16){};
  f32x16 c7_0 = add ? tile[7] : (f32x16){};
  f32x16 c8_0 = add ? tile[8] : (f32x16){};
  f32x16 c9_0 = add ? tile[9] : (f32x16){};
  for (idx k = 0; k < count; k++) {
    const f32x16 b0 = *(const f32x16_u *)(b + 0);
    { const f32 x = a[0 * am]; c0_0 += x * b0; }
    { const f32 x = a[1 * am]; c1_0 += x * b0; }
    { const f32 x = a[2 * am]; c2_0 += x * b0; }
    { const f32 x = a[3 * am]; c3_0 += x * b0; }
    { const f32 x = a[4 * am]; c4_0 += x * b0; }
    { const f32 x = a[5 * am]; c5_0 += x * b0; }
    { const f32 x = a[6 * am]; c6_0 += x * b0; }
    { const f32 x = a[7 * am]; c7_0 += x * b0; }
    { const f32 x = a[8 * am]; c8_0 += x * b0; }
    { const f32 x = a[9 * am]; c9_0 += x * b0; }
    a += 1, b += 16;
  }
  tile[0] = c0_0;
  tile[1] = c1_0;
  tile[2] = c2_0;
  tile[3] = c3_0;
  tile[4] = c4_0;
  tile[5] = c5_0;
  tile[6] = c6_0;
  tile[7] = c7_0;
  tile[8] = c8_0;
  tile[9] = c9_0;
}
typedef int i32;
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static inline __attribute__((always_inline)) f32x16 load_f32x16(const f32 *p, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef float __attribute__((vector_size(64))) wide;
  return (f32x16)__builtin_ia32_loadups512_mask((const void *)p, (wide){}, (1u << n) - 1);
#else
  f32x16 r = {};
  for (int l = 0; l < n; l++) r[l] = p[l];
  return r;
#endif
}
static inline __attribute__((always_inline)) void store_f32x16(f32 *p, f32x16 x, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef float __attribute__((vector_size(64))) wide;
  __builtin_ia32_storeups512_mask((void *)p, (wide)x, (1u << n) - 1);
#else
  for (int l = 0; l < n; l++) p[l] = x[l];
#endif
}
#define KERNEL k0_dot
// k0_dot
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const idx s0 = n[0]; // batch
  const f32 *restrict p0 = b[0]; // p0_columns
  f32 *restrict p1 = b[1]; // p1_dot
  const idx tiles = (10 + 9) / 10, panels = (10 + 15) / 16;
  f32x16 sums[10];
  f32 pb[16384] __attribute__((aligned(64)));
  idx gb = -1;
  for (idx t = begin, run; t < end; t += run) {
    const idx first = t % tiles, panel = t / tiles % panels, product = t / (tiles * panels);
    run = end - t < tiles - first ? end - t : tiles - first;
    if (run > 1) run = 1;
    const idx n0 = panel * 16;
    const f32 *left = p0;
    const f32 *right = p0;
    for (idx k0 = 0; k0 < s0 || k0 == 0; k0 += 1024) {
      const idx kc = s0 - k0 < 1024 ? s0 - k0 : 1024;
      if (s0 > 1024 || gb != product * panels + panel) {
        const idx have = 10 - n0 < 16 ? 10 - n0 : 16;
        pack_columns_f32_16(pb, right + k0 * 1 + n0 * s0, 1, s0, have, kc);
        gb = product * panels + panel;
      }
      for (idx s = 0; s < run; s++) {
        const idx r = first + s;
        const idx low = 10 / tiles, more = 10 % tiles, m0 = r * low + (r < more ? r : more);
        const idx mr = low + (r < more);
        tile_f32_10x1_am_1_16_16(left + m0 * s0 + k0 * 1, pb, kc, k0 > 0, s0, sums + s * 10);
      }
    }
    for (idx s = 0; s < run; s++) {
      const idx r = first + s;
      const idx low = 10 / tiles, more = 10 % tiles, m0 = r * low + (r < more ? r : more);
      const idx mr = low + (r < more);
      const f32x16 *tile = sums + s * 10;
      for (idx ii = 0; ii < mr; ii++) {
        const idx i = m0 + ii;
        const idx t0 = (i * 10);
        for (int v = 0; v < 1; v++) {
          const idx j = n0 + v * 16;
          if (j < 10) {
            const int c = (int)(10 - j);
            store_f32x16(p1 + (t0 + j), tile[ii * 1 + v], c);
          }
        }
      }
    }
  }
}
#undef KERNEL
