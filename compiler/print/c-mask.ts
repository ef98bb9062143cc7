/** Masks of vectors in C, as bits: the question whether all lanes, or any, are meant. */

import { type Prelude, signedOfBytes } from "./c-prelude.js";

/** Defines the function from a mask of such lanes to an integer with one bit for each; its name. */
export function maskBits(prelude: Prelude, bytes: number, lanes: number): string {
  const mask = prelude.vector(signedOfBytes(bytes), lanes);
  const builtin = builtins[bytes]?.[8 * bytes * lanes];
  return prelude.define(`bits_${mask}`, () =>
    [
      `static inline __attribute__((always_inline)) unsigned long long bits_${mask}(${mask} m) {`,
      ...(builtin
        ? [
            `#if defined(${builtin.test})`,
            `  typedef ${builtin.lane} lane __attribute__((vector_size(${bytes * lanes})));`,
            `  return (${unsigned[builtin.result]})__builtin_ia32_${builtin.name}((lane)m);`,
            "#endif",
          ]
        : []),
      "  unsigned long long bits = 0;",
      `  for (int l = 0; l < ${lanes}; l++) bits |= (unsigned long long)(m[l] != 0) << l;`,
      "  return bits;",
      "}",
    ].join("\n"),
  );
}

/** The bits of a mask that is set in all lanes. */
export const allLanes = (lanes: number): string =>
  lanes === 64 ? "~0ull" : `0x${(2n ** BigInt(lanes) - 1n).toString(16)}ull`;

interface Builtin {
  readonly test: string;
  readonly name: string;
  readonly lane: string;
  /** Bits in what it returns, which may be signed. */
  readonly result: keyof typeof unsigned;
}

const unsigned = {
  8: "unsigned char",
  16: "unsigned short",
  32: "unsigned",
  64: "unsigned long long",
};

const builtin = (test: string, name: string, lane: string, result: Builtin["result"]): Builtin => ({
  test,
  name,
  lane,
  result,
});

/** By the bytes of a lane and the bits of a vector. */
const builtins: { readonly [bytes: number]: { readonly [width: number]: Builtin } | undefined } = {
  1: {
    128: builtin("__SSE2__", "pmovmskb128", "char", 32),
    256: builtin("__AVX2__", "pmovmskb256", "char", 32),
    512: builtin("__AVX512BW__", "cvtb2mask512", "char", 64),
  },
  2: { 512: builtin("__AVX512BW__", "cvtw2mask512", "short", 32) },
  4: {
    128: builtin("__SSE__", "movmskps", "float", 32),
    256: builtin("__AVX__", "movmskps256", "float", 32),
    512: builtin("__AVX512DQ__", "cvtd2mask512", "int", 16),
  },
  8: {
    128: builtin("__SSE2__", "movmskpd", "double", 32),
    256: builtin("__AVX__", "movmskpd256", "double", 32),
    512: builtin("__AVX512DQ__", "cvtq2mask512", "long long", 8),
  },
};
