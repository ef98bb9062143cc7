/** Elements on the GPU, one 32-bit word each. */
import type { DType } from "../../lang/dtype.js";
import { HypatiaError, internal } from "../../lang/error.js";
import type { DeviceBuffer } from "../../lang/value.js";
import type { Session } from "./session.js";

/** Gives the memory of collected buffers back. Runs between cells, when the event loop turns. */
const collected = new FinalizationRegistry<{ session: Session; id: number; bytes: number }>(
  ({ session, id, bytes }) => {
    if (session.lost === null) session.free(id, bytes);
  },
);

export class GpuBuffer implements DeviceBuffer {
  readonly backend = "webgpu";
  /** The session's name for the memory. */
  readonly id: number;
  private freed = false;

  constructor(
    private readonly session: Session,
    readonly dtype: DType,
    readonly length: number,
  ) {
    this.id = session.allocate(this.bytes);
    collected.register(this, { session, id: this.id, bytes: this.bytes }, this);
  }

  /** Bytes on the device. */
  get bytes(): number {
    return this.length * 4;
  }

  /**
   * This buffer, to be used in `session`.
   * @throws HypatiaError when the device that it was on is gone
   */
  on(session: Session): this {
    if (this.freed) throw internal("webgpu: a buffer is used after it was freed");
    if (this.session !== session) {
      throw new HypatiaError("webgpu", "this value was on a GPU device that is gone", {
        got: this.session.lost ?? "a value of another device",
        remedy: "run the cells that made it again; they will use a new device",
      });
    }
    return this;
  }

  free(): void {
    if (this.freed) return;
    this.freed = true;
    collected.unregister(this);
    if (this.session.lost === null) this.session.free(this.id, this.bytes);
  }
}
