/**
 * A long run of everything at once: several clients send cells, completions, inspections and comm
 * messages to one kernel and interrupt it at random moments. Every request must have exactly one
 * reply and one busy and idle, in this order; no state may be lost; memory must not grow.
 */

import type { Message } from "../../kernel/wire/message.js";
import { shown } from "../faults/fault.js";
import { type RealKernel, sleep } from "../faults/kernel.js";
import type { Client, Reply } from "../kernel/front/client.js";
import { connect } from "../kernel/front/client.js";
import { type Memory, measure } from "./memory.js";

export interface SoakOptions {
  readonly clients: number;
  readonly seed: number;
  /** Whether to go on, asked before each cell with the number of cells so far. */
  readonly more: (cells: number) => boolean;
  /** Called after each round of cells. */
  readonly onRound?: (report: SoakReport) => void;
}

export interface SoakReport {
  cells: number;
  /** Everything else that was asked. */
  others: number;
  interrupts: number;
  readonly problems: string[];
  /** After each round. */
  readonly memory: Memory[];
}

interface Cell {
  readonly code: string;
  /** The error that it is meant to end with. */
  readonly fails?: string;
  /** Only an interrupt ends it. */
  readonly endless?: true;
}

const CELLS: readonly Cell[] = [
  { code: "1 + 1" },
  { code: "for (let i = 0; i < 200; i++) console.log(i);" },
  { code: "await new Promise((r) => setTimeout(r, 10));" },
  { code: "setTimeout(() => console.log('late'), 5); 0" },
  { code: "for (let i = 0; i < 20; i++) await null;" },
  { code: "throw new Error('meant');", fails: "Error" },
  { code: "const n: number = 'text';", fails: "TypeError" },
  { code: "void Promise.reject(new Error('meant')); 0" },
  { code: "html('x'.repeat(1e5))" },
  { code: "sum(tensor([1, 2, 3]) * 2).item()" },
  { code: "type Pair = [number, string]; const pair: Pair = [1, 'a']; pair" },
  { code: "while (true);", endless: true },
  { code: "await new Promise(() => {});", endless: true },
  { code: "await null; while (true);", endless: true },
  { code: "for (;;) await null;", endless: true },
  { code: "for (;;) await new Promise((r) => setTimeout(r, 1));", endless: true },
  { code: "for (;;) console.log('more');", endless: true },
  {
    code: "await new Promise(() => { setTimeout(() => { while (true); }, 1); });",
    endless: true,
  },
];

/** Requests beside the cells, answered while they run. */
const OTHERS: readonly (readonly [string, object])[] = [
  ["complete_request", { code: "Math.ma", cursor_pos: 7 }],
  ["complete_request", { code: "counter", cursor_pos: 7 }],
  ["inspect_request", { code: "counter0", cursor_pos: 8, detail_level: 0 }],
  ["is_complete_request", { code: "function f() {" }],
  ["history_request", { hist_access_type: "tail", n: 5, output: false, raw: true }],
  ["kernel_info_request", {}],
  ["comm_info_request", {}],
  ["comm_open", { comm_id: "nobody's", target_name: "nobody", data: {} }],
  ["comm_msg", { comm_id: "nobody's", data: { n: 1 } }],
];

/** Cells of each client between two looks at the memory. */
const ROUND = 50;
/** A person who sees no effect presses again after so long. */
const IMPATIENCE_MS = 15_000;
const WITHIN_MS = 60_000;

/** @param kernel one that is `measurable` */
export async function soak(kernel: RealKernel, options: SoakOptions): Promise<SoakReport> {
  const report: SoakReport = { cells: 0, others: 0, interrupts: 0, problems: [], memory: [] };
  const clients = [kernel.client];
  while (clients.length < options.clients) clients.push(await connect(kernel.connection));
  const random = generator(options.seed);
  const players = clients.map((client, i) => player(client, `counter${i}`, random, report));
  for (const { begin } of players) await begin();
  const engine = Number(shown(await kernel.client.execute("process.pid")));
  while (options.more(report.cells) && report.problems.length === 0) {
    const more = () => options.more(report.cells) && report.problems.length === 0;
    const rounds = await Promise.allSettled(players.map(({ round }) => round(more)));
    for (const outcome of rounds) {
      if (outcome.status === "rejected") report.problems.push(String(outcome.reason));
    }
    if (report.problems.length > 0) break; // The engine may be gone.
    report.memory.push(await measure(kernel, report.cells));
    for (const { surprises } of clients) report.problems.push(...surprises);
    for (const client of clients) client.forget();
    options.onRound?.(report);
  }
  if (report.problems.length > 0) return report;
  for (const { end } of players) await end();
  const last = shown(await kernel.client.execute("process.pid"));
  if (Number(last) !== engine) report.problems.push("the engine was replaced");
  for (const client of clients) if (client !== kernel.client) client.close();
  return report;
}

