// k0_max_exp_sum_div
// b0: read p0_x, f32
// b1: write p1_div, f32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

fn from_bits(bits: u32) -> f32 {
  var word = bits;
  return bitcast<f32>(word);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn min_f32(a: f32, b: f32) -> f32 {
  return select(select(min(a, b), b, is_nan(b)), a, is_nan(a));
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
  if (point >= 100) {
    return;
  }
  var acc0: f32 = from_bits(0xff800000u);
  let t2 = (point * 784);
  for (var j1 = 0; j1 < 784; j1++) {
    acc0 = max_f32(acc0, b0[(t2 + j1)]);
  }
  var acc3: f32 = 0.0f;
  for (var j4 = 0; j4 < 784; j4++) {
    let t5 = max_f32(min_f32((b0[(t2 + j4)] - acc0), 89.0f), (-105.0f));
    let t6 = round((t5 * 1.4426950216293335f));
    let t7 = fma(t6, 0.00021219444170128554f, fma(t6, (-0.693359375f), t5));
    let t8 = fma(fma(0.00019841270113829523f, t7, 0.0013888889225199819f), t7, 0.008333333767950535f);
    let t9 = fma(fma(fma(t8, t7, 0.0416666679084301f), t7, 0.1666666716337204f), t7, 0.5f);
    let t10 = to_i32(t6);
    let t11 = (t10 >> 1u);
    let t12 = (((fma((t7 * t7), t9, t7) + 1.0f) * bitcast<f32>(((t11 + 127) << 23u))) * bitcast<f32>((((t10 - t11) + 127) << 23u)));
    acc3 = (acc3 + t12);
  }
  for (var j13 = 0; j13 < 784; j13++) {
    let t14 = (t2 + j13);
    let t15 = max_f32(min_f32((b0[t14] - acc0), 89.0f), (-105.0f));
    let t16 = round((t15 * 1.4426950216293335f));
    let t17 = fma(t16, 0.00021219444170128554f, fma(t16, (-0.693359375f), t15));
    let t18 = fma(fma(0.00019841270113829523f, t17, 0.0013888889225199819f), t17, 0.008333333767950535f);
    let t19 = fma(fma(fma(t18, t17, 0.0416666679084301f), t17, 0.1666666716337204f), t17, 0.5f);
    let t20 = to_i32(t16);
    let t21 = (t20 >> 1u);
    let t22 = ((fma((t17 * t17), t19, t17) + 1.0f) * bitcast<f32>(((t21 + 127) << 23u)));
    b1[t14] = div_f32((t22 * bitcast<f32>((((t20 - t21) + 127) << 23u))), acc3);
  }
}
