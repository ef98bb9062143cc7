// k0_argMax
// b0: read p0_x, f32
// b1: write p1_argMax, i32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32>;

fn from_bits(bits: u32) -> f32 {
  var word = bits;
  return bitcast<f32>(word);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

var<workgroup> acc0_lanes: array<f32, 64>;
var<workgroup> at1_lanes: array<i32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let point = i32(group.y * groups.x + group.x);
  if (point >= 100) {
    return;
  }
  var acc0: f32 = from_bits(0xff800000u);
  var at1 = 2147483647;
  let t3 = (point * 784);
  for (var j2 = i32(lane); j2 < 784; j2 += 64) {
    if (select(is_nan(b0[(t3 + j2)]) || (b0[(t3 + j2)] > acc0) || (b0[(t3 + j2)] == acc0 && j2 < at1), is_nan(b0[(t3 + j2)]) && j2 < at1, is_nan(acc0))) {
      acc0 = b0[(t3 + j2)];
      at1 = j2;
    }
  }
  acc0_lanes[lane] = acc0;
  at1_lanes[lane] = at1;
  workgroupBarrier();
  for (var acc0_half = 32u; acc0_half > 0u; acc0_half >>= 1u) {
    if (lane < acc0_half) {
      if (select(is_nan(acc0_lanes[lane + acc0_half]) || (acc0_lanes[lane + acc0_half] > acc0) || (acc0_lanes[lane + acc0_half] == acc0 && at1_lanes[lane + acc0_half] < at1), is_nan(acc0_lanes[lane + acc0_half]) && at1_lanes[lane + acc0_half] < at1, is_nan(acc0))) {
        acc0 = acc0_lanes[lane + acc0_half];
        at1 = at1_lanes[lane + acc0_half];
      }
      acc0_lanes[lane] = acc0;
      at1_lanes[lane] = at1;
    }
    workgroupBarrier();
  }
  acc0 = acc0_lanes[0];
  at1 = at1_lanes[0];
  if (lane == 0u) {
    b1[point] = at1;
  }
}
