/** The device inside the worker: numbered buffers, pipelines and plans, and what runs on them. */
import type { Access, Command, Shader } from "./messages.js";

interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** All uniform blocks of a plan in one buffer: that of command `i` at `i * stride` bytes. */
interface Uniforms {
  readonly buffer: GPUBuffer;
  readonly stride: number;
}

interface Plan {
  readonly commands: readonly Command[];
  readonly uniforms: Uniforms | null;
  /** Bind groups of the last few lists of buffers that it ran with. */
  readonly bound: Map<string, readonly (GPUBindGroup | null)[]>;
}

/** WebGPU's default for the alignment of a uniform binding's offset; no adapter needs more. */
const UNIFORM_ALIGNMENT = 256;

/** Bind groups are kept for this many distinct lists of buffers per plan. */
const BOUND_LISTS = 8;

export class Device {
  private readonly buffers = new Map<number, GPUBuffer>();
  private readonly pipelines = new Map<number, Pipeline>();
  private readonly plans = new Map<number, Plan>();
  private readonly layouts = new Map<string, GPUBindGroupLayout>();
  private staging: GPUBuffer | null = null;

  constructor(private readonly gpu: GPUDevice) {}

  allocate(id: number, bytes: number): void {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.buffers.set(id, this.gpu.createBuffer({ size: bytes, usage }));
  }

  free(ids: readonly number[]): void {
    for (const id of ids) {
      this.buffer(id).destroy();
      this.buffers.delete(id);
    }
    for (const plan of this.plans.values()) plan.bound.clear();
  }

  upload(id: number, data: ArrayBuffer): void {
    this.gpu.queue.writeBuffer(this.buffer(id), 0, data);
  }

