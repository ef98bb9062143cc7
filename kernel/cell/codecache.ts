/**
 * V8's compiled code between runs, in a directory that only its owner can write. A missing,
 * damaged, foreign or unwritable cache is no error: the code is compiled again.
 */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const hashLength = 32;

function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "hypatia", "code");
}

/** The folder if it is there and ours: code that another user could have written is not run. */
export function trustedCodeFolder(): string | null {
  const folder = cacheFolder();
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const foreign = process.getuid !== undefined && stat.uid !== process.getuid();
  return foreign || stat.mode & 0o022 ? null : folder;
}

/** The folder, made if it is missing. Throws where the disk cannot be written. */
export function makeCodeFolder(): string {
  const folder = cacheFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/** The data kept under `name`, or null. */
export function readCodeCache(name: string): Buffer | null {
  try {
    const folder = trustedCodeFolder();
    if (folder === null) return null;
    const file = readFileSync(join(folder, name));
    const data = file.subarray(hashLength);
    const hash = createHash("sha256").update(data).digest();
    return hash.equals(file.subarray(0, hashLength)) ? data : null;
  } catch {
    return null;
  }
}

/** Keep `data` under `name`. Written aside and renamed: readers see all of it or nothing. */
export function writeCodeCache(name: string, data: Buffer): void {
  try {
    const folder = makeCodeFolder();
    const hash = createHash("sha256").update(data).digest();
    const aside = join(folder, `${name}.${process.pid}.${Date.now()}`);
    writeFileSync(aside, Buffer.concat([hash, data]), { mode: 0o600 });
    renameSync(aside, join(folder, name));
  } catch {
    // A full or read-only disk costs the next start a tenth of a second, nothing more.
  }
}
