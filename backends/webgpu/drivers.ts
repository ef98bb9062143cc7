/** Which Vulkan drivers this machine may have: looks at files only, and loads nothing. */
import { existsSync, readdirSync } from "node:fs";

/** Where browsers keep the Vulkan driver of SwiftShader, which needs no GPU. */
const SWIFTSHADER_MANIFESTS = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/usr/lib64/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
  "/opt/chromium.org/chromium/vk_swiftshader_icd.json",
  "/snap/chromium/current/usr/lib/chromium-browser/vk_swiftshader_icd.json",
];

/** The manifest of SwiftShader's driver: `HYPATIA_SWIFTSHADER`, or that of a browser; or null. */
export function swiftShader(): string | null {
  const paths = [process.env.HYPATIA_SWIFTSHADER ?? "", ...SWIFTSHADER_MANIFESTS];
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * Whether a GPU is possible. Without one of Linux's device nodes there is no point in loading
 * every Vulkan driver of the system: that takes over a second, and Dawn warns on stderr about the
 * ones that it refuses.
 */
export function hardwareMayExist(): boolean {
  if (process.platform !== "linux") return true;
  if (["/dev/nvidiactl", "/dev/dxg", "/dev/kfd"].some((path) => existsSync(path))) return true;
  return (
    existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("render"))
  );
}
