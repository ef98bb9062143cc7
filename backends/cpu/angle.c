/*
 * Angles too large to be reduced by subtracting multiples of pi/2: x = j * pi/2 + r, found from a
 * window of the binary digits of 2/pi (Payne and Hanek, 1983). Kernels that have a sine get these
 * routines by pointer; they call them for vectors with such an angle in a lane, which are rare.
 */
#include <stdint.h>
#include <string.h>

/* 2/pi behind the point, after a word of zeros. */
static const uint64_t two_over_pi[] = {
    0,
    0xa2f9836e4e441529ull, 0xfc2757d1f534ddc0ull, 0xdb6295993c439041ull, 0xfe5163abdebbc561ull,
    0xb7246e3a424dd2e0ull, 0x06492eea09d1921cull, 0xfe1deb1cb129a73eull, 0xe88235f52ebb4484ull,
    0xe99c7026b45f7e41ull, 0x3991d639835339f4ull, 0x9c845f8bbdf9283bull, 0x1ff897ffde05980full,
    0xef2f118b5a0a6d1full, 0x6d367ecf27cb09b7ull, 0x4f463f669e5fea2dull, 0x7527bac7ebe5f17bull,
    0x3d0739f78a5292eaull, 0x6bfb5fb11f8d5d08ull};

/* r and, modulo 4, j for a finite x of at least 1. */
static double reduce(double x, int *j) {
  uint64_t bits, w[3];
  memcpy(&bits, &x, 8);
  /* x = m * 2^e with the first digit of m in the first place; the digits of 2/pi before the one
   * worth 2^(1 - e) make multiples of 4. */
  uint64_t m = bits << 11 | 1ull << 63;
  unsigned skip = (unsigned)(bits >> 52 & 2047) - 1086 - 2 + 64;
  for (int i = 0; i < 3; i++) {
    const uint64_t *at = two_over_pi + skip / 64 + i;
    w[i] = (uint64_t)(((unsigned __int128)at[0] << 64 | at[1]) << skip % 64 >> 64);
  }
  /* |x| * 2/pi modulo 4: two digits before the point and 126 behind it. */
  unsigned __int128 p = ((unsigned __int128)(m * w[0]) << 64) + (unsigned __int128)m * w[1] +
                        ((unsigned __int128)m * w[2] >> 64);
  int quadrant = (int)(p >> 126) + (int)(p >> 125 & 1);
  p <<= 2; /* what is left of a quadrant, signed */
  int negative = (int)(p >> 127);
  if (negative) p = -p;
  int zeros = p >> 64 ? __builtin_clzll(p >> 64) : 64 + __builtin_clzll((uint64_t)p | 1);
  uint64_t first = (uint64_t)(p << zeros >> 64);
  /* Times pi, which is the constant times 2^-62, and rounded once. */
  uint64_t angle = (uint64_t)((unsigned __int128)first * 0xc90fdaa22168c234ull >> 64);
  uint64_t scale = (uint64_t)(1023 - 63 - zeros) << 52;
  double r;
  memcpy(&r, &scale, 8);
  r *= (double)angle;
  *j = x < 0 ? -quadrant : quadrant;
  return negative != (x < 0) ? -r : r;
}

/* Leaves j and r alone where |x| is at most `limit`, infinite or NaN. */
#define REDUCE(NAME, T, INT)                                                                      \
  static void NAME(const T *x, INT *j, T *r, int count, T limit) {                                \
    for (int l = 0; l < count; l++) {                                                             \
      if ((x[l] <= limit && x[l] >= -limit) || x[l] - x[l] != 0) continue;                        \
      int quadrant;                                                                               \
      r[l] = (T)reduce(x[l], &quadrant);                                                          \
      j[l] = quadrant;                                                                            \
    }                                                                                             \
  }

REDUCE(reduce_f32, float, int32_t)
REDUCE(reduce_f64, double, int64_t)
