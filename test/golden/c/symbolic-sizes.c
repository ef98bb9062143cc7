typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef long long idx;
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
static inline __attribute__((always_inline)) f32x16 select_f32x16(i32x16 m, f32x16 x, f32x16 y) { return (f32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
static inline __attribute__((always_inline)) f32x16 max_f32x16(f32x16 x, f32x16 y) { i32x16 m = (x > y) | (x != x); return (f32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
static inline __attribute__((always_inline)) f32 max_f32(f32 x, f32 y) { return x > y || x != x ? x : y; }
static inline __attribute__((always_inline)) f32 abs_f32(f32 x) { return __builtin_fabsf(x); }
static inline __attribute__((always_inline)) f32x16 min_f32x16(f32x16 x, f32x16 y) { i32x16 m = (x < y) | (x != x); return (f32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
static inline __attribute__((always_inline)) f32x16 round_f32x16(f32x16 x) {
#if defined(__AVX512F__)
  return __builtin_ia32_rndscaleps_mask(x, 8, x, 65535, 4);
#else
  for (int l = 0; l < 16; l++) x[l] = __builtin_nearbyintf(x[l]);
  return x;
#endif
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
static inline __attribute__((always_inline)) i32x16 near_f32x16_i32x16(f32x16 x) {
  i32x16 m, r = __builtin_convertvector(x, i32x16);
  m = (i32x16)(x == x); return r & m;
}
typedef unsigned char u8;
static inline __attribute__((always_inline)) i32 bits_f32_i32(f32 x) { i32 y; __builtin_memcpy(&y, &x, 4); return y; }
static inline __attribute__((always_inline)) f32 bits_i32_f32(i32 x) { f32 y; __builtin_memcpy(&y, &x, 4); return y; }
static inline __attribute__((always_inline)) f32 fma_f32(f32 x, f32 y, f32 z) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fmaf(x, y, z);
#else
  return x * y + z;
#endif
}
static __attribute__((noinline)) void tile_f32_10x1_1_10_10_16(const f32 *a, const f32 *b, idx count, int add, f32x16 *tile) {
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
    { const f32 x = a[0 * 1]; c0_0 += x * b0; }
    { const f32 x = a[1 * 1]; c1_0 += x * b0; }
    { const f32 x = a[2 * 1]; c2_0 += x * b0; }
    { const f32 x = a[3 * 1]; c3_0 += x * b0; }
    { const f32 x = a[4 * 1]; c4_0 += x * b0; }
    { const f32 x = a[5 * 1]; c5_0 += x * b0; }
    { const f32 x = a[6 * 1]; c6_0 += x * b0; }
    { const f32 x = a[7 * 1]; c7_0 += x * b0; }
    { const f32 x = a[8 * 1]; c8_0 += x * b0; }
    { const f32 x = a[9 * 1]; c9_0 += x * b0; }
    a += 10, b += 10;
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
static inline __attribute__((always_inline)) void store_f32x16(f32 *p, f32x16 x, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef float __attribute__((vector_size(64))) wide;
  __builtin_ia32_storeups512_mask((void *)p, (wide)x, (1u << n) - 1);
#else
  for (int l = 0; l < n; l++) p[l] = x[l];
#endif
}
#define KERNEL k0_max_sum_add
// k0_max_sum_add
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const idx s0 = n[0]; // batch
  const f32 *restrict p0 = b[0]; // p0_rows
  f32 *restrict p1 = b[1]; // p1_add
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    f32x16 a1 = ((f32)-__builtin_inff() - (f32x16){});
    f32x16 a2 = ((f32)-__builtin_inff() - (f32x16){});
    f32x16 a3 = ((f32)-__builtin_inff() - (f32x16){});
    f32x16 a4 = ((f32)-__builtin_inff() - (f32x16){});
    idx j5 = 0;
    const idx t6 = (i0 * 10);
    for (; j5 < 10; j5 += 16) {
      const int m = 10 - j5 < 16 ? (int)(10 - j5) : 16;
      a1 = max_f32x16(a1, select_f32x16(((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} < (i32)m), load_f32x16(p0 + (t6 + j5), m), ((f32)-__builtin_inff() - (f32x16){})));
    }
    a1 = max_f32x16(a1, a2);
    a1 = max_f32x16(a1, a3);
    a1 = max_f32x16(a1, a4);
    f32 r7 = a1[0];
    for (int l = 1; l < 16; l++) r7 = max_f32(r7, a1[l]);
    f32x16 a9 = ((f32)0.0f - (f32x16){});
    f32x16 a10 = ((f32)0.0f - (f32x16){});
    idx j11 = 0;
    const f32 t12 = ((abs_f32(r7) == __builtin_inff()) ? 0.0f : r7);
    for (; j11 < 10; j11 += 16) {
      const int m = 10 - j11 < 16 ? (int)(10 - j11) : 16;
      const f32x16 t13 = min_f32x16((load_f32x16(p0 + (t6 + j11), m) - t12), ((f32)89.0f - (f32x16){}));
      const f32x16 t14 = max_f32x16(t13, ((f32)-105.0f - (f32x16){}));
      const f32x16 t15 = round_f32x16((t14 * 1.442695f));
      const f32x16 t16 = fma_f32x16(t15, ((f32)0.00021219444f - (f32x16){}), fma_f32x16(t15, ((f32)-0.6933594f - (f32x16){}), t14));
      const f32x16 t17 = fma_f32x16(((f32)0.0001984127f - (f32x16){}), t16, ((f32)0.0013888889f - (f32x16){}));
      const f32x16 t18 = fma_f32x16(fma_f32x16(t17, t16, ((f32)0.008333334f - (f32x16){})), t16, ((f32)0.041666668f - (f32x16){}));
      const f32x16 t19 = fma_f32x16(fma_f32x16(t18, t16, ((f32)0.16666667f - (f32x16){})), t16, ((f32)0.5f - (f32x16){}));
      const i32x16 t20 = near_f32x16_i32x16(t15);
      const i32x16 t21 = (t20 >> 1);
      const f32x16 t22 = ((fma_f32x16((t16 * t16), t19, t16) + 1.0f) * ((f32x16)((t21 + 127) << 23)));
      a9 = (a9 + select_f32x16(((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} < (i32)m), (t22 * ((f32x16)(((t20 - t21) + 127) << 23))), ((f32)0.0f - (f32x16){})));
    }
    a9 = (a9 + a10);
    f32 r23 = a9[0];
    for (int l = 1; l < 16; l++) r23 = (r23 + a9[l]);
    const u8 t25 = (r23 < 1.1754944e-38f);
    const i32 t26 = (bits_f32_i32((t25 ? (r23 * 16777216.0f) : r23)) - 1060439283);
    const i32 t27 = (t26 >> 23);
    const f32 t28 = (f32)(t25 ? (t27 - 24) : t27);
    const f32 t29 = (bits_i32_f32(((t26 & 8388607) + 1060439283)) - 1.0f);
    const f32 t30 = ((t29 * t29) * 0.5f);
    const f32 t31 = (t29 / (t29 + 2.0f));
    const f32 t32 = (t31 * t31);
    const f32 t33 = fma_f32(fma_f32(fma_f32(0.24279079f, t32, 0.28498787f), t32, 0.40000972f), t32, 0.6666666f);
    const f32 t34 = (t29 - (t30 - fma_f32(t31, (t30 + (t32 * t33)), (t28 * 0.000009058001f))));
    const f32 t35 = ((r23 == 0.0f) ? -__builtin_inff() : ((r23 < 0.0f) ? __builtin_nanf("") : r23));
    const f32 t36 = (((r23 > 0.0f) & (r23 < __builtin_inff())) ? fma_f32(t28, 0.6931381f, t34) : t35);
    p1[i0] = (t36 + t12);
  }
}
#undef KERNEL

#define KERNEL k1_dot
// k1_dot
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const idx s0 = n[0]; // batch
  const f32 *restrict p0 = b[0]; // p0_rows
  f32 *restrict p1 = b[1]; // p1_dot
  const idx tiles = (10 + 9) / 10, panels = (10 + 15) / 16;
  f32x16 tile[10];
  for (idx t = begin; t < end; t++) {
    const idx r = t % tiles, panel = t / tiles % panels, product = t / (tiles * panels);
    const idx n0 = panel * 16;
    const f32 *left = p0;
    const f32 *right = p0;
    const idx low = 10 / tiles, more = 10 % tiles, m0 = r * low + (r < more ? r : more);
    const idx mr = low + (r < more);
    for (idx ii = 0; ii < mr; ii++) {
      const idx t0 = ((m0 + ii) * 10);
      for (int v = 0; v < 1; v++) {
        __builtin_prefetch(p1 + (t0 + (n0 + v * 16)), 1);
      }
    }
    tile_f32_10x1_1_10_10_16(left + m0 * 1 + 0 * 10, right + 0 * 10 + n0, s0, 0, tile);
    for (idx ii = 0; ii < mr; ii++) {
      const idx i = m0 + ii;
      const idx t1 = (i * 10);
      for (int v = 0; v < 1; v++) {
        const idx j = n0 + v * 16;
        if (j < 10) {
          const int c = (int)(10 - j);
          store_f32x16(p1 + (t1 + j), tile[ii * 1 + v], c);
        }
      }
    }
  }
}
#undef KERNEL
