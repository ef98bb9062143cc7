typedef int i32;
typedef float f32;
typedef long long idx;
typedef unsigned char u8;
typedef f32 f32x8 __attribute__((vector_size(32)));
typedef f32 f32x8_u __attribute__((vector_size(32), aligned(4), may_alias));
typedef long long i64;
static inline __attribute__((always_inline)) i64 max_i64(i64 x, i64 y) { return x > y ? x : y; }
static inline __attribute__((always_inline)) i64 min_i64(i64 x, i64 y) { return x < y ? x : y; }
#define KERNEL k0_gather
// k0_gather
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const i32 *restrict p0 = b[0]; // p0_labels
  const f32 *restrict p1 = b[1]; // p1_x
  f32 *restrict p2 = b[2]; // p2_gather
  volatile i32 *failed = b[3];
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    idx j1 = 0;
    const idx t2 = (idx)p0[i0];
    const idx t3 = ((t2 >= 0) ? t2 : (t2 + 100));
    const u8 t4 = ((t3 >= 0) & (t3 < 100));
    const idx t5 = (min_i64(max_i64(t3, 0), 99) * 784);
    const idx t6 = (i0 * 784);
    for (; j1 + 8 <= 784; j1 += 8) {
      if (!t4) { *failed = 1; return; }
      *(f32x8_u *)(p2 + (t6 + j1)) = *(const f32x8_u *)(p1 + (j1 + t5));
    }
  }
}
#undef KERNEL
