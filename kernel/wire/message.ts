/**
 * Jupyter's messages as ZMQ frames.
 *
 *     identities… | "<IDS|MSG>" | signature | header | parent header | metadata | content | buffers…
 *
 * The signature is the hex HMAC of the four JSON frames. It is compared on the raw bytes before
 * anything is parsed, so that somebody without the key reaches no parser of ours.
 */
import { randomUUID } from "node:crypto";
import type { Signer } from "./signature.js";

export const PROTOCOL_VERSION = "5.5";

export type JsonObject = { readonly [key: string]: unknown };

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message as it came in. */
export interface Message {
  /** ZMQ routing prefix; a reply carries the same. */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  /** The header's own bytes: replies echo them as their parent header, unknown fields included. */
  readonly headerBytes: Buffer;
  readonly parent: JsonObject;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Buffer[];
}

/** A message to send. */
export interface Outgoing {
  readonly type: string;
  readonly content: JsonObject;
  readonly metadata?: JsonObject;
  readonly identities?: readonly Uint8Array[];
  /** The request's `headerBytes`; absent when nothing was asked. */
  readonly parent?: Buffer;
  readonly buffers?: readonly Uint8Array[];
}

export type Decoded =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly reason: string };

const DELIMITER = Buffer.from("<IDS|MSG>");
const EMPTY_OBJECT = Buffer.from("{}");

/** A header is a few hundred bytes; it is echoed with every reply, so a huge one is refused. */
const LONGEST_HEADER = 64 * 1024;
const MOST_IDENTITIES = 16;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads one message; anything malformed, unsigned, wrongly signed or replayed is a reason. */
export function decode(frames: readonly Buffer[], signer: Signer): Decoded {
  const delimiter = frames.findIndex((frame) => frame.equals(DELIMITER));
  if (delimiter < 0) return refuse("no <IDS|MSG> frame");
  if (delimiter > MOST_IDENTITIES) return refuse(`${delimiter} identities`);
  const [signature, ...rest] = frames.slice(delimiter + 1);
  const json = rest.slice(0, 4);
  if (signature === undefined || json.length < 4) {
    return refuse(
      `${frames.length - delimiter - 1} frames after the delimiter, at least 5 expected`,
    );
  }
  const refusal = signer.verify(signature, json);
  if (refusal !== null) return refuse(refusal);
  const [headerBytes, parentBytes, metadataBytes, contentBytes] = json as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  if (headerBytes.length > LONGEST_HEADER) return refuse(`a header of ${headerBytes.length} bytes`);
  try {
    return {
      ok: true,
      message: {
        identities: frames.slice(0, delimiter),
        header: readHeader(parseObject(headerBytes, "header")),
        headerBytes,
        parent: parseObject(parentBytes, "parent header"),
        metadata: parseObject(metadataBytes, "metadata"),
        content: parseObject(contentBytes, "content"),
        buffers: rest.slice(4),
      },
    };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Writes one message, signed, with a fresh id. */
export function encode(message: Outgoing, session: string, signer: Signer): Uint8Array[] {
  const header: Header = {
    msg_id: randomUUID(),
    msg_type: message.type,
    session,
    username: "hypatia",
    date: new Date().toISOString(),
    version: PROTOCOL_VERSION,
  };
  const json = [
    Buffer.from(JSON.stringify(header)),
    message.parent ?? EMPTY_OBJECT,
    message.metadata === undefined ? EMPTY_OBJECT : jsonBytes(message.metadata),
    jsonBytes(message.content),
  ];
  return [
    ...(message.identities ?? []),
    DELIMITER,
    signer.sign(json),
    ...json,
    ...(message.buffers ?? []),
  ];
}

/**
 * JavaScript's strings may hold half of a surrogate pair, which JSON.stringify writes as an escape.
 * Python reads that, and fails when it writes the notebook: UTF-8 has no such thing.
 */
function jsonBytes(value: JsonObject): Buffer {
  const json = JSON.stringify(value);
  // A pair of backslashes is one that was in the text, whatever letters follow it.
  const whole = json.includes("\\ud")
    ? json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (escape) =>
        escape[1] === "u" ? "\ufffd" : escape,
      )
    : json;
  return Buffer.from(whole);
}

function refuse(reason: string): Decoded {
  return { ok: false, reason };
}

function parseObject(bytes: Buffer, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Error(`${what}: not JSON in UTF-8`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${what}: not an object`);
  }
  return value as JsonObject;
}

function readHeader(header: JsonObject): Header {
  const text = (key: string, otherwise?: string): string => {
    const value = header[key] ?? otherwise;
    if (typeof value === "string") return value;
    throw new Error(`header: ${key} is not a string`);
  };
  const read: Header = {
    msg_id: text("msg_id"),
    msg_type: text("msg_type"),
    session: text("session"),
    username: text("username", ""),
    date: text("date", ""),
    version: text("version", ""),
  };
  if (read.msg_id === "" || read.msg_type === "")
    throw new Error("header: empty msg_id or msg_type");
  return read;
}