  copy(from: number, to: number, bytes: number): void {
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer(from), 0, this.buffer(to), 0, bytes);
    this.gpu.queue.submit([encoder.finish()]);
  }

  /** The first `bytes` (a multiple of 4) of a buffer, after everything queued before. */
  async download(id: number, bytes: number): Promise<ArrayBuffer> {
    if (bytes === 0) return new ArrayBuffer(0);
    const staging = this.stagingOf(bytes);
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer(id), 0, staging, 0, bytes);
    this.gpu.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    return copy;
  }

  async settle(): Promise<void> {
    await this.gpu.queue.onSubmittedWorkDone();
  }

  /** Compile all shaders at once; Dawn compiles them in parallel. */
  async compile(pipelines: readonly { id: number; shader: Shader }[]): Promise<void> {
    const made = await Promise.all(pipelines.map(({ shader }) => this.pipeline(shader)));
    pipelines.forEach(({ id }, i) => {
      this.pipelines.set(id, made[i]!);
    });
  }

  plan(id: number, commands: readonly Command[]): void {
    this.plans.set(id, { commands, uniforms: this.uniforms(commands), bound: new Map() });
  }

  forget(id: number): void {
    this.plans.get(id)?.uniforms?.buffer.destroy();
    this.plans.delete(id);
  }

  /** Record and submit a whole plan as one command buffer. */
  run(id: number, buffers: readonly number[]): void {
    const plan = this.plans.get(id);
    if (plan === undefined) throw new Error(`internal: webgpu has no plan ${id}`);
    const groups = this.bind(plan, buffers);
    const encoder = this.gpu.createCommandEncoder();
    let pass: GPUComputePassEncoder | null = null;
    for (const [i, command] of plan.commands.entries()) {
      if (command.kind === "copy") {
        pass?.end();
        pass = null;
        const from = this.buffer(buffers[command.from]!);
        const to = this.buffer(buffers[command.to]!);
        encoder.copyBufferToBuffer(from, 0, to, command.at, command.bytes);
      } else {
        pass ??= encoder.beginComputePass();
        pass.setPipeline(this.pipelineOf(command.pipeline).pipeline);
        pass.setBindGroup(0, groups[i]!);
        pass.dispatchWorkgroups(...command.workgroups);
      }
    }
    pass?.end();
    this.gpu.queue.submit([encoder.finish()]);
  }

  /** Waits for queued work, then gives everything back. */
  destroy(): void {
    this.gpu.destroy();
  }

  private buffer(id: number): GPUBuffer {
    const buffer = this.buffers.get(id);
    if (buffer === undefined) throw new Error(`internal: webgpu has no buffer ${id}`);
    return buffer;
  }

  /** One buffer serves all downloads; it grows by doubling. */
  private stagingOf(bytes: number): GPUBuffer {
    if (this.staging !== null && this.staging.size >= bytes) return this.staging;
    this.staging?.destroy();
    const size = Math.min(2 ** Math.ceil(Math.log2(bytes)), this.gpu.limits.maxBufferSize);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    this.staging = this.gpu.createBuffer({ size, usage });
    return this.staging;
  }

  private async pipeline(shader: Shader): Promise<Pipeline> {
    const { label, code } = shader;
    this.gpu.pushErrorScope("validation"); // its errors are told by `explain`, with their lines
    const module = this.gpu.createShaderModule({ label, code });
    void this.gpu.popErrorScope();
    const layout = this.layout(shader.access, shader.uniform);
    try {
      const pipeline = await this.gpu.createComputePipelineAsync({
        label,
        layout: this.gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: "main" },
      });
      return { pipeline, layout };
    } catch (error) {
      throw new Error(await this.explain(shader, module, error));
    }
  }

  private async explain(shader: Shader, module: GPUShaderModule, error: unknown): Promise<string> {
    const lines = shader.code.split("\n");
    const { messages } = await module.getCompilationInfo();
    const found = messages
      .filter((message) => message.type === "error")
      .map((m) => `  line ${m.lineNum}: ${m.message}\n    ${lines[m.lineNum - 1]?.trim() ?? ""}`);
    if (found.length === 0)
      found.push(`  ${error instanceof Error ? error.message : String(error)}`);
    return `internal: the WGSL of kernel ${shader.label} was refused\n${found.join("\n")}`;
  }

  private layout(access: readonly Access[], uniform: boolean): GPUBindGroupLayout {
    const key = access.join() + uniform;
    const known = this.layouts.get(key);
    if (known !== undefined) return known;
    const types: GPUBufferBindingType[] = access.map((a) =>
      a === "read" ? "read-only-storage" : "storage",
    );
    if (uniform) types.push("uniform");
    const layout = this.gpu.createBindGroupLayout({
      entries: types.map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type },
      })),
    });
    this.layouts.set(key, layout);
    return layout;
  }

  private uniforms(commands: readonly Command[]): Uniforms | null {
    const blocks = commands.map((command) =>
      command.kind === "dispatch" && command.words !== undefined ? command.words : null,
    );
    const longest = Math.max(...blocks.map((words) => words?.length ?? 0));
    if (longest === 0) return null;
    const stride = Math.ceil((longest * 4) / UNIFORM_ALIGNMENT) * UNIFORM_ALIGNMENT;
    const all = new Uint32Array((blocks.length * stride) / 4);
    blocks.forEach((words, i) => {
      if (words !== null) all.set(words, (i * stride) / 4);
    });
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.gpu.createBuffer({ size: all.byteLength, usage });
    this.gpu.queue.writeBuffer(buffer, 0, all);
    return { buffer, stride };
  }

  /** The bind group of each dispatch when the plan's slots hold these buffers. */
  private bind(plan: Plan, buffers: readonly number[]): readonly (GPUBindGroup | null)[] {
    const key = buffers.join();
    const known = plan.bound.get(key);
    if (known !== undefined) return known;
    const groups = plan.commands.map((command, i) => {
      if (command.kind === "copy") return null;
      const resources: GPUBufferBinding[] = command.slots.map((slot) => ({
        buffer: this.buffer(buffers[slot]!),
      }));
      if (command.words !== undefined && plan.uniforms !== null) {
        const { buffer, stride } = plan.uniforms;
        resources.push({ buffer, offset: i * stride, size: stride });
      }
      return this.gpu.createBindGroup({
        layout: this.pipelineOf(command.pipeline).layout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
    });
    const oldest = plan.bound.keys().next();
    if (plan.bound.size === BOUND_LISTS && !oldest.done) plan.bound.delete(oldest.value);
    plan.bound.set(key, groups);
    return groups;
  }

  private pipelineOf(id: number): Pipeline {
    const pipeline = this.pipelines.get(id);
    if (pipeline === undefined) throw new Error(`internal: webgpu has no pipeline ${id}`);
    return pipeline;
  }
}
