/** The parameters of a kernel under construction: the program's buffers that it touches. */
import type { DType } from "../lang/dtype.js";
import type { Node } from "../lang/graph.js";
import type { Param } from "./ir.js";

/** Which buffers of the program hold a node: one to read, and those to write. */
export interface Buffers {
  read(node: Node): number;
  write(node: Node): readonly number[];
}

export class Params {
  readonly #buffers: number[] = [];
  readonly #made: { name: string; dtype: DType; reads: boolean; writes: boolean }[] = [];

  /** The parameter for a buffer, added when it is new. */
  use(buffer: number, node: Node, access: "reads" | "writes"): number {
    let param = this.#buffers.indexOf(buffer);
    if (param < 0) {
      param = this.#buffers.push(buffer) - 1;
      const name = `p${param}_${labelOf(node)}`;
      this.#made.push({ name, dtype: node.dtype, reads: false, writes: false });
    }
    this.#made[param][access] = true;
    return param;
  }

  /** In the order of parameters: indices into the program's buffers. */
  get buffers(): readonly number[] {
    return this.#buffers;
  }

  get params(): readonly Param[] {
    return this.#made.map(({ name, dtype, reads, writes }) => ({
      name,
      dtype,
      access: writes ? (reads ? "update" : "write") : "read",
    }));
  }
}

/** What a buffer is called in generated code. */
function labelOf(node: Node): string {
  const given =
    node.op === "symbol" ? node.attrs.name : node.op === "shared" ? node.attrs.state.name : node.op;
  return given.replace(/[^A-Za-z0-9]/g, "") || node.op;
}
