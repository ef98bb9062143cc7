/** `hypatia run` among other programs of a shell. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../needs.js";

describe("hypatia run", function () {
  this.timeout(60_000);

  it("ends quietly when its reader has read enough", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hypatia-run-"));
    try {
      const file = join(folder, "lines.ts");
      writeFileSync(file, "for (let i = 0; i < 1e5; i++) console.log(`line ${i}`);\n");
      const child = spawn(process.execPath, [join(root, "dist/kernel/main.js"), "run", file], {
        env: { ...process.env, HYPATIA_STATE: folder },
      });
      let said = "";
      child.stderr.on("data", (text) => {
        said += text;
      });
      const closed = once(child, "close");
      const [first] = await once(child.stdout, "data");
      child.stdout.destroy();
      const [code] = await closed;
      expect(String(first)).to.match(/^line 0\n/);
      expect({ code, said }).to.deep.equal({ code: 141, said: "" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
