/**
 * The worker thread that owns the GPU. It carries out what the main thread says strictly in
 * order, and keeps the first error of an order for the next question.
 */
import { workerData } from "node:worker_threads";
import { findAdapter } from "./adapter.js";
import type { WorkerData } from "./channel.js";
import { Device } from "./device.js";
import {
  type AdapterReport,
  type Answers,
  type Failure,
  type Message,
  type Order,
  type Question,
  type Reply,
  SIGNAL,
} from "./messages.js";

const { port, signals } = workerData as WorkerData;
const signal = new Int32Array(signals);

let device: Device | null = null;
let trouble: Failure | null = null;
let turn: Promise<void> = Promise.resolve();

port.on("message", (message: Message) => {
  turn = turn.then(() => handle(message));
});

process.on("exit", () => {
  Atomics.store(signal, SIGNAL.ended, 1);
  Atomics.notify(signal, SIGNAL.replies);
  Atomics.store(signal, SIGNAL.parked, 1);
  Atomics.notify(signal, SIGNAL.parked);
});

/** Sleeps until the thread is taken down, if the process is about to end. */
function parkIfLeaving(): void {
  if (Atomics.load(signal, SIGNAL.leaving) === 0) return;
  Atomics.store(signal, SIGNAL.parked, 1);
  Atomics.notify(signal, SIGNAL.parked);
  Atomics.wait(signal, SIGNAL.leaving, 1);
}

async function handle(message: Message): Promise<void> {
  parkIfLeaving();
  if ("order" in message) {
    try {
      obey(message.order);
    } catch (error) {
      report(error);
    }
    return;
  }
  try {
    const answer = await reply(message.question);
    // Dawn delivers validation errors after the call that made them: let them arrive.
    if (trouble !== null && message.question.kind !== "close")
      send({ id: message.id, failure: taken() });
    else send({ id: message.id, answer });
  } catch (error) {
    // What went wrong first explains what went wrong later.
    report(error);
    await new Promise(setImmediate); // let the news arrive that the device was lost
    send({ id: message.id, failure: taken() });
  }
}

function obey(order: Order): void {
  const gpu = opened();
  switch (order.kind) {
    case "allocate":
      gpu.allocate(order.buffer, order.bytes);
      break;
    case "free":
      gpu.free(order.buffers);
      break;
    case "upload":
      gpu.upload(order.buffer, order.data);
      break;
    case "copy":
      gpu.copy(order.from, order.to, order.bytes);
      break;
    case "plan":
      gpu.plan(order.plan, order.commands);
      break;
    case "forget":
      gpu.forget(order.plan);
      break;
    case "run":
      gpu.run(order.plan, order.buffers);
      break;
    case "park":
      break;
  }
}

async function reply(question: Question): Promise<Answers[keyof Answers]> {
  switch (question.kind) {
    case "open":
      return open(question.software);
    case "pipelines":
      await opened().compile(question.pipelines);
      return null;
    case "download":
      return opened().download(question.buffer, question.bytes);
    case "settle":
      await opened().settle();
      return null;
    case "close":
      device?.destroy();
      device = null;
      // In a turn of its own, where no function of Dawn's can be further down on the stack.
      setImmediate(() => process.exit());
      return null;
  }
}

async function open(software: boolean): Promise<AdapterReport> {
  const { adapter, report: adapterReport } = await findAdapter(software);
  const { limits } = adapter;
  // WebGPU's defaults are small; a device gets more only by asking for it.
  const gpu = await adapter.requestDevice({
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupSizeY: limits.maxComputeWorkgroupSizeY,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    },
  });
  gpu.addEventListener("uncapturederror", (event) => {
    event.preventDefault(); // else Dawn prints it as well
    report(event.error);
  });
  void gpu.lost.then((info) => {
    if (device !== null)
      trouble = { message: `the GPU device was lost: ${info.message}`, lost: true };
  });
  device = new Device(gpu);
  return adapterReport;
}

function opened(): Device {
  if (device === null) throw new Error("internal: the webgpu worker has no device");
  return device;
}

function report(error: unknown): void {
  const message = error instanceof Error ? error.message : (error as GPUError).message;
  trouble ??= { message, lost: false };
}

function taken(): Failure {
  const failure = trouble ?? { message: "internal: no error to report", lost: false };
  if (!failure.lost) trouble = null;
  return failure;
}

function send(message: Reply): void {
  const transfer =
    "answer" in message && message.answer instanceof ArrayBuffer ? [message.answer] : [];
  port.postMessage(message, transfer);
  Atomics.add(signal, SIGNAL.replies, 1);
  Atomics.notify(signal, SIGNAL.replies);
}
