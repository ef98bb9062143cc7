// k0_pad
// b0: read p0_x, f32
// b1: write p1_pad, f32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = i32((group.y * groups.x + group.x) * 64u + lane);
  if (point >= 80752) {
    return;
  }
  let i0 = point % 103;
  let rest1 = point / 103;
  let t2 = (i0 + (-2));
  let t3 = select(0.0f, b0[(((rest1 * (-1)) + (i0 * 784)) + (-785))], ((t2 >= 0) && (t2 < 100)));
  b1[((rest1 * 103) + i0)] = t3;
}
