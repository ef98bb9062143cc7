// k0_scatterAdd
// b0: read p0_labels, i32
// b1: read p1_x, f32
// b2: update p2_scatterAdd, f32
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
  if (point >= 784) {
    return;
  }
  for (var j0 = 0; j0 < 100; j0++) {
    b2[(point + (j0 * 784))] = 0.0f;
  }
  for (var j1 = 0; j1 < 100; j1++) {
    let t2 = b0[j1];
    let t3 = select((t2 + 100), t2, (t2 >= 0));
    let t4 = ((t3 >= 0) && (t3 < 100));
    let t5 = (point + (min(max(t3, 0), 99) * 784));
    if (!t4) {
      atomicMax(&b3[0], 4294967295u);
    }
    if (!t4) {
      atomicMax(&b3[0], 4294967294u);
    }
    b2[t5] = (b2[t5] + (2.0f * b1[t5]));
  }
}
