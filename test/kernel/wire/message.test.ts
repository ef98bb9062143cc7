import { createHmac } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { decode, encode, type Message, type Outgoing } from "../../../kernel/wire/message.js";
import { createSigner } from "../../../kernel/wire/signature.js";
import { Peer } from "./jmp.js";

const KEY = "b3a1c2d4-key";
const sign = (frames: readonly Buffer[], key = KEY): Buffer => {
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return Buffer.from(hmac.digest("hex"));
};
const HEADER = { msg_id: "1", msg_type: "kernel_info_request", session: "s", username: "u" };

/** Frames of a message that is right in all that `changes` do not touch, signed at the end. */
function frames(
  changes: Partial<Record<"header" | "parent" | "metadata" | "content", string>> = {},
) {
  const {
    header = JSON.stringify(HEADER),
    parent = "{}",
    metadata = "{}",
    content = "{}",
  } = changes;
  const json = [header, parent, metadata, content].map((text) => Buffer.from(text));
  return [Buffer.from("<IDS|MSG>"), sign(json), ...json];
}
const reason = (input: Buffer[], key = KEY): string => {
  const decoded = decode(input, createSigner(key));
  return decoded.ok ? "accepted" : decoded.reason;
};
const accepted = (input: Buffer[], key = KEY): Message => {
  const decoded = decode(input, createSigner(key));
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.message;
};

describe("wire/message", () => {
  const good = frames();
  const at = (i: number, frame: Buffer | string): Buffer[] =>
    good.with(i, Buffer.from(frame as string));
  const table: readonly [string, Buffer[], string][] = [
    ["a good message", good, "accepted"],
    ["no frames", [], "no <IDS|MSG> frame"],
    ["no delimiter", good.slice(1), "no <IDS|MSG> frame"],
    ["delimiter only", good.slice(0, 1), "0 frames after the delimiter, at least 5 expected"],
    ["content missing", good.slice(0, 5), "4 frames after the delimiter, at least 5 expected"],
    ["unsigned", at(1, ""), "unsigned"],
    ["signature of something else", at(1, sign([Buffer.from("x")])), "wrong signature"],
    ["signature in capitals", at(1, good[1]!.toString().toUpperCase()), "wrong signature"],
    ["signature cut short", at(1, good[1]!.subarray(0, 63)), "wrong signature"],
    ["signature too long", at(1, `${good[1]}0`), "wrong signature"],
    ["content changed by one bit", at(5, "{]"), "wrong signature"],
    ["signed with another key", good.with(1, sign(good.slice(2), "other")), "wrong signature"],
    ["header not JSON", frames({ header: "{" }), "header: not JSON in UTF-8"],
    ["header an array", frames({ header: "[]" }), "header: not an object"],
    ["header null", frames({ header: "null" }), "header: not an object"],
    [
      "header without id",
      frames({ header: '{"msg_type":"x","session":"s"}' }),
      "header: msg_id is not a string",
    ],
    [
      "id a number",
      frames({ header: JSON.stringify({ ...HEADER, msg_id: 1 }) }),
      "header: msg_id is not a string",
    ],
    [
      "id empty",
      frames({ header: JSON.stringify({ ...HEADER, msg_id: "" }) }),
      "header: empty msg_id or msg_type",
    ],
    ["content a string", frames({ content: '"x"' }), "content: not an object"],
    ["metadata a number", frames({ metadata: "1" }), "metadata: not an object"],
    ["parent missing a brace", frames({ parent: "{" }), "parent header: not JSON in UTF-8"],
    [
      "a header of a megabyte",
      frames({ header: JSON.stringify({ ...HEADER, date: "x".repeat(1 << 20) }) }),
      "a header of 1048662 bytes",
    ],
    [
      "17 identities",
      [...Array.from({ length: 17 }, () => Buffer.from("i")), ...good],
      "17 identities",
    ],
  ];
  for (const [name, input, expected] of table) {
    it(`${name} → ${expected}`, () => expect(reason(input)).to.equal(expected));
  }

  it("invalid UTF-8 is refused, not repaired", () => {
    const json = [...good.slice(2, 5), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])];
    expect(reason([good[0]!, sign(json), ...json])).to.equal("content: not JSON in UTF-8");
  });

  it("a wrong signature is found before anything is parsed", () => {
    expect(reason(frames({ header: "{" }).with(1, Buffer.from("0".repeat(64))))).to.equal(
      "wrong signature",
    );
  });

  it("a message is accepted once", () => {
    const signer = createSigner(KEY);
    expect(decode(good, signer).ok).to.equal(true);
    expect(decode(good, signer)).to.deep.equal({ ok: false, reason: "replayed" });
  });

  it("replays are remembered over tens of thousands of messages, in bounded memory", () => {
    const signer = createSigner(KEY);
    const numbered = (i: number) =>
      frames({ header: JSON.stringify({ ...HEADER, msg_id: `${i}` }) });
    for (let i = 0; i < 50_000; i++) expect(decode(numbered(i), signer).ok).to.equal(true);
    expect(decode(numbered(49_999), signer).ok).to.equal(false);
    expect(decode(numbered(20_000), signer).ok).to.equal(false);
  });

  it("without a key everything is accepted, and nothing signed", () => {
    expect(accepted(good.with(1, Buffer.alloc(0)), "").header.msg_id).to.equal("1");
    expect(
      Buffer.from(encode({ type: "x", content: {} }, "s", createSigner(""))[1]!).length,
    ).to.equal(0);
  });

  it("an unknown scheme is refused", () => {
    expect(() => createSigner(KEY, "md5")).to.throw('signature_scheme: got "md5"');
    expect(() => createSigner(KEY, "hmac-nothing")).to.throw("hmac-nothing");
  });

  it("identities, unknown header fields and buffers come through", () => {
    const header = JSON.stringify({ ...HEADER, subshell_id: "7" });
    const input = [Buffer.from("client"), ...frames({ header }), Buffer.from([0, 255])];
    const message = accepted(input);
    expect(message.identities.map(String)).to.deep.equal(["client"]);
    expect(message.headerBytes.toString()).to.equal(header);
    expect([...message.buffers[0]!]).to.deep.equal([0, 255]);
  });

  const json = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 3 }));
  const bytes = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array));
  const outgoing = fc.record({
    type: fc.string({ minLength: 1 }),
    content: json,
    metadata: json,
    buffers: fc.array(bytes, { maxLength: 3 }),
  });

  it("what we write, jmp reads", () => {
    fc.assert(
      fc.property(outgoing, (message: Outgoing) => {
        const written = encode(message, "session", createSigner(KEY)).map((frame) =>
          Buffer.from(frame),
        );
        const read = Peer._decode(written, "sha256", KEY);
        expect(read?.content).to.deep.equal(plain(message.content));
        expect(read?.metadata).to.deep.equal(plain(message.metadata));
        expect(read?.buffers).to.deep.equal(message.buffers);
        expect(read?.header.msg_type).to.equal(message.type);
      }),
    );
  });

  it("what jmp writes, we read", () => {
    fc.assert(
      fc.property(outgoing, ({ content, metadata, buffers }) => {
        const header = { ...HEADER, date: "", version: "5.3" };
        const written = new Peer({ header, parent_header: {}, metadata, content, buffers })._encode(
          "sha256",
          KEY,
        );
        const message = accepted(written.map((frame) => Buffer.from(frame as string)));
        expect(message.content).to.deep.equal(plain(content));
        expect(message.metadata).to.deep.equal(plain(metadata));
        expect(message.header).to.deep.equal(header);
      }),
    );
  });

  it("100,000 damaged messages are refused or read, and never throw", () => {
    const signer = createSigner(KEY);
    const damage: readonly ((random: () => number, input: Buffer[]) => Buffer[])[] = [
      (r, input) => input.toSpliced(below(r, input.length), 1),
      (r, input) => input.toSpliced(below(r, input.length), 0, noise(r)),
      (r, input) => input.with(below(r, input.length), noise(r)),
      (r, input) => flip(r, input),
      (r, input) => swap(r, input),
      (r) => resigned(r, [noise(r), noise(r), noise(r), noise(r)]),
      (r, input) => resigned(r, flip(r, input.slice(-4))),
      (r) =>
        resigned(
          r,
          [0, 1, 2, 3].map(() => Buffer.from(JSON.stringify(value(r, 4)))),
        ),
      (r) => resigned(r, [Buffer.from(JSON.stringify(header(r))), ...good.slice(3)]),
    ];
    const random = mulberry32(20);
    let refused = 0;
    for (let i = 0; i < 100_000; i++) {
      const decoded = decode(damage[i % damage.length]!(random, frames()), signer);
      if (!decoded.ok) refused++;
      else expect(decoded.message.header.msg_id).to.be.a("string");
    }
    expect(refused).to.be.greaterThan(80_000);
  }).timeout(60_000);
});

