typedef unsigned char u8;
typedef int i32;
typedef i32 i32x4 __attribute__((vector_size(16)));
typedef i32 i32x4_u __attribute__((vector_size(16), aligned(4), may_alias));
typedef u8 u8x4 __attribute__((vector_size(4)));
typedef u8 u8x4_u __attribute__((vector_size(4), aligned(1), may_alias));
typedef long long idx;
static inline __attribute__((always_inline)) unsigned long long bits_i32x4(i32x4 m) {
#if defined(__SSE__)
  typedef float lane __attribute__((vector_size(16)));
  return (unsigned)__builtin_ia32_movmskps((lane)m);
#endif
  unsigned long long bits = 0;
  for (int l = 0; l < 4; l++) bits |= (unsigned long long)(m[l] != 0) << l;
  return bits;
}
typedef signed char i8;
typedef i8 i8x4 __attribute__((vector_size(4)));
typedef i8 i8x4_u __attribute__((vector_size(4), aligned(1), may_alias));
static inline __attribute__((always_inline)) u8x4 select_u8x4(i8x4 m, u8x4 x, u8x4 y) { return (u8x4)(((i8x4)x & m) | ((i8x4)y & ~m)); }
#define KERNEL k0_concat
// k0_concat
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const u8 *restrict p0 = b[0]; // p0_image
  u8 *restrict p1 = b[1]; // p1_concat
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    idx j1 = 0;
    const idx t4 = (i0 * 28);
    for (; j1 + 4 <= 28; j1 += 4) {
      const i32x4 t2 = (i32x4)(((i32x4){0, 1, 2, 3} + (i32)j1) < ((i32)3 - (i32x4){}));
      u8x4 g3 = {};
      if (bits_i32x4(t2) == 0xfull) g3 = *(const u8x4_u *)(p0 + ((t4 + j1) + 25));
      else if (bits_i32x4(t2) != 0) for (int l = 0; l < 4; l++) if (t2[l]) g3[l] = p0[((t4 + j1) + 25) + l];
      const i32x4 t6 = (i32x4)(((i32x4){0, 1, 2, 3} + (i32)j1) >= ((i32)3 - (i32x4){}));
      u8x4 g5 = {};
      if (bits_i32x4(t6) == 0xfull) g5 = *(const u8x4_u *)(p0 + ((t4 + j1) + -3));
      else if (bits_i32x4(t6) != 0) for (int l = 0; l < 4; l++) if (t6[l]) g5[l] = p0[((t4 + j1) + -3) + l];
      *(u8x4_u *)(p1 + (t4 + j1)) = select_u8x4(__builtin_convertvector(t2, i8x4), g3, g5);
    }
  }
}
#undef KERNEL
