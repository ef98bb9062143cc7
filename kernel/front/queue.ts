/** The cells that wait and the one that runs: one at a time, in the order in which they came. */
import type { JsonObject, Message } from "../wire/message.js";

export interface RunningCell {
  readonly request: Message;
  /** When its turn came; front ends show how long a cell took from then. */
  readonly started: string;
}

export interface CellQueue {
  /** The cell whose turn it is, until its reply and its idle are out. */
  readonly running: RunningCell | null;
  /** Calls `run` when it is the cell's turn. Resolves with the content of the reply. */
  add(request: Message, run: () => Promise<JsonObject>): Promise<JsonObject>;
  /** Takes note of an interrupt: it may have overtaken a cell that was sent before it. */
  interrupted(request: Message | undefined): void;
  /** Answers the cells that wait. */
  abort(): void;
  /** From now on cells that come are answered as those of `abort`. */
  close(): void;
  /** Resolves when the running cell, or the last one, has its reply. */
  settled(): Promise<void>;
}

export interface QueueListener {
  /** A cell's turn has come, if only to be told that it was aborted. */
  busy(request: Message): void;
  /** The cell that has just started is one that its client wanted interrupted. */
  overtaken(): void;
}

interface Job {
  readonly request: Message;
  readonly run: () => Promise<JsonObject>;
  readonly settle: (reply: Promise<JsonObject> | JsonObject) => void;
}

/** An interrupt that came when nothing ran. */
interface Early {
  readonly request: Message;
  readonly at: number;
}

/** A cell that was sent before an interrupt arrives at most so long after it, on another socket. */
const OVERTAKEN_MS = 500;

export function createQueue(listener: QueueListener): CellQueue {
  const waiting: Job[] = [];
  let running: RunningCell | null = null;
  let turn: Promise<void> = Promise.resolve();
  let early: Early | null = null;
  let closed = false;

  function runNext(): void {
    if (running !== null) return;
    const job = waiting.shift();
    if (job !== undefined) turn = take(job);
  }

  async function take({ request, run, settle }: Job): Promise<void> {
    running = { request, started: new Date().toISOString() };
    listener.busy(request);
    const reply = run();
    if (wasOvertaken(request)) listener.overtaken();
    settle(reply);
    await reply.catch(() => {}); // whoever added the cell is told
    // The reply and idle of this cell come before busy of the next.
    setImmediate(() => {
      running = null;
      runNext();
    });
  }

  /** By an interrupt that its client had sent after it. */
  function wasOvertaken({ header }: Message): boolean {
    if (early === null || performance.now() - early.at > OVERTAKEN_MS) return false;
    const { session, date } = early.request.header;
    return header.session === session && Date.parse(header.date) < Date.parse(date);
  }

  function abort(): void {
    for (const { request, settle } of waiting.splice(0)) {
      listener.busy(request);
      settle({ status: "aborted" });
    }
  }

  return {
    get running() {
      return running;
    },
    add: (request, run) =>
      new Promise((settle) => {
        waiting.push({ request, run, settle });
        if (closed) abort();
        else runNext();
      }),
    interrupted(request) {
      const isEarly = request !== undefined && running === null;
      early = isEarly ? { request, at: performance.now() } : null;
    },
    abort,
    close() {
      closed = true;
    },
    settled: () => turn,
  };
}
