// k0_floorDiv_mod_shiftLeft
// b0: read p0_labels, i32
// b1: write p1_floorDiv, i32
// b2: write p2_mod, i32
// b3: write p3_shiftLeft, i32
@group(0) @binding(0) var<storage, read> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32>;
@group(0) @binding(2) var<storage, read_write> b2: array<i32>;
@group(0) @binding(3) var<storage, read_write> b3: array<i32>;

fn floor_div_i32(a: i32, b: i32) -> i32 {
  let divisor = select(b, 1, b == 0);
  let q = a / divisor;
  let floored = select(q, q - 1, q * divisor != a && (a < 0) != (divisor < 0));
  return select(floored, 0, b == 0);
}

fn mod_i32(a: i32, b: i32) -> i32 {
  return select(a - floor_div_i32(a, b) * b, 0, b == 0);
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
  let t0 = b0[point];
  b1[point] = floor_div_i32(t0, 3);
  b2[point] = mod_i32(t0, t0);
  b3[point] = (t0 << 4u);
}
