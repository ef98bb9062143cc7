typedef float f32;
typedef double f64;
typedef f64 f64x8 __attribute__((vector_size(64)));
typedef f64 f64x8_u __attribute__((vector_size(64), aligned(8), may_alias));
typedef f32 f32x8 __attribute__((vector_size(32)));
typedef f32 f32x8_u __attribute__((vector_size(32), aligned(4), may_alias));
typedef long long i64;
typedef i64 i64x8 __attribute__((vector_size(64)));
typedef i64 i64x8_u __attribute__((vector_size(64), aligned(8), may_alias));
static inline __attribute__((always_inline)) f64x8 load_f64x8(const f64 *p, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef double __attribute__((vector_size(64))) wide;
  return (f64x8)__builtin_ia32_loadupd512_mask((const void *)p, (wide){}, (1u << n) - 1);
#else
  f64x8 r = {};
  for (int l = 0; l < n; l++) r[l] = p[l];
  return r;
#endif
}
static inline __attribute__((always_inline)) void store_f64x8(f64 *p, f64x8 x, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef double __attribute__((vector_size(64))) wide;
  __builtin_ia32_storeupd512_mask((void *)p, (wide)x, (1u << n) - 1);
#else
  for (int l = 0; l < n; l++) p[l] = x[l];
#endif
}
typedef long long idx;
#define KERNEL k0_sum
// k0_sum
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_b
  const f64 *restrict p1 = b[1]; // p1_d
  f64 *restrict p2 = b[2]; // p2_sum
  for (idx t = begin; t < end; t++) {
    idx j0 = 0;
    for (; j0 < 30; j0 += 8) {
      const int m = 30 - j0 < 8 ? (int)(30 - j0) : 8;
      f64x8 a1 = ((f64)0.0 - (f64x8){});
      f32x8 g3 = {};
      for (int l = 0; l < m; l++) g3[l] = p0[(j0 * 2) + 2 * l];
      const f64x8 t4 = __builtin_convertvector(g3, f64x8);
      for (idx i2 = 0; i2 < 3; i2++) {
        a1 = (a1 + (t4 * load_f64x8(p1 + ((i2 * 30) + j0), m)));
      }
      store_f64x8(p2 + j0, a1, m);
    }
  }
}
#undef KERNEL
