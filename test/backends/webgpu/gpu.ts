/** The GPU for a suite of tests: opened once, closed after it, or the suite is skipped. */

import type { WebgpuBackend } from "../../../backends/webgpu/index.js";
import { openWebgpu, probeWebgpu, type SessionOptions } from "../../../backends/webgpu/index.js";
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
