/**
 * One device, seen from the main thread: its worker, its memory and its compiled pipelines.
 * When the device is lost the session is over; a new one is opened for what comes next.
 */
import { totalmem } from "node:os";
import { type Asked, Channel, WaitInterrupted, WorkerFailure } from "./channel.js";
import type { AdapterReport, Answers, Command, Question, Shader } from "./messages.js";

export interface SessionOptions {
  /** Take SwiftShader even when there is a GPU. */
  readonly software?: boolean;
  /** A word; while it is not 0, waiting for the device ends with `WaitInterrupted`. */
  readonly interrupt?: Int32Array;
  /** Choose kernels as for this kind of adapter, whatever it is: for tests and measurements. */
  readonly tuning?: "hardware" | "software";
  /** Most bytes that buffers may take. */
  readonly budget?: number;
}

/** Opening loads a driver and starts a thread: well under 2 s where it was measured. */
const OPEN_TIMEOUT = 60_000;

/** Freed buffers are kept for reuse up to this share of the budget. */
const IDLE_SHARE = 1 / 4;

/** `run` waits for the device when it is this many runs ahead, so that memory stays bounded. */
const RUNS_AHEAD = 64;

/** A worker that was asked to open a device. */
interface Opening {
  readonly options: SessionOptions;
  readonly channel: Channel;
  readonly asked: Asked<Question & { kind: "open" }>;
}

/** Those whose session was interrupted before the answer came. */
const unfinished: Opening[] = [];

function start(options: SessionOptions): Opening {
  const channel = new Channel(new URL("./worker.js", import.meta.url), options.interrupt);
  const asked = channel.send({ kind: "open", software: options.software ?? false });
  return { options, channel, asked };
}

/** An opening that was interrupted, and that these options would only repeat. */
function resume({ software, interrupt }: SessionOptions): Opening | undefined {
  const index = unfinished.findIndex(
    ({ options }) => options.software === software && options.interrupt === interrupt,
  );
  return index < 0 ? undefined : unfinished.splice(index, 1)[0];
}

export class Session {
  readonly report: AdapterReport;
  /** The adapter as the code generator is to see it. */
  readonly target: AdapterReport;
  /** Set once the device is gone; every later use of the session fails with it. */
  lost: string | null = null;

  private readonly channel: Channel;
  private readonly budget: number;
  private readonly pipelineIds = new Map<string, number>();
  /** Freed buffers by their size in bytes. */
  private readonly idle = new Map<number, number[]>();
  private idleBytes = 0;
  private liveBytes = 0;
  private lastId = 0;
  private runsAhead = 0;

  /**
   * Start the worker and open a device in it. When that is interrupted it goes on in the worker,
   * and the next session with the same options takes the device.
   * @throws WorkerFailure when there is no adapter; its message says what was looked for
   */
  constructor(options: SessionOptions = {}) {
    const opening = resume(options) ?? start(options);
    this.channel = opening.channel;
    try {
      this.report = this.channel.answer(opening.asked, OPEN_TIMEOUT);
    } catch (error) {
      if (error instanceof WaitInterrupted) unfinished.push(opening);
      else this.channel.close(0);
      throw error;
    }
    const hardware =
      options.tuning === undefined ? this.report.hardware : options.tuning === "hardware";
    this.target = { ...this.report, hardware };
    this.budget = options.budget ?? defaultBudget(this.report);
  }

  /** Bytes in buffers that are in use, and in freed ones kept for reuse. */
  get memory(): { live: number; idle: number; budget: number } {
    return { live: this.liveBytes, idle: this.idleBytes, budget: this.budget };
  }

  /**
   * A buffer of at least `bytes`; its contents are undefined.
   * @throws Error when it is larger than the adapter can bind, or than what is left of the budget
   */
  allocate(bytes: number): number {
    const size = bufferSize(bytes);
    const { limits, name } = this.report;
    if (size > limits.bufferBytes) {
      throw new Error(
        `webgpu: a buffer of ${inMiB(size)} was asked for, and ${name} allows at most ` +
          `${inMiB(limits.bufferBytes)}; use smaller batches or the cpu backend`,
      );
    }
    const reused = this.idle.get(size)?.pop();
    if (reused !== undefined) {
      this.idleBytes -= size;
      this.liveBytes += size;
      return reused;
    }
    if (this.liveBytes + this.idleBytes + size > this.budget) this.trim();
    if (this.liveBytes + size > this.budget) {
      throw new Error(
        `webgpu: out of memory: ${inMiB(this.liveBytes)} in use, ${inMiB(size)} asked for, and ` +
          `the budget is ${inMiB(this.budget)} (HYPATIA_WEBGPU_MEMORY sets it, in MiB)`,
      );
    }
    this.liveBytes += size;
    const buffer = ++this.lastId;
    this.channel.tell({ kind: "allocate", buffer, bytes: size });
    return buffer;
  }

