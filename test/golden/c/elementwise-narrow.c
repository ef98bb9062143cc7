typedef float f32;
typedef f32 f32x4 __attribute__((vector_size(16)));
typedef f32 f32x4_u __attribute__((vector_size(16), aligned(4), may_alias));
typedef int i32;
typedef i32 i32x4 __attribute__((vector_size(16)));
typedef i32 i32x4_u __attribute__((vector_size(16), aligned(4), may_alias));
static inline __attribute__((always_inline)) f32x4 min_f32x4(f32x4 x, f32x4 y) { i32x4 m = (x < y) | (x != x); return (f32x4)(((i32x4)x & m) | ((i32x4)y & ~m)); }
static inline __attribute__((always_inline)) f32x4 max_f32x4(f32x4 x, f32x4 y) { i32x4 m = (x > y) | (x != x); return (f32x4)(((i32x4)x & m) | ((i32x4)y & ~m)); }
static inline __attribute__((always_inline)) f32x4 round_f32x4(f32x4 x) {
#if defined(__SSE4_1__)
  return __builtin_ia32_roundps(x, 8);
#else
  for (int l = 0; l < 4; l++) x[l] = __builtin_nearbyintf(x[l]);
  return x;
#endif
}
static inline __attribute__((always_inline)) f32x4 fma_f32x4(f32x4 x, f32x4 y, f32x4 z) {
#if defined(__clang__) && __has_builtin(__builtin_elementwise_fma)
  return __builtin_elementwise_fma(x, y, z);
#elif defined(__FMA__)
  return __builtin_ia32_vfmaddps(x, y, z);
#elif defined(__FMA__) || defined(__aarch64__)
  for (int l = 0; l < 4; l++) x[l] = __builtin_fmaf(x[l], y[l], z[l]);
  return x;
#else
  return x * y + z;
#endif
}
static inline __attribute__((always_inline)) i32x4 near_f32x4_i32x4(f32x4 x) {
  i32x4 m, r = __builtin_convertvector(x, i32x4);
  m = (i32x4)(x == x); return r & m;
}
typedef long long idx;
#define KERNEL k0_exp
// k0_exp
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  const f32 *restrict p1 = b[1]; // p1_y
  f32 *restrict p2 = b[2]; // p2_exp
  for (idx t = begin; t < end; t++) {
    idx j0 = t % 39 * 2048;
    const idx stop1 = j0 + 2048 < 78400 ? j0 + 2048 : 78400;
    for (; j0 + 4 <= stop1; j0 += 4) {
      const f32x4 t2 = min_f32x4((*(const f32x4_u *)(p0 + j0) - *(const f32x4_u *)(p1 + j0)), ((f32)89.0f - (f32x4){}));
      const f32x4 t3 = max_f32x4(t2, ((f32)-105.0f - (f32x4){}));
      const f32x4 t4 = round_f32x4((t3 * 1.442695f));
      const f32x4 t5 = fma_f32x4(t4, ((f32)0.00021219444f - (f32x4){}), fma_f32x4(t4, ((f32)-0.6933594f - (f32x4){}), t3));
      const f32x4 t6 = fma_f32x4(((f32)0.0001984127f - (f32x4){}), t5, ((f32)0.0013888889f - (f32x4){}));
      const f32x4 t7 = fma_f32x4(fma_f32x4(t6, t5, ((f32)0.008333334f - (f32x4){})), t5, ((f32)0.041666668f - (f32x4){}));
      const f32x4 t8 = fma_f32x4(fma_f32x4(t7, t5, ((f32)0.16666667f - (f32x4){})), t5, ((f32)0.5f - (f32x4){}));
      const i32x4 t9 = near_f32x4_i32x4(t4);
      const i32x4 t10 = (t9 >> 1);
      const f32x4 t11 = (((fma_f32x4((t5 * t5), t8, t5) + 1.0f) * ((f32x4)((t10 + 127) << 23))) * ((f32x4)(((t9 - t10) + 127) << 23)));
      *(f32x4_u *)(p2 + j0) = t11;
    }
  }
}
#undef KERNEL
