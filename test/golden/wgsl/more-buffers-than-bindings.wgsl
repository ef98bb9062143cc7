// k0_add
// b0: read p0_x0, f32
// b1: read p1_x1, f32
// b2: read p2_x2, f32
// b3: read p3_x3, f32
// b4: read p4_x4, f32
// b5: read p5_x5, f32
// b7: read p6_x6, f32
// b7, in part: read p7_x7, f32
// b7, in part: read p8_x8, f32
// b7, in part: read p9_x9, f32
// b7, in part: read p10_x10, f32
// b7, in part: read p11_x11, f32
// b6: write p12_add, f32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
@group(0) @binding(3) var<storage, read> b3: array<f32>;
@group(0) @binding(4) var<storage, read> b4: array<f32>;
@group(0) @binding(5) var<storage, read> b5: array<f32>;
@group(0) @binding(6) var<storage, read_write> b6: array<f32>;
@group(0) @binding(7) var<storage, read> b7: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = i32((group.y * groups.x + group.x) * 64u + lane);
  if (point >= 8) {
    return;
  }
  let t0 = (((((b0[point] + b1[point]) + b2[point]) + b3[point]) + b4[point]) + b5[point]);
  let t1 = (((((t0 + b7[point]) + b7[8 + point]) + b7[16 + point]) + b7[24 + point]) + b7[32 + point]);
  b6[point] = (t1 + b7[40 + point]);
}
