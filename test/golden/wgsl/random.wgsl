// k0_mul
// b0: read p0_constant, u32
// b1: write p1_mul, f32
@group(0) @binding(0) var<storage, read> b0: array<u32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = i32((group.y * groups.x + group.x) * 64u + lane);
  if (point >= 64) {
    return;
  }
  let t0 = b0[0];
  let t1 = b0[1];
  let t2 = (u32(point) + t1);
  let t3 = ((0u + t0) + t2);
  let t4 = (((t2 << 13u) | (t2 >> 19u)) ^ t3);
  let t5 = (t3 + t4);
  let t6 = (((t4 << 15u) | (t4 >> 17u)) ^ t5);
  let t7 = (t5 + t6);
  let t8 = (((t6 << 26u) | (t6 >> 6u)) ^ t7);
  let t9 = (t7 + t8);
  let t10 = ((t0 ^ t1) ^ 466688986u);
  let t11 = ((((t8 << 6u) | (t8 >> 26u)) ^ t9) + (t10 + 1u));
  let t12 = ((t9 + t1) + t11);
  let t13 = (((t11 << 17u) | (t11 >> 15u)) ^ t12);
  let t14 = (t12 + t13);
  let t15 = (((t13 << 29u) | (t13 >> 3u)) ^ t14);
  let t16 = (t14 + t15);
  let t17 = (((t15 << 16u) | (t15 >> 16u)) ^ t16);
  let t18 = (t16 + t17);
  let t19 = ((((t17 << 24u) | (t17 >> 8u)) ^ t18) + (t0 + 2u));
  let t20 = ((t18 + t10) + t19);
  let t21 = (((t19 << 13u) | (t19 >> 19u)) ^ t20);
  let t22 = (t20 + t21);
  let t23 = (((t21 << 15u) | (t21 >> 17u)) ^ t22);
  let t24 = (t22 + t23);
  let t25 = (((t23 << 26u) | (t23 >> 6u)) ^ t24);
  let t26 = (t24 + t25);
  let t27 = ((((t25 << 6u) | (t25 >> 26u)) ^ t26) + (t1 + 3u));
  let t28 = ((t26 + t0) + t27);
  let t29 = (((t27 << 17u) | (t27 >> 15u)) ^ t28);
  let t30 = (t28 + t29);
  let t31 = (((t29 << 29u) | (t29 >> 3u)) ^ t30);
  let t32 = (t30 + t31);
  let t33 = (((t31 << 16u) | (t31 >> 16u)) ^ t32);
  let t34 = (t32 + t33);
  let t35 = ((((t33 << 24u) | (t33 >> 8u)) ^ t34) + (t10 + 4u));
  let t36 = ((t34 + t1) + t35);
  let t37 = (((t35 << 13u) | (t35 >> 19u)) ^ t36);
  let t38 = (t36 + t37);
  let t39 = (((t37 << 15u) | (t37 >> 17u)) ^ t38);
  let t40 = (t38 + t39);
  let t41 = (((t39 << 26u) | (t39 >> 6u)) ^ t40);
  let t42 = (t40 + t41);
  let t43 = (((t42 + t10) ^ ((((t41 << 6u) | (t41 >> 26u)) ^ t42) + (t0 + 5u))) >> 9u);
  b1[point] = (1.1920928955078125e-7f * f32(t43));
}
