/**
 * The angles from which on multiples of π/2 can no longer be subtracted exactly (see halfPi), so
 * that r and j come from the binary digits of 2/π.
 */
export const farAngle = { f32: 2 ** 13, f64: 2 ** 20 } as const;
