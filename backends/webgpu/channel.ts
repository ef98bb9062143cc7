/**
 * A synchronous line to a worker thread: `ask` sleeps in `Atomics.wait` until the reply is there,
 * so the main thread reads results without `await` while the worker's event loop goes on.
 */
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  SHARE_ENV,
  Worker,
} from "node:worker_threads";
import { Interruption } from "../interruption.js";
import { type Answers, type Order, type Question, type Reply, SIGNAL } from "./messages.js";

/** How long one sleep lasts before the interrupt flag is looked at again, in milliseconds. */
const SLICE = 20;

/** What the worker is told when it starts. */
export interface WorkerData {
  readonly port: MessagePort;
  /** Words that both threads see, see {@link SIGNAL}. */
  readonly signals: SharedArrayBuffer;
}

/** How long the end of the process waits for a worker to leave Dawn, in milliseconds. */
const PARKING = 2000;

/**
 * Channels whose worker runs. A worker that is inside Dawn while Node takes its environment down
 * aborts the process with a native stack trace: so each is parked before.
 */
const running = new Set<Channel>();

const parkAll = (): void => {
  for (const channel of running) channel.park();
};

function parkAtExit(channel: Channel): void {
  if (!process.listeners("exit").includes(parkAll)) process.on("exit", parkAll);
  running.add(channel);
}

/** A question that was sent, and whose answer is still to come. */
export interface Asked<Q extends Question> {
  readonly id: number;
  /** Never set: it keeps the kind of question in the type. */
  readonly question?: Q;
}

/** A question was not answered: the reason, and whether the device went with it. */
export class WorkerFailure extends Error {
  override readonly name = "WorkerFailure";
  constructor(
    message: string,
    readonly lost: boolean,
  ) {
    super(message);
  }
}

/** The wait for an answer was cut short because the interrupt flag went up. */
export class WaitInterrupted extends Interruption {
  override readonly name = "WaitInterrupted";
}

export class Channel {
  private readonly port: MessagePort;
  private readonly worker: Worker;
  private readonly signals = new Int32Array(new SharedArrayBuffer(4 * SIGNAL.words));
  private lastId = 0;

  /**
   * Start the worker at `entry`.
   * @param interrupt a word that is looked at every few milliseconds of a wait; not 0: stop
   */
  constructor(
    entry: URL,
    private readonly interrupt?: Int32Array,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const workerData: WorkerData = { port: port2, signals: this.signals.buffer };
    // SHARE_ENV: the Vulkan loader reads the process's environment, not a worker's copy of it.
    this.worker = new Worker(entry, { workerData, transferList: [port2], env: SHARE_ENV });
    this.worker.unref();
    this.port.unref();
    parkAtExit(this);
    this.worker.once("exit", () => running.delete(this));
  }

  /** Hold the worker outside Dawn for good; waits for it a little. */
  park(): void {
    Atomics.store(this.signals, SIGNAL.leaving, 1);
    this.tell({ kind: "park" });
    if (Atomics.load(this.signals, SIGNAL.ended) === 0)
      Atomics.wait(this.signals, SIGNAL.parked, 0, PARKING);
  }

  /** Queue an order; buffers in `transfer` move to the worker. Returns at once. */
  tell(order: Order, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage({ id: ++this.lastId, order }, transfer);
  }

  /**
   * Ask and wait for the answer.
   * @param timeout in milliseconds; without one the wait ends with the answer or an interrupt
   * @throws WorkerFailure, WaitInterrupted
   */
  ask<Q extends Question>(question: Q, timeout?: number): Answers[Q["kind"]] {
    return this.answer(this.send(question), timeout);
  }

  /** Ask without waiting. Give what comes back to {@link answer} before the next question. */
  send<Q extends Question>(question: Q): Asked<Q> {
    const id = ++this.lastId;
    this.port.postMessage({ id, question });
    return { id };
  }

  /** Wait for an answer as {@link ask} does; may be called again after an interrupt. */
  answer<Q extends Question>(
    { id }: Asked<Q>,
    timeout = Number.POSITIVE_INFINITY,
  ): Answers[Q["kind"]] {
    const deadline = performance.now() + timeout;
    for (;;) {
      const seen = Atomics.load(this.signals, SIGNAL.replies);
      for (let got = receive(this.port); got !== null; got = receive(this.port)) {
        // A reply with another id answers a question whose wait was interrupted.
        if (got.id !== id) continue;
        if ("failure" in got) throw new WorkerFailure(got.failure.message, got.failure.lost);
        return got.answer as Answers[Q["kind"]];
      }
      if (Atomics.load(this.signals, SIGNAL.ended) === 1)
        throw new WorkerFailure("internal: the GPU worker ended by itself", true);
      if (this.interrupt !== undefined && Atomics.load(this.interrupt, 0) !== 0)
        throw new WaitInterrupted("interrupted while waiting for the GPU");
      const left = deadline - performance.now();
      if (left <= 0) {
        const seconds = Math.round(timeout / 1000);
        throw new WorkerFailure(`the GPU worker gave no answer in ${seconds} s`, true);
      }
      Atomics.wait(this.signals, SIGNAL.replies, seen, Math.min(SLICE, left));
    }
  }

  /**
   * Have the device released and the worker end, once it has done what it was told before. Waits
   * for that, at most `timeout` milliseconds. The channel cannot be used afterwards.
   *
   * The worker is never terminated: inside Dawn that aborts the process.
   */
  close(timeout = 5000): void {
    const closing = this.send({ kind: "close" });
    try {
      this.answer(closing, timeout);
    } catch {
      // Then it ends later; until it has, it is among those that are parked at exit.
    }
  }
}

function receive(port: MessagePort): Reply | null {
  const packet = receiveMessageOnPort(port);
  return packet === undefined ? null : (packet.message as Reply);
}
