/**
 * Hostile frames: whatever is done to a message, reading it gives a message or a reason, never an
 * exception, and never a message that somebody without the key has touched. `HYPATIA_FUZZ=10000000`
 * tries so many.
 */
import { createHmac } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { BadRequest, readFields } from "../../../kernel/front/content.js";
import { decode, encode } from "../../../kernel/wire/message.js";
import { createSigner } from "../../../kernel/wire/signature.js";

const CASES = Number(process.env.HYPATIA_FUZZ ?? 100_000);
const KEY = "a key";
/** One identity, the delimiter, the signature, four signed frames, a buffer. */
const DELIMITER = 1;

const original = (): Buffer[] =>
  encode(
    {
      type: "execute_request",
      identities: [Buffer.from("client")],
      content: { code: "1 + 1", silent: false, user_expressions: { a: "😀" }, deep: [[[1]]] },
      metadata: { cellId: "c" },
      buffers: [Buffer.from([1, 2, 3])],
    },
    "session",
    createSigner(KEY),
  ).map((frame) => Buffer.from(frame));

type Change = (frames: Buffer[], at: number, value: number) => void;

const splice = (frame: Buffer, at: number, removed: number, added: string): Buffer => {
  const start = at % (frame.length + 1);
  const after = frame.subarray(start + removed);
  return Buffer.concat([frame.subarray(0, start), Buffer.from(added), after]);
};

/** Text that means something to a parser. */
const TOKENS = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "\\",
  "null",
  "-1e999",
  '"__proto__":',
  "\u0000",
];

const changes: readonly Change[] = [
  (frames, at, value) => {
    const frame = frames[at % frames.length]!;
    if (frame.length > 0) frame[value % frame.length]! ^= 1 << (at & 7);
  },
  (frames, at) => frames.splice(at % frames.length, 1),
  (frames, at, value) => {
    frames.splice(at % frames.length, 0, Buffer.from(frames[value % frames.length]!));
  },
  (frames, at, value) => {
    const i = at % frames.length;
    frames[i] = frames[i]!.subarray(0, value % (frames[i]!.length + 1));
  },
  (frames, at, value) => {
    const i = at % frames.length;
    frames[i] = splice(frames[i]!, value, value & 3, TOKENS[value % TOKENS.length]!);
  },
  (frames, at, value) => {
    frames[at % frames.length] = Buffer.alloc(value % 300, value);
  },
];

const plan = fc.array(fc.tuple(fc.nat(changes.length - 1), fc.nat(1 << 16), fc.nat(1 << 16)), {
  minLength: 1,
  maxLength: 5,
});

function changed(steps: readonly (readonly [number, number, number])[]): Buffer[] {
  const frames = original();
  for (const [change, at, value] of steps) {
    if (frames.length > 0) changes[change]!(frames, at, value);
  }
  return frames;
}

/** Signs what is there, as a client with the key and a mistake would. */
function signed(frames: Buffer[]): Buffer[] {
  const delimiter = frames.findIndex((frame) => frame.equals(Buffer.from("<IDS|MSG>")));
  const hmac = createHmac("sha256", KEY);
  for (const frame of frames.slice(delimiter + 2, delimiter + 6)) hmac.update(frame);
  if (delimiter + 1 < frames.length) frames[delimiter + 1] = Buffer.from(hmac.digest("hex"));
  return frames;
}

describe("fuzz", () => {
  it(`${CASES / 2} messages changed without the key: none is accepted`, function () {
    this.timeout(60_000 + 10 * CASES);
    const untouched = original();
    const sealed = untouched.slice(DELIMITER, DELIMITER + 6);
    const same = (frames: readonly Buffer[]) =>
      sealed.every((frame, i) => frames[i]?.equals(frame));
    fc.assert(
      fc.property(plan, (steps) => {
        const frames = untouched.map((frame) => Buffer.from(frame));
        for (const [change, at, value] of steps) {
          if (frames.length > 0) changes[change]!(frames, at, value);
        }
        const decoded = decode(frames, createSigner(KEY));
        if (decoded.ok) {
          // Identities and buffers are not signed: that is the protocol's.
          const start = frames.findIndex((frame) => frame.equals(untouched[DELIMITER]!));
          expect(same(frames.slice(start))).to.equal(true);
        } else {
          expect(decoded.reason).not.to.equal("");
        }
      }),
      { numRuns: CASES / 2 },
    );
  });

  it(`${CASES / 2} messages signed after the change: each is a message or a reason`, function () {
    this.timeout(60_000 + 10 * CASES);
    fc.assert(
      fc.property(plan, (steps) => {
        const decoded = decode(signed(changed(steps)), createSigner(KEY));
        if (!decoded.ok) {
          expect(decoded.reason).not.to.equal("");
          return;
        }
        const { header, content, metadata, parent } = decoded.message;
        expect(header.msg_id).to.be.a("string").and.not.to.equal("");
        for (const part of [content, metadata, parent]) expect(part).to.be.an("object");
      }),
      { numRuns: CASES / 2 },
    );
  });

  it("fields of any JSON: the type that was asked for, or an error that names the field", () => {
    fc.assert(
      fc.property(fc.constantFrom("code", "__proto__", "n"), fc.jsonValue(), (key, value) => {
        const fields = readFields("execute_request", JSON.parse(JSON.stringify({ [key]: value })));
        for (const read of [fields.string, fields.integer, fields.object, fields.array]) {
          try {
            const got = read(key);
            expect(Array.isArray(got) ? "array" : typeof got).to.be.oneOf([
              "string",
              "number",
              "object",
              "array",
            ]);
          } catch (error) {
            expect(error).to.be.instanceOf(BadRequest);
            expect(String(error)).to.contain(key);
          }
        }
      }),
      { numRuns: 5000 },
    );
  });
});
