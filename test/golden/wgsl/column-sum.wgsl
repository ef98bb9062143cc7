// k0_sum
// b0: read p0_x, f32
// b1: write p1_sum, f32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

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
  var acc0: f32 = 0.0f;
  for (var j1 = 0; j1 < 100; j1++) {
    acc0 = (acc0 + b0[((j1 * 784) + point)]);
  }
  b1[point] = acc0;
}
