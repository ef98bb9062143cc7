typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
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
typedef long long idx;
#define KERNEL k0_tanh
// k0_tanh
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  const f32 *restrict p1 = b[1]; // p1_y
  f32 *restrict p2 = b[2]; // p2_tanh
  for (idx t = begin; t < end; t++) {
    idx j0 = t % 39 * 2048;
    const idx stop1 = j0 + 2048 < 78400 ? j0 + 2048 : 78400;
    for (; j0 + 16 <= stop1; j0 += 16) {
      const f32x16 t2 = ((*(const f32x16_u *)(p0 + j0) * *(const f32x16_u *)(p1 + j0)) + 1.0f);
      const f32x16 t3 = max_f32x16((abs_f32x16(t2) * -2.0f), ((f32)-20.0f - (f32x16){}));
      const f32x16 t4 = round_f32x16((t3 * 1.442695f));
      const f32x16 t5 = ((f32x16)((near_f32x16_i32x16(t4) + 127) << 23));
      const f32x16 t6 = fma_f32x16(t4, ((f32)0.00021219444f - (f32x16){}), fma_f32x16(t4, ((f32)-0.6933594f - (f32x16){}), t3));
      const f32x16 t7 = fma_f32x16(((f32)0.0001984127f - (f32x16){}), t6, ((f32)0.0013888889f - (f32x16){}));
      const f32x16 t8 = fma_f32x16(fma_f32x16(t7, t6, ((f32)0.008333334f - (f32x16){})), t6, ((f32)0.041666668f - (f32x16){}));
      const f32x16 t9 = fma_f32x16(fma_f32x16(t8, t6, ((f32)0.16666667f - (f32x16){})), t6, ((f32)0.5f - (f32x16){}));
      const f32x16 t10 = fma_f32x16(t5, fma_f32x16((t6 * t6), t9, t6), (t5 - 1.0f));
      const i32x16 t11 = (((i32x16)abs_f32x16((t10 / (t10 + 2.0f)))) | (((i32x16)t2) & ((i32)(-2147483647 - 1) - (i32x16){})));
      *(f32x16_u *)(p2 + j0) = ((f32x16)t11);
    }
  }
}
#undef KERNEL
