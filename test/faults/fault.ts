/**
 * A fault is a row: what happens, and what a person must then have seen, lost and waited. The rows
 * are in the files beside this one; here they are made to happen to a real kernel.
 */
import type { Client, Reply } from "../kernel/front/client.js";
import {
  createPlace,
  type Place,
  type RealKernel,
  removePlace,
  type Setting,
  startRealKernel,
} from "./kernel.js";

export interface Fault {
  readonly name: string;
  /** Also run by `npm test`. */
  readonly quick?: true;
  /** With this the row has a kernel of its own; the others share one. */
  readonly setting?: (place: Place) => Setting;
  /** Undoes what `setting` did to the machine. */
  readonly cleanUp?: (place: Place) => void;
  /** Why this machine cannot have the fault; null when it can. */
  readonly missing?: () => string | null;
  readonly inject: (scene: Scene) => Promise<Seen>;
  readonly expect: Expectation;
}

export interface Scene {
  readonly kernel: RealKernel;
  readonly client: Client;
  run(code: string, within?: number): Promise<Reply>;
  /** From here on the time counts, not from the start of `inject`. */
  struck(): void;
}

/** What the person saw, and how long it took where the row measured that itself. */
export type Seen = string | Measured;

export interface Measured {
  readonly saw: string;
  readonly ms: number;
}

export interface Expectation {
  /** What must be in the message, and thus also that there was one. */
  readonly saw: RegExp;
  readonly lost: Loss;
  /** From the fault to the next good cell, in ms. */
  readonly within: number;
}

export type Loss = "nothing" | "variables" | "the kernel";

export interface Outcome {
  readonly name: string;
  readonly saw: string;
  readonly ms: number;
  readonly lost: Loss | "?";
  /** What does not hold; empty if all is well. */
  readonly wrong: readonly string[];
  readonly skipped?: string;
}

const PROBE_MS = 30_000;

/** The kernel that rows without a setting share: what one leaves behind, the next one meets. */
export interface Ground {
  shared: RealKernel | null;
}

/** Makes a fault happen and compares what came with what must come. Never throws. */
export async function inflict(fault: Fault, ground: Ground): Promise<Outcome> {
  const { name, expect } = fault;
  const skipped = fault.missing?.() ?? null;
  if (skipped !== null) return { name, saw: "", ms: 0, lost: "?", wrong: [], skipped };
  let saw = "";
  let ms = 0;
  let lost: Outcome["lost"] = "?";
  const wrong: string[] = [];
  const own = fault.setting !== undefined;
  let kernel: RealKernel | null = null;
  const place = own || ground.shared === null ? createPlace() : ground.shared.place;
  try {
    kernel = own
      ? await startRealKernel(place, fault.setting!(place))
      : (ground.shared ?? (await startRealKernel(place)));
    if (!own) ground.shared = kernel;
    const { client } = kernel;
    await client.execute("var kept = 42", { silent: true });
    let since = performance.now();
    const seen = await fault.inject({
      kernel,
      client,
      run: (code, within) => client.request("execute_request", { code }, { within }),
      struck() {
        since = performance.now();
      },
    });
    saw = typeof seen === "string" ? seen : seen.saw;
    lost = expect.lost === "the kernel" ? "the kernel" : await findLoss(client);
    ms = typeof seen === "string" ? performance.now() - since : seen.ms;
    if (!expect.saw.test(saw)) wrong.push(`saw ${JSON.stringify(saw)}, expected ${expect.saw}`);
    if (lost !== expect.lost) wrong.push(`lost ${lost}, expected ${expect.lost}`);
    if (ms > expect.within) wrong.push(`took ${ms.toFixed(0)} ms, expected ≤ ${expect.within}`);
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
  } finally {
    if (own || wrong.length > 0) {
      await kernel?.stop();
      if (!own) ground.shared = null;
      fault.cleanUp?.(place);
      removePlace(place);
    }
  }
  return { name, saw, ms, lost, wrong };
}

/** The next cell must run; what it finds of the variable from before says what was lost. */
async function findLoss(client: Client): Promise<Loss> {
  const reply = await client.request(
    "execute_request",
    { code: "typeof kept" },
    { within: PROBE_MS },
  );
  const text = shown(reply);
  if (text === "'number'" || text === '"number"') return "nothing";
  if (text === "'undefined'" || text === '"undefined"') return "variables";
  const { ename, evalue } = reply.reply.content;
  // The types of lost variables are forgotten too, so the name is unknown to the checker.
  if (/kept/.test(String(evalue))) return "variables";
  throw new Error(`the next cell gave ${text} ${ename}: ${evalue}`);
}

/** Ends what the rows have shared. */
export async function leave(ground: Ground): Promise<void> {
  if (ground.shared === null) return;
  await ground.shared.stop();
  removePlace(ground.shared.place);
}

/** A cell's error, as front ends show it. */
export function errorOf({ reply: { content } }: Reply): string {
  return content.status === "ok" ? "" : `${content.ename}: ${content.evalue}`;
}

/** The text of a cell's result. */
export function shown({ outputs }: Reply): string {
  const result = outputs.find(({ header }) => header.msg_type === "execute_result");
  return String((result?.content.data as Record<string, unknown> | undefined)?.["text/plain"]);
}

export function streamed({ outputs }: Reply): string {
  return outputs
    .filter(({ header }) => header.msg_type === "stream")
    .map(({ content }) => content.text)
    .join("");
}

/** All that a person sees of a cell, in a line. */
export function everything(reply: Reply): string {
  const parts = [streamed(reply), shown(reply), errorOf(reply)];
  return parts
    .filter((part) => part !== "" && part !== "undefined")
    .join(" ")
    .trim();
}
