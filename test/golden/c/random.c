typedef unsigned int u32;
typedef float f32;
typedef int i32;
typedef i32 i32x16 __attribute__((vector_size(64)));
typedef i32 i32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef u32 u32x16 __attribute__((vector_size(64)));
typedef u32 u32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef f32 f32x16 __attribute__((vector_size(64)));
typedef f32 f32x16_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef long long idx;
#define KERNEL k0_mul
// k0_mul
__attribute__((visibility("default")))
void KERNEL(void *const *b, const idx *n, idx begin, idx end) {
  const u32 *restrict p0 = b[0]; // p0_constant
  f32 *restrict p1 = b[1]; // p1_mul
  const u32 t1 = p0[0];
  const u32 t2 = (0 + t1);
  const u32 t4 = p0[1];
  const u32 t13 = ((t1 ^ t4) ^ 466688986);
  const u32 t14 = (t13 + 1);
  const u32 t23 = (t1 + 2);
  const u32 t32 = (t4 + 3);
  const u32 t41 = (t13 + 4);
  const u32 t50 = (t1 + 5);
  for (idx t = begin; t < end; t++) {
    idx j0 = 0;
    for (; j0 + 16 <= 64; j0 += 16) {
      const u32x16 t3 = __builtin_convertvector(((i32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (i32)j0), u32x16);
      const u32x16 t5 = (t3 + t4);
      const u32x16 t6 = (t2 + t5);
      const u32x16 t7 = (((t5 << 13) | (t5 >> 19)) ^ t6);
      const u32x16 t8 = (t6 + t7);
      const u32x16 t9 = (((t7 << 15) | (t7 >> 17)) ^ t8);
      const u32x16 t10 = (t8 + t9);
      const u32x16 t11 = (((t9 << 26) | (t9 >> 6)) ^ t10);
      const u32x16 t12 = (t10 + t11);
      const u32x16 t15 = ((((t11 << 6) | (t11 >> 26)) ^ t12) + t14);
      const u32x16 t16 = ((t12 + t4) + t15);
      const u32x16 t17 = (((t15 << 17) | (t15 >> 15)) ^ t16);
      const u32x16 t18 = (t16 + t17);
      const u32x16 t19 = (((t17 << 29) | (t17 >> 3)) ^ t18);
      const u32x16 t20 = (t18 + t19);
      const u32x16 t21 = (((t19 << 16) | (t19 >> 16)) ^ t20);
      const u32x16 t22 = (t20 + t21);
      const u32x16 t24 = ((((t21 << 24) | (t21 >> 8)) ^ t22) + t23);
      const u32x16 t25 = ((t22 + t13) + t24);
      const u32x16 t26 = (((t24 << 13) | (t24 >> 19)) ^ t25);
      const u32x16 t27 = (t25 + t26);
      const u32x16 t28 = (((t26 << 15) | (t26 >> 17)) ^ t27);
      const u32x16 t29 = (t27 + t28);
      const u32x16 t30 = (((t28 << 26) | (t28 >> 6)) ^ t29);
      const u32x16 t31 = (t29 + t30);
      const u32x16 t33 = ((((t30 << 6) | (t30 >> 26)) ^ t31) + t32);
      const u32x16 t34 = ((t31 + t1) + t33);
      const u32x16 t35 = (((t33 << 17) | (t33 >> 15)) ^ t34);
      const u32x16 t36 = (t34 + t35);
      const u32x16 t37 = (((t35 << 29) | (t35 >> 3)) ^ t36);
      const u32x16 t38 = (t36 + t37);
      const u32x16 t39 = (((t37 << 16) | (t37 >> 16)) ^ t38);
      const u32x16 t40 = (t38 + t39);
      const u32x16 t42 = ((((t39 << 24) | (t39 >> 8)) ^ t40) + t41);
      const u32x16 t43 = ((t40 + t4) + t42);
      const u32x16 t44 = (((t42 << 13) | (t42 >> 19)) ^ t43);
      const u32x16 t45 = (t43 + t44);
      const u32x16 t46 = (((t44 << 15) | (t44 >> 17)) ^ t45);
      const u32x16 t47 = (t45 + t46);
      const u32x16 t48 = (((t46 << 26) | (t46 >> 6)) ^ t47);
      const u32x16 t49 = (t47 + t48);
      const f32x16 t51 = __builtin_convertvector((((t49 + t13) ^ ((((t48 << 6) | (t48 >> 26)) ^ t49) + t50)) >> 9), f32x16);
      *(f32x16_u *)(p1 + j0) = (1.1920929e-7f * t51);
    }
  }
}
#undef KERNEL
