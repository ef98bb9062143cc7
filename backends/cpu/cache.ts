/**
 * The disk cache of compiled libraries.
 *
 * An entry is one file, `<key>.so`: the library followed by a seal. The seal holds every key that
 * the library answers to and a digest of all bytes before the digest. An entry is read and its seal
 * checked before it is loaded; one that was truncated, altered or put there under another name is
 * removed and built again. Entries appear by rename, so that any number of processes can share the
 * folder. A library with several kernels is one file with a hard link per key.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ownName, removeLeftovers } from "./leftovers.js";
import { storageReason } from "./storage.js";

export interface Cache {
  readonly folder: string;
  /** The path of an intact entry, or null. */
  find(key: string): string | null;
  /** A fresh path in the folder for the compiler to write to. */
  scratch(extension: string): string;
  /** Seals the library at `scratch` and publishes it under each of its keys. */
  store(scratch: string, keys: readonly string[]): void;
}

/** Files that are being written in a cache, and folders that stand in for one. */
const unfinished = ".tmp-";
const temporary = "hypatia-cache-";

const magic = Buffer.from("HYPATIA\u0001seal\0\0\0\0", "latin1");
const digestBytes = 32;
const keyBytes = 32;

/** The key of an entry: 64 hexadecimal digits that name everything its content depends on. */
export function cacheKey(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest("hex");
}

/**
 * Opens the cache in the first folder that can be written: `HYPATIA_CACHE`, `XDG_CACHE_HOME/hypatia`,
 * `~/.cache/hypatia`, else a new temporary folder, which is reported through `say`.
 */
export function openCache(
  environment: NodeJS.ProcessEnv = process.env,
  say: (message: string) => void = () => {},
): Cache {
  const wanted = cacheFolder(environment);
  if (wanted === null) {
    return temporaryCache("compiled kernels cannot be kept: there is no home folder", say);
  }
  const problem = preparePrivateFolder(wanted);
  if (problem !== null) {
    return temporaryCache(`compiled kernels cannot be kept in ${wanted}: ${problem}`, say);
  }
  removeLeftovers(wanted, unfinished);
  return cacheIn(wanted, limitBytes(environment));
}

/**
 * A cache for this process only, in place of one that cannot be used.
 *
 * @param problem what cannot be written where, and why
 * @throws an Error that says so too where there is no temporary folder either
 */
export function temporaryCache(problem: string, say: (message: string) => void): Cache {
  const parent = tmpdir();
  const folder = join(parent, ownName(temporary));
  const remedy = "Set HYPATIA_CACHE to a folder that you can write.";
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    throw new Error(`${problem}; nor in ${parent}: ${storageReason(error, parent)}. ${remedy}`);
  }
  removeLeftovers(parent, temporary);
  say(`${problem}; using ${folder} for this session. ${remedy}`);
  removeAtExit(folder);
  return cacheIn(folder, limitBytes(process.env));
}

const standIns = new Set<string>();

const removeStandIns = (): void => {
  for (const folder of standIns) rmSync(folder, { recursive: true, force: true });
};

/** One listener for all folders: from eleven on, Node warns of a leak. */
function removeAtExit(folder: string): void {
  if (standIns.size === 0) process.once("exit", removeStandIns);
  standIns.add(folder);
}

function cacheFolder(environment: NodeJS.ProcessEnv): string | null {
  const { HYPATIA_CACHE: own, XDG_CACHE_HOME: xdg } = environment;
  if (own) return join(own, "kernels");
  if (xdg?.startsWith("/")) return join(xdg, "hypatia", "kernels");
  const home = environment === process.env ? safeHome() : environment.HOME;
  return home ? join(home, ".cache", "hypatia", "kernels") : null;
}

function safeHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined; // a user without an entry in the password file
  }
}

