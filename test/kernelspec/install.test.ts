import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../needs.js";

const MAIN = join(root, "dist", "kernel", "main.js");

describe("install", () => {
  let prefix = "";
  beforeEach(() => {
    prefix = mkdtempSync(join(tmpdir(), "hypatia-install-"));
  });
  afterEach(() => rmSync(prefix, { recursive: true }));
  const hypatia = (...args: string[]) =>
    execFileSync(process.execPath, [MAIN, ...args], {
      encoding: "utf8",
      env: {
        ...process.env,
        JUPYTER_DATA_DIR: join(prefix, "user"),
        VIRTUAL_ENV: join(prefix, "venv"),
      },
    });
  const spec = (folder: string) => JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));

  const places: readonly [string[], string[]][] = [
    [[], ["user", "kernels", "hypatia"]],
    [["--user"], ["user", "kernels", "hypatia"]],
    [["--sys-prefix"], ["venv", "share", "jupyter", "kernels", "hypatia"]],
    [
      ["--name", "hy2"],
      ["user", "kernels", "hy2"],
    ],
  ];
  for (const [flags, path] of places) {
    it(`install ${flags.join(" ")} writes ${path.join("/")}, uninstall removes it`, () => {
      const folder = join(prefix, ...path);
      expect(hypatia("install", ...flags)).to.contain(folder);
      expect(spec(folder)).to.deep.equal({
        argv: [process.execPath, MAIN, "kernel", "--connection-file", "{connection_file}"],
        display_name: "Hypatia (TypeScript)",
        language: "typescript",
        interrupt_mode: "message",
        kernel_protocol_version: "5.5",
        metadata: { debugger: true, supported_encryption: ["curve"] },
      });
      for (const logo of ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]) {
        expect(existsSync(join(folder, logo)), logo).to.equal(true);
      }
      expect(hypatia("uninstall", ...flags)).to.contain(folder);
      expect(existsSync(folder)).to.equal(false);
    });
  }

  it("--prefix and --display-name", () => {
    hypatia("install", "--prefix", prefix, "--display-name", "Mine");
    const folder = join(prefix, "share", "jupyter", "kernels", "hypatia");
    expect(spec(folder).display_name).to.equal("Mine");
  });

  const refused: readonly [string[], string][] = [
    [["install", "--name", "../x"], '--name: got "../x"'],
    [["uninstall", "--name", "absent"], "no kernelspec absent is installed there"],
    [["kernel", "--connection-file", "/nowhere.json"], "connection file /nowhere.json"],
    [["run", "/nowhere.ipynb"], "run: ENOENT"],
  ];
  for (const [args, message] of refused) {
    it(`${args.join(" ")}: ${message}`, () => {
      const env = { ...process.env, JUPYTER_DATA_DIR: join(prefix, "user") };
      const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
        env,
        encoding: "utf8",
      });
      expect(stderr).to.contain(`hypatia: ${message}`);
      expect(status).to.equal(1);
    });
  }
});
