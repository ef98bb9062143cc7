typedef float f32;
typedef int i32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef long long idx;
static inline __attribute__((always_inline)) f32x16 select_f32x16(i32x16 m, f32x16 x, f32x16 y) { return (f32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
static inline __attribute__((always_inline)) i32x16 select_i32x16(i32x16 m, i32x16 x, i32x16 y) { return (i32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
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
#define KERNEL k0_argMax
// k0_argMax
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  i32 *restrict p1 = b[1]; // p1_argMax
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    f32x16 a1 = ((f32)-__builtin_inff() - (f32x16){});
    i32x16 q2 = ((i32)0 - (i32x16){});
    f32x16 a3 = ((f32)-__builtin_inff() - (f32x16){});
    i32x16 q4 = ((i32)0 - (i32x16){});
    f32x16 a5 = ((f32)-__builtin_inff() - (f32x16){});
    i32x16 q6 = ((i32)0 - (i32x16){});
    f32x16 a7 = ((f32)-__builtin_inff() - (f32x16){});
    i32x16 q8 = ((i32)0 - (i32x16){});
    idx j9 = 0;
    const idx t10 = (i0 * 784);
    for (; j9 + 64 <= 784; j9 += 64) {
      const f32x16 v11 = *(const f32x16_u *)(p0 + (t10 + j9));
      const i32x16 v12 = ((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (i32)j9);
      const i32x16 v13 = (~(i32x16)(v11 <= a1) & (i32x16)(a1 == a1));
      a1 = select_f32x16(v13, v11, a1);
      q2 = select_i32x16(v13, v12, q2);
      const f32x16 v14 = *(const f32x16_u *)(p0 + (t10 + (j9 + 16)));
      const i32x16 v15 = ((i32x16){16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31} + (i32)j9);
      const i32x16 v16 = (~(i32x16)(v14 <= a3) & (i32x16)(a3 == a3));
      a3 = select_f32x16(v16, v14, a3);
      q4 = select_i32x16(v16, v15, q4);
      const f32x16 v17 = *(const f32x16_u *)(p0 + (t10 + (j9 + 32)));
      const i32x16 v18 = ((i32x16){32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47} + (i32)j9);
      const i32x16 v19 = (~(i32x16)(v17 <= a5) & (i32x16)(a5 == a5));
      a5 = select_f32x16(v19, v17, a5);
      q6 = select_i32x16(v19, v18, q6);
      const f32x16 v20 = *(const f32x16_u *)(p0 + (t10 + (j9 + 48)));
      const i32x16 v21 = ((i32x16){48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63} + (i32)j9);
      const i32x16 v22 = (~(i32x16)(v20 <= a7) & (i32x16)(a7 == a7));
      a7 = select_f32x16(v22, v20, a7);
      q8 = select_i32x16(v22, v21, q8);
    }
    for (; j9 < 784; j9 += 16) {
      const int m = 784 - j9 < 16 ? (int)(784 - j9) : 16;
      const f32x16 v23 = select_f32x16(((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} < (i32)m), load_f32x16(p0 + (t10 + j9), m), ((f32)-__builtin_inff() - (f32x16){}));
      const i32x16 v24 = select_i32x16(((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} < (i32)m), ((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (i32)j9), q2);
      const i32x16 v25 = (~(i32x16)(v23 <= a1) & (i32x16)(a1 == a1));
      a1 = select_f32x16(v25, v23, a1);
      q2 = select_i32x16(v25, v24, q2);
    }
    const i32x16 v28 = (((i32x16)(a3 > a1) & ~(i32x16)(a1 != a1)) | ((i32x16)(a3 != a3) & ~(i32x16)(a1 != a1)) | (((i32x16)(a3 == a1) | ((i32x16)(a3 != a3) & (i32x16)(a1 != a1))) & (i32x16)(q4 < q2)));
    a1 = select_f32x16(v28, a3, a1);
    q2 = select_i32x16(v28, q4, q2);
    const i32x16 v29 = (((i32x16)(a5 > a1) & ~(i32x16)(a1 != a1)) | ((i32x16)(a5 != a5) & ~(i32x16)(a1 != a1)) | (((i32x16)(a5 == a1) | ((i32x16)(a5 != a5) & (i32x16)(a1 != a1))) & (i32x16)(q6 < q2)));
    a1 = select_f32x16(v29, a5, a1);
    q2 = select_i32x16(v29, q6, q2);
    const i32x16 v30 = (((i32x16)(a7 > a1) & ~(i32x16)(a1 != a1)) | ((i32x16)(a7 != a7) & ~(i32x16)(a1 != a1)) | (((i32x16)(a7 == a1) | ((i32x16)(a7 != a7) & (i32x16)(a1 != a1))) & (i32x16)(q8 < q2)));
    a1 = select_f32x16(v30, a7, a1);
    q2 = select_i32x16(v30, q8, q2);
    f32 r26 = a1[0];
    idx q27 = q2[0];
    for (int l = 1; l < 16; l++)
      if ((((a1[l] > r26) & !(r26 != r26)) | ((a1[l] != a1[l]) & !(r26 != r26)) | (((a1[l] == r26) | ((a1[l] != a1[l]) & (r26 != r26))) & (q2[l] < q27)))) { r26 = a1[l]; q27 = q2[l]; }
    p1[i0] = (i32)q27;
  }
}
#undef KERNEL

#define KERNEL k1_argMin
// k1_argMin
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  i32 *restrict p1 = b[1]; // p1_argMin
  for (idx t = begin; t < end; t++) {
    idx j0 = t % 2 * 400;
    const idx stop1 = j0 + 400 < 784 ? j0 + 400 : 784;
    f32x16 strip4[25];
    i32x16 strip5[25];
    for (int v = 0; v < 25; v++) {
      f32x16 a2 = ((f32)__builtin_inff() - (f32x16){});
      i32x16 q3 = ((i32)0 - (i32x16){});
      strip4[v] = a2;
      strip5[v] = q3;
    }
    for (idx i7 = 0; i7 < 100; i7 += 8) {
      const idx stop8 = i7 + 8 < 100 ? i7 + 8 : 100;
      {
        idx j9 = j0;
        int v = 0;
        for (; j9 + 16 <= stop1; j9 += 16, v++) {
          f32x16 a10 = strip4[v];
          i32x16 a11 = strip5[v];
          for (idx i6 = i7; i6 < stop8; i6++) {
            const f32x16 v12 = *(const f32x16_u *)(p0 + ((i6 * 784) + j9));
            const i32x16 v13 = ((i32)i6 - (i32x16){});
            const i32x16 v14 = (~(i32x16)(v12 >= a10) & (i32x16)(a10 == a10));
            a10 = select_f32x16(v14, v12, a10);
            a11 = select_i32x16(v14, v13, a11);
          }
          strip4[v] = a10;
          strip5[v] = a11;
        }
      }
    }
    {
      idx j15 = j0;
      int v = 0;
      for (; j15 + 16 <= stop1; j15 += 16, v++) {
        f32x16 a16 = strip4[v];
        i32x16 a17 = strip5[v];
        *(i32x16_u *)(p1 + j15) = a17;
      }
    }
  }
}
#undef KERNEL
