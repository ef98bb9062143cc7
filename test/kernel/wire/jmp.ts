/**
 * jmp's `Message`, the independent second implementation of the wire format. jmp was written for
 * uuid 3, whose `uuid/v4` the uuid of today does not export, so it is loaded with a stand-in for
 * that one function.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";

export interface JmpMessage {
  readonly header: Readonly<Record<string, unknown>>;
  readonly metadata: unknown;
  readonly content: unknown;
  readonly buffers: readonly Buffer[];
  _encode(scheme: string, key: string): (Buffer | string)[];
}

interface Jmp {
  readonly Message: {
    new (properties: object): JmpMessage;
    _decode(frames: readonly Buffer[], scheme: string, key: string): JmpMessage | null;
  };
}

const resolver = createRequire(import.meta.url);
const file = resolver.resolve("jmp");
const fromJmp = createRequire(file);
const module = { exports: {} };
compileFunction(readFileSync(file, "utf8"), ["require", "module"])(
  (name: string) => (name === "uuid/v4" ? randomUUID : fromJmp(name)),
  module,
);

export const { Message: Peer } = module.exports as Jmp;
