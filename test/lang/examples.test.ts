/** The examples in docstrings that state a result: `sum(tensor([1, 2])).item(); // 3`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as hypatia from "../../backends/hypatia.js";
import { root } from "../needs.js";

const folder = join(root, "lang");
const claim = /^(const .*|.*?); \/\/ (.+)$/;

/** `expression; // result` by the docstring's example, with the lines that come before it. */
function claimsIn(file: string): { code: string; expression: string; result: unknown }[] {
  const text = readFileSync(join(folder, file), "utf8");
  return [...text.matchAll(/@example\n((?: \* .*\n)+)/g)].flatMap(([, block]) => {
    const lines = block.split("\n").map((line) => line.replace(/^ \* /, ""));
    return lines.flatMap((line, i) => {
      const [, expression, said] = claim.exec(line) ?? [];
      const result = parsed(said);
      if (!expression || result === undefined) return [];
      const code = lines.slice(0, i).join("\n");
      return [{ code, expression, result }];
    });
  });
}

/** What the comment says, if that is a value; an explanation may follow after a comma. */
function parsed(said: string | undefined): unknown {
  if (said === undefined) return undefined;
  const value = said.replace(/, which is .*$/, "").replaceAll("Infinity", "1e999");
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

describe("examples in docstrings", () => {
  before(() => {
    hypatia.config.backend = "js";
  });
  after(() => {
    hypatia.config.backend = "auto";
  });

  const claims = readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap(claimsIn);

  it("are many", () => expect(claims.length).to.be.greaterThan(100));

  for (const { code, expression, result } of claims)
    it(expression, () => {
      const run = new Function("hypatia", `with (hypatia) { ${code}\n return ${expression}; }`);
      expect(run(hypatia)).to.deep.equal(result);
    });
});