/** What JSON makes of a value: fast-check's `-0` and own `__proto__` keys are written as they read. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const below = (random: () => number, n: number): number => Math.floor(random() * n);
const noise = (random: () => number): Buffer =>
  Buffer.from(Array.from({ length: below(random, 30) }, () => below(random, 256)));
function flip(random: () => number, input: Buffer[]): Buffer[] {
  const i = below(random, input.length);
  const frame = Buffer.from(input[i]!);
  if (frame.length > 0) frame[below(random, frame.length)]! ^= 1 << below(random, 8);
  return input.with(i, frame);
}
function swap(random: () => number, input: Buffer[]): Buffer[] {
  const [i, j] = [below(random, input.length), below(random, input.length)];
  return input.with(i, input[j]!).with(j, input[i]!);
}
function resigned(_: () => number, json: Buffer[]): Buffer[] {
  return [Buffer.from("<IDS|MSG>"), sign(json), ...json];
}
function value(random: () => number, depth: number): unknown {
  const leaves = [null, true, 0, -1e308, "", "\u{1f600}", "\ud800"];
  if (depth === 0) return leaves[below(random, leaves.length)];
  const inner = () => value(random, depth - 1);
  return [...leaves, [inner(), inner()], { msg_id: inner(), msg_type: inner(), session: inner() }][
    below(random, leaves.length + 2)
  ];
}
function header(random: () => number): unknown {
  return { ...HEADER, [Object.keys(HEADER)[below(random, 4)]!]: value(random, 2) };
}
