/** Suite `kernel`: what a person waits for, beside ipykernel and, where it is installed, tslab. */
import { delimiter } from "node:path";
import { type Peer, startPeer } from "./peer.js";
import { race, usual } from "./race.js";
import type { Remark, Row, Suite } from "./report.js";
import { findTslab } from "./tslab.js";

/** Work that starts a kernel takes seconds, so it gets fewer rounds. */
const works = [
  { name: "first reply", rounds: 7 },
  { name: "first cell", rounds: 7 },
  { name: "round trip", rounds: 15 },
  { name: "10000 lines", rounds: 9 },
  { name: "completion", rounds: 15 },
];

export const kernel: Suite = {
  name: "kernel",
  about: "start-up, round trip of a trivial cell, output and completion, against ipykernel",
  async *run({ tslab: install }) {
    const tslab = findTslab(install);
    if (typeof tslab === "string") yield { remark: tslab };
    const paths = [typeof tslab === "string" ? "" : tslab.jupyterPath, process.env.JUPYTER_PATH];
    const env = { JUPYTER_PATH: paths.filter(Boolean).join(delimiter) };
    const peer = await startPeer("kernel_peer.py", env);
    if (peer === null) throw new Error("bench: the kernel suite needs .venv with Jupyter");
    try {
      for (const work of works) yield* standings(peer, work, typeof tslab !== "string");
    } finally {
      peer.close();
    }
  },
};

async function* standings(
  peer: Peer,
  { name, rounds }: (typeof works)[number],
  withTslab: boolean,
): AsyncGenerator<Row | Remark> {
  const ours = peer.contender(`hypatia: ${name}`, "Hypatia");
  const theirs = peer.contender(`python3: ${name}`, "ipykernel");
  const other = peer.contender(`tslab: ${name}`, "tslab");
  const failure = withTslab ? await failureOf(() => other.run(1)) : null;
  const contenders = withTslab && failure === null ? [ours, other, theirs] : [ours, theirs];
  const found = await race(contenders, { ...usual, rounds });
  yield { name, standings: found };
  if (failure !== null) yield { remark: `${name}: tslab fails: ${failure}` };
  const [first, second] = found;
  if (first === undefined || second === undefined || found.length < 3) return;
  const ratio = first.median / second.median;
  yield {
    name,
    standings: [
      { ...first, ratio },
      { ...second, ratio: 1 },
    ],
  };
}

async function failureOf(run: () => unknown): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
