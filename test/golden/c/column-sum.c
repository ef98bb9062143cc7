typedef float f32;
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef long long idx;
#define KERNEL k0_sum
// k0_sum
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const f32 *restrict p0 = b[0]; // p0_x
  f32 *restrict p1 = b[1]; // p1_sum
  for (idx t = begin; t < end; t++) {
    idx j0 = t % 2 * 400;
    const idx stop1 = j0 + 400 < 784 ? j0 + 400 : 784;
    f32x16 strip3[25];
    for (int v = 0; v < 25; v++) {
      f32x16 a2 = ((f32)0.0f - (f32x16){});
      strip3[v] = a2;
    }
    for (idx i5 = 0; i5 < 100; i5 += 8) {
      const idx stop6 = i5 + 8 < 100 ? i5 + 8 : 100;
      {
        idx j7 = j0;
        int v = 0;
        for (; j7 + 16 <= stop1; j7 += 16, v++) {
          f32x16 a8 = strip3[v];
          for (idx i4 = i5; i4 < stop6; i4++) {
            a8 = (a8 + *(const f32x16_u *)(p0 + ((i4 * 784) + j7)));
          }
          strip3[v] = a8;
        }
      }
    }
    {
      idx j9 = j0;
      int v = 0;
      for (; j9 + 16 <= stop1; j9 += 16, v++) {
        f32x16 a10 = strip3[v];
        *(f32x16_u *)(p1 + j9) = a10;
      }
    }
  }
}
#undef KERNEL
