typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static __attribute__((noinline)) void transpose_f32x16(const f32 *p, long long stride, int rows, int columns, f32x16 *out) {
#ifdef __has_builtin
#if __has_builtin(__builtin_shufflevector)
  if (rows == 16 && columns == 16) {
    const f32x16 a0 = *(const f32x16_u *)(p + 0 * stride), a1 = *(const f32x16_u *)(p + 1 * stride), a2 = *(const f32x16_u *)(p + 2 * stride), a3 = *(const f32x16_u *)(p + 3 * stride), a4 = *(const f32x16_u *)(p + 4 * stride), a5 = *(const f32x16_u *)(p + 5 * stride), a6 = *(const f32x16_u *)(p + 6 * stride), a7 = *(const f32x16_u *)(p + 7 * stride), a8 = *(const f32x16_u *)(p + 8 * stride), a9 = *(const f32x16_u *)(p + 9 * stride), a10 = *(const f32x16_u *)(p + 10 * stride), a11 = *(const f32x16_u *)(p + 11 * stride), a12 = *(const f32x16_u *)(p + 12 * stride), a13 = *(const f32x16_u *)(p + 13 * stride), a14 = *(const f32x16_u *)(p + 14 * stride), a15 = *(const f32x16_u *)(p + 15 * stride);
    for (int i = 16; i < 32; i++) __builtin_prefetch(p + i * stride);
    const f32x16 b0 = __builtin_shufflevector(a0, a8, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      b1 = __builtin_shufflevector(a0, a8, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      b2 = __builtin_shufflevector(a1, a9, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      b3 = __builtin_shufflevector(a1, a9, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      b4 = __builtin_shufflevector(a2, a10, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      b5 = __builtin_shufflevector(a2, a10, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      b6 = __builtin_shufflevector(a3, a11, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      b7 = __builtin_shufflevector(a3, a11, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      b8 = __builtin_shufflevector(a4, a12, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      b9 = __builtin_shufflevector(a4, a12, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      b10 = __builtin_shufflevector(a5, a13, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      b11 = __builtin_shufflevector(a5, a13, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      b12 = __builtin_shufflevector(a6, a14, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      b13 = __builtin_shufflevector(a6, a14, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      b14 = __builtin_shufflevector(a7, a15, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      b15 = __builtin_shufflevector(a7, a15, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const f32x16 c0 = __builtin_shufflevector(b0, b8, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      c1 = __builtin_shufflevector(b0, b8, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      c2 = __builtin_shufflevector(b1, b9, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      c3 = __builtin_shufflevector(b1, b9, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      c4 = __builtin_shufflevector(b2, b10, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      c5 = __builtin_shufflevector(b2, b10, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      c6 = __builtin_shufflevector(b3, b11, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      c7 = __builtin_shufflevector(b3, b11, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      c8 = __builtin_shufflevector(b4, b12, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      c9 = __builtin_shufflevector(b4, b12, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      c10 = __builtin_shufflevector(b5, b13, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      c11 = __builtin_shufflevector(b5, b13, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      c12 = __builtin_shufflevector(b6, b14, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      c13 = __builtin_shufflevector(b6, b14, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      c14 = __builtin_shufflevector(b7, b15, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      c15 = __builtin_shufflevector(b7, b15, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const f32x16 d0 = __builtin_shufflevector(c0, c8, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      d1 = __builtin_shufflevector(c0, c8, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      d2 = __builtin_shufflevector(c1, c9, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      d3 = __builtin_shufflevector(c1, c9, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      d4 = __builtin_shufflevector(c2, c10, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      d5 = __builtin_shufflevector(c2, c10, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      d6 = __builtin_shufflevector(c3, c11, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      d7 = __builtin_shufflevector(c3, c11, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      d8 = __builtin_shufflevector(c4, c12, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      d9 = __builtin_shufflevector(c4, c12, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      d10 = __builtin_shufflevector(c5, c13, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      d11 = __builtin_shufflevector(c5, c13, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      d12 = __builtin_shufflevector(c6, c14, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      d13 = __builtin_shufflevector(c6, c14, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      d14 = __builtin_shufflevector(c7, c15, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      d15 = __builtin_shufflevector(c7, c15, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const f32x16 e0 = __builtin_shufflevector(d0, d8, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      e1 = __builtin_shufflevector(d0, d8, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      e2 = __builtin_shufflevector(d1, d9, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      e3 = __builtin_shufflevector(d1, d9, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      e4 = __builtin_shufflevector(d2, d10, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      e5 = __builtin_shufflevector(d2, d10, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      e6 = __builtin_shufflevector(d3, d11, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      e7 = __builtin_shufflevector(d3, d11, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      e8 = __builtin_shufflevector(d4, d12, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      e9 = __builtin_shufflevector(d4, d12, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      e10 = __builtin_shufflevector(d5, d13, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      e11 = __builtin_shufflevector(d5, d13, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      e12 = __builtin_shufflevector(d6, d14, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      e13 = __builtin_shufflevector(d6, d14, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      e14 = __builtin_shufflevector(d7, d15, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      e15 = __builtin_shufflevector(d7, d15, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    out[0] = e0;
    out[1] = e1;
    out[2] = e2;
    out[3] = e3;
    out[4] = e4;
    out[5] = e5;
    out[6] = e6;
    out[7] = e7;
    out[8] = e8;
    out[9] = e9;
    out[10] = e10;
    out[11] = e11;
    out[12] = e12;
    out[13] = e13;
    out[14] = e14;
    out[15] = e15;
    return;
  }
#endif
#endif
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) out[c][r] = p[r * stride + c];
}
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
#define KERNEL k0_mul
// k0_mul
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  f32 *restrict p1 = b[1]; // p1_mul
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    idx j1 = 0;
    for (; j1 + 16 <= 100; j1 += 16) {
      const idx i2 = i0 * 16;
      const int rows3 = 784 - i2 < 16 ? (int)(784 - i2) : 16;
      f32x16 g6[16];
      transpose_f32x16(p0 + (i2 + (j1 * 784)), 784, 16, rows3, g6);
      for (int r4 = 0; r4 < rows3; r4++) {
        const idx i5 = i2 + r4;
        *(f32x16_u *)(p1 + ((i5 * 100) + j1)) = (2.0f * g6[r4]);
      }
    }
    for (; j1 < 100; j1 += 16) {
      const int m = 100 - j1 < 16 ? (int)(100 - j1) : 16;
      const idx i7 = i0 * 16;
      const int rows8 = 784 - i7 < 16 ? (int)(784 - i7) : 16;
      f32x16 g11[16];
      transpose_f32x16(p0 + (i7 + (j1 * 784)), 784, m, rows8, g11);
      for (int r9 = 0; r9 < rows8; r9++) {
        const idx i10 = i7 + r9;
        store_f32x16(p1 + ((i10 * 100) + j1), (2.0f * g11[r9]), m);
      }
    }
  }
}
#undef KERNEL
