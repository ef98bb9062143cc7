/** A program on the GPU: lowered once, its pipelines compiled once, planned once per sizes. */
import type { Program } from "../../compiler/program.js";
import { bytesOf, type DType } from "../../lang/dtype.js";
import { internal } from "../../lang/error.js";
import type { Executable } from "../backend.js";
import { dataError } from "../data-error.js";
import type { GpuBuffer } from "./buffer.js";
import { type DeviceProgram, lower } from "./lowering.js";
import type { Shader } from "./messages.js";
import { type Plan, planProgram, type Slot } from "./plan.js";
import type { Session } from "./session.js";
import { wordTypes } from "./words.js";

/** What an executable asks of the backend that made it. */
export interface Host {
  /** The session in use; a new one after the device was lost. */
  session(): Session;
  allocate(dtype: DType, length: number): GpuBuffer;
  copy(buffer: GpuBuffer): GpuBuffer;
  free(buffer: GpuBuffer): void;
}

/** Plans are kept for this many distinct values of a program's sizes. */
const KEPT_PLANS = 8;

/** What one session knows of the program. */
interface Loaded {
  readonly session: Session;
  readonly pipelines: ReadonlyMap<Shader, number>;
  readonly plans: Map<string, Plan & { readonly id: number }>;
}

export class GpuExecutable implements Executable<GpuBuffer> {
  readonly sources: readonly string[];
  readonly cost: { readonly compile: number; readonly kernels: number; readonly cached: number };
  private readonly device: DeviceProgram;
  private loaded: Loaded;

  constructor(
    private readonly program: Program,
    private readonly host: Host,
  ) {
    checkTypes(program);
    const started = performance.now();
    const session = host.session();
    this.device = lower(program, session.target);
    this.sources = this.device.sources;
    const shaders = this.shaders();
    const cached = shaders.filter(({ code }) => session.hasPipeline(code)).length;
    this.loaded = this.load(session);
    this.cost = { compile: performance.now() - started, kernels: shaders.length, cached };
  }

  run(inputs: readonly GpuBuffer[], sizes: readonly number[]): readonly GpuBuffer[] {
    const session = this.host.session();
    if (this.loaded.session !== session) this.loaded = this.load(session);
    const plan = this.planFor(sizes);
    const given = inputs.map((input) => input.on(session));
    const scratch = this.separate(plan, given);
    const outputs: GpuBuffer[] = [];
    try {
      const ids = plan.slots.map((slot): number => {
        if (slot.kind === "input") return this.input(given, slot.position, slot.length).id;
        const memory = this.host.allocate(...wordsOf(slot));
        if (slot.kind === "output") outputs[slot.position] = memory;
        else scratch.push(memory);
        return memory.id;
      });
      const status = ids[plan.slots.findIndex(({ kind }) => kind === "status")];
      if (status !== undefined) session.upload(status, new ArrayBuffer(4));
      session.run(plan.id, ids);
      const failed = status === undefined ? 0 : new Uint32Array(session.download(status, 4))[0]!;
      if (failed !== 0) throw dataError(this.program, 2 ** 32 - 1 - failed, sizes);
    } catch (error) {
      for (const output of outputs) if (output !== undefined) this.host.free(output);
      throw error;
    } finally {
      // Later runs come after this one on the device, so its scratch may be theirs already.
      for (const memory of scratch) this.host.free(memory);
    }
    plan.inPlace.forEach((input, position) => {
      if (input !== null) outputs[position] = given[input]!;
    });
    return outputs;
  }

  free(): void {
    if (this.loaded.session.lost === null)
      for (const { id } of this.loaded.plans.values()) this.loaded.session.forget(id);
    this.loaded.plans.clear();
  }

  private shaders(): Shader[] {
    return this.device.steps.flatMap((step) => (step.kind === "copy" ? [] : [step.shader]));
  }

  private load(session: Session): Loaded {
    const shaders = this.shaders();
    const ids = session.pipelines(shaders);
    return { session, pipelines: new Map(shaders.map((s, i) => [s, ids[i]!])), plans: new Map() };
  }

  private planFor(sizes: readonly number[]): Plan & { readonly id: number } {
    const { session, pipelines, plans } = this.loaded;
    const key = sizes.join();
    const known = plans.get(key);
    if (known !== undefined) return known;
    const oldest = plans.entries().next();
    if (plans.size === KEPT_PLANS && !oldest.done) {
      session.forget(oldest.value[1].id);
      plans.delete(oldest.value[0]);
    }
    const plan = planProgram(
      this.device,
      this.program.sizes,
      sizes,
      session.report.limits,
      (shader) => pipelines.get(shader)!,
    );
    const made = { ...plan, id: session.plan(plan.commands) };
    plans.set(key, made);
    return made;
  }

  private input(given: readonly GpuBuffer[], position: number, length: number): GpuBuffer {
    const input = given[position];
    if (input === undefined || input.length !== length) {
      throw internal(
        `webgpu: input ${position} of ${this.program.name} has ${input?.length ?? "no"} elements, ` +
          `and the program expects ${length}`,
      );
    }
    return input;
  }

  /**
   * Where an input that is overwritten was also given as another input, that one becomes a copy:
   * it must keep its value, and a dispatch cannot bind a buffer twice. Replaces in `given`.
   */
  private separate(plan: Plan, given: GpuBuffer[]): GpuBuffer[] {
    const overwritten = plan.inPlace.filter((position) => position !== null);
    const copies: GpuBuffer[] = [];
    for (const position of overwritten) {
      for (const [other, buffer] of given.entries()) {
        if (other === position || buffer !== given[position]) continue;
        const copy = this.host.copy(buffer);
        copies.push(copy);
        given[other] = copy;
      }
    }
    return copies;
  }
}

/** What is allocated for a slot. */
function wordsOf(slot: Slot): [dtype: DType, length: number] {
  if (slot.kind === "output") return [slot.dtype, slot.length];
  return ["u32", slot.kind === "status" ? 1 : slot.length];
}

function checkTypes(program: Program): void {
  const types = new Set(program.buffers.map(({ dtype }) => dtype));
  const unknown = [...types].filter((dtype) => !wordTypes.has(dtype));
  if (unknown.length === 0) return;
  const wide = unknown.filter((dtype) => bytesOf(dtype) > 4);
  throw internal(`webgpu was given a program with ${wide.join(" and ")}, which WGSL does not have`);
}
