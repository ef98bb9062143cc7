// k0_argSort
// b0: read p0_x, f32
// b1: read before, i32
// b2: write p1_argSort, i32
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<i32>;
@group(0) @binding(2) var<storage, read_write> b2: array<i32>;
struct Sizes { words: array<vec4<i32>, 1> }
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn before(a: f32, b: f32) -> bool {
  return (a < b) || (is_nan(b) && !is_nan(a));
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
  let width = sizes.words[0].x;
  let p = (point / 1) % 784;
  let start = point - p * 1;
  let own = p / width * width;
  let left = own % (2 * width) == 0;
  let other = select(own - width, min(own + width, 784), left);
  var low = other;
  var high = min(other + width, 784);
  let position = select(b1[start + p * 1], p, width == 1);
  let key = b0[start + position * 1];
  while (low < high) {
    let middle = (low + high) / 2;
    let rival = b0[start + select(b1[start + middle * 1], middle, width == 1) * 1];
    if (select(!before(key, rival), before(rival, key), left)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  let place = p + low - other - select(width, 0, left);
  b2[start + place * 1] = position;
}
