typedef int i32;
typedef float f32;
typedef f32 f32x8 __attribute__((vector_size(32)));
typedef f32 f32x8_u __attribute__((vector_size(32), aligned(4), may_alias));
typedef long long idx;
typedef unsigned char u8;
typedef long long i64;
static inline __attribute__((always_inline)) i64 max_i64(i64 x, i64 y) { return x > y ? x : y; }
static inline __attribute__((always_inline)) i64 min_i64(i64 x, i64 y) { return x < y ? x : y; }
typedef i32 i32x8 __attribute__((vector_size(32)));
typedef i32 i32x8_u __attribute__((vector_size(32), aligned(4), may_alias));
static inline __attribute__((always_inline)) f32x8 load_f32x8(const f32 *p, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef float __attribute__((vector_size(32))) wide;
  return (f32x8)__builtin_ia32_loadups256_mask((const void *)p, (wide){}, (1u << n) - 1);
#else
  f32x8 r = {};
  for (int l = 0; l < n; l++) r[l] = p[l];
  return r;
#endif
}
static inline __attribute__((always_inline)) void store_f32x8(f32 *p, f32x8 x, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef float __attribute__((vector_size(32))) wide;
  __builtin_ia32_storeups256_mask((void *)p, (wide)x, (1u << n) - 1);
#else
  for (int l = 0; l < n; l++) p[l] = x[l];
#endif
}
#define KERNEL k0_scatterAdd
// k0_scatterAdd
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const i32 *restrict p0 = b[0]; // p0_labels
  const f32 *restrict p1 = b[1]; // p1_x
  f32 *restrict p2 = b[2]; // p2_scatterAdd
  volatile i32 *failed = b[3];
  for (idx t = begin; t < end; t++) {
    idx j0 = t % 25 * 32;
    const idx stop1 = j0 + 32 < 784 ? j0 + 32 : 784;
    for (; j0 + 32 <= stop1; j0 += 32) {
      for (idx i2 = 0; i2 < 100; i2++) {
        *(f32x8_u *)(p2 + (j0 + (i2 * 784))) = (0.0f - (f32x8){});
        *(f32x8_u *)(p2 + ((j0 + 8) + (i2 * 784))) = (0.0f - (f32x8){});
        *(f32x8_u *)(p2 + ((j0 + 16) + (i2 * 784))) = (0.0f - (f32x8){});
        *(f32x8_u *)(p2 + ((j0 + 24) + (i2 * 784))) = (0.0f - (f32x8){});
      }
      for (idx i3 = 0; i3 < 100; i3++) {
        const idx t4 = (idx)p0[i3];
        const idx t5 = ((t4 >= 0) ? t4 : (t4 + 100));
        const u8 t6 = ((t5 >= 0) & (t5 < 100));
        if (!t6) { *failed = 1; return; }
        if (!t6) { *failed = 2; return; }
        const f32x8 t7 = (2.0f * *(const f32x8_u *)(p1 + (j0 + (min_i64(max_i64(t5, 0), 99) * 784))));
        *(f32x8_u *)(p2 + (j0 + (min_i64(max_i64(t5, 0), 99) * 784))) = *(f32x8_u *)(p2 + (j0 + (min_i64(max_i64(t5, 0), 99) * 784))) + t7;
        if (!t6) { *failed = 1; return; }
        if (!t6) { *failed = 2; return; }
        const f32x8 t8 = *(const f32x8_u *)(p1 + ((j0 + 8) + (min_i64(max_i64(t5, 0), 99) * 784)));
        *(f32x8_u *)(p2 + ((j0 + 8) + (min_i64(max_i64(t5, 0), 99) * 784))) = *(f32x8_u *)(p2 + ((j0 + 8) + (min_i64(max_i64(t5, 0), 99) * 784))) + (2.0f * t8);
        if (!t6) { *failed = 1; return; }
        if (!t6) { *failed = 2; return; }
        const f32x8 t9 = *(const f32x8_u *)(p1 + ((j0 + 16) + (min_i64(max_i64(t5, 0), 99) * 784)));
        *(f32x8_u *)(p2 + ((j0 + 16) + (min_i64(max_i64(t5, 0), 99) * 784))) = *(f32x8_u *)(p2 + ((j0 + 16) + (min_i64(max_i64(t5, 0), 99) * 784))) + (2.0f * t9);
        if (!t6) { *failed = 1; return; }
        if (!t6) { *failed = 2; return; }
        const f32x8 t10 = *(const f32x8_u *)(p1 + ((j0 + 24) + (min_i64(max_i64(t5, 0), 99) * 784)));
        *(f32x8_u *)(p2 + ((j0 + 24) + (min_i64(max_i64(t5, 0), 99) * 784))) = *(f32x8_u *)(p2 + ((j0 + 24) + (min_i64(max_i64(t5, 0), 99) * 784))) + (2.0f * t10);
      }
    }
    for (; j0 < stop1; j0 += 8) {
      const int m = stop1 - j0 < 8 ? (int)(stop1 - j0) : 8;
      for (idx i11 = 0; i11 < 100; i11++) {
        store_f32x8(p2 + (j0 + (i11 * 784)), (0.0f - (f32x8){}), m);
      }
      for (idx i12 = 0; i12 < 100; i12++) {
        const idx t13 = (idx)p0[i12];
        const idx t14 = ((t13 >= 0) ? t13 : (t13 + 100));
        const u8 t15 = ((t14 >= 0) & (t14 < 100));
        if (!t15) { *failed = 1; return; }
        if (!t15) { *failed = 2; return; }
        store_f32x8(p2 + (j0 + (min_i64(max_i64(t14, 0), 99) * 784)), load_f32x8(p2 + (j0 + (min_i64(max_i64(t14, 0), 99) * 784)), m) + (2.0f * load_f32x8(p1 + (j0 + (min_i64(max_i64(t14, 0), 99) * 784)), m)), m);
      }
    }
  }
}
#undef KERNEL
