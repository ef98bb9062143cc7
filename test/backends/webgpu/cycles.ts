/**
 * Opens a device, computes on it, and closes it or leaves it open, many times over. Run as a
 * process of its own by session.test.ts: `cycles.js COUNT close|leave|exit|interrupt`.
 */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { WaitInterrupted } from "../../../backends/webgpu/channel.js";
import { openWebgpu, type WebgpuBackend } from "../../../backends/webgpu/index.js";
import { literal, op } from "../../../compiler/expression.js";
import { elementwise } from "./programs.js";

const [count, end] = process.argv.slice(2);
const text = elementwise(1000, ["f32"], "f32", (x) => op("f32", "exp", x));
const slow = elementwise(2 ** 20, ["f32"], "f32", (x) => {
  let y = x;
  for (let i = 0; i < 20; i++) y = op("f32", "add", op("f32", "sin", y), literal("f32", i));
  return y;
});

/** Opens a device, at the second attempt if an interrupt after `ms` milliseconds stops the first. */
async function openInterrupted(ms: number): Promise<WebgpuBackend> {
  const interrupt = new Int32Array(new SharedArrayBuffer(4));
  const raise = `
    const { workerData: { interrupt, ms } } = require("node:worker_threads");
    setTimeout(() => Atomics.store(interrupt, 0, 1), ms);`;
  const raised = once(new Worker(raise, { eval: true, workerData: { interrupt, ms } }), "exit");
  const attempt = (): WebgpuBackend | null => {
    try {
      return openWebgpu({ interrupt });
    } catch (error) {
      if (error instanceof WaitInterrupted) return null;
      throw error;
    }
  };
  const gpu = attempt();
  await raised; // and what the interrupt left behind has time to go wrong
  interrupt[0] = 0;
  return gpu ?? openWebgpu({ interrupt });
}

for (let cycle = 0; cycle < Number(count); cycle++) {
  const gpu = end === "interrupt" ? await openInterrupted(cycle) : openWebgpu();
  const [y] = gpu.compile(text).run([gpu.upload("f32", new Float32Array(1000).fill(1))], []);
  const last = gpu.download(y!)[999];
  if (Math.abs(Number(last) - Math.E) > 1e-6) throw new Error(`exp(1) came out as ${last}`);
  if (end === "close" || end === "interrupt") gpu.dispose();
  if (end === "exit") gpu.compile(slow).run([gpu.upload("f32", new Float32Array(2 ** 20))], []);
}
console.log(`${count} cycles`);
if (end === "exit") process.exit(3);