function limitBytes(environment: NodeJS.ProcessEnv): number {
  const megabytes = Number(environment.HYPATIA_CACHE_MB);
  return (megabytes > 0 ? megabytes : 256) * 1e6;
}

/** Makes the folder ours alone and proves that it can be written; else says what is wrong. */
function preparePrivateFolder(folder: string): string | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    if (!stat.isDirectory()) return "it is not a folder";
    if (process.getuid !== undefined && stat.uid !== process.getuid())
      return "another user owns it";
    if ((stat.mode & 0o077) !== 0) chmodSync(folder, 0o700);
    const probe = join(folder, ownName(unfinished));
    writeFileSync(probe, magic, { mode: 0o600 });
    rmSync(probe);
    return null;
  } catch (error) {
    return storageReason(error, folder);
  }
}

function cacheIn(folder: string, limit: number): Cache {
  let pruned = false;
  const pathOf = (key: string) => join(folder, `${key}.so`);
  const scratch = (extension: string) => join(folder, `${ownName(unfinished)}${extension}`);

  return {
    folder,
    scratch,
    find(key) {
      const path = pathOf(key);
      let bytes: Buffer;
      try {
        bytes = readFileSync(path);
      } catch {
        return null;
      }
      if (!sealedKeys(bytes).includes(key)) {
        rmSync(path, { force: true });
        return null;
      }
      const now = new Date();
      try {
        utimesSync(path, now, now); // its place in the queue of the least recently used
      } catch {
        // pruned meanwhile by another process; loading it will tell
      }
      return path;
    },
    store(library, keys) {
      const sealed = seal(readFileSync(library), keys);
      const complete = scratch(".so");
      rmSync(library, { force: true });
      writeFileSync(complete, sealed, { mode: 0o600 });
      for (const key of keys) {
        const link = scratch(".link");
        try {
          linkSync(complete, link);
        } catch {
          copyFileSync(complete, link); // a file system without hard links
        }
        renameSync(link, pathOf(key));
        // Renaming one link of a file over another link of it does nothing, and leaves both.
        rmSync(link, { force: true });
      }
      rmSync(complete);
      if (!pruned) prune(folder, limit);
      pruned = true;
    },
  };
}

function seal(library: Buffer, keys: readonly string[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(keys.length);
  const body = Buffer.concat([
    library,
    ...keys.map((key) => Buffer.from(key, "hex")),
    count,
    magic,
  ]);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

/** The keys of an intact entry; none if the bytes are not what was stored. */
function sealedKeys(bytes: Buffer): string[] {
  const body = bytes.subarray(0, Math.max(0, bytes.length - digestBytes));
  const end = body.length - magic.length;
  if (end < 4 || !body.subarray(end).equals(magic)) return [];
  const digest = createHash("sha256").update(body).digest();
  if (!digest.equals(bytes.subarray(body.length))) return [];
  const count = body.readUInt32LE(end - 4);
  const start = end - 4 - count * keyBytes;
  if (start < 0) return [];
  const keys: string[] = [];
  for (let at = start; at < end - 4; at += keyBytes) {
    keys.push(body.toString("hex", at, at + keyBytes));
  }
  return keys;
}

/** Removes what processes elsewhere left, and the least recently used beyond the limit. */
function prune(folder: string, limit: number): void {
  const hourAgo = Date.now() - 3_600_000;
  const entries: { path: string; size: number; used: number }[] = [];
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    try {
      const { size, nlink, mtimeMs } = statSync(path);
      if (name.endsWith(".so") && !name.startsWith(".")) {
        entries.push({ path, size: size / nlink, used: mtimeMs });
      } else if (mtimeMs < hourAgo) {
        rmSync(path, { force: true });
      }
    } catch {
      // another process was quicker
    }
  }
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total <= limit) return;
  entries.sort((a, b) => a.used - b.used);
  for (const { path, size } of entries) {
    if (total <= limit * 0.8) break;
    rmSync(path, { force: true });
    total -= size;
  }
}
