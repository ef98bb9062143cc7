typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
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
typedef long long idx;
#define KERNEL k0_sum
// k0_sum
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  f32 *restrict p1 = b[1]; // p1_sum
  for (idx t = begin; t < end; t++) {
    idx j0 = t % 13 * 64;
    const idx stop1 = j0 + 64 < 784 ? j0 + 64 : 784;
    for (; j0 + 64 <= stop1; j0 += 64) {
      f32x16 a2 = ((f32)0.0f - (f32x16){});
      f32x16 a3 = ((f32)0.0f - (f32x16){});
      f32x16 a4 = ((f32)0.0f - (f32x16){});
      f32x16 a5 = ((f32)0.0f - (f32x16){});
      for (idx i6 = 0; i6 < 100; i6++) {
        a2 = (a2 + *(const f32x16_u *)(p0 + ((i6 * 784) + j0)));
        a3 = (a3 + *(const f32x16_u *)(p0 + ((i6 * 784) + (j0 + 16))));
        a4 = (a4 + *(const f32x16_u *)(p0 + ((i6 * 784) + (j0 + 32))));
        a5 = (a5 + *(const f32x16_u *)(p0 + ((i6 * 784) + (j0 + 48))));
      }
      *(f32x16_u *)(p1 + j0) = a2;
      *(f32x16_u *)(p1 + (j0 + 16)) = a3;
      *(f32x16_u *)(p1 + (j0 + 32)) = a4;
      *(f32x16_u *)(p1 + (j0 + 48)) = a5;
    }
    for (; j0 < stop1; j0 += 16) {
      const int m = stop1 - j0 < 16 ? (int)(stop1 - j0) : 16;
      f32x16 a7 = ((f32)0.0f - (f32x16){});
      for (idx i8 = 0; i8 < 100; i8++) {
        a7 = (a7 + load_f32x16(p0 + ((i8 * 784) + j0), m));
      }
      store_f32x16(p1 + j0, a7, m);
    }
  }
}
#undef KERNEL
