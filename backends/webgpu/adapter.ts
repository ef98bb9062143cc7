/** Finding a GPU, or SwiftShader in its place, through Dawn. Used inside the worker only. */
import { tmpdir } from "node:os";
import { create, globals } from "webgpu";
import { hardwareMayExist, swiftShader } from "./drivers.js";
import type { AdapterReport } from "./messages.js";

Object.assign(globalThis, globals);

/**
 * Every object that `create` returned. Dawn's threads use it until the process ends: when it was
 * left to the garbage collector, 11 of 25 runs crashed or hung.
 */
const pinned: GPU[] = [];

export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  readonly report: AdapterReport;
}

/**
 * The best adapter of this machine: a GPU, else SwiftShader.
 * @param software take SwiftShader even when there is a GPU
 * @throws Error that says what was looked for and what would help
 */
export async function findAdapter(software: boolean): Promise<FoundAdapter> {
  // Without this directory Dawn's probe of the window system warns on stderr.
  return withVariable("XDG_RUNTIME_DIR", process.env.XDG_RUNTIME_DIR || tmpdir(), () =>
    find(software),
  );
}

async function find(software: boolean): Promise<FoundAdapter> {
  const chosen = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  if (chosen !== undefined || (!software && hardwareMayExist())) {
    const adapter = await request();
    if (adapter !== null) return found(adapter);
    if (chosen !== undefined)
      throw new Error(`no usable adapter among the Vulkan drivers of the environment: ${chosen}`);
  }
  const manifest = swiftShader();
  if (manifest === null) {
    throw new Error(
      "no GPU was found, and no SwiftShader to stand in for one (Debian's chromium package has it)",
    );
  }
  // The loader reads this when Dawn's instance first looks for adapters, and never again.
  const adapter = await withVariable("VK_DRIVER_FILES", manifest, request);
  if (adapter !== null) return found(adapter);
  throw new Error(`no GPU was found, and Dawn did not accept the driver at ${manifest}`);
}

/** Runs `body` with an environment variable of the process set, and puts it back. */
async function withVariable<T>(name: string, value: string, body: () => Promise<T>): Promise<T> {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return await body();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

async function request(): Promise<GPUAdapter | null> {
  const gpu = create([]);
  pinned.push(gpu);
  return gpu.requestAdapter({ powerPreference: "high-performance" });
}

function found(adapter: GPUAdapter): FoundAdapter {
  const { info, limits } = adapter;
  const name =
    [info.description, info.device, info.vendor].find((text) => text !== "") ?? "unknown";
  return {
    adapter,
    report: {
      name,
      vendor: info.vendor,
      architecture: info.architecture,
      hardware:
        !info.isFallbackAdapter && !/swiftshader|llvmpipe|lavapipe/i.test(name + info.architecture),
      limits: {
        bufferBytes: Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize),
        storageBuffers: limits.maxStorageBuffersPerShaderStage,
        workgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
        workgroupInvocations: limits.maxComputeInvocationsPerWorkgroup,
        workgroupBytes: limits.maxComputeWorkgroupStorageSize,
      },
    },
  };
}
