typedef int i32;
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static inline __attribute__((always_inline)) i32 floorDiv_i32(i32 x, i32 y) { if (y == 0) return 0; if (y == -1) return -x; i32 q = x / y; return q - (x % y != 0 && (x < 0) != (y < 0)); }
static inline __attribute__((always_inline)) i32x16 floorDiv_i32x16(i32x16 x, i32x16 y) { i32x16 r; for (int l = 0; l < 16; l++) r[l] = floorDiv_i32(x[l], y[l]); return r; }
static inline __attribute__((always_inline)) i32 mod_i32(i32 x, i32 y) { if (y == 0 || y == -1) return 0; i32 r = x % y; return r != 0 && (r < 0) != (y < 0) ? r + y : r; }
static inline __attribute__((always_inline)) i32x16 mod_i32x16(i32x16 x, i32x16 y) { i32x16 r; for (int l = 0; l < 16; l++) r[l] = mod_i32(x[l], y[l]); return r; }
static inline __attribute__((always_inline)) i32x16 load_i32x16(const i32 *p, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef float __attribute__((vector_size(64))) wide;
  return (i32x16)__builtin_ia32_loadups512_mask((const void *)p, (wide){}, (1u << n) - 1);
#else
  i32x16 r = {};
  for (int l = 0; l < n; l++) r[l] = p[l];
  return r;
#endif
}
static inline __attribute__((always_inline)) void store_i32x16(i32 *p, i32x16 x, int n) {
#if defined(__AVX512VL__) && defined(__AVX512F__)
  typedef float __attribute__((vector_size(64))) wide;
  __builtin_ia32_storeups512_mask((void *)p, (wide)x, (1u << n) - 1);
#else
  for (int l = 0; l < n; l++) p[l] = x[l];
#endif
}
typedef long long idx;
#define KERNEL k0_floorDiv_mod_shiftLeft
// k0_floorDiv_mod_shiftLeft
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const i32 *restrict p0 = b[0]; // p0_labels
  i32 *restrict p1 = b[1]; // p1_floorDiv
  i32 *restrict p2 = b[2]; // p2_mod
  i32 *restrict p3 = b[3]; // p3_shiftLeft
  for (idx t = begin; t < end; t++) {
    idx j0 = 0;
    for (; j0 + 16 <= 100; j0 += 16) {
      const i32x16 t1 = *(const i32x16_u *)(p0 + j0);
      const i32x16 t2 = floorDiv_i32x16(t1, ((i32)3 - (i32x16){}));
      const i32x16 t3 = mod_i32x16(t1, t1);
      const i32x16 t4 = (t1 << 4);
      *(i32x16_u *)(p1 + j0) = t2;
      *(i32x16_u *)(p2 + j0) = t3;
      *(i32x16_u *)(p3 + j0) = t4;
    }
    for (; j0 < 100; j0 += 16) {
      const int m = 100 - j0 < 16 ? (int)(100 - j0) : 16;
      const i32x16 t5 = load_i32x16(p0 + j0, m);
      const i32x16 t6 = floorDiv_i32x16(t5, ((i32)3 - (i32x16){}));
      const i32x16 t7 = mod_i32x16(t5, t5);
      const i32x16 t8 = (t5 << 4);
      store_i32x16(p1 + j0, t6, m);
      store_i32x16(p2 + j0, t7, m);
      store_i32x16(p3 + j0, t8, m);
    }
  }
}
#undef KERNEL
