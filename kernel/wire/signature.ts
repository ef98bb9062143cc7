/** HMAC signatures of messages, and the memory of those seen, so that none is accepted twice. */
import { createHmac, getHashes, timingSafeEqual } from "node:crypto";

export interface Signer {
  /** The signature frame of four JSON frames: lower-case hex, empty without a key. */
  sign(frames: readonly Uint8Array[]): Buffer;
  /** Why the signature is refused, or null when it is good and was not seen before. */
  verify(signature: Buffer, frames: readonly Buffer[]): string | null;
}

/** As many as jupyter_client remembers; the older half is forgotten when they are reached. */
const REMEMBERED = 65_536;

/**
 * @param key shared secret; empty means that nothing is signed and everything is accepted
 * @param scheme `hmac-` and a hash that this Node knows, as the connection file names it
 */
export function createSigner(key: string, scheme = "hmac-sha256"): Signer {
  const hash = scheme.startsWith("hmac-") ? scheme.slice(5) : "";
  if (!getHashes().includes(hash)) {
    throw new Error(`signature_scheme: got ${JSON.stringify(scheme)}, expected e.g. "hmac-sha256"`);
  }
  const sign = (frames: readonly Uint8Array[]): Buffer => {
    if (key === "") return Buffer.alloc(0);
    const hmac = createHmac(hash, key);
    for (const frame of frames) hmac.update(frame);
    return Buffer.from(hmac.digest("hex"));
  };
  const replayed = createReplayMemory(REMEMBERED);
  return {
    sign,
    verify(signature, frames) {
      if (key === "") return null;
      if (signature.length === 0) return "unsigned";
      const expected = sign(frames);
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
        return "wrong signature";
      }
      return replayed(signature) ? "replayed" : null;
    },
  };
}

/**
 * Says whether a signature was given before; remembers between half and all of the latest `limit`.
 * Of each the first 64 bits, which nobody without the key can choose, in two open-addressed tables
 * that are half empty: they take the same memory from the first message on.
 */
function createReplayMemory(limit: number): (signature: Buffer) => boolean {
  const slots = BigInt(limit);
  let recent = new BigUint64Array(limit);
  let older = new BigUint64Array(limit);
  let count = 0;

  /** Where `key` is, or where it would be put. */
  const find = (table: BigUint64Array, key: bigint): number => {
    let at = Number(key % slots);
    while (table[at] !== 0n && table[at] !== key) at = (at + 1) % limit;
    return at;
  };

  return (signature) => {
    const key = BigInt(`0x${signature.toString("latin1", 0, 16)}`) || 1n; // 0 is an empty slot.
    const at = find(recent, key);
    if (recent[at] === key || older[find(older, key)] === key) return true;
    recent[at] = key;
    if (++count < limit / 2) return false;
    [recent, older] = [older.fill(0n), recent];
    count = 0;
    return false;
  };
}
