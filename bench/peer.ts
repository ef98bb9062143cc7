/** The Python side: a child process that does named pieces of work as often as it is told. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Contender } from "./race.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const python = join(root, ".venv", "bin", "python");

/** A script in the sources' bench/ folder. */
export const script = (name: string) => join(root, "bench", name);

export interface Peer {
  /** What it is, in words: versions, and the BLAS kernel it runs. */
  readonly about: string;
  /** A contender that does one of the script's pieces of work. */
  contender(work: string, name: string): Contender;
  /** Throws unless a piece of work computes these values there too, within a relative error. */
  check(work: string, ours: readonly number[], tolerance: number): Promise<void>;
  close(): void;
}

/**
 * Starts a peer script; null when there is no Python. On some machines OPENBLAS_CORETYPE and
 * OPENBLAS_L2_SIZE are set for the sake of old libraries and cripple a current one: the peer runs
 * without them, so that it is measured at its best.
 */
export async function startPeer(name: string, more: NodeJS.ProcessEnv = {}): Promise<Peer | null> {
  if (!existsSync(python)) return null;
  const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, ...usual } = process.env;
  const env = { ...usual, ...more };
  const child = spawn(python, [script(name)], { env, stdio: ["pipe", "pipe", "inherit"] });
  const answers = lines(child);
  const ask = async (request: Readonly<Record<string, unknown>>) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`bench: ${name} ended without an answer`);
    const answer: Record<string, unknown> = JSON.parse(value);
    if (answer.error !== undefined) throw new Error(`bench: ${name}: ${answer.error}`);
    return answer;
  };
  const { about } = await ask({ about: true });
  return {
    about: String(about),
    contender: (work, name) => ({
      name,
      run: async (iterations) => Number((await ask({ work, iterations })).milliseconds),
    }),
    async check(work, ours, tolerance) {
      const { value: theirs } = await ask({ value: work });
      if (!Array.isArray(theirs) || theirs.length !== ours.length)
        throw new Error(`bench: ${work}: ${ours.length} values, but the peer has others`);
      const scale = Math.max(...ours.map(Math.abs), 1e-30);
      const wrong = ours.findIndex((x, i) => !(Math.abs(x - theirs[i]) <= tolerance * scale));
      if (wrong >= 0)
        throw new Error(`bench: ${work}: element ${wrong} is ${ours[wrong]}, not ${theirs[wrong]}`);
    },
    close: () => child.stdin.end(),
  };
}

function lines(child: ChildProcessByStdio<Writable, Readable, null>): AsyncIterator<string> {
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}