  /** Give back a buffer that was allocated with the same `bytes`. */
  free(buffer: number, bytes: number): void {
    const size = bufferSize(bytes);
    this.liveBytes -= size;
    this.idleBytes += size;
    const list = this.idle.get(size);
    if (list === undefined) this.idle.set(size, [buffer]);
    else list.push(buffer);
    if (this.idleBytes > this.budget * IDLE_SHARE) this.trim();
  }

  /** Write `data` (moved, not copied; a multiple of 4 bytes) to the start of a buffer. */
  upload(buffer: number, data: ArrayBuffer): void {
    if (data.byteLength > 0) this.channel.tell({ kind: "upload", buffer, data }, [data]);
  }

  /** Copy the first `bytes` (a multiple of 4) of a buffer to another. */
  copy(from: number, to: number, bytes: number): void {
    if (bytes > 0) this.channel.tell({ kind: "copy", from, to, bytes });
  }

  /** The first `bytes` of a buffer, rounded up to a multiple of 4, after all runs so far. */
  download(buffer: number, bytes: number): ArrayBuffer {
    this.runsAhead = 0;
    return this.ask({ kind: "download", buffer, bytes: Math.ceil(bytes / 4) * 4 });
  }

  hasPipeline(code: string): boolean {
    return this.pipelineIds.has(code);
  }

  /** Compile shaders; equal text is compiled once in a session. */
  pipelines(shaders: readonly Shader[]): number[] {
    const fresh = new Map<string, { id: number; shader: Shader }>();
    for (const shader of shaders) {
      if (this.pipelineIds.has(shader.code) || fresh.has(shader.code)) continue;
      fresh.set(shader.code, { id: ++this.lastId, shader });
    }
    if (fresh.size > 0) {
      this.ask({ kind: "pipelines", pipelines: [...fresh.values()] });
      for (const [code, { id }] of fresh) this.pipelineIds.set(code, id);
    }
    return shaders.map((shader) => this.pipelineIds.get(shader.code)!);
  }

  /** Send a list of commands once, to be run often. */
  plan(commands: readonly Command[]): number {
    const plan = ++this.lastId;
    this.channel.tell({ kind: "plan", plan, commands });
    return plan;
  }

  forget(plan: number): void {
    this.channel.tell({ kind: "forget", plan });
  }

  /** Queue a plan with these buffers in its slots. Returns before it has run. */
  run(plan: number, buffers: readonly number[]): void {
    this.channel.tell({ kind: "run", plan, buffers });
    if (++this.runsAhead >= RUNS_AHEAD) this.settle();
  }

  /** Wait until everything queued has run. */
  settle(): void {
    this.ask({ kind: "settle" });
    this.runsAhead = 0;
  }

  /** End the worker; waits at most `timeout` milliseconds for the device to finish. */
  close(timeout?: number): void {
    this.lost ??= "the session was closed";
    this.channel.close(timeout);
  }

  private ask<Q extends Question>(question: Q): Answers[Q["kind"]] {
    try {
      return this.channel.ask(question);
    } catch (error) {
      if (error instanceof WorkerFailure && error.lost) {
        this.lost = error.message;
        this.channel.close(0);
      }
      throw error;
    }
  }

  private trim(): void {
    const buffers = [...this.idle.values()].flat();
    this.idle.clear();
    this.idleBytes = 0;
    if (buffers.length > 0) this.channel.tell({ kind: "free", buffers });
  }
}

/**
 * SwiftShader lives in main memory and never reports that it ran out, so it gets half of it. A
 * GPU's driver does report it, and WebGPU does not say how much memory there is.
 */
function defaultBudget(report: AdapterReport): number {
  const mib = Number(process.env.HYPATIA_WEBGPU_MEMORY);
  if (mib > 0) return mib * 2 ** 20;
  return report.hardware ? Number.POSITIVE_INFINITY : totalmem() / 2;
}

/** Sizes are rounded so that buffers of about the same size can take each other's place. */
function bufferSize(bytes: number): number {
  const step = bytes < 2 ** 20 ? 256 : 2 ** 16;
  return Math.max(step, Math.ceil(bytes / step) * step);
}

function inMiB(bytes: number): string {
  return `${(bytes / 2 ** 20).toLocaleString("en", { maximumFractionDigits: 1 })} MiB`;
}
