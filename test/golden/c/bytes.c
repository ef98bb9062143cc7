typedef unsigned char u8;
typedef float f32;
typedef u8 u8x16 __attribute__((vector_size(16)));
typedef u8 u8x16_u __attribute__((vector_size(16), aligned(1), may_alias));
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef long long idx;
#define KERNEL k0_div_add
// k0_div_add
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const u8 *restrict p0 = b[0]; // p0_image
  f32 *restrict p1 = b[1]; // p1_div
  u8 *restrict p2 = b[2]; // p2_add
  for (idx t = begin; t < end; t++) {
    idx j0 = 0;
    for (; j0 + 16 <= 784; j0 += 16) {
      const u8x16 t1 = *(const u8x16_u *)(p0 + j0);
      const f32x16 t2 = (__builtin_convertvector(t1, f32x16) / 255.0f);
      const u8x16 t3 = (t1 + t1);
      *(f32x16_u *)(p1 + j0) = t2;
      *(u8x16_u *)(p2 + j0) = t3;
    }
  }
}
#undef KERNEL
