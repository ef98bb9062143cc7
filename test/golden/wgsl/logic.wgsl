// k0_where
// b0: read p0_x, f32
// b1: read p1_y, f32
// b2: write p2_where, f32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

fn from_bits(bits: u32) -> f32 {
  var word = bits;
  return bitcast<f32>(word);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
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
  let t0 = b0[point];
  let t1 = b1[point];
  b2[point] = select(from_bits(0x7f800000u), t0, ((t0 > 0.0f) && is_nan(t1)));
}
