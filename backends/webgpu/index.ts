/** The WebGPU backend: generated WGSL, run by Dawn in a worker thread, read synchronously. */
import type { Program } from "../../compiler/program.js";
import type { DType, TypedArray } from "../../lang/dtype.js";
import type { Backend, Capabilities, Executable } from "../backend.js";
import { GpuBuffer } from "./buffer.js";
import { GpuExecutable, type Host } from "./executable.js";
import { Session, type SessionOptions } from "./session.js";
import { fromWords, toWords, wordTypes } from "./words.js";

export type { GpuBuffer } from "./buffer.js";
export { hardwareMayExist } from "./drivers.js";
export type { AdapterReport } from "./messages.js";
export type { SessionOptions } from "./session.js";

/**
 * Open the GPU, or SwiftShader where there is none (`capabilities.hardware` tells).
 *
 * Costs nothing until it is called; then it starts a thread, loads Dawn and opens a device. Choose
 * it with `hardwareMayExist()` first where SwiftShader is not wanted.
 *
 * @throws Error whose message says what was looked for, when there is no adapter
 * @example const gpu = openWebgpu(); gpu.download(gpu.upload("f32", new Float32Array([1, 2])));
 */
export function openWebgpu(options: SessionOptions = {}): WebgpuBackend {
  return new WebgpuBackend(options);
}

export class WebgpuBackend implements Backend<GpuBuffer>, Host {
  readonly name = "webgpu";
  readonly capabilities: Capabilities;
  private current: Session;

  constructor(private readonly options: SessionOptions) {
    this.current = new Session(options);
    const { name, hardware } = this.current.report;
    this.capabilities = { device: name, dtypes: wordTypes, hardware };
  }

  session(): Session {
    if (this.current.lost !== null) this.current = new Session(this.options);
    return this.current;
  }

  allocate(dtype: DType, length: number): GpuBuffer {
    return new GpuBuffer(this.session(), dtype, length);
  }

  upload(dtype: DType, data: TypedArray): GpuBuffer {
    const buffer = this.allocate(dtype, data.length);
    this.current.upload(buffer.id, toWords(dtype, data));
    return buffer;
  }

  download(buffer: GpuBuffer): TypedArray {
    const { id, bytes } = buffer.on(this.session());
    return fromWords(buffer.dtype, this.current.download(id, bytes), buffer.length);
  }

  copy(buffer: GpuBuffer): GpuBuffer {
    const { id, bytes } = buffer.on(this.session());
    const copy = this.allocate(buffer.dtype, buffer.length);
    this.current.copy(id, copy.id, bytes);
    return copy;
  }

  free(buffer: GpuBuffer): void {
    buffer.free();
  }

  compile(program: Program): Executable<GpuBuffer> {
    return new GpuExecutable(program, this);
  }

  synchronize(): void {
    this.session().settle();
  }

  /** Ends the worker. Buffers made so far can no longer be read. */
  dispose(): void {
    this.current.close();
  }
}
