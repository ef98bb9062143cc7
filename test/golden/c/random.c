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
  const u32 t13 = (t1 ^ t4);
  const u32 t14 = (t13 ^ 466688986);
  const u32 t15 = (t14 + 1);
  const u32 t24 = (t1 + 2);
  const u32 t33 = (t4 + 3);
  const u32 t42 = (t14 + 4);
  const u32 t51 = (t1 + 5);
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
      const u32x16 t16 = ((((t11 << 6) | (t11 >> 26)) ^ t12) + t15);
      const u32x16 t17 = ((t12 + t4) + t16);
      const u32x16 t18 = (((t16 << 17) | (t16 >> 15)) ^ t17);
      const u32x16 t19 = (t17 + t18);
      const u32x16 t20 = (((t18 << 29) | (t18 >> 3)) ^ t19);
      const u32x16 t21 = (t19 + t20);
      const u32x16 t22 = (((t20 << 16) | (t20 >> 16)) ^ t21);
      const u32x16 t23 = (t21 + t22);
      const u32x16 t25 = ((((t22 << 24) | (t22 >> 8)) ^ t23) + t24);
      const u32x16 t26 = ((t23 + t14) + t25);
      const u32x16 t27 = (((t25 << 13) | (t25 >> 19)) ^ t26);
      const u32x16 t28 = (t26 + t27);
      const u32x16 t29 = (((t27 << 15) | (t27 >> 17)) ^ t28);
      const u32x16 t30 = (t28 + t29);
      const u32x16 t31 = (((t29 << 26) | (t29 >> 6)) ^ t30);
      const u32x16 t32 = (t30 + t31);
      const u32x16 t34 = ((((t31 << 6) | (t31 >> 26)) ^ t32) + t33);
      const u32x16 t35 = ((t32 + t1) + t34);
      const u32x16 t36 = (((t34 << 17) | (t34 >> 15)) ^ t35);
      const u32x16 t37 = (t35 + t36);
      const u32x16 t38 = (((t36 << 29) | (t36 >> 3)) ^ t37);
      const u32x16 t39 = (t37 + t38);
      const u32x16 t40 = (((t38 << 16) | (t38 >> 16)) ^ t39);
      const u32x16 t41 = (t39 + t40);
      const u32x16 t43 = ((((t40 << 24) | (t40 >> 8)) ^ t41) + t42);
      const u32x16 t44 = ((t41 + t4) + t43);
      const u32x16 t45 = (((t43 << 13) | (t43 >> 19)) ^ t44);
      const u32x16 t46 = (t44 + t45);
      const u32x16 t47 = (((t45 << 15) | (t45 >> 17)) ^ t46);
      const u32x16 t48 = (t46 + t47);
      const u32x16 t49 = (((t47 << 26) | (t47 >> 6)) ^ t48);
      const u32x16 t50 = (t48 + t49);
      const f32x16 t52 = __builtin_convertvector((((t50 + t14) ^ ((((t49 << 6) | (t49 >> 26)) ^ t50) + t51)) >> 9), f32x16);
      *(f32x16_u *)(p1 + j0) = (1.1920929e-7f * t52);
    }
  }
}
#undef KERNEL
