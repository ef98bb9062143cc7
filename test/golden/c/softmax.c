typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef long long idx;
typedef int i32;
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static inline __attribute__((always_inline)) f32x16 max_f32x16(f32x16 x, f32x16 y) { i32x16 m = (x > y) | (x != x); return (f32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
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
static inline __attribute__((always_inline)) f32 max_f32(f32 x, f32 y) { return x > y || x != x ? x : y; }
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
#define KERNEL k0_max_exp_sum_div
// k0_max_exp_sum_div
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  f32 *restrict p1 = b[1]; // p1_div
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    f32x16 a1 = ((f32)-__builtin_inff() - (f32x16){});
    f32x16 a2 = ((f32)-__builtin_inff() - (f32x16){});
    f32x16 a3 = ((f32)-__builtin_inff() - (f32x16){});
    f32x16 a4 = ((f32)-__builtin_inff() - (f32x16){});
    idx j5 = 0;
    const idx t6 = (i0 * 784);
    for (; j5 + 64 <= 784; j5 += 64) {
      a1 = max_f32x16(a1, *(const f32x16_u *)(p0 + (t6 + j5)));
      a2 = max_f32x16(a2, *(const f32x16_u *)(p0 + (t6 + (j5 + 16))));
      a3 = max_f32x16(a3, *(const f32x16_u *)(p0 + (t6 + (j5 + 32))));
      a4 = max_f32x16(a4, *(const f32x16_u *)(p0 + (t6 + (j5 + 48))));
    }
    for (; j5 < 784; j5 += 16) {
      const int m = 784 - j5 < 16 ? (int)(784 - j5) : 16;
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
    for (; j11 + 32 <= 784; j11 += 32) {
      const f32x16 t12 = min_f32x16((*(const f32x16_u *)(p0 + (t6 + j11)) - r7), ((f32)89.0f - (f32x16){}));
      const f32x16 t13 = max_f32x16(t12, ((f32)-105.0f - (f32x16){}));
      const f32x16 t14 = round_f32x16((t13 * 1.442695f));
      const f32x16 t15 = fma_f32x16(t14, ((f32)0.00021219444f - (f32x16){}), fma_f32x16(t14, ((f32)-0.6933594f - (f32x16){}), t13));
      const f32x16 t16 = fma_f32x16(((f32)0.0001984127f - (f32x16){}), t15, ((f32)0.0013888889f - (f32x16){}));
      const f32x16 t17 = fma_f32x16(fma_f32x16(t16, t15, ((f32)0.008333334f - (f32x16){})), t15, ((f32)0.041666668f - (f32x16){}));
      const f32x16 t18 = fma_f32x16(fma_f32x16(t17, t15, ((f32)0.16666667f - (f32x16){})), t15, ((f32)0.5f - (f32x16){}));
      const i32x16 t19 = near_f32x16_i32x16(t14);
      const i32x16 t20 = (t19 >> 1);
      const f32x16 t21 = ((fma_f32x16((t15 * t15), t18, t15) + 1.0f) * ((f32x16)((t20 + 127) << 23)));
      a9 = (a9 + (t21 * ((f32x16)(((t19 - t20) + 127) << 23))));
      const f32x16 t22 = min_f32x16((*(const f32x16_u *)(p0 + (t6 + (j11 + 16))) - r7), ((f32)89.0f - (f32x16){}));
      const f32x16 t23 = max_f32x16(t22, ((f32)-105.0f - (f32x16){}));
      const f32x16 t24 = round_f32x16((t23 * 1.442695f));
      const f32x16 t25 = fma_f32x16(t24, ((f32)0.00021219444f - (f32x16){}), fma_f32x16(t24, ((f32)-0.6933594f - (f32x16){}), t23));
      const f32x16 t26 = fma_f32x16(((f32)0.0001984127f - (f32x16){}), t25, ((f32)0.0013888889f - (f32x16){}));
      const f32x16 t27 = fma_f32x16(fma_f32x16(t26, t25, ((f32)0.008333334f - (f32x16){})), t25, ((f32)0.041666668f - (f32x16){}));
      const f32x16 t28 = fma_f32x16(fma_f32x16(t27, t25, ((f32)0.16666667f - (f32x16){})), t25, ((f32)0.5f - (f32x16){}));
      const i32x16 t29 = near_f32x16_i32x16(t24);
      const i32x16 t30 = (t29 >> 1);
      const f32x16 t31 = ((fma_f32x16((t25 * t25), t28, t25) + 1.0f) * ((f32x16)((t30 + 127) << 23)));
      a10 = (a10 + (t31 * ((f32x16)(((t29 - t30) + 127) << 23))));
    }
    for (; j11 < 784; j11 += 16) {
      const int m = 784 - j11 < 16 ? (int)(784 - j11) : 16;
      const f32x16 t32 = min_f32x16((load_f32x16(p0 + (t6 + j11), m) - r7), ((f32)89.0f - (f32x16){}));
      const f32x16 t33 = max_f32x16(t32, ((f32)-105.0f - (f32x16){}));
      const f32x16 t34 = round_f32x16((t33 * 1.442695f));
      const f32x16 t35 = fma_f32x16(t34, ((f32)0.00021219444f - (f32x16){}), fma_f32x16(t34, ((f32)-0.6933594f - (f32x16){}), t33));
      const f32x16 t36 = fma_f32x16(((f32)0.0001984127f - (f32x16){}), t35, ((f32)0.0013888889f - (f32x16){}));
      const f32x16 t37 = fma_f32x16(fma_f32x16(t36, t35, ((f32)0.008333334f - (f32x16){})), t35, ((f32)0.041666668f - (f32x16){}));
      const f32x16 t38 = fma_f32x16(fma_f32x16(t37, t35, ((f32)0.16666667f - (f32x16){})), t35, ((f32)0.5f - (f32x16){}));
      const i32x16 t39 = near_f32x16_i32x16(t34);
      const i32x16 t40 = (t39 >> 1);
      const f32x16 t41 = ((fma_f32x16((t35 * t35), t38, t35) + 1.0f) * ((f32x16)((t40 + 127) << 23)));
      a9 = (a9 + select_f32x16(((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} < (i32)m), (t41 * ((f32x16)(((t39 - t40) + 127) << 23))), ((f32)0.0f - (f32x16){})));
    }
    a9 = (a9 + a10);
    f32 r42 = a9[0];
    for (int l = 1; l < 16; l++) r42 = (r42 + a9[l]);
    idx j44 = 0;
    for (; j44 + 16 <= 784; j44 += 16) {
      const f32x16 t45 = min_f32x16((*(const f32x16_u *)(p0 + (t6 + j44)) - r7), ((f32)89.0f - (f32x16){}));
      const f32x16 t46 = max_f32x16(t45, ((f32)-105.0f - (f32x16){}));
      const f32x16 t47 = round_f32x16((t46 * 1.442695f));
      const f32x16 t48 = fma_f32x16(t47, ((f32)0.00021219444f - (f32x16){}), fma_f32x16(t47, ((f32)-0.6933594f - (f32x16){}), t46));
      const f32x16 t49 = fma_f32x16(((f32)0.0001984127f - (f32x16){}), t48, ((f32)0.0013888889f - (f32x16){}));
      const f32x16 t50 = fma_f32x16(fma_f32x16(t49, t48, ((f32)0.008333334f - (f32x16){})), t48, ((f32)0.041666668f - (f32x16){}));
      const f32x16 t51 = fma_f32x16(fma_f32x16(t50, t48, ((f32)0.16666667f - (f32x16){})), t48, ((f32)0.5f - (f32x16){}));
      const i32x16 t52 = near_f32x16_i32x16(t47);
      const i32x16 t53 = (t52 >> 1);
      const f32x16 t54 = ((fma_f32x16((t48 * t48), t51, t48) + 1.0f) * ((f32x16)((t53 + 127) << 23)));
      *(f32x16_u *)(p1 + (t6 + j44)) = ((t54 * ((f32x16)(((t52 - t53) + 127) << 23))) / r42);
    }
  }
}
#undef KERNEL
