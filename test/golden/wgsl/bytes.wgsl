// k0_div_add
// b0: read p0_image, u8
// b1: write p1_div, f32
// b2: write p2_add, u8
@group(0) @binding(0) var<storage, read> b0: array<u32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<u32>;

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
  if (point >= 784) {
    return;
  }
  let t0 = b0[point];
  b1[point] = div_f32(f32(t0), 255.0f);
  b2[point] = ((t0 + t0) & 0xffu);
}