/** One client: sends a cell at a time, and other requests beside it. */
function player(client: Client, counter: string, below: Below, report: SoakReport) {
  /** How often the counter has certainly, and perhaps, been counted up. */
  let certain = 0;
  let perhaps = 0;
  const others: Promise<unknown>[] = [];

  const check = ({ outputs }: Reply, what: string): void => {
    const states = outputs
      .filter(({ header }) => header.msg_type === "status")
      .map(({ content }) => content.execution_state)
      .join();
    if (states !== "busy,idle") report.problems.push(`${what}: states ${states}`);
  };

  const ask = async (): Promise<void> => {
    const [type, content] = OTHERS[below(OTHERS.length)]!;
    const reply = await client.request(type, { ...content }, { within: WITHIN_MS });
    report.others++;
    check(reply, type);
  };

  const press = async (): Promise<void> => {
    report.interrupts++;
    check(await client.request("interrupt_request", {}, { channel: "control" }), "interrupt");
  };

  const one = async ({ code, fails, endless }: Cell): Promise<void> => {
    // Each its own text, and its type checked only after what counts.
    const source = `${counter}++; ${code} // ${report.cells++}`;
    const id = client.send("execute_request", { code: source, stop_on_error: false });
    const running = client.finish(id, WITHIN_MS).catch((error: unknown) => {
      throw new Error(`${source}: ${error}; so far ${summary(client.outputs(id))}`);
    });
    let ended = false;
    running.then(
      () => {
        ended = true;
      },
      () => {},
    );
    while (below(3) === 0) others.push(ask());
    if (endless) await untilBusy(client, id);
    if (endless || below(6) === 0) {
      await sleep(below(40));
      for (;;) {
        await press();
        const since = performance.now();
        while (!ended && performance.now() - since < IMPATIENCE_MS) await sleep(5);
        if (ended || !endless) break;
      }
    }
    const reply = await running;
    check(reply, code);
    const { status, ename, evalue } = reply.reply.content;
    if (status === "ok" || (fails === "Error" && ename === fails)) certain++;
    else if (ename === "Interrupted") perhaps++;
    if (status === "ok" ? fails !== undefined : ename !== fails && ename !== "Interrupted") {
      report.problems.push(`${code}: ended as ${status} ${ename}: ${evalue}`);
    }
  };

  return {
    begin: () => client.execute(`var ${counter} = 0;`),
    async round(more: () => boolean): Promise<void> {
      for (let i = 0; i < ROUND && more(); i++) await one(CELLS[below(CELLS.length)]!);
      await Promise.all(others.splice(0));
    },
    async end(): Promise<void> {
      const count = Number(shown(await client.execute(counter)));
      if (count < certain || count > certain + perhaps) {
        const range = `${certain} to ${certain + perhaps}`;
        report.problems.push(`${counter} is ${count}, expected ${range}`);
      }
    },
  };
}

/** The types of messages, and how many of each. */
function summary(messages: readonly Message[]): string {
  const counts = new Map<string, number>();
  for (const { header } of messages) {
    counts.set(header.msg_type, (counts.get(header.msg_type) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => `${count} ${type}`).join(", ") || "nothing";
}

/** A cell waits for its turn behind those of the others. */
async function untilBusy(client: Client, id: string): Promise<void> {
  while (client.outputs(id).length === 0) await sleep(2);
}

/** A whole number from 0 to below `n`. */
type Below = (n: number) => number;

/** Knuth's linear congruential generator; a seed gives the same run as far as time allows. */
function generator(seed: number): Below {
  let state = BigInt(seed);
  return (n) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) % BigInt(n));
  };
}
