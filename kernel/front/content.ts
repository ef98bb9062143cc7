/** Reading the fields of a request: each is of the type that the specification says, or refused. */
import type { JsonObject } from "../wire/message.js";

/** The client's mistake; becomes an error reply. */
export class BadRequest extends Error {
  override name = "BadRequest";
}

export interface Fields {
  string(key: string, otherwise?: string): string;
  boolean(key: string, otherwise: boolean): boolean;
  integer(key: string, otherwise?: number): number;
  object(key: string): JsonObject;
  array(key: string): readonly unknown[];
}

/** @param what the message's type, for errors */
export function readFields(what: string, content: JsonObject): Fields {
  const field = <T>(
    key: string,
    expected: string,
    is: (value: unknown) => value is T,
    otherwise: T | undefined,
  ): T => {
    const value = content[key] ?? otherwise;
    if (is(value)) return value;
    const got = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
    throw new BadRequest(`${what}: ${key}: got ${got}, expected ${expected}`);
  };
  return {
    string: (key, otherwise) => field(key, "a string", isString, otherwise),
    boolean: (key, otherwise) => field(key, "true or false", isBoolean, otherwise),
    integer: (key, otherwise) => field(key, "an integer", isInteger, otherwise),
    object: (key) => field(key, "an object", isObject, {}),
    array: (key) => field(key, "an array", isArray, []),
  };
}

const isString = (value: unknown): value is string => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
/** Also beyond what a float counts exactly: Python's `sys.maxsize` means "to the end". */
const isInteger = (value: unknown): value is number => Number.isInteger(value);
const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
