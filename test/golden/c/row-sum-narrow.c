typedef float f32;
typedef f32 f32x4 __attribute__((vector_size(16)));
typedef f32 f32x4_u __attribute__((vector_size(16), aligned(4), may_alias));
typedef long long idx;
#define KERNEL k0_sum
// k0_sum
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  f32 *restrict p1 = b[1]; // p1_sum
  for (idx t = begin; t < end; t++) {
    const idx i0 = t;
    f32x4 a1 = ((f32)0.0f - (f32x4){});
    f32x4 a2 = ((f32)0.0f - (f32x4){});
    idx j3 = 0;
    const idx t4 = (i0 * 784);
    for (; j3 + 8 <= 784; j3 += 8) {
      const f32x4 t5 = *(const f32x4_u *)(p0 + (t4 + j3));
      a1 = (a1 + (t5 * t5));
      const f32x4 t6 = *(const f32x4_u *)(p0 + (t4 + (j3 + 4)));
      a2 = (a2 + (t6 * t6));
    }
    a1 = (a1 + a2);
    f32 r7 = a1[0];
    for (int l = 1; l < 4; l++) r7 = (r7 + a1[l]);
    p1[i0] = r7;
  }
}
#undef KERNEL
