/** The language from a snapshot, as kernels start it, and from one that is no good. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { createCellService } from "../../../kernel/cell/service.js";
import { findSnapshot, makeSnapshot } from "../../../kernel/cell/snapshot.js";
import { root } from "../../needs.js";

const program = (name: string) => join(root, "dist", "kernel", name);

describe("the language's snapshot", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "hypatia-snapshot-"));
  const usual = process.env.XDG_CACHE_HOME;
  before(async () => {
    process.env.XDG_CACHE_HOME = folder;
    writeFileSync(join(folder, "four.ts"), "export const four: number = 4;");
    expect(findSnapshot()).to.equal(null);
    const install = [program("main.js"), "install", "--prefix", folder];
    await Promise.all([promisify(execFile)(process.execPath, install), makeSnapshot()]);
  });
  after(() => {
    if (usual === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = usual;
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 }); // A maker may have been at it.
  });

  /** The messages about `sources`, run one after the other; "" for one that passes. */
  async function check(sources: readonly string[]): Promise<string[]> {
    const service = createCellService({ cwd: folder });
    const found: string[] = [];
    for (const [count, source] of sources.entries()) {
      const result = await service.compile(source, { id: `cell-${count}`, count });
      found.push(result.ok ? "" : (result.diagnostics[0]?.message ?? "?"));
    }
    await service.dispose();
    return found;
  }

  it("is not made where nothing can be written, which the set-up is told", () => {
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, "four.ts") };
    const options = { env, encoding: "utf8" } as const;
    const { status, stderr } = spawnSync(process.execPath, [program("cell/maker.js")], options);
    expect(status).to.equal(1);
    expect(stderr).to.match(/ENOTDIR/);
  });

  it("is one file, found by what it is made of", () => {
    const files = readdirSync(join(folder, "hypatia", "code"));
    expect(files.filter((name) => name.startsWith("language-"))).to.have.length(1);
    expect(findSnapshot()).to.equal(join(folder, "hypatia", "code", files[0]!));
  });

  it("knows the language, the session and the notebook's folder", async () => {
    expect(
      await check([
        "const a = ones([2, 3]) * 2; a.shape",
        "const b: string = a + 1",
        'import { four } from "./four.ts"; a * four',
        'import { five } from "./four.ts"',
        'import { readFileSync } from "node:fs"; readFileSync("x", "utf8").length',
      ]),
    ).to.deep.equal([
      "",
      "Type 'Tensor' is not assignable to type 'string'.",
      "",
      `Module '"./four.ts"' has no exported member 'five'.`,
      "",
    ]);
  });

  it("is done without, and removed, when it is damaged", async () => {
    const path = findSnapshot()!;
    writeFileSync(path, "not a snapshot", { mode: 0o600 });
    expect(await check(["const a = ones([2]); a * 2"])).to.deep.equal([""]);
    // Where that took long, there is a new one.
    expect(existsSync(path) && statSync(path).size < 1000).to.equal(false);
  });
});
