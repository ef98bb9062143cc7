// k0_max_sum_add
// b0: read p0_rows, f32
// b1: write p1_add, f32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
struct Sizes { words: array<vec4<i32>, 1> }
@group(0) @binding(2) var<uniform> sizes: Sizes;

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
  if (point >= sizes.words[0].x) {
    return;
  }
  var acc0: f32 = from_bits(0xff800000u);
  let t2 = (point * 10);
  for (var j1 = 0; j1 < 10; j1++) {
    acc0 = max_f32(acc0, b0[(t2 + j1)]);
  }
  var acc3: f32 = 0.0f;
  let t5 = select(acc0, 0.0f, (abs(acc0) == from_bits(0x7f800000u)));
  for (var j4 = 0; j4 < 10; j4++) {
    let t6 = max_f32(min_f32((b0[(t2 + j4)] - t5), 89.0f), (-105.0f));
    let t7 = round((t6 * 1.4426950216293335f));
    let t8 = fma(t7, 0.00021219444170128554f, fma(t7, (-0.693359375f), t6));
    let t9 = fma(fma(0.00019841270113829523f, t8, 0.0013888889225199819f), t8, 0.008333333767950535f);
    let t10 = fma(fma(fma(t9, t8, 0.0416666679084301f), t8, 0.1666666716337204f), t8, 0.5f);
    let t11 = to_i32(t7);
    let t12 = (t11 >> 1u);
    let t13 = (((fma((t8 * t8), t10, t8) + 1.0f) * bitcast<f32>(((t12 + 127) << 23u))) * bitcast<f32>((((t11 - t12) + 127) << 23u)));
    acc3 = (acc3 + t13);
  }
  let t14 = (acc3 < 1.1754943508222875e-38f);
  let t15 = (bitcast<i32>(select(acc3, (acc3 * 16777216.0f), t14)) - 1060439283);
  let t16 = (t15 >> 23u);
  let t17 = f32(select(t16, (t16 - 24), t14));
  let t18 = (bitcast<f32>(((t15 & 8388607) + 1060439283)) - 1.0f);
  let t19 = ((t18 * t18) * 0.5f);
  let t20 = div_f32(t18, (t18 + 2.0f));
  let t21 = (t20 * t20);
  let t22 = fma(fma(0.24279078841209412f, t21, 0.2849878668785095f), t21, 0.40000972151756287f);
  let t23 = fma(t20, (t19 + (t21 * fma(t22, t21, 0.6666666269302368f))), (t17 * 0.00000905800061445916f));
  let t24 = select(select(acc3, from_bits(0x7fc00000u), (acc3 < 0.0f)), from_bits(0xff800000u), (acc3 == 0.0f));
  let t25 = select(t24, fma(t17, 0.6931381225585938f, (t18 - (t19 - t23))), ((acc3 > 0.0f) && (acc3 < from_bits(0x7f800000u))));
  b1[point] = (t25 + t5);
}

// k1_dot
// b0: read p0_rows, f32
// b1: write p1_dot, f32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
struct Sizes { words: array<vec4<i32>, 1> }
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn finish(m: i32, n: i32, product: f32) {
  if (m >= 10 || n >= 10) {
    return;
  }
  b1[((m * 10) + n)] = product;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = i32((group.y * groups.x + group.x) * 64u + lane);
  if (point >= 9) {
    return;
  }
  let i0 = point % 3;
  let rest1 = point / 3;
  var acc0 = vec4<f32>();
  var acc1 = vec4<f32>();
  var acc2 = vec4<f32>();
  var acc3 = vec4<f32>();
  let t2 = (rest1 * 4);
  let t3 = min(t2, 9);
  let t5 = min((t2 + 1), 9);
  let t6 = min((t2 + 2), 9);
  let t7 = min((t2 + 3), 9);
  let t8 = (i0 * 4);
  let t9 = min(t8, 9);
  let t10 = min((t8 + 1), 9);
  let t11 = min((t8 + 2), 9);
  let t12 = min((t8 + 3), 9);
  for (var k = 0; k < sizes.words[0].x; k++) {
    let t4 = (k * 10);
    let b = vec4<f32>(b0[(t4 + t9)], b0[(t4 + t10)], b0[(t4 + t11)], b0[(t4 + t12)]);
    acc0 += b0[(t3 + t4)] * b;
    acc1 += b0[(t5 + t4)] * b;
    acc2 += b0[(t6 + t4)] * b;
    acc3 += b0[(t7 + t4)] * b;
  }
  let m = rest1 * 4;
  let n = i0 * 4;
  finish(m + 0, n + 0, acc0.x);
  finish(m + 0, n + 1, acc0.y);
  finish(m + 0, n + 2, acc0.z);
  finish(m + 0, n + 3, acc0.w);
  finish(m + 1, n + 0, acc1.x);
  finish(m + 1, n + 1, acc1.y);
  finish(m + 1, n + 2, acc1.z);
  finish(m + 1, n + 3, acc1.w);
  finish(m + 2, n + 0, acc2.x);
  finish(m + 2, n + 1, acc2.y);
  finish(m + 2, n + 2, acc2.z);
  finish(m + 2, n + 3, acc2.w);
  finish(m + 3, n + 0, acc3.x);
  finish(m + 3, n + 1, acc3.y);
  finish(m + 3, n + 2, acc3.z);
  finish(m + 3, n + 3, acc3.w);
}
