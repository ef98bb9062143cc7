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
      return replayed(signature.toString("latin1")) ? "replayed" : null;
    },
  };
}

/** Says whether a key was given before; remembers between half and all of the latest `limit`. */
function createReplayMemory(limit: number): (key: string) => boolean {
  let recent = new Set<string>();
  let older = new Set<string>();
  return (key) => {
    if (recent.has(key) || older.has(key)) return true;
    recent.add(key);
    if (recent.size >= limit / 2) {
      older = recent;
      recent = new Set();
    }
    return false;
  };
}
