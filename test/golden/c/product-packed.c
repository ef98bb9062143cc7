typedef long long idx;
typedef double f64;
typedef f64 f64x2 __attribute__((vector_size(16)));
typedef f64 f64x2_u __attribute__((vector_size(16), aligned(8), may_alias));
static void pack_columns_f64_4(f64 *restrict p, const f64 *b, idx bk, idx bn, idx have, idx count) {
  if (bn == 1) {
    for (idx k = 0; k < count; k++)
      for (int v = 0; v < 4; v += 2)
        *(f64x2 *)(p + k * 4 + v) = *(const f64x2_u *)(b + k * bk + v);
    return;
  }
  for (idx j = 0; j < have; j++)
    for (idx k = 0; k < count; k++) p[k * 4 + j] = b[k * bk + j * bn];
  for (idx j = have; j < 4; j++)
    for (idx k = 0; k < count; k++) p[k * 4 + j] = 0;
}
static __attribute__((noinline)) void tile_f64_6x2_30_1_4_2(const f64 *a, const f64 *b, idx count, int add, f64x2 *tile) {
  f64x2 c0_0 = add ? tile[0] : (f64x2){};
  f64x2 c0_1 = add ? tile[1] : (f64x2){};
  f64x2 c1_0 = add ? tile[2] : (f64x2){};
  f64x2 c1_1 = add ? tile[3] : (f64x2){};
  f64x2 c2_0 = add ? tile[4] : (f64x2){};
  f64x2 c2_1 = add ? tile[5] : (f64x2){};
  f64x2 c3_0 = add ? tile[6] : (f64x2){};
  f64x2 c3_1 = add ? tile[7] : (f64x2){};
  f64x2 c4_0 = add ? tile[8] : (f64x2){};
  f64x2 c4_1 = add ? tile[9] : (f64x2){};
  f64x2 c5_0 = add ? tile[10] : (f64x2){};
  f64x2 c5_1 = add ? tile[11] : (f64x2){};
  for (idx k = 0; k < count; k++) {
    const f64x2 b0 = *(const f64x2_u *)(b + 0), b1 = *(const f64x2_u *)(b + 2);
    { const f64 x = a[0 * 30]; c0_0 += x * b0; c0_1 += x * b1; }
    { const f64 x = a[1 * 30]; c1_0 += x * b0; c1_1 += x * b1; }
    { const f64 x = a[2 * 30]; c2_0 += x * b0; c2_1 += x * b1; }
    { const f64 x = a[3 * 30]; c3_0 += x * b0; c3_1 += x * b1; }
    { const f64 x = a[4 * 30]; c4_0 += x * b0; c4_1 += x * b1; }
    { const f64 x = a[5 * 30]; c5_0 += x * b0; c5_1 += x * b1; }
    a += 1, b += 4;
  }
  tile[0] = c0_0;
  tile[1] = c0_1;
  tile[2] = c1_0;
  tile[3] = c1_1;
  tile[4] = c2_0;
  tile[5] = c2_1;
  tile[6] = c3_0;
  tile[7] = c3_1;
  tile[8] = c4_0;
  tile[9] = c4_1;
  tile[10] = c5_0;
  tile[11] = c5_1;
}
static __attribute__((noinline)) void tile_f64_5x2_30_1_4_2(const f64 *a, const f64 *b, idx count, int add, f64x2 *tile) {
  f64x2 c0_0 = add ? tile[0] : (f64x2){};
  f64x2 c0_1 = add ? tile[1] : (f64x2){};
  f64x2 c1_0 = add ? tile[2] : (f64x2){};
  f64x2 c1_1 = add ? tile[3] : (f64x2){};
  f64x2 c2_0 = add ? tile[4] : (f64x2){};
  f64x2 c2_1 = add ? tile[5] : (f64x2){};
  f64x2 c3_0 = add ? tile[6] : (f64x2){};
  f64x2 c3_1 = add ? tile[7] : (f64x2){};
  f64x2 c4_0 = add ? tile[8] : (f64x2){};
  f64x2 c4_1 = add ? tile[9] : (f64x2){};
  for (idx k = 0; k < count; k++) {
    const f64x2 b0 = *(const f64x2_u *)(b + 0), b1 = *(const f64x2_u *)(b + 2);
    { const f64 x = a[0 * 30]; c0_0 += x * b0; c0_1 += x * b1; }
    { const f64 x = a[1 * 30]; c1_0 += x * b0; c1_1 += x * b1; }
    { const f64 x = a[2 * 30]; c2_0 += x * b0; c2_1 += x * b1; }
    { const f64 x = a[3 * 30]; c3_0 += x * b0; c3_1 += x * b1; }
    { const f64 x = a[4 * 30]; c4_0 += x * b0; c4_1 += x * b1; }
    a += 1, b += 4;
  }
  tile[0] = c0_0;
  tile[1] = c0_1;
  tile[2] = c1_0;
  tile[3] = c1_1;
  tile[4] = c2_0;
  tile[5] = c2_1;
  tile[6] = c3_0;
  tile[7] = c3_1;
  tile[8] = c4_0;
  tile[9] = c4_1;
}
typedef long long i64;
typedef i64 i64x2 __attribute__((vector_size(16)));
typedef i64 i64x2_u __attribute__((vector_size(16), aligned(8), may_alias));
static inline __attribute__((always_inline)) f64x2 load_f64x2(const f64 *p, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef double __attribute__((vector_size(16))) wide;
  return (f64x2)__builtin_ia32_loadupd128_mask((const void *)p, (wide){}, (1u << n) - 1);
#else
  f64x2 r = {};
  for (int l = 0; l < n; l++) r[l] = p[l];
  return r;
#endif
}
static inline __attribute__((always_inline)) void store_f64x2(f64 *p, f64x2 x, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef double __attribute__((vector_size(16))) wide;
  __builtin_ia32_storeupd128_mask((void *)p, (wide)x, (1u << n) - 1);
#else
  for (int l = 0; l < n; l++) p[l] = x[l];
#endif
}
#define KERNEL k0_dot
// k0_dot
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f64 *restrict p0 = b[0]; // p0_d
  f64 *restrict p1 = b[1]; // p1_dot
  const idx tiles = (50 + 5) / 6, panels = (50 + 3) / 4;
  f64x2 tile[12];
  f64 pb[120] __attribute__((aligned(64)));
  idx gb = -1;
  for (idx t = begin; t < end; t++) {
    const idx r = t % tiles, panel = t / tiles % panels, product = t / (tiles * panels);
    const idx n0 = panel * 4;
    const f64 *left = p0;
    const f64 *right = p0;
    const idx low = 50 / tiles, more = 50 % tiles, m0 = r * low + (r < more ? r : more);
    const idx mr = low + (r < more);
    for (idx ii = 0; ii < mr; ii++) {
      const idx t0 = ((m0 + ii) * 50);
      for (int v = 0; v < 2; v++) {
        __builtin_prefetch(p1 + (t0 + (n0 + v * 2)), 1);
      }
    }
    if (gb != product * panels + panel) {
      const idx have = 50 - n0 < 4 ? 50 - n0 : 4;
      pack_columns_f64_4(pb, right + 0 * 1 + n0 * 30, 1, 30, have, 30);
      gb = product * panels + panel;
    }
    if (mr == 6) tile_f64_6x2_30_1_4_2(left + m0 * 30 + 0 * 1, pb, 30, 0, tile);
    else tile_f64_5x2_30_1_4_2(left + m0 * 30 + 0 * 1, pb, 30, 0, tile);
    for (idx ii = 0; ii < mr; ii++) {
      const idx i = m0 + ii;
      const idx t1 = (i * 50);
      for (int v = 0; v < 2; v++) {
        const idx j = n0 + v * 2;
        if (j + 2 <= 50) {
          *(f64x2_u *)(p1 + (t1 + j)) = tile[ii * 2 + v];
        }
        else if (j < 50) {
          const int c = (int)(50 - j);
          store_f64x2(p1 + (t1 + j), tile[ii * 2 + v], c);
        }
      }
    }
  }
}
#undef KERNEL
