// k0_tanh
// b0: read p0_x, f32
// b1: read p1_y, f32
// b2: read p2_b, f32
// b3: write p3_tanh, f32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn max_f32(a: f32, b: f32) -> f32 {
  return select(select(max(a, b), b, is_nan(b)), a, is_nan(a));
}

fn to_i32(x: f32) -> i32 {
  return select(select(i32(x), 2147483647, x >= 2147483648.0f), 0, is_nan(x));
}

fn div_f32(a: f32, b: f32) -> f32 {
  return select(a / b, (a * 0.25) / (b * 0.25), abs(b) > 8e37);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = i32((group.y * groups.x + group.x) * 64u + lane);
  if (point >= 78400) {
    return;
  }
  let i0 = point % 784;
  let rest1 = point / 784;
  let t2 = ((rest1 * 784) + i0);
  let t3 = ((b0[t2] * b1[t2]) + b2[i0]);
  let t4 = max_f32((abs(t3) * (-2.0f)), (-20.0f));
  let t5 = round((t4 * 1.4426950216293335f));
  let t6 = bitcast<f32>(((to_i32(t5) + 127) << 23u));
  let t7 = fma(t5, 0.00021219444170128554f, fma(t5, (-0.693359375f), t4));
  let t8 = fma(fma(0.00019841270113829523f, t7, 0.0013888889225199819f), t7, 0.008333333767950535f);
  let t9 = fma(fma(fma(t8, t7, 0.0416666679084301f), t7, 0.1666666716337204f), t7, 0.5f);
  let t10 = fma(t6, fma((t7 * t7), t9, t7), (t6 - 1.0f));
  let t11 = (bitcast<i32>(abs(div_f32(t10, (t10 + 2.0f)))) | (bitcast<i32>(t3) & i32(-2147483648)));
  b3[t2] = bitcast<f32>(t11);
}
