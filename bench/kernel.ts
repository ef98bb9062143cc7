/** Suite `kernel`: what a person waits for, beside ipykernel. */
import { startPeer } from "./peer.js";
import { race, usual } from "./race.js";
import type { Suite } from "./report.js";

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
  async *run() {
    const peer = await startPeer("kernel_peer.py");
    if (peer === null) throw new Error("bench: the kernel suite needs .venv with Jupyter");
    try {
      for (const { name, rounds } of works) {
        const contenders = [
          peer.contender(`hypatia: ${name}`, "Hypatia"),
          peer.contender(`python3: ${name}`, "ipykernel"),
        ];
        yield { name, standings: await race(contenders, { ...usual, rounds }) };
      }
    } finally {
      peer.close();
    }
  },
};
