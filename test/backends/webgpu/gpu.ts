/** The GPU for a suite of tests: opened once, closed after it, or the suite is skipped. */

import type { WebgpuBackend } from "../../../backends/webgpu/index.js";
import {
  type AdapterReport,
  openWebgpu,
  type SessionOptions,
} from "../../../backends/webgpu/index.js";
import { Session } from "../../../backends/webgpu/session.js";
import { skip } from "../../needs.js";

/** Call at the top of a `describe`; the function returned gives the backend inside tests. */
export function useGpu(options: SessionOptions = {}): () => WebgpuBackend {
  let backend: WebgpuBackend | null = null;
  before(function () {
    this.timeout(90_000);
    const found = probeWebgpu(options);
    if ("reason" in found) skip(this, found.reason);
    backend = openWebgpu(options);
  });
  after(() => backend?.dispose());
  return () => {
    if (backend === null) throw new Error("the GPU is used outside a test");
    return backend;
  };
}

/** The adapter, or the reason why there is none. */
export function probeWebgpu(
  options: SessionOptions = {},
): { readonly adapter: AdapterReport } | { readonly reason: string } {
  try {
    const session = new Session(options);
    session.close();
    return { adapter: session.report };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
