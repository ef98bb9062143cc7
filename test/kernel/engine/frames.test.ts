import { expect } from "chai";
import fc from "fast-check";
import { createFrameReader, encodeFrame } from "../../../kernel/engine/frames.js";

const frame = fc.record({
  message: fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "binary" }), fc.integer())),
  buffers: fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 }),
});

describe("engine/frames", () => {
  it("come out as they went in, however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 50 })), (frames, cuts) => {
        const bytes = Buffer.concat(frames.map((f) => encodeFrame(f.message, f.buffers)));
        const read: unknown[] = [];
        const push = createFrameReader<object>(({ message, buffers }) =>
          read.push({ message, buffers: buffers.map((buffer) => [...buffer]) }),
        );
        let at = 0;
        for (let i = 0; at < bytes.length; i++) {
          const length = cuts.length > 0 ? cuts[i % cuts.length]! : bytes.length;
          push(bytes.subarray(at, at + length));
          at += length;
        }
        expect(read).to.deep.equal(
          frames.map(({ message, buffers }) => ({
            message: JSON.parse(JSON.stringify(message)),
            buffers: buffers.map((buffer) => [...buffer]),
          })),
        );
      }),
    );
  });
});
