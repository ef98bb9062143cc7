typedef long long idx;
typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static __attribute__((noinline)) void tile_f32_13x2_784_1_500_16(const f32 *a, const f32 *b, idx count, int add, f32x16 *tile) {
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
  for (idx k = 0; k < count; k++) {
    const f32x16 b0 = *(const f32x16_u *)(b + 0), b1 = *(const f32x16_u *)(b + 16);
    { const f32 x = a[0 * 784]; c0_0 += x * b0; c0_1 += x * b1; }
    { const f32 x = a[1 * 784]; c1_0 += x * b0; c1_1 += x * b1; }
    { const f32 x = a[2 * 784]; c2_0 += x * b0; c2_1 += x * b1; }
    { const f32 x = a[3 * 784]; c3_0 += x * b0; c3_1 += x * b1; }
    { const f32 x = a[4 * 784]; c4_0 += x * b0; c4_1 += x * b1; }
    { const f32 x = a[5 * 784]; c5_0 += x * b0; c5_1 += x * b1; }
    { const f32 x = a[6 * 784]; c6_0 += x * b0; c6_1 += x * b1; }
    { const f32 x = a[7 * 784]; c7_0 += x * b0; c7_1 += x * b1; }
    { const f32 x = a[8 * 784]; c8_0 += x * b0; c8_1 += x * b1; }
    { const f32 x = a[9 * 784]; c9_0 += x * b0; c9_1 += x * b1; }
    { const f32 x = a[10 * 784]; c10_0 += x * b0; c10_1 += x * b1; }
    { const f32 x = a[11 * 784]; c11_0 += x * b0; c11_1 += x * b1; }
    { const f32 x = a[12 * 784]; c12_0 += x * b0; c12_1 += x * b1; }
    a += 1, b += 500;
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
}
static __attribute__((noinline)) void tile_f32_12x2_784_1_500_16(const f32 *a, const f32 *b, idx count, int add, f32x16 *tile) {
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
  for (idx k = 0; k < count; k++) {
    const f32x16 b0 = *(const f32x16_u *)(b + 0), b1 = *(const f32x16_u *)(b + 16);
    { const f32 x = a[0 * 784]; c0_0 += x * b0; c0_1 += x * b1; }
    { const f32 x = a[1 * 784]; c1_0 += x * b0; c1_1 += x * b1; }
    { const f32 x = a[2 * 784]; c2_0 += x * b0; c2_1 += x * b1; }
    { const f32 x = a[3 * 784]; c3_0 += x * b0; c3_1 += x * b1; }
    { const f32 x = a[4 * 784]; c4_0 += x * b0; c4_1 += x * b1; }
    { const f32 x = a[5 * 784]; c5_0 += x * b0; c5_1 += x * b1; }
    { const f32 x = a[6 * 784]; c6_0 += x * b0; c6_1 += x * b1; }
    { const f32 x = a[7 * 784]; c7_0 += x * b0; c7_1 += x * b1; }
    { const f32 x = a[8 * 784]; c8_0 += x * b0; c8_1 += x * b1; }
    { const f32 x = a[9 * 784]; c9_0 += x * b0; c9_1 += x * b1; }
    { const f32 x = a[10 * 784]; c10_0 += x * b0; c10_1 += x * b1; }
    { const f32 x = a[11 * 784]; c11_0 += x * b0; c11_1 += x * b1; }
    a += 1, b += 500;
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
}
typedef int i32;
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static inline __attribute__((always_inline)) f32x16 abs_f32x16(f32x16 x) {
  return (f32x16)((i32x16)x & 0x7fffffff);
}
static inline __attribute__((always_inline)) f32x16 max_f32x16(f32x16 x, f32x16 y) { i32x16 m = (x > y) | (x != x); return (f32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
static inline __attribute__((always_inline)) f32x16 round_f32x16(f32x16 x) {
#if defined(__AVX512F__)
  return __builtin_ia32_rndscaleps_mask(x, 8, x, 65535, 4);
#else
  for (int l = 0; l < 16; l++) x[l] = __builtin_nearbyintf(x[l]);
  return x;
#endif
}
static inline __attribute__((always_inline)) i32x16 near_f32x16_i32x16(f32x16 x) {
  i32x16 m, r = __builtin_convertvector(x, i32x16);
  m = (i32x16)(x == x); return r & m;
}
static inline __attribute__((always_inline)) f32x16 fma_f32x16(f32x16 x, f32x16 y, f32x16 z) {
#if defined(__clang__) && __has_builtin(__builtin_elementwise_fma)
  return __builtin_elementwise_fma(x, y, z);
#elif defined(__AVX512F__)
  return __builtin_ia32_vfmaddps512_mask(x, y, z, -1, 4);
#elif defined(__FMA__) || defined(__aarch64__)
  for (int l = 0; l < 16; l++) x[l] = __builtin_fmaf(x[l], y[l], z[l]);
  return x;
#else
  return x * y + z;
#endif
}
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
#define KERNEL k0_dot_tanh
// k0_dot_tanh
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  const f32 *restrict p1 = b[1]; // p1_w
  const f32 *restrict p2 = b[2]; // p2_b
  f32 *restrict p3 = b[3]; // p3_tanh
  const idx tiles = (100 + 12) / 13, panels = (500 + 31) / 32;
  f32x16 tile[26];
  for (idx t = begin; t < end; t++) {
    const idx r = t % tiles, panel = t / tiles % panels, product = t / (tiles * panels);
    const idx n0 = panel * 32;
    const f32 *left = p0;
    const f32 *right = p1;
    const idx low = 100 / tiles, more = 100 % tiles, m0 = r * low + (r < more ? r : more);
    const idx mr = low + (r < more);
    for (idx ii = 0; ii < mr; ii++) {
      const idx t0 = ((m0 + ii) * 500);
      for (int v = 0; v < 2; v++) {
        __builtin_prefetch(p3 + (t0 + (n0 + v * 16)), 1);
      }
    }
    if (mr == 13) tile_f32_13x2_784_1_500_16(left + m0 * 784 + 0 * 1, right + 0 * 500 + n0, 784, 0, tile);
    else tile_f32_12x2_784_1_500_16(left + m0 * 784 + 0 * 1, right + 0 * 500 + n0, 784, 0, tile);
    for (idx ii = 0; ii < mr; ii++) {
      const idx i = m0 + ii;
      const idx t11 = (i * 500);
      for (int v = 0; v < 2; v++) {
        const idx j = n0 + v * 16;
        if (j + 16 <= 500) {
          const f32x16 t1 = (tile[ii * 2 + v] + *(const f32x16_u *)(p2 + j));
          const f32x16 t2 = max_f32x16((abs_f32x16(t1) * -2.0f), ((f32)-20.0f - (f32x16){}));
          const f32x16 t3 = round_f32x16((t2 * 1.442695f));
          const f32x16 t4 = ((f32x16)((near_f32x16_i32x16(t3) + 127) << 23));
          const f32x16 t5 = fma_f32x16(t3, ((f32)0.00021219444f - (f32x16){}), fma_f32x16(t3, ((f32)-0.6933594f - (f32x16){}), t2));
          const f32x16 t6 = fma_f32x16(((f32)0.0001984127f - (f32x16){}), t5, ((f32)0.0013888889f - (f32x16){}));
          const f32x16 t7 = fma_f32x16(fma_f32x16(t6, t5, ((f32)0.008333334f - (f32x16){})), t5, ((f32)0.041666668f - (f32x16){}));
          const f32x16 t8 = fma_f32x16(fma_f32x16(t7, t5, ((f32)0.16666667f - (f32x16){})), t5, ((f32)0.5f - (f32x16){}));
          const f32x16 t9 = fma_f32x16(t4, fma_f32x16((t5 * t5), t8, t5), (t4 - 1.0f));
          const i32x16 t10 = (((i32x16)abs_f32x16((t9 / (t9 + 2.0f)))) | (((i32x16)t1) & ((i32)(-2147483647 - 1) - (i32x16){})));
          *(f32x16_u *)(p3 + (t11 + j)) = ((f32x16)t10);
        }
        else if (j < 500) {
          const int c = (int)(500 - j);
          const f32x16 t12 = (tile[ii * 2 + v] + load_f32x16(p2 + j, c));
          const f32x16 t13 = max_f32x16((abs_f32x16(t12) * -2.0f), ((f32)-20.0f - (f32x16){}));
          const f32x16 t14 = round_f32x16((t13 * 1.442695f));
          const f32x16 t15 = ((f32x16)((near_f32x16_i32x16(t14) + 127) << 23));
          const f32x16 t16 = fma_f32x16(t14, ((f32)0.00021219444f - (f32x16){}), fma_f32x16(t14, ((f32)-0.6933594f - (f32x16){}), t13));
          const f32x16 t17 = fma_f32x16(((f32)0.0001984127f - (f32x16){}), t16, ((f32)0.0013888889f - (f32x16){}));
          const f32x16 t18 = fma_f32x16(fma_f32x16(t17, t16, ((f32)0.008333334f - (f32x16){})), t16, ((f32)0.041666668f - (f32x16){}));
          const f32x16 t19 = fma_f32x16(fma_f32x16(t18, t16, ((f32)0.16666667f - (f32x16){})), t16, ((f32)0.5f - (f32x16){}));
          const f32x16 t20 = fma_f32x16(t15, fma_f32x16((t16 * t16), t19, t16), (t15 - 1.0f));
          const i32x16 t21 = (((i32x16)abs_f32x16((t20 / (t20 + 2.0f)))) | (((i32x16)t12) & ((i32)(-2147483647 - 1) - (i32x16){})));
          store_f32x16(p3 + (t11 + j), ((f32x16)t21), c);
        }
      }
    }
  }
}
#undef KERNEL
