/** The functions that stand in for what WGSL does not define as the kernel IR wants it. */
import { farAngle } from "../math/angle.js";

/** The bits of the f32 from which on angles are far. */
const bitsOfFar = (Math.log2(farAngle.f32) + 127) << 23;

/** The prelude: functions by name, each with those it calls. */
const functions: Record<string, { readonly calls?: readonly string[]; readonly text: string }> = {
  from_bits: {
    // A variable, so that the value is no constant: WGSL has no constant NaN or infinity.
    text: `fn from_bits(bits: u32) -> f32 {
  var word = bits;
  return bitcast<f32>(word);
}`,
  },
  is_nan: {
    text: `fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}`,
  },
  min_f32: {
    calls: ["is_nan"],
    text: `fn min_f32(a: f32, b: f32) -> f32 {
  return select(select(min(a, b), b, is_nan(b)), a, is_nan(a));
}`,
  },
  max_f32: {
    calls: ["is_nan"],
    text: `fn max_f32(a: f32, b: f32) -> f32 {
  return select(select(max(a, b), b, is_nan(b)), a, is_nan(a));
}`,
  },
  to_i32: {
    calls: ["is_nan"],
    // WGSL clamps to the largest f32 below the end of the type, and leaves NaN open.
    text: `fn to_i32(x: f32) -> i32 {
  return select(select(i32(x), 2147483647, x >= 2147483648.0f), 0, is_nan(x));
}`,
  },
  to_u32: {
    calls: ["is_nan"],
    text: `fn to_u32(x: f32) -> u32 {
  return select(select(u32(x), 4294967295u, x >= 4294967296.0f), 0u, is_nan(x));
}`,
  },
  rest_f32: {
    // a − q·b. The products of 12-bit halves are exact; fma need not be fused and often is not.
    text: `fn rest_f32(a: f32, b: f32, q: f32) -> f32 {
  let q_high = bitcast<f32>(bitcast<u32>(q) & 0xfffff000u);
  let b_high = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
  let q_low = q - q_high;
  let b_low = b - b_high;
  return (((a - q_high * b_high) - q_high * b_low) - q_low * b_high) - q_low * b_low;
}`,
  },
  div_f32: {
    calls: [],
    // WGSL's division is only right for divisors up to 2^126: an H100 gives 3e38 / 3e38 = 0.
    text: `fn div_f32(a: f32, b: f32) -> f32 {
  return select(a / b, (a * 0.25) / (b * 0.25), abs(b) > 8e37);
}`,
  },
  floor_div_f32: {
    calls: ["rest_f32"],
    // The quotient may have been rounded up to an integer, which the rest shows, or to 0.
    text: `fn floor_div_f32(a: f32, b: f32) -> f32 {
  let q = floor(a / b);
  let rest = rest_f32(a, b, q);
  let floored = select(q, q - 1.0f, (rest < 0.0f && b > 0.0f) || (rest > 0.0f && b < 0.0f));
  return select(floored, -1.0f, q == 0.0f && ((a < 0.0f && b > 0.0f) || (a > 0.0f && b < 0.0f)));
}`,
  },
  mod_f32: {
    calls: ["rest_f32", "from_bits"],
    // Where b is 0, q·b is folded to 0 although q is infinite: NaN has to be said.
    text: `fn mod_f32(a: f32, b: f32) -> f32 {
  let q = floor(a / b);
  let rest = select(rest_f32(a, b, q), a, q == 0.0f);
  let signed = select(rest, rest + b, (rest < 0.0f && b > 0.0f) || (rest > 0.0f && b < 0.0f));
  return select(signed, from_bits(0x7fc00000u), b == 0.0f);
}`,
  },
  floor_div_i32: {
    text: `fn floor_div_i32(a: i32, b: i32) -> i32 {
  let divisor = select(b, 1, b == 0);
  let q = a / divisor;
  let floored = select(q, q - 1, q * divisor != a && (a < 0) != (divisor < 0));
  return select(floored, 0, b == 0);
}`,
  },
  floor_div_u32: {
    text: `fn floor_div_u32(a: u32, b: u32) -> u32 {
  return select(a / max(b, 1u), 0u, b == 0u);
}`,
  },
  mod_i32: {
    calls: ["floor_div_i32"],
    text: `fn mod_i32(a: i32, b: i32) -> i32 {
  return select(a - floor_div_i32(a, b) * b, 0, b == 0);
}`,
  },
  mod_u32: {
    text: `fn mod_u32(a: u32, b: u32) -> u32 {
  return select(a % max(b, 1u), 0u, b == 0u);
}`,
  },
  shift_left_u32: {
    text: `fn shift_left_u32(a: u32, b: u32) -> u32 {
  return select(a << (b & 31u), 0u, b > 31u);
}`,
  },
  shift_right_u32: {
    text: `fn shift_right_u32(a: u32, b: u32) -> u32 {
  return select(a >> (b & 31u), 0u, b > 31u);
}`,
  },
  shift_left_i32: {
    text: `fn shift_left_i32(a: i32, b: i32) -> i32 {
  return select(a << (u32(b) & 31u), 0, u32(b) > 31u);
}`,
  },
  shift_right_i32: {
    text: `fn shift_right_i32(a: i32, b: i32) -> i32 {
  return a >> min(u32(b), 31u);
}`,
  },
  mul_high: {
    text: `fn mul_high(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let left = (a >> 16u) * (b & 0xffffu);
  let right = (a & 0xffffu) * (b >> 16u);
  let middle = (low >> 16u) + (left & 0xffffu) + (right & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u) + (middle >> 16u);
}`,
  },
  is_far: {
    text: `fn is_far(x: f32) -> bool {
  let bits = bitcast<u32>(x) & 0x7fffffffu;
  return bits > ${bitsOfFar}u && bits < 0x7f800000u;
}`,
  },
  far_digits: {
    calls: ["mul_high"],
    // |x| · 2/π modulo 4: two binary digits before the point, 62 behind. See cpu/angle.c.
    text: `fn far_digits(x: f32) -> vec2<u32> {
  var digits = array<u32, 7>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u,
    0xf534ddc0u, 0xdb629599u, 0x3c439041u);
  let raw = bitcast<u32>(x);
  let skip = ((raw >> 23u) & 255u) - 128u;
  let m = (raw << 8u) | 0x80000000u;
  var w: array<u32, 3>;
  for (var i = 0u; i < 3u; i++) {
    let at = (skip >> 5u) + i;
    let shift = skip & 31u;
    w[i] = (digits[at] << shift) | select(0u, digits[at + 1u] >> ((32u - shift) & 31u), shift > 0u);
  }
  let low = m * w[1] + mul_high(m, w[2]);
  let carry = select(0u, 1u, low < m * w[1]);
  return vec2<u32>(m * w[0] + mul_high(m, w[1]) + carry, low);
}`,
  },
  far_quadrant: {
    calls: ["is_far", "far_digits"],
    text: `fn far_quadrant(x: f32, near: i32) -> i32 {
  if (!is_far(x)) { return near; }
  let p = far_digits(x);
  let j = i32((p.x >> 30u) + ((p.x >> 29u) & 1u));
  return select(j, -j, x < 0.0f);
}`,
  },
  far_rest: {
    calls: ["is_far", "far_digits"],
    text: `fn far_rest(x: f32, near: f32) -> f32 {
  if (!is_far(x)) { return near; }
  let p = far_digits(x);
  var high = (p.x << 2u) | (p.y >> 30u);
  var low = p.y << 2u;
  let negative = high > 0x7fffffffu;
  if (negative) {
    high = ~high + select(0u, 1u, low == 0u);
    low = 0u - low;
  }
  var zeros = countLeadingZeros(high);
  if (high == 0u) {
    zeros = 32u + countLeadingZeros(low);
    high = low;
    low = 0u;
  }
  let shift = zeros & 31u;
  let first = (high << shift) | select(0u, low >> ((32u - shift) & 31u), shift > 0u);
  let rest = f32(first) * ${Math.fround(Math.PI / 2)}f * bitcast<f32>((95u - zeros) << 23u);
  return select(rest, -rest, negative != (x < 0.0f));
}`,
  },
};

/** The prelude functions that a text uses, each after those it calls. */
export function preludeFor(body: string): string {
  const order = new Set<string>();
  const add = (name: string): void => {
    if (order.has(name)) return;
    for (const called of functions[name]!.calls ?? []) add(called);
    order.add(name);
  };
  for (const name of Object.keys(functions)) if (body.includes(`${name}(`)) add(name);
  return [...order].map((name) => `${functions[name]!.text}\n`).join("\n");
}
