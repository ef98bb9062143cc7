/**
 * The disk as the language service sees it. It asks for every file of the program at every cell,
 * so what installed packages hold is read once; the user's own files are looked at each time.
 */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type typescript from "typescript";
import { ts } from "./typescript.js";

export interface Files {
  exists(path: string): boolean;
  directoryExists(path: string): boolean;
  read(path: string): string | undefined;
  realpath(path: string): string;
  snapshot(path: string): typescript.IScriptSnapshot | undefined;
  /** Changes when the file does. */
  version(path: string): string;
}

const ownFolder = fileURLToPath(new URL("../../", import.meta.url));

/** Whether a file belongs to a package or to Hypatia, and so does not change in a session. */
export const isInstalled = (path: string) =>
  /[/\\]node_modules[/\\]/.test(path) || path.startsWith(ownFolder);

export function createFiles(): Files {
  const snapshots = new Map<string, { version: string; snapshot: typescript.IScriptSnapshot }>();

  /** Remembers answers about installed packages; a package that is missing may still come. */
  function once<T>(ask: (path: string) => T, isFinal: (answer: T) => boolean) {
    const answers = new Map<string, T>();
    return (path: string): T => {
      const known = answers.get(path);
      if (known !== undefined) return known;
      const answer = ask(path);
      if (isInstalled(path) && isFinal(answer)) answers.set(path, answer);
      return answer;
    };
  }

  const read = once(
    (path) => ts.sys.readFile(path),
    (text) => text !== undefined,
  );
  const version = once(
    (path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? "none" : `${stat.mtimeMs} ${stat.size}`;
    },
    (text) => text !== "none",
  );

  return {
    read,
    version,
    exists: once(ts.sys.fileExists, (yes) => yes),
    directoryExists: once(ts.sys.directoryExists, (yes) => yes),
    realpath: once(
      (path) => ts.sys.realpath?.(path) ?? path,
      () => true,
    ),
    snapshot(path) {
      const now = version(path);
      const known = snapshots.get(path);
      if (known?.version === now) return known.snapshot;
      const text = ts.sys.readFile(path);
      if (text === undefined) return undefined;
      const snapshot = ts.ScriptSnapshot.fromString(text);
      snapshots.set(path, { version: now, snapshot });
      return snapshot;
    },
  };
}
