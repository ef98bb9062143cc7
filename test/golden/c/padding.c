typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef long long idx;
typedef unsigned char u8;
typedef int i32;
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static inline __attribute__((always_inline)) unsigned long long bits_i32x16(i32x16 m) {
#if defined(__AVX512DQ__)
  typedef int lane __attribute__((vector_size(64)));
  return (unsigned short)__builtin_ia32_cvtd2mask512((lane)m);
#endif
  unsigned long long bits = 0;
  for (int l = 0; l < 16; l++) bits |= (unsigned long long)(m[l] != 0) << l;
  return bits;
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
#define KERNEL k0_pad
// k0_pad
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  f32 *restrict p1 = b[1]; // p1_pad
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    idx j1 = 0;
    const idx t3 = (i0 + -1);
    const u8 t4 = ((t3 >= 0) & (t3 < 100));
    const idx t8 = (i0 * 784);
    const idx t9 = (i0 * 787);
    for (; j1 + 16 <= 787; j1 += 16) {
      const i32x16 t5 = (((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (i32)j1) + ((i32)-2 - (i32x16){}));
      const i32x16 t6 = ((i32x16)(t5 >= ((i32)0 - (i32x16){})) & (i32x16)(t5 < ((i32)784 - (i32x16){})));
      const i32x16 t7 = (((i32)-(t4) - (i32x16){}) & t6);
      f32x16 g2 = {};
      if (bits_i32x16(t7) == 0xffffull) g2 = *(const f32x16_u *)(p0 + ((t8 + j1) + -786));
      else if (bits_i32x16(t7) != 0) for (int l = 0; l < 16; l++) if (t7[l]) g2[l] = p0[((t8 + j1) + -786) + l];
      *(f32x16_u *)(p1 + (t9 + j1)) = g2;
    }
    for (; j1 < 787; j1 += 16) {
      const int m = 787 - j1 < 16 ? (int)(787 - j1) : 16;
      const i32x16 t11 = (((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (i32)j1) + ((i32)-2 - (i32x16){}));
      const i32x16 t12 = ((i32x16)(t11 >= ((i32)0 - (i32x16){})) & (i32x16)(t11 < ((i32)784 - (i32x16){})));
      const i32x16 t13 = (((i32)-(t4) - (i32x16){}) & t12);
      f32x16 g10 = {};
      for (int l = 0; l < m; l++) if (t13[l]) g10[l] = p0[((t8 + j1) + -786) + l];
      store_f32x16(p1 + (t9 + j1), g10, m);
    }
  }
}
#undef KERNEL
