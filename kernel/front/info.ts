/** What the kernel says about itself. */
import { readFileSync } from "node:fs";
import { type JsonObject, PROTOCOL_VERSION } from "../wire/message.js";

/** Two folders above this file in dist/, where package.json is. */
const PACKAGE = new URL("../../../package.json", import.meta.url);

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string };
  return version;
}

/** As in `kernel_info_reply` and in a notebook's metadata. */
export const LANGUAGE_INFO = {
  name: "typescript",
  version: "6.0.3",
  mimetype: "text/typescript",
  file_extension: ".ts",
  pygments_lexer: "typescript",
  // A string: front ends load the mode by this name, and an object here breaks some of them.
  codemirror_mode: "typescript",
  nbconvert_exporter: "script",
} as const;

export function kernelInfo(): JsonObject {
  const version = packageVersion();
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "hypatia",
    implementation_version: version,
    language_info: LANGUAGE_INFO,
    banner: `Hypatia ${version}: tensor calculus in TypeScript (Node ${process.versions.node})`,
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest-v20.x/api/" },
    ],
    supported_features: ["debugger"],
    debugger: true,
  };
}
