/**
 * Generated code is kept in files under test/golden, one folder per printer. A difference fails
 * the test; `HYPATIA_UPDATE_GOLDEN=1` writes the files instead. A file that no test asks for fails.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "./needs.js";

const updating = process.env.HYPATIA_UPDATE_GOLDEN === "1";

/** Call in a `describe`; the function returned compares a text with the file of that name. */
export function useGolden(folder: string): (name: string, text: string) => void {
  const path = join(root, "test", "golden", folder);
  const asked = new Set<string>();
  // A test that `--grep` leaves out asks for nothing: orphans are looked for in whole runs only.
  let total = 0;
  before(function () {
    total = this.test?.parent?.tests.length ?? 0;
  });
  after(() => {
    if (asked.size < total) return;
    const orphans = readdirSync(path).filter((name) => !asked.has(name));
    if (updating) for (const name of orphans) rmSync(join(path, name));
    else expect(orphans, "golden files that no test asks for").to.deep.equal([]);
  });
  return (name, text) => {
    asked.add(name);
    const file = join(path, name);
    if (updating) {
      mkdirSync(path, { recursive: true });
      writeFileSync(file, text);
    } else {
      expect(text, `differs from test/golden/${folder}/${name}`).to.equal(readGolden(file));
    }
  };
}

function readGolden(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "(there is no golden file: run with HYPATIA_UPDATE_GOLDEN=1)";
  }
}
