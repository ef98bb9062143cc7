// k0_gather
// b0: read p0_labels, i32
// b1: read p1_x, f32
// b2: write p2_gather, f32
@group(0) @binding(0) var<storage, read> b0: array<i32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  if (atomicLoad(&b3[0]) != 0u) {
    return;
  }
  let point = i32((group.y * groups.x + group.x) * 64u + lane);
  if (point >= 78400) {
    return;
  }
  let i0 = point % 784;
  let rest1 = point / 784;
  let t2 = b0[rest1];
  let t3 = select((t2 + 100), t2, (t2 >= 0));
  if (!((t3 >= 0) && (t3 < 100))) {
    atomicMax(&b3[0], 4294967295u);
  }
  b2[((rest1 * 784) + i0)] = b1[(i0 + (min(max(t3, 0), 99) * 784))];
}
