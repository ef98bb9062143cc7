typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef int i32;
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef long long idx;
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
#define KERNEL k0_pad
// k0_pad
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  f32 *restrict p1 = b[1]; // p1_pad
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    idx j1 = 0;
    const idx t5 = (i0 * -1);
    const idx t6 = (i0 * 103);
    for (; j1 + 16 <= 103; j1 += 16) {
      const i32x16 t3 = (((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (i32)j1) + ((i32)-2 - (i32x16){}));
      const i32x16 t4 = ((i32x16)(t3 >= ((i32)0 - (i32x16){})) & (i32x16)(t3 < ((i32)100 - (i32x16){})));
      f32x16 g2 = {};
      for (int l = 0; l < 16; l++) if (t4[l]) g2[l] = p0[((t5 + (j1 * 784)) + -785) + 784 * l];
      *(f32x16_u *)(p1 + (t6 + j1)) = g2;
    }
    for (; j1 < 103; j1 += 16) {
      const int m = 103 - j1 < 16 ? (int)(103 - j1) : 16;
      const i32x16 t8 = (((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (i32)j1) + ((i32)-2 - (i32x16){}));
      const i32x16 t9 = ((i32x16)(t8 >= ((i32)0 - (i32x16){})) & (i32x16)(t8 < ((i32)100 - (i32x16){})));
      f32x16 g7 = {};
      for (int l = 0; l < m; l++) if (t9[l]) g7[l] = p0[((t5 + (j1 * 784)) + -785) + 784 * l];
      store_f32x16(p1 + (t6 + j1), g7, m);
    }
  }
}
#undef KERNEL
