typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef int i32;
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
static inline __attribute__((always_inline)) f32x16 min_f32x16(f32x16 x, f32x16 y) { i32x16 m = (x < y) | (x != x); return (f32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
static inline __attribute__((always_inline)) f32x16 select_f32x16(i32x16 m, f32x16 x, f32x16 y) { return (f32x16)(((i32x16)x & m) | ((i32x16)y & ~m)); }
typedef long long idx;
#define KERNEL k0_where
// k0_where
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  const f32 *restrict p1 = b[1]; // p1_y
  f32 *restrict p2 = b[2]; // p2_where
  for (idx t = begin; t < end; t++) {
    idx j0 = t % 39 * 2048;
    const idx stop1 = j0 + 2048 < 78400 ? j0 + 2048 : 78400;
    for (; j0 + 16 <= stop1; j0 += 16) {
      const f32x16 t2 = *(const f32x16_u *)(p0 + j0);
      const f32x16 t3 = *(const f32x16_u *)(p1 + j0);
      const f32x16 t4 = select_f32x16(((i32x16)(t2 > ((f32)0.0f - (f32x16){})) & (i32x16)(t3 != t3)), t2, min_f32x16(t2, t3));
      *(f32x16_u *)(p2 + j0) = t4;
    }
  }
}
#undef KERNEL
