/**
 * Length-prefixed frames on a byte stream between front and engine:
 *
 *     u32 count | u32 length × count | part × count          (little endian)
 *
 * The first part is JSON, the others are binary buffers.
 */

export interface Frame<T> {
  readonly message: T;
  readonly buffers: readonly Buffer[];
}

export function encodeFrame(message: object, buffers: readonly Uint8Array[] = []): Buffer {
  const parts = [Buffer.from(JSON.stringify(message)), ...buffers];
  const head = Buffer.allocUnsafe(4 + 4 * parts.length);
  head.writeUInt32LE(parts.length, 0);
  parts.forEach((part, i) => {
    head.writeUInt32LE(part.byteLength, 4 + 4 * i);
  });
  return Buffer.concat([head, ...parts]);
}

/**
 * Takes chunks as they come, gives frames when they are whole. Both ends are ours, so the
 * messages are taken to be of type `T` unchecked.
 */
export function createFrameReader<T>(onFrame: (frame: Frame<T>) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let available = 0;
  /** Bytes that must be there before it is worth looking again. */
  let needed = 4;

  const joined = (): Buffer => {
    if (chunks.length > 1) chunks = [Buffer.concat(chunks)];
    return chunks[0]!;
  };

  return (chunk) => {
    chunks.push(chunk);
    available += chunk.length;
    while (available >= needed) {
      const bytes = joined();
      const count = bytes.readUInt32LE(0);
      const head = 4 + 4 * count;
      if (available < head) {
        needed = head;
        return;
      }
      const lengths = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
      const total = lengths.reduce((sum, length) => sum + length, head);
      if (available < total) {
        needed = total;
        return;
      }
      let at = head;
      const parts = lengths.map((length) => {
        at += length;
        return bytes.subarray(at - length, at);
      });
      available -= total;
      chunks = available > 0 ? [bytes.subarray(total)] : [];
      needed = 4;
      onFrame({ message: JSON.parse(parts[0]!.toString("utf8")) as T, buffers: parts.slice(1) });
    }
  };
}
