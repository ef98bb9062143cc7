typedef long long idx;
typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static inline __attribute__((always_inline)) void inline_tile_f32_14x2_1_784_784_16(const f32 *a, const f32 *b, idx count, int add, f32x16 *tile) {
  f32x16 c0_0 = add ? tile[0] : (f32x16){};
  f32x16 c0_1 = add ? tile[1] : (f32x16){};
  f32x16 c1_0 = add ? tile[2] : (f32x16){};
  f32x16 c1_1 = add ? tile[3] : (f32x16){};
  f32x16 c2_0 = add ? tile[4] : (f32x16){};
  f32x16 c2_1 = add ? tile[5] : (f32x16){};
  f32x16 c3_0 = add ? tile[6] : (f32x16){};
  f32x16 c3_1 = add ? tile[7] : (f32x16){};
  f32x16 c4_0 = add ? tile[8] : (f32x16){};
  f32x16 c4_1 = add ? tile[9] : (f32x16){};
  f32x16 c5_0 = add ? tile[10] : (f32x16){};
  f32x16 c5_1 = add ? tile[11] : (f32x16){};
  f32x16 c6_0 = add ? tile[12] : (f32x16){};
  f32x16 c6_1 = add ? tile[13] : (f32x16){};
  f32x16 c7_0 = add ? tile[14] : (f32x16){};
  f32x16 c7_1 = add ? tile[15] : (f32x16){};
  f32x16 c8_0 = add ? tile[16] : (f32x16){};
  f32x16 c8_1 = add ? tile[17] : (f32x16){};
  f32x16 c9_0 = add ? tile[18] : (f32x16){};
  f32x16 c9_1 = add ? tile[19] : (f32x16){};
  f32x16 c10_0 = add ? tile[20] : (f32x16){};
  f32x16 c10_1 = add ? tile[21] : (f32x16){};
  f32x16 c11_0 = add ? tile[22] : (f32x16){};
  f32x16 c11_1 = add ? tile[23] : (f32x16){};
  f32x16 c12_0 = add ? tile[24] : (f32x16){};
  f32x16 c12_1 = add ? tile[25] : (f32x16){};
  f32x16 c13_0 = add ? tile[26] : (f32x16){};
  f32x16 c13_1 = add ? tile[27] : (f32x16){};
  for (idx k = 0; k < count; k++) {
    const f32x16 b0 = *(const f32x16_u *)(b + 0), b1 = *(const f32x16_u *)(b + 16);
    { const f32 x = a[0 * 1]; c0_0 += x * b0; c0_1 += x * b1; }
    { const f32 x = a[1 * 1]; c1_0 += x * b0; c1_1 += x * b1; }
    { const f32 x = a[2 * 1]; c2_0 += x * b0; c2_1 += x * b1; }
    { const f32 x = a[3 * 1]; c3_0 += x * b0; c3_1 += x * b1; }
    { const f32 x = a[4 * 1]; c4_0 += x * b0; c4_1 += x * b1; }
    { const f32 x = a[5 * 1]; c5_0 += x * b0; c5_1 += x * b1; }
    { const f32 x = a[6 * 1]; c6_0 += x * b0; c6_1 += x * b1; }
    { const f32 x = a[7 * 1]; c7_0 += x * b0; c7_1 += x * b1; }
    { const f32 x = a[8 * 1]; c8_0 += x * b0; c8_1 += x * b1; }
    { const f32 x = a[9 * 1]; c9_0 += x * b0; c9_1 += x * b1; }
    { const f32 x = a[10 * 1]; c10_0 += x * b0; c10_1 += x * b1; }
    { const f32 x = a[11 * 1]; c11_0 += x * b0; c11_1 += x * b1; }
    { const f32 x = a[12 * 1]; c12_0 += x * b0; c12_1 += x * b1; }
    { const f32 x = a[13 * 1]; c13_0 += x * b0; c13_1 += x * b1; }
    a += 784, b += 784;
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
  tile[12] = c6_0;
  tile[13] = c6_1;
  tile[14] = c7_0;
  tile[15] = c7_1;
  tile[16] = c8_0;
  tile[17] = c8_1;
  tile[18] = c9_0;
  tile[19] = c9_1;
  tile[20] = c10_0;
  tile[21] = c10_1;
  tile[22] = c11_0;
  tile[23] = c11_1;
  tile[24] = c12_0;
  tile[25] = c12_1;
  tile[26] = c13_0;
  tile[27] = c13_1;
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
  const f32 *restrict p0 = b[0]; // p0_x
  const f32 *restrict p1 = b[1]; // p1_y
  f32 *restrict p2 = b[2]; // p2_dot
  const idx tiles = (784 + 13) / 14, panels = (784 + 31) / 32;
  f32x16 tile[28];
  for (idx t = begin; t < end; t++) {
    const idx r = t % tiles, panel = t / tiles % panels, product = t / (tiles * panels);
    const idx n0 = panel * 32;
    const f32 *left = p0;
    const f32 *right = p1;
    const idx low = 784 / tiles, more = 784 % tiles, m0 = r * low + (r < more ? r : more);
    const idx mr = low + (r < more);
    for (idx ii = 0; ii < mr; ii++) {
      const idx t0 = ((m0 + ii) * 784);
      for (int v = 0; v < 2; v++) {
        __builtin_prefetch(p2 + (t0 + (n0 + v * 16)), 1);
      }
    }
    if (mr == 14) {
      inline_tile_f32_14x2_1_784_784_16(left + m0 * 1 + 0 * 784, right + 0 * 784 + n0, 100, 0, tile);
      _Pragma("GCC unroll 14") for (idx ii = 0; ii < 14; ii++) {
        const idx i = m0 + ii;
        const idx t1 = (i * 784);
        _Pragma("GCC unroll 14") for (int v = 0; v < 2; v++) {
          const idx j = n0 + v * 16;
          if (j + 16 <= 784) {
            *(f32x16_u *)(p2 + (t1 + j)) = tile[ii * 2 + v];
          }
          else if (j < 784) {
            const int c = (int)(784 - j);
            store_f32x16(p2 + (t1 + j), tile[ii * 2 + v], c);
          }
        }
      }
    }
  }
}
#undef KERNEL
