/** Why a folder cannot be written, in words for the user. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "you may not write there",
  EDQUOT: "your share of that disk is used up",
  EEXIST: "a file is in its place",
  EFBIG: "files may not become so large, see ulimit -f",
  EIO: "that disk fails",
  ENOENT: "it is not there and cannot be made",
  ENOSPC: "that disk is full",
  ENOTDIR: "a file is in its way",
  EPERM: "you may not write there",
  EROFS: "that disk is read-only",
};

/** What an error of the file system under `folder` comes from: `that disk is full (ENOSPC)`. */
export function storageReason(error: unknown, folder: string): string {
  const code = codeOf(error) === "ENOENT" ? codeAbove(folder) : codeOf(error);
  const reason = reasons[code];
  if (reason !== undefined) return `${reason} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** Node reports a folder that cannot be made on a read-only disk as missing. */
function codeAbove(folder: string): string {
  let place = folder;
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
    return "ENOENT";
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
