/** Text of a file or of an address, for `notebook.load`. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Throws an error that says what was read and why it could not be. */
export async function readSource(source: string): Promise<string> {
  const bytes = /^https?:/i.test(source) ? await download(source) : await readLocal(source);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Error(`load: ${source} is no text in UTF-8`);
  }
}

async function download(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`load: cannot reach ${address}: ${messageOf(cause)}`);
  });
  if (response.ok) return response.arrayBuffer();
  throw new Error(`load: ${address} answered ${response.status} ${response.statusText}`.trim());
}

async function readLocal(source: string): Promise<Buffer> {
  const isAddress = /^file:/i.test(source);
  const path = isAddress ? fileURLToPath(source) : resolve(source.replace(/^~(?=\/)/, homedir()));
  return readFile(path).catch((error: unknown) => {
    throw new Error(`load: cannot read ${path}: ${messageOf(error).split(",")[0]}`);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
