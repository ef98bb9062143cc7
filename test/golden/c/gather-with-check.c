typedef int i32;
typedef float f32;
typedef unsigned char u8;
typedef long long idx;
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
    const i32 t2 = p0[i0];
    const u8 t3 = (t2 < 0);
    const i32 t4 = (t2 + 100);
    const i32 t5 = (t3 ? t4 : t2);
    const idx t6 = (idx)t5;
    const u8 t7 = (t6 >= 0);
    const idx t8 = (t6 + 100);
    const idx t9 = (t7 ? t6 : t8);
    const u8 t10 = (t9 >= 0);
    const u8 t11 = (t9 < 100);
    const u8 t12 = (t10 & t11);
    const idx t13 = max_i64(t9, 0);
    const idx t14 = min_i64(t13, 99);
    const idx t15 = (t14 * 784);
    const idx t16 = (i0 * 784);
    for (; j1 + 8 <= 784; j1 += 8) {
      if (!t12) { *failed = 1; return; }
      *(f32x8_u *)(p2 + (t16 + j1)) = *(const f32x8_u *)(p1 + (j1 + t15));
    }
  }
}
#undef KERNEL
